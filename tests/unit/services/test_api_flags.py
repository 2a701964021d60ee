"""Lifting red flags over HTTP: who may, why, and what the next answer is."""

import httpx
import pytest

from services.schemas.lifting import FlagsOut
from services.store import Store
from tests.unit.services.steps import decide, opened, proposed, proposed_again
from tests.worlds import NOON, TinyWorld, call

DOCTOR = {"id": "LOCAL:dr-1", "role": "REGULATING_DOCTOR"}
RED = {**call()["need"], "motif": "M03.06"}
LIFTED = {"motive": "douleur ancienne, examinée hier", "actor": DOCTOR}
URL = "/cases/appel-1/red-flags/lift"


async def test_once_a_doctor_has_lifted_the_flag_the_case_is_oriented(
    client: httpx.AsyncClient, store: Store
):
    red = await proposed(client, need=RED)
    assert [one["kind"] for one in red["proposals"]] == ["AMU"]
    answer = await client.post(URL, json=LIFTED)
    assert answer.status_code == 200, answer.text
    flags = FlagsOut.model_validate(answer.json())
    assert [one.rule_id for one in flags.lifted] == ["ROUGE-MOTIF-MEDICAL"]
    assert (flags.standing, flags.version) == ([], 2)
    oriented = await proposed_again(client)
    assert "AMU" not in {one["kind"] for one in oriented["proposals"]}
    with store.unit() as unit:
        case = unit.cases.find("appel-1")
        (line,) = [one for one in unit.audit.entries_of("appel-1") if one.action == "LIFT_FLAG"]
    assert case is not None
    assert case.lifted[0].motive == LIFTED["motive"]
    assert (line.who, line.outcome) == ("LOCAL:dr-1", "DONE")


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"actor": {"id": "LOCAL:osnp-1", "role": "OSNP"}}, 403, "actor.role"),
        ({"motive": "  "}, 422, "motive"),
        ({"rule_ids": ["ROUGE-R1"]}, 422, "rule_ids"),
        ({"rule_ids": ["rouge"]}, 422, "rule_ids.0"),
        ({"reason": "inconnu"}, 422, "reason"),
    ],
)
async def test_a_lifting_that_may_not_be_is_refused_by_field_and_nothing_is_kept(
    client: httpx.AsyncClient, store: Store, changes, status, field
):
    await opened(client, need=RED)
    answer = await client.post(URL, json=LIFTED | changes)
    assert (answer.status_code, answer.json()["field"]) == (status, field), answer.text
    with store.unit() as unit:
        case = unit.cases.find("appel-1")
    assert case is not None
    assert (case.lifted, case.version) == ((), 0)


async def test_a_refused_lifting_leaves_its_line(client: httpx.AsyncClient, store: Store):
    await opened(client, need=RED)
    await client.post(URL, json=LIFTED | {"actor": {"id": "LOCAL:osnp-1", "role": "OSNP"}})
    with store.unit() as unit:
        (line,) = [one for one in unit.audit.entries_of("appel-1") if one.action == "LIFT_FLAG"]
    assert (line.who, line.outcome) == ("LOCAL:osnp-1", "REFUSED")


async def test_a_case_nobody_knows_has_no_flag_to_lift(client: httpx.AsyncClient):
    assert (await client.post(URL, json=LIFTED)).status_code == 404


async def test_a_case_handed_over_is_not_taken_back_by_lifting_its_flag(client: httpx.AsyncClient):
    await proposed(client, need=RED)
    assert (await decide(client)).json()["state"] == "HANDED_TO_AMU"
    answer = await client.post(URL, json=LIFTED)
    assert (answer.status_code, answer.json()["field"]) == (409, "case_id")


async def test_a_lifted_flag_is_told_to_whoever_watches_without_its_motive(
    client: httpx.AsyncClient, store: Store, world: TinyWorld
):
    await opened(client, need=RED)
    await client.post(URL, json=LIFTED)
    with store.unit() as unit:
        told = [one.event for one in unit.events.after(0, limit=50)]
    (event,) = [one for one in told if one.kind == "case.flag_lifted"]
    assert event.facts == {"who": "LOCAL:dr-1", "rules": "ROUGE-MOTIF-MEDICAL", "version": 1}
    assert event.at == NOON


async def test_the_same_case_sent_again_after_a_lifting_changes_nothing(client: httpx.AsyncClient):
    await opened(client, need=RED)
    await client.post(URL, json=LIFTED)
    again = await client.post("/cases", json=call(need=RED))
    assert again.status_code == 201
    assert (await proposed_again(client))["proposals"][0]["kind"] != "AMU"
