"""What leaves when a decision is taken: the right messages, to the right people, and no more."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
import pytest

from adapters.db.documents import to_document
from regulation.cases import CareLevel, CaseState
from regulation.disclosure import (
    AppointmentNotice,
    CancelledNotice,
    Meeting,
    MissionOrder,
    PatientNotice,
    PharmacyNotice,
    Withdrawal,
)
from regulation.kernel.time import TimeWindow
from regulation.marketplace import slot_id_of
from regulation.messages import Channel, Delivery, DeliveryState
from regulation.offers import Booking, SlotMode
from regulation.proposals import OrientationProposal, ProposalKind, ProposedSlot
from services.outgoing import LONG_PAST, answer_by, believed_of, meeting_of
from services.store import Store
from tests.contract.test_messages import CANCELLED, NOTICE, message
from tests.unit.services.steps import decide, decision, proposed, proposed_again
from tests.worlds import MINUTE, MMG_ID, NOON, PHARMACY_ID, TinyWorld

PHONE = "+33561000000"
CALLER = {"at": "2026-11-28T12:58:00+01:00", "phone": PHONE, "communication": "MUET"}
TYPED = "TEXTE-LIBRE"
BY = {"actor": decision()["actor"]}


def kept(store: Store, case_id: str = "appel-1") -> list[Delivery]:
    with store.reading() as unit:
        return list(unit.outbox.of_case(case_id))


def body_of(store: Store, kind: type[Any], case_id: str = "appel-1") -> Any:
    found = [one.message.body for one in kept(store, case_id)]
    return next(body for body in found if isinstance(body, kind))


async def test_everybody_concerned_is_told_once(client: httpx.AsyncClient, store: Store):
    await proposed(client, caller=CALLER)
    await decide(client)
    await decide(client)
    told = [(one.message.channel, one.message.recipient) for one in kept(store)]
    assert told == [
        (Channel.EFFECTEUR, str(MMG_ID)),
        (Channel.REGULATION, "LRM"),
        (Channel.TRANSPORTER, "Transports d'essai"),
        (Channel.TRANSPORTER, "Transports d'essai"),
        (Channel.PATIENT, PHONE),
    ]


async def test_nobody_is_told_before_a_decision_is_taken(client: httpx.AsyncClient, store: Store):
    await proposed(client, caller=CALLER)
    assert kept(store) == []


async def test_a_transporter_is_told_the_ride_and_when_to_answer(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, caller=CALLER)
    outcome = (await decide(client)).json()
    order = body_of(store, MissionOrder)
    leg = outcome["proposal"]["legs"][0]
    assert order.mission_id == outcome["promised_rides"][0]["ride_id"]
    assert order.vehicle_id == leg["vehicle_id"]
    assert [halt.position.lat for halt in order.halts] == [leg["from"]["lat"], leg["to"]["lat"]]
    assert order.contact_phone == PHONE
    assert order.answer_by == NOON + 5 * MINUTE


async def test_an_answer_is_due_before_the_vehicle_is(client: httpx.AsyncClient, store: Store):
    await proposed(client, caller=CALLER)
    await decide(client)
    order = body_of(store, MissionOrder)
    assert NOON < order.answer_by < order.halts[0].at


@pytest.mark.parametrize(("ahead", "left"), [(60, 5), (8, 4), (3, 2), (1, 2), (-1, 2)])
def test_an_answer_is_due_by_half_the_time_and_never_before_one_can_read_and_answer(
    ahead: int, left: int
):
    assert answer_by(NOON, NOON + ahead * MINUTE, 5 * MINUTE) == NOON + left * MINUTE


async def test_an_effecteur_is_told_who_comes_and_how(client: httpx.AsyncClient, store: Store):
    await proposed(client, caller=CALLER)
    outcome = (await decide(client)).json()
    notice = body_of(store, AppointmentNotice)
    assert notice.slot_id == outcome["booking"]["slot_id"]
    assert (notice.age, notice.need, notice.arrives_by) == (47, "GP", "VSL")
    assert notice.communication == "MUET"


async def test_a_pharmacy_on_the_way_is_told_when_somebody_comes_by(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, caller=CALLER, pharmacy_stop="certain")
    outcome = (await decide(client)).json()
    (there,) = [leg for leg in outcome["proposal"]["legs"] if leg["kind"] == "pharmacy"]
    (message,) = [one.message for one in kept(store) if one.message.channel is Channel.PHARMACY]
    assert message.recipient == str(PHARMACY_ID)
    assert isinstance(message.body, PharmacyNotice)
    assert message.body.earliest.timestamp() < _instant(there["dropoff_at"])
    assert _instant(there["dropoff_at"]) < message.body.latest.timestamp()


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


SLOT = ProposedSlot(
    slot_id="slot-1",
    window=TimeWindow(NOON, NOON + MINUTE),
    mode=SlotMode.AMB,
    booking=Booking.ROUTINE,
    source="essai",
    observed_at=NOON,
)
BY_PHONE, WALKIN = replace(SLOT, booking=Booking.PHONE), replace(SLOT, booking=Booking.WALKIN)
ACCEPTED = replace(SLOT, slot_id=slot_id_of("appel-1/cpts"))


@pytest.mark.parametrize(
    ("kind", "slot", "meeting"),
    [
        (ProposalKind.CONSULTATION, SLOT, Meeting.ASKED),
        (ProposalKind.CONSULTATION, ACCEPTED, Meeting.APPOINTMENT),
        (ProposalKind.CONSULTATION, WALKIN, Meeting.WALKIN),
        (ProposalKind.CONSULTATION, BY_PHONE, Meeting.ON_TOP),
        (ProposalKind.ED, None, Meeting.UNBOOKED),
        (ProposalKind.HOME_VISIT, SLOT, Meeting.VISIT),
        (ProposalKind.TELECONSULTATION, SLOT, Meeting.REMOTE),
        (ProposalKind.ASSISTED_TELECONSULTATION, SLOT, Meeting.REMOTE_HELPED),
    ],
)
def test_a_patient_is_told_how_they_are_received_and_no_surer_than_that(
    kind: ProposalKind, slot: ProposedSlot | None, meeting: Meeting
):
    assert (
        meeting_of(OrientationProposal(rank=1, kind=kind, slot=slot, objective={}, explanation=()))
        is meeting
    )


async def test_whoever_is_sent_where_nobody_agreed_yet_is_told_that_it_is_asked(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, caller=CALLER)
    await decide(client)
    told = body_of(store, PatientNotice)
    assert (told.meeting, told.calls_home) == (Meeting.ASKED, False)


async def test_a_caller_without_a_phone_is_sent_nothing(client: httpx.AsyncClient, store: Store):
    await proposed(client)
    await decide(client)
    assert not [one for one in kept(store) if isinstance(one.message.body, PatientNotice)]


async def test_a_case_handed_over_is_told_to_nobody_outside(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, need={"code": "GP", "care_level": "R1"})
    await decide(client, actor={"id": "LOCAL:arm-7", "role": "ARM"})
    assert kept(store) == []


async def test_another_decision_takes_back_what_the_first_had_told(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, caller=CALLER)
    await decide(client)
    first = {one.message.message_id for one in kept(store)}
    await proposed_again(client)
    await decide(client, rank=2, key="cle-2")
    later = [one.message for one in kept(store) if one.message.message_id not in first]
    withdrawn = [one for one in later if isinstance(one.body, Withdrawal)]
    assert sorted((one.channel, one.about) for one in withdrawn) == [
        (Channel.EFFECTEUR, "appel-1:1"),
        (Channel.REGULATION, "appel-1:1"),
        (Channel.TRANSPORTER, "appel-1:1/outward"),
        (Channel.TRANSPORTER, "appel-1:1/return"),
    ]
    assert later[: len(withdrawn)] == withdrawn, "what is taken back comes first"
    assert {one.about for one in later if isinstance(one.body, MissionOrder)} == {
        "appel-1:2/outward",
        "appel-1:2/return",
    }


def sms_of_case(store: Store) -> list[tuple[DeliveryState, type[Any], bool | None]]:
    """What the person was told, in order: what became of it, what it is, whether it replaces."""
    return [
        (one.state, type(one.message.body), getattr(one.message.body, "replaces", None))
        for one in kept(store)
        if one.message.channel is Channel.PATIENT
    ]


def leave(store: Store, *, sent: bool = True, at: datetime = NOON + MINUTE) -> None:
    """Every message that waits is sent, or is being tried."""
    with store.unit() as unit:
        for one in unit.outbox.claim(at, lease=MINUTE, limit=99):
            if sent:
                unit.outbox.mark_sent(one.message.message_id, at)


async def told_and_sent(client: httpx.AsyncClient, store: Store) -> None:
    """Decide on a case; all that tells of it is sent."""
    await proposed(client, caller=CALLER)
    await decide(client)
    leave(store)


async def decided_anew(client: httpx.AsyncClient) -> None:
    """Ask for proposals again, and decide on another."""
    await proposed_again(client)
    await decide(client, rank=2, key="cle-2")


WAITING, SENT, WITHDRAWN = DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.WITHDRAWN


async def test_an_sms_that_still_waits_when_its_decision_is_replaced_is_never_sent(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, caller=CALLER)
    await decide(client)
    await decided_anew(client)
    assert sms_of_case(store) == [
        (WITHDRAWN, PatientNotice, False),
        (WAITING, PatientNotice, False),
    ]


@pytest.mark.parametrize("sent", [True, False], ids=["sent", "being tried"])
async def test_an_sms_says_that_it_replaces_one_the_person_may_have(
    client: httpx.AsyncClient, store: Store, *, sent: bool
):
    await proposed(client, caller=CALLER)
    await decide(client)
    leave(store, sent=sent)
    await decided_anew(client)
    assert sms_of_case(store) == [
        (SENT if sent else WITHDRAWN, PatientNotice, False),
        (WAITING, PatientNotice, True),
    ]


async def test_whoever_was_told_by_sms_of_what_is_cancelled_is_told_so_once(
    client: httpx.AsyncClient, store: Store
):
    await told_and_sent(client, store)
    for _ in range(2):
        assert (await client.post("/cases/appel-1/cancel", json=BY)).status_code == 200
    assert sms_of_case(store) == [(SENT, PatientNotice, False), (WAITING, CancelledNotice, None)]
    told, cancelled = body_of(store, PatientNotice), body_of(store, CancelledNotice)
    assert (cancelled.place_name, cancelled.care_at) == (told.place_name, told.care_at)
    sms = [one.message for one in kept(store) if one.message.channel is Channel.PATIENT]
    assert {(one.recipient, one.about) for one in sms} == {(PHONE, "appel-1:1/patient")}


async def test_whoever_was_not_told_yet_of_what_is_cancelled_is_told_nothing(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, caller=CALLER)
    await decide(client)
    await client.post("/cases/appel-1/cancel", json=BY)
    assert sms_of_case(store) == [(WITHDRAWN, PatientNotice, False)]


async def test_each_care_the_person_may_believe_is_cancelled(
    client: httpx.AsyncClient, store: Store
):
    await told_and_sent(client, store)
    await decided_anew(client)
    leave(store, sent=False)
    await client.post("/cases/appel-1/cancel", json=BY)
    assert sms_of_case(store) == [
        (SENT, PatientNotice, False),
        (WITHDRAWN, PatientNotice, True),
        (WAITING, CancelledNotice, None),
        (WAITING, CancelledNotice, None),
    ]


async def test_what_is_surely_replaced_is_not_cancelled_again(
    client: httpx.AsyncClient, store: Store
):
    await told_and_sent(client, store)
    await decided_anew(client)
    leave(store)
    await client.post("/cases/appel-1/cancel", json=BY)
    cancelled = [one for one in kept(store) if isinstance(one.message.body, CancelledNotice)]
    assert [one.message.about for one in cancelled] == ["appel-1:2/patient"]


@pytest.mark.parametrize(
    "phone",
    [None, "+33561999999", "+351561000000"],
    ids=["no phone", "another phone", "another country's, of the same last digits"],
)
async def test_whom_no_new_sms_reaches_is_told_that_the_former_no_longer_holds(
    client: httpx.AsyncClient, store: Store, phone: str | None
):
    await told_and_sent(client, store)
    await proposed_again(client)
    told_with_another_number(store, phone)
    await decided_anew(client)
    told = [(SENT, PatientNotice, False), (WAITING, CancelledNotice, None)]
    assert sms_of_case(store) == told + ([(WAITING, PatientNotice, False)] if phone else [])
    of_person = [one.message for one in kept(store) if one.message.channel is Channel.PATIENT]
    assert [one.recipient for one in of_person[:2]] == [PHONE, PHONE]


def told_with_another_number(store: Store, phone: str | None) -> None:
    """The case waits again, with another way to reach who called."""
    with store.unit() as unit:
        case = unit.cases.hold("appel-1")
        assert case is not None
        moved = replace(case, caller=replace(case.caller, phone=phone))
        again = moved.to(CaseState.PROPOSED, at=NOON, actor="LOCAL:dr-1")
        unit.cases.save(again, case.version)


async def test_a_number_written_otherwise_is_still_that_of_the_same_person(
    client: httpx.AsyncClient, store: Store
):
    await told_and_sent(client, store)
    await proposed_again(client)
    told_with_another_number(store, "05 61 00 00 00")
    await decided_anew(client)
    assert sms_of_case(store) == [(SENT, PatientNotice, False), (WAITING, PatientNotice, True)]


async def test_who_is_handed_over_to_the_amu_is_sent_no_cancellation(
    client: httpx.AsyncClient, store: Store
):
    await told_and_sent(client, store)
    await proposed_again(client)
    with store.unit() as unit:
        case = unit.cases.hold("appel-1")
        assert case is not None
        worse = replace(case, need=replace(case.need, care_level=CareLevel.R1))
        again = worse.to(CaseState.PROPOSED, at=NOON, actor="LOCAL:dr-1")
        unit.cases.save(again, case.version)
    await proposed_again(client)
    await decide(client, key="cle-2", actor={"id": "LOCAL:arm-7", "role": "ARM"})
    assert sms_of_case(store) == [(SENT, PatientNotice, False)]


def test_a_cancellation_that_was_only_tried_is_not_taken_for_known():
    notice = delivery_of(NOTICE, "appel-1:1/patient/patient", DeliveryState.SENT, 1)
    body = replace(CANCELLED, notice_id=f"{NOTICE.notice_id}/cancelled")
    for state, left in ((WITHDRAWN, 1), (SENT, 0)):
        tried = delivery_of(body, "appel-1:1/patient/patient/cancelled/x", state, 1)
        assert len(believed_of([notice, tried], NOON)) == left


def test_nobody_is_told_that_what_is_long_past_is_cancelled():
    notice = delivery_of(NOTICE, "appel-1:1/patient/patient", DeliveryState.SENT, 1)
    assert NOTICE.home_at is not None
    over = NOTICE.home_at + LONG_PAST
    assert [len(believed_of([notice], at)) for at in (over - MINUTE, over)] == [1, 0]


def delivery_of(
    body: PatientNotice | CancelledNotice, message_id: str, state: DeliveryState, attempts: int
) -> Delivery:
    told = replace(message(message_id, body=body), channel=Channel.PATIENT)
    return Delivery(message=told, state=state, attempts=attempts, due_at=NOON)


async def test_a_vehicle_gone_from_the_fleet_is_not_ordered(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    await proposed(client)
    world.vehicles = ()
    answer = await decide(client)
    assert answer.status_code == 409
    assert "plus en service" in answer.json()["detail"]
    assert kept(store) == []


@pytest.mark.parametrize("rank", [1, 2])
async def test_no_text_that_somebody_typed_leaves(
    client: httpx.AsyncClient, store: Store, rank: int
):
    """Every field of a call and of a decision that takes a free text holds the same mark."""
    await proposed(client, caller=CALLER, pharmacy_stop="likely")
    await decide(client, rank=rank, motive=TYPED, actor={"id": TYPED, "role": "REGULATING_DOCTOR"})
    bodies = [to_document(one.message.body) for one in kept(store)]
    assert bodies
    assert TYPED not in json.dumps(bodies)


async def test_a_pharmacy_and_a_patient_are_told_nothing_of_the_need(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, caller=CALLER, pharmacy_stop="certain")
    await decide(client)
    for kind in (PharmacyNotice, PatientNotice, MissionOrder):
        told = json.dumps(to_document(body_of(store, kind)))
        assert '"GP"' not in told
        assert 47 not in json.loads(told).values()
