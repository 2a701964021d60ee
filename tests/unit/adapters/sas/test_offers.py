"""What becomes of agendas when a source answers, fails, lies or falls silent."""

import json
from collections.abc import Sequence
from datetime import timedelta

import httpx
import msgspec
import numpy as np
import pytest

from adapters.kit.directory import PlaceDirectory
from adapters.kit.quarantine import InMemoryQuarantine
from adapters.sas.client import SlotSearch, open_editor
from adapters.sas.gateway import SasOffers, SourceReport
from adapters.sas.places import Flow
from regulation.effecteurs import CareCode, Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Freshness
from regulation.kernel.places import CommuneCode, Position
from regulation.offers import Availability
from regulation.snapshots import Snapshot, SourceState
from tests.unit.adapters.sas.worlds import (
    ANNEXE,
    CABINET,
    DOCTOR_A,
    DOCTOR_B,
    FEED,
    NOW,
    WINDOW,
    changed,
    fixture,
    query,
)

DOCTORS = (DOCTOR_A, DOCTOR_B)
MINUTE = timedelta(minutes=1)
ONE_BY_ONE = msgspec.structs.replace(
    FEED, query=msgspec.structs.replace(query(), batch=1, attempts=1)
)


def effecteur(number: Identifier, *practitioners: Identifier) -> Effecteur:
    return Effecteur(
        effecteur_id=number,
        kind=EffecteurKind.CABINET,
        name=str(number),
        position=Position(lat=43.6, lon=1.44),
        commune=CommuneCode("31555"),
        care=frozenset({CareCode.GP}),
        practitioners=practitioners,
    )


TERRITORY = (effecteur(CABINET, DOCTOR_A, DOCTOR_B), effecteur(ANNEXE, DOCTOR_A))


def only(name: str, practitioner: Identifier) -> bytes:
    """A recorded bundle reduced to the slots of one practitioner."""
    bundle = json.loads(fixture(name))
    own = "a-" if practitioner == DOCTOR_A else "b-"
    bundle["entry"] = [
        entry
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] != "Slot" or entry["resource"]["id"].startswith(own)
    ]
    bundle["total"] = sum(e["resource"]["resourceType"] == "Slot" for e in bundle["entry"])
    return json.dumps(bundle).encode()


class World:
    """A source whose answer to each practitioner can be changed; bytes, or a status."""

    def __init__(self, territory: Sequence[Effecteur] = TERRITORY) -> None:
        self.answers: dict[Identifier, bytes | int] = {}
        self.territory = territory
        self.quarantine = InMemoryQuarantine()
        transport = httpx.MockTransport(self._answer)
        asked = ONE_BY_ONE.query
        assert asked is not None
        search = SlotSearch(
            open_editor("http://editor", asked, transport=transport),
            source="editor",
            flow=Flow.PS,
            query=msgspec.structs.replace(asked, failures_to_open=1000),
            draws=np.random.default_rng(1),
        )
        self.offers = SasOffers(
            search,
            source="editor",
            feed=ONE_BY_ONE,
            directory=PlaceDirectory.of(territory),
            quarantine=self.quarantine,
        )

    def says(self, practitioner: Identifier, answer: bytes | int) -> "World":
        self.answers[practitioner] = answer
        return self

    async def refresh(self, after: timedelta = timedelta(0)) -> SourceReport:
        return await self.offers.refresh(DOCTORS, WINDOW, NOW + after)

    def availability(
        self, number: Identifier = CABINET, after: timedelta = timedelta(0)
    ) -> Availability:
        return self.snapshot().availability(number, NOW + after)

    def freshness(self, number: Identifier = CABINET, after: timedelta = timedelta(0)) -> Freshness:
        return self.offers.agendas[number].slots.freshness(NOW + after)

    def snapshot(self) -> Snapshot:
        return Snapshot(
            snapshot_id="s",
            taken_at=NOW,
            effecteurs={one.effecteur_id: one for one in self.territory},
            agendas=self.offers.agendas,
        )

    def slots(self, number: Identifier = CABINET) -> set[str]:
        return {slot.slot_id[-3:] for slot in self.offers.agendas[number].slots.value}

    def put_aside(self) -> list[tuple[str, str]]:
        records = self.quarantine.list_records("editor")
        return [(record.defect.field, record.defect.reason) for record in records]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        token = request.url.params["schedule.actor:Practitioner.identifier"]
        answer = self.answers[Identifier.parse(f"RPPS:{token[-11:]}")]
        if isinstance(answer, int):
            return httpx.Response(answer)
        return httpx.Response(200, content=answer)


