"""A running service is at the Hub: a shared file opens a case, what is decided leaves by it."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from adapters.hubsante.link import HubPublisher
from adapters.hubsante.outgoing import NamedRegulator, Sending
from adapters.hubsante.usecases import USE_CASES
from adapters.hubsante.wire.envelope import Kind
from adapters.memory.couriers import KeepingCourier
from regulation.disclosure import Body, Cause, Withdrawal
from regulation.drafts import CaseDraft
from regulation.kernel.modes import Mode
from regulation.kernel.time import TimeWindow
from regulation.messages import Channel, Courier, DeliveryState, OutgoingMessage
from regulation.snapshots import SourceState
from services.exchange.hub_line import exchanging, with_hub
from services.hub_place import HubPlace, hub_tracker
from services.runtime import Runtime
from services.sending import Sender
from services.store import InMemoryStore, Store
from tests.contract.test_messages import APPOINTMENT, ORDER
from tests.unit.adapters.hubsante.lines import (
    CLOCK,
    LRM,
    US,
    heard,
    hub,
    said,
    settings,
    until,
    waiting,
)
from tests.unit.adapters.hubsante.worlds import fixture, message_of
from tests.worlds import tiny_world

CASE = "fr.health.samu310.DRFR153102633200193"
HOUR = timedelta(hours=1)


def service(url: str) -> Runtime:
    world = tiny_world()
    world.clock.at = CLOCK.now()
    regulator = NamedRegulator(last_name="SAS", first_name="Régulation", email="sas@essai.example")
    place = HubPlace(
        line=settings(url, US), recipient=LRM, regulator=regulator, health=hub_tracker()
    )
    return with_hub(replace(world.runtime(), clock=CLOCK), place)


def leaving(
    channel: Channel, body: Body, about: str, *, case_id: str = CASE, suffix: str = ""
) -> OutgoingMessage:
    now = CLOCK.now()
    return OutgoingMessage(
        message_id=f"{about}/{channel.lower()}{suffix}",
        case_id=case_id,
        channel=channel,
        recipient="essai",
        about=about,
        body=body,
        created_at=now,
        until=now + HOUR,
    )


def share(store: Store) -> None:
    """Keep that the regulation shared the case."""
    with store.unit() as unit:
        unit.drafts.save(
            CaseDraft(
                draft_id=CASE,
                case_ref=CASE,
                source="hub",
                sender=LRM,
                told_at=CLOCK.now(),
                said={},
                is_closed=False,
            )
        )


async def send(
    runtime: Runtime, store: Store, *messages: OutgoingMessage, by: Courier | None = None
) -> None:
    """Put messages in the outbox and send what is due, one after the other."""
    couriers = {} if by is None else {Channel.TRANSPORTER: by}
    async with exchanging(runtime, store, couriers) as opened:
        sender = Sender(store=store, couriers=opened, clock=CLOCK, draws=np.random.default_rng(1))
        for message in messages:
            with store.unit() as unit:
                unit.outbox.put(message)
            await sender.send_due()


async def received(url: str, count: int) -> list[dict[str, Any]]:
    """What the regulation software has received."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(30):
        while len(found) < count:
            found += [said(one) for one in await waiting(url, f"{LRM}.message")]
            await asyncio.sleep(0.05)
    return found


async def test_a_shared_file_opens_a_case_while_the_service_runs(rabbitmq_url: str):
    body = message_of(fixture("rs_eda"))["createCaseHealth"]
    shared = Sending(
        number="1",
        recipient=US,
        kind=Kind.REPORT,
        body=USE_CASES["createCaseHealth"].decoder.decode(json.dumps(body)),
        until=CLOCK.now() + HOUR,
    )
    runtime, store = service(rabbitmq_url), InMemoryStore()

    def is_open() -> bool:
        with store.reading() as unit:
            return unit.cases.find(CASE) is not None

    async with hub(rabbitmq_url), exchanging(runtime, store, {}):
        software = HubPublisher(settings(rabbitmq_url, LRM), CLOCK)
        await software.send(shared)
        await until(is_open)
        assert await heard(rabbitmq_url, 1) == {f"{LRM}_1"}
        (exchange,) = [one for one in runtime.sources.health() if one.name == "hub"]
        assert exchange.state is SourceState.OK
        await software.close()


