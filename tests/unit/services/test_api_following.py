"""Decided cases over HTTP: cancelled, closed, called home; what was held is given back."""

import httpx
import pytest

from services.schemas.following import StateOut
from services.store import Store
from tests.unit.services.steps import decide, decision, proposed

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
async def test_gestures_follow_a_decided_case_and_no_other(client: httpx.AsyncClient, gesture: str):
    await proposed(client)
    early = await client.post(f"/cases/appel-1/{gesture}", json=BY)
    assert (early.status_code, early.json()["field"]) == (409, "case_id")
    await decide(client)
    assert (await client.post(f"/cases/appel-1/{gesture}", json=BY)).status_code == 200
    missing = await client.post(f"/cases/rien/{gesture}", json=BY)
    assert missing.status_code == 404