@pytest.fixture
def world() -> World:
    """Both doctors have slots."""
    both = World().says(DOCTOR_A, only("ps_good.json", DOCTOR_A))
    return both.says(DOCTOR_B, only("ps_good.json", DOCTOR_B))


EMPTY = fixture("ps_empty.json")


async def test_slots_are_published_by_effecteur_with_their_source_and_instant(world):
    report = await world.refresh()
    assert (world.slots(CABINET), world.slots(ANNEXE)) == ({"a-1", "a-2", "b-1", "b-2"}, {"a-3"})
    observed = world.offers.agendas[CABINET].slots
    assert (observed.source, observed.observed_at) == ("editor", NOW)
    assert observed.valid_for == timedelta(seconds=60)
    assert world.offers.agendas[CABINET].asked == WINDOW
    assert (report.asked, report.answered, report.slots) == (2, 2, 5)
    assert report.health.state is SourceState.OK


async def test_asked_and_answered_without_a_slot_is_none(world):
    await world.says(DOCTOR_A, EMPTY).says(DOCTOR_B, EMPTY).refresh()
    assert world.availability(CABINET) is Availability.NONE
    assert world.availability(ANNEXE) is Availability.NONE


async def test_an_effecteur_nobody_answered_for_is_unknown(world):
    await world.says(DOCTOR_A, 500).says(DOCTOR_B, 500).refresh()
    assert world.availability(CABINET) is Availability.UNKNOWN
    assert dict(world.offers.agendas) == {}


async def test_a_failing_source_ages_and_is_never_emptied(world):
    await world.refresh()
    world.says(DOCTOR_A, 500).says(DOCTOR_B, 500)
    await world.refresh(after=2 * MINUTE)
    assert world.freshness(after=2 * MINUTE) is Freshness.STALE
    assert world.availability(after=2 * MINUTE) is Availability.FREE
    await world.refresh(after=4 * MINUTE)
    assert world.freshness(after=4 * MINUTE) is Freshness.LOST
    assert world.availability(after=4 * MINUTE) is Availability.UNKNOWN


async def test_a_slot_that_was_taken_disappears(world):
    await world.refresh()
    await world.says(DOCTOR_B, EMPTY).refresh(after=MINUTE)
    assert world.slots(CABINET) == {"a-1", "a-2"}


async def test_one_doctor_free_is_enough_even_when_another_is_not_heard(world):
    await world.says(DOCTOR_B, 500).refresh()
    assert world.availability(CABINET) is Availability.FREE
    assert world.slots(CABINET) == {"a-1", "a-2"}


async def test_one_doctor_without_a_slot_says_nothing_of_another_who_is_not_heard(world):
    await world.says(DOCTOR_A, EMPTY).says(DOCTOR_B, 500).refresh()
    assert world.availability(CABINET) is Availability.UNKNOWN
    assert world.availability(ANNEXE) is Availability.NONE


async def test_a_doctor_lost_for_long_turns_none_into_unknown(world):
    await world.says(DOCTOR_A, EMPTY).refresh()
    world.says(DOCTOR_B, 500)
    await world.refresh(after=4 * MINUTE)
    assert world.availability(CABINET, after=4 * MINUTE) is Availability.UNKNOWN


async def test_a_doctor_lost_for_long_leaves_the_fresh_slots_of_the_others(world):
    await world.refresh()
    world.says(DOCTOR_B, 500)
    await world.refresh(after=4 * MINUTE)
    assert world.slots(CABINET) == {"a-1", "a-2"}
    assert world.freshness(CABINET, after=4 * MINUTE) is Freshness.FRESH


async def test_the_oldest_answer_that_counts_dates_the_whole(world):
    await world.refresh()
    world.says(DOCTOR_B, 500)
    await world.refresh(after=2 * MINUTE)
    assert world.slots(CABINET) == {"a-1", "a-2", "b-1", "b-2"}
    assert world.freshness(CABINET, after=2 * MINUTE) is Freshness.STALE


async def test_a_bad_slot_is_never_taken_for_no_slot(world):
    def spoil(found):
        for name in ("b-1", "b-2"):
            found[name]["status"] = "busy"

    bad = changed("ps_good.json", spoil)
    await world.says(DOCTOR_A, EMPTY).says(DOCTOR_B, bad).refresh()
    assert world.availability(CABINET) is Availability.UNKNOWN