async def test_an_appointment_and_its_withdrawal_leave_as_rs_sas_rdv(rabbitmq_url: str):
    runtime, store = service(rabbitmq_url), InMemoryStore()
    now = CLOCK.now()
    booked = replace(APPOINTMENT, window=TimeWindow(now + HOUR, now + 2 * HOUR))
    about = booked.appointment_id
    gone = Withdrawal(what_id=about, cause=Cause.CANCELLED)
    async with hub(rabbitmq_url):
        await send(
            runtime,
            store,
            leaving(Channel.REGULATION, booked, about),
            leaving(Channel.REGULATION, gone, about, suffix="/withdrawn/1"),
        )
        first, second = [one["appointment"] for one in await received(rabbitmq_url, 2)]
    assert (first["method"], first["status"]) == ("CreateAppointment", "booked")
    assert (second["method"], second["status"]) == ("UpdateAppointment", "cancelled")
    assert {one["appointmentId"] for one in (first, second)} == {about}
    assert first["regulator"]["regulatorEmail"] == "sas@essai.example"
    assert not {"age", "sex", "need"} & set(first)


async def test_an_ambulance_is_asked_for_by_rs_dr_and_cancelled_by_it(rabbitmq_url: str):
    runtime, store = service(rabbitmq_url), InMemoryStore()
    share(store)
    about = ORDER.mission_id
    gone = Withdrawal(what_id=about, cause=Cause.REPLACED)
    async with hub(rabbitmq_url):
        await send(
            runtime,
            store,
            leaving(Channel.TRANSPORTER, ORDER, about),
            leaving(Channel.TRANSPORTER, gone, about, suffix="/withdrawn/1"),
        )
        first, second = [one["resourcesRequest"] for one in await received(rabbitmq_url, 2)]
    assert (first["caseId"], first["request"]["purpose"]) == (CASE, "SAP")
    assert "status" not in first
    assert second["status"] == "ANNULEE"
    assert first["request"]["requestId"] == second["request"]["requestId"]


@pytest.mark.parametrize("is_ours", [True, False])
async def test_what_the_exchange_has_no_message_for_goes_by_another_way(
    rabbitmq_url: str, *, is_ours: bool
):
    """A taxi is asked of its company; so is an ambulance of a case the regulation never shared."""
    runtime, store, by = service(rabbitmq_url), InMemoryStore(), KeepingCourier()
    order = ORDER if is_ours else replace(ORDER, mode=Mode.TAXI)
    case_id = "appel-1" if is_ours else CASE
    share(store)
    message = leaving(Channel.TRANSPORTER, order, order.mission_id, case_id=case_id)
    async with hub(rabbitmq_url):
        await send(runtime, store, message, by=by)
        assert await waiting(rabbitmq_url, f"{LRM}.message") == []
    assert [one.message_id for one in by.taken] == [message.message_id]


async def test_a_broker_that_is_away_leaves_the_message_waiting_and_the_source_silent():
    runtime, store = service("amqp://127.0.0.1:9/"), InMemoryStore()
    message = leaving(Channel.REGULATION, APPOINTMENT, APPOINTMENT.appointment_id)
    await send(runtime, store, message)
    with store.reading() as unit:
        found = unit.outbox.find(message.message_id)
    assert found is not None
    assert found.state is DeliveryState.WAITING
    (exchange,) = [one for one in runtime.sources.health() if one.name == "hub"]
    assert exchange.state is SourceState.SILENT


async def test_a_service_that_is_not_at_the_hub_keeps_its_couriers():
    couriers: dict[Channel, Courier] = {Channel.PATIENT: KeepingCourier()}
    async with exchanging(tiny_world().runtime(), InMemoryStore(), couriers) as opened:
        assert opened is couriers
