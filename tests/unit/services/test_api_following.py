"""Decided cases over HTTP: cancelled, closed, called home; what was held is given back."""

import httpx
import pytest

from regulation.events import EventKind
from services.schemas.following import StateOut
from services.store import Store
from tests.unit.services.steps import decide, decision, proposed
from tests.worlds import MINUTE, NOON, TinyWorld

BY = {"actor": decision()["actor"]}


async def test_a_case_that_is_cancelled_gives_back_what_it_held(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client)
    await decide(client)
    answer = await client.post("/cases/appel-1/cancel", json=BY)
    assert StateOut.model_validate(answer.json()).state == "CANCELLED"
    again = await client.post("/cases/appel-1/cancel", json=BY)
    assert (again.status_code, again.json()) == (200, answer.json())
    with store.reading() as unit:
        assert unit.bookings.find_booking("appel-1") is None
        assert list(unit.promises.rides_of("appel-1")) == []


@pytest.mark.parametrize("gesture", ["want-return", "close"])
async def test_gestures_follow_a_decided_case_and_no_other(
    client: httpx.AsyncClient, world: TinyWorld, gesture: str
):
    await proposed(client)
    early = await client.post(f"/cases/appel-1/{gesture}", json=BY)
    assert (early.status_code, early.json()["field"]) == (409, "case_id")
    await decide(client)
    world.clock.at = NOON + 130 * MINUTE
    assert (await client.post(f"/cases/appel-1/{gesture}", json=BY)).status_code == 200
    missing = await client.post(f"/cases/rien/{gesture}", json=BY)
    assert missing.status_code == 404


async def test_nobody_is_ready_to_go_home_long_before_they_are_to_be_seen(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client)
    await decide(client)
    refused = await client.post("/cases/appel-1/want-return", json=BY)
    assert refused.status_code == 409
    assert "le soin est à 15:00" in refused.json()["detail"]
    with store.reading() as unit:
        kinds = {one.event.kind for one in unit.events.after(0, case_id="appel-1")}
    assert EventKind.RETURN_WANTED not in kinds