@pytest.mark.requirement("fhir-r4@Bundle.total")
async def test_fewer_slots_than_the_source_counts_is_never_taken_for_none(world):
    short = EMPTY.replace(b'"total": 0', b'"total": 3')
    assert short != EMPTY
    await world.says(DOCTOR_A, EMPTY).says(DOCTOR_B, short).refresh()
    assert world.availability(CABINET) is Availability.UNKNOWN


async def test_a_recovery_makes_it_fresh_again(world):
    await world.says(DOCTOR_A, 500).says(DOCTOR_B, 500).refresh()
    world.says(DOCTOR_A, only("ps_good.json", DOCTOR_A)).says(DOCTOR_B, EMPTY)
    report = await world.refresh(after=MINUTE)
    assert world.availability(CABINET, after=MINUTE) is Availability.FREE
    assert report.health.state is SourceState.OK


async def test_a_place_the_territory_does_not_know_is_kept_aside():
    world = World(territory=(effecteur(CABINET, DOCTOR_A, DOCTOR_B),))
    world.says(DOCTOR_A, only("ps_good.json", DOCTOR_A)).says(DOCTOR_B, EMPTY)
    report = await world.refresh()
    assert world.put_aside() == [
        ("organization.identifier", "aucun effecteur du territoire n'est SIRET:99000000000010")
    ]
    assert world.slots(CABINET) == {"a-1", "a-2"}
    assert report.health.state is SourceState.OK


async def test_a_further_number_leads_to_the_same_effecteur(world):
    directory = PlaceDirectory.of(TERRITORY[:1], other_numbers={ANNEXE: CABINET})
    assert directory.find_effecteur(ANNEXE) == CABINET


@pytest.mark.requirement("agg-psindiv@18", "agg-psindiv@29")
async def test_a_slot_of_somebody_who_was_not_asked_is_kept_aside(world):
    await world.says(DOCTOR_B, only("ps_good.json", DOCTOR_A)).refresh()
    assert ("schedule.actor", f"{DOCTOR_A} pas demandé") in world.put_aside()


@pytest.mark.requirement("agg-psindiv@4", "ig-sas@erreurs")
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (401, "HTTP 401: nos identifiants ou nos droits sont refusés"),
        (429, "HTTP 429: demandé trop souvent"),
        (500, "HTTP 500"),
        (b"<html>", "réponse inutilisable (document: "),
        (fixture("ps_truncated.json"), "réponse inutilisable (document: "),
        (fixture("outcome_error.json"), "réponse inutilisable (resourceType: "),
    ],
)
async def test_a_failed_batch_degrades_the_source_and_says_why(world, answer, reason):
    report = await world.says(DOCTOR_B, answer).refresh()
    assert report.health.state is SourceState.DEGRADED
    assert report.failures[0].startswith(reason)
    assert report.health.message.startswith("1 lots sur 2 ont échoué : ")
    assert (report.asked, report.answered) == (2, 1)


async def test_a_source_never_heard_is_silent(world):
    report = await world.says(DOCTOR_A, 401).says(DOCTOR_B, 401).refresh()
    assert (report.health.state, report.health.last_success) == (SourceState.SILENT, None)


async def test_a_source_that_sends_mostly_rubbish_is_degraded(world):
    report = await world.says(DOCTOR_B, fixture("ps_empty_elements.json")).refresh()
    assert report.health.state is SourceState.DEGRADED
    assert "écartées" in report.health.message


async def test_an_unusable_answer_is_kept_with_its_bytes(world):
    await world.says(DOCTOR_B, fixture("ps_truncated.json")).refresh()
    (record,) = world.quarantine.list_records("editor")
    assert record.defect.raw == fixture("ps_truncated.json")


async def test_somebody_who_cannot_be_asked_is_never_said_to_have_no_slot():
    nurse = Identifier.parse("LOCAL:0310000000")
    world = World(territory=(effecteur(CABINET, DOCTOR_A, nurse),)).says(DOCTOR_A, EMPTY)
    report = await world.offers.refresh((DOCTOR_A, nurse), WINDOW, NOW)
    assert report.asked == 1
    assert world.availability(CABINET) is Availability.UNKNOWN


async def test_asking_for_nobody_is_no_news(world):
    report = await world.offers.refresh((), WINDOW, NOW)
    assert (report.asked, report.health.state) == (0, SourceState.SILENT)


async def test_a_published_mapping_never_changes(world):
    await world.refresh()
    before = world.offers.agendas
    await world.says(DOCTOR_A, EMPTY).says(DOCTOR_B, EMPTY).refresh(after=MINUTE)
    assert len(before[CABINET].slots.value) == 4
    with pytest.raises(TypeError):
        before[CABINET] = None
