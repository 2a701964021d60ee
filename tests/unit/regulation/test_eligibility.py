"""Who may receive the patient: each exclusion has its rule and its reason; unknown is said."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation import eligibility
from regulation.bookings import without_taken
from regulation.effecteurs import Accessible, CareCode, EffecteurKind
from regulation.eligibility import Candidate, Question, judge, judge_one, may_be_visited
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from regulation.mobility import MobilityAnswers
from regulation.offers import Availability, Booking, SlotMode
from regulation.premises import premises_rules
from tests.unit.regulation.worlds import (
    HERE,
    HOUR,
    MINUTE,
    NOON,
    a_case,
    a_slot,
    a_snapshot,
    an_agenda,
    an_ed,
    an_effecteur,
    described,
    free,
    no_need,
    rules,
    verdict_of,
)

MMG = an_effecteur()
STEPS = described(
    {
        "entree_plain_pied": False,
        "entree_marches": 4,
        "entree_marches_rampe": "aucune",
        "entree_ascenseur": False,
        "entree_aide_humaine": False,
        "entree_largeur_mini": 90,
        "stationnement_pmr": True,
    }
)
LEVEL = described({"entree_plain_pied": True, "entree_largeur_mini": 90, "stationnement_pmr": True})
IN_WHEELCHAIR = no_need(
    uses_wheelchair=True, autonomy="with_professional", own_vehicle_available=False
)
REACH_M = 20_000
VISITS: dict[str, Any] = {"modes": frozenset({SlotMode.HH})}


def question(*offers, answers=None, **need):
    case = a_case(answers, **need)
    return Question(
        case=case,
        verdict=verdict_of(case.mobility),
        snapshot=a_snapshot(*offers),
        now=NOON,
        visit_reach_m=REACH_M,
        premises=premises_rules(rules(), NOON),
    )


def excluded(*offers, **asked):
    """The only exclusion among these offers."""
    kept, (one,) = judge(question(*offers, **asked))
    assert not kept
    return one


def kept(*offers, **asked):
    """The only candidate among these offers."""
    (one,), refused = judge(question(*offers, **asked))
    assert not refused
    return one


def test_an_effecteur_with_a_free_slot_is_kept():
    one = kept(free(MMG, 60))
    assert (one.effecteur, one.availability) == (MMG, Availability.FREE)
    assert one.modes == {SlotMode.AMB}


def test_an_effecteur_that_does_not_answer_the_need_is_not_concerned():
    dentist = an_effecteur("dentiste", care=frozenset({CareCode.DENTAL}))
    assert judge(question(free(dentist, 60))) == ((), ())


def test_a_patient_too_young_for_the_effecteur_is_not_sent_there():
    adults = replace(MMG, min_age=15)
    one = excluded(free(adults, 60), answers=no_need(age=9))
    assert (one.effecteur_id, one.rule_id) == (MMG.effecteur_id, "ELIG-AGE")
    assert one.reason == "ne reçoit pas avant 15 ans"
    assert one.source
    assert kept(free(adults, 60), answers=no_need(age=15))


def test_a_specialty_asked_for_must_be_practised():
    other = replace(MMG, specialties=frozenset({"SM05"}))
    one = excluded(free(other, 60), specialty="SM54")
    assert (one.rule_id, one.reason) == ("ELIG-SPECIALITE", "pas de spécialité SM54")
    practised = replace(MMG, specialties=frozenset({"SM54"}))
    assert kept(free(practised, 60), specialty="SM54")


@pytest.mark.parametrize("phone", [None, "+33500000000"])
def test_specialties_not_declared_are_unknown_and_not_a_no(phone):
    silent = replace(MMG, specialties=frozenset(), phone=phone)
    one = excluded(free(silent, 60), specialty="SM54")
    assert one.rule_id == "ELIG-SPECIALITE-INCONNUE"
    assert ("téléphoner" in one.reason) is (phone is not None)


def test_an_emergency_department_is_not_asked_for_a_specialty():
    assert kept((an_ed(), None), specialty="SM54")


def test_an_effecteur_whose_agenda_is_empty_is_excluded_as_such():
    assert excluded((MMG, an_agenda(MMG))).rule_id == "ELIG-SANS-CRENEAU"


@pytest.mark.parametrize(
    ("phone", "whom"), [(None, ""), ("+33561000000", " ; téléphoner au 05 61 00 00 00")]
)
def test_an_unknown_availability_is_never_proposed_and_says_whom_to_call(phone, whom):
    one = excluded((replace(MMG, phone=phone), None))
    assert one.rule_id == "ELIG-DISPO-INCONNUE"
    assert one.reason == f"disponibilité inconnue{whom}"


@pytest.mark.parametrize(
    ("seen_ago", "rule_id"), [(30 * MINUTE, None), (31 * MINUTE, "ELIG-DISPO-INCONNUE")]
)
def test_a_stale_agenda_is_still_used_and_a_lost_one_is_unknown(seen_ago, rule_id):
    agenda = an_agenda(MMG, a_slot(MMG, 60), seen_ago=seen_ago)
    found = judge_one(MMG, question((MMG, agenda)))
    assert getattr(found, "rule_id", None) == rule_id


@pytest.mark.parametrize(
    ("windows", "outcome"),
    [
        ((), "ELIG-DISPO-INCONNUE"),
        ((TimeWindow(NOON - 9 * HOUR, NOON - HOUR),), "ELIG-SANS-CRENEAU"),
        ((TimeWindow(NOON + HOUR, NOON + 9 * HOUR),), None),
    ],
    ids=["hours unknown", "closed for good", "opens later"],
)
def test_a_place_that_receives_whoever_comes_depends_on_its_hours(windows, outcome):
    ed = an_ed(open_windows=windows)
    found = judge_one(ed, question((ed, None)))
    assert getattr(found, "rule_id", None) == outcome


def test_premises_that_cannot_be_entered_are_excluded_with_the_fact_that_says_so():
    barred = replace(MMG, accessibility=STEPS)
    one = excluded(free(barred, 60), answers=IN_WHEELCHAIR)
    assert one.rule_id == "ELIG-ACCES"
    assert one.reason == "accès sans marche : non (acceslibre, il y a 1 j)"


def test_premises_that_cannot_be_entered_do_not_matter_to_somebody_who_walks():
    assert kept(free(replace(MMG, accessibility=STEPS), 60))


def test_a_teleconsultation_does_not_depend_on_the_premises():
    remote = free(
        replace(MMG, accessibility=STEPS), 60, modes=frozenset({SlotMode.AMB, SlotMode.VR})
    )
    assert kept(remote, answers=IN_WHEELCHAIR).modes == {SlotMode.VR}


def test_premises_nobody_described_are_kept_and_counted():
    one = kept(free(MMG, 60), answers=IN_WHEELCHAIR)
    verdicts = {judged.verdict for judged in one.premises.values()}
    assert verdicts == {Accessible.UNKNOWN}
    assert one.premises_penalties() == {"unknown_access": 3}


def test_premises_that_suit_weigh_nothing_and_a_help_weighs():
    assert not kept(
        free(replace(MMG, accessibility=LEVEL), 60), answers=IN_WHEELCHAIR
    ).premises_penalties()
    helped = described({"entree_marches_rampe": "amovible", "entree_largeur_mini": 90})
    one = kept(free(replace(MMG, accessibility=helped), 60), answers=IN_WHEELCHAIR)
    assert one.premises_penalties() == {"unknown_access": 1, "access_with_help": 1}


@pytest.mark.parametrize(
    ("changes", "visited"),
    [
        ({}, False),
        ({"own_vehicle_available": False}, False),
        ({"own_vehicle_available": False, "public_transport_possible": False}, False),
        ({"public_transport_possible": None, "own_vehicle_available": False}, False),
        ({"lying_or_semi_sitting": True}, True),
        ({"walking_aid": True, "autonomy": "with_professional"}, True),
        ({"oxygen": None}, True),
    ],
)
def test_a_visit_is_for_who_cannot_move_or_of_whom_it_is_not_known(changes, visited):
    assert may_be_visited(question(answers=no_need(**changes))) is visited


def test_an_effecteur_that_only_visits_is_excluded_for_somebody_who_can_come():
    assert excluded(free(MMG, 60, **VISITS)).rule_id == "ELIG-VISITE"
    assert kept(free(MMG, 60, **VISITS), answers=IN_WHEELCHAIR).modes == {SlotMode.HH}


def test_premises_are_not_the_reason_of_excluding_who_only_visits():
    barred = replace(MMG, accessibility=STEPS)
    walker = no_need(walking_aid=True)
    assert excluded(free(barred, 60, **VISITS), answers=walker).rule_id == "ELIG-VISITE"


@pytest.mark.parametrize(("north_km", "visited"), [(19, True), (21, False)])
def test_a_team_visits_within_its_reach(north_km, visited):
    away = replace(MMG, position=Position(lat=HERE.lat + north_km / 111.2, lon=HERE.lon))
    found = judge_one(away, question(free(away, 60, **VISITS), answers=IN_WHEELCHAIR))
    assert getattr(found, "rule_id", None) == (None if visited else "ELIG-VISITE")


kinds = st.sampled_from(list(EffecteurKind))
offered = st.builds(
    lambda kind, care, min_age, minutes, mode, ago, described_as: _offer(
        kind, (care, min_age), minutes, mode, (ago, described_as)
    ),
    kinds,
    st.sampled_from([CareCode.GP, CareCode.DENTAL]),
    st.sampled_from([0, 15]),
    st.lists(st.sampled_from([-60, -10, 30, 300]), max_size=2, unique=True),
    st.sampled_from(list(SlotMode)),
    st.sampled_from([None, 1, 20, 40]),
    st.sampled_from([None, STEPS, LEVEL]),
)


def _offer(kind, taken_in, minutes, mode, seen):
    (care, min_age), (ago, described_as) = taken_in, seen
    one = an_effecteur(
        f"{kind}-{min_age}".lower(),
        kind=kind,
        care=frozenset({care}),
        min_age=min_age,
        accessibility=described_as,
        open_windows=(TimeWindow(NOON - HOUR, NOON + HOUR),) if ago else (),
    )
    slots = [a_slot(one, after, modes=frozenset({mode})) for after in minutes]
    agenda = None if ago is None else an_agenda(one, *slots, seen_ago=timedelta(minutes=ago))
    return one, agenda


@given(
    st.lists(offered, max_size=5),
    st.sampled_from([no_need(), no_need(age=9), IN_WHEELCHAIR, MobilityAnswers(age=47)]),
)
def test_who_is_kept_meets_every_rule_and_who_is_not_has_a_reason(offers, answers):
    asked = question(*offers, answers=answers)
    candidates, exclusions = judge(asked)
    concerned = [o for o in asked.snapshot.effecteurs.values() if CareCode.GP in o.care]
    assert len(candidates) + len(exclusions) == len(concerned)
    assert all(one.reason and one.source for one in exclusions)
    assert all(_may_receive(one, asked) for one in candidates)


def _may_receive(one: Candidate, asked: Question) -> bool:
    verdicts = [judged.verdict for judged in one.premises.values()]
    return (
        one.availability is Availability.FREE
        and asked.case.patient.age >= one.effecteur.min_age
        and bool(one.modes)
        and (SlotMode.AMB not in one.modes or Accessible.NO not in verdicts)
        and (SlotMode.HH not in one.modes or may_be_visited(asked))
    )


CHANGING = (
    free(an_effecteur("bientot-pris"), 20, 60),
    (FROM_TOMORROW := an_effecteur("en-avance"), an_agenda(FROM_TOMORROW, seen_ago=-15 * MINUTE)),
    (VISITOR := an_effecteur("visiteur"), an_agenda(VISITOR, a_slot(VISITOR, 40, **VISITS))),
    (KEPT := an_effecteur("reserve"), an_agenda(KEPT, a_slot(KEPT, 45, reserved=True))),
    (RANGE := an_effecteur("sans-rendez-vous"), None),
    (an_ed(open_windows=(TimeWindow(NOON, NOON + HOUR),)), None),
)
EXTRA = an_agenda(RANGE, a_slot(RANGE, 30, booking=Booking.WALKIN))


@given(st.lists(st.integers(-10, 70), min_size=2, max_size=6), st.booleans())
def test_what_is_remembered_of_a_snapshot_is_never_out_of_date(minutes, in_wheelchair):
    asked = question(*CHANGING, answers=IN_WHEELCHAIR if in_wheelchair else None)
    shown = replace(asked.snapshot, extras={RANGE.effecteur_id: EXTRA})
    instants = [NOON + minute * MINUTE for minute in minutes]
    remembered = [judge(replace(asked, snapshot=shown, now=at)) for at in instants]
    anew = [judge(replace(asked, snapshot=replace(shown), now=at)) for at in instants]
    assert remembered == anew


def test_what_follows_a_snapshot_tells_of_each_effecteur_what_it_says_itself():
    asked = question(free(MMG, 20))
    assert isinstance(judge_one(MMG, asked), Candidate)
    taken = without_taken(asked.snapshot, {"mmg-20": 1})
    gone = judge_one(MMG, replace(asked, snapshot=taken))
    assert getattr(gone, "rule_id", None) == "ELIG-SANS-CRENEAU"
    assert isinstance(judge_one(MMG, asked), Candidate)
    dentist = replace(MMG, care=frozenset({CareCode.DENTAL}))
    moved = replace(asked.snapshot, effecteurs={MMG.effecteur_id: dentist})
    assert judge(replace(asked, snapshot=moved.following(asked.snapshot))) == ((), ())


def test_no_more_is_remembered_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(eligibility, "MOST_REMEMBERED", 1)
    asked = question(free(MMG, 20), (an_ed(), None))
    once, again = judge(asked), judge(replace(asked))
    assert once == again
    assert len(asked.offers) == len(once[0])


def test_a_slot_that_has_begun_is_forgotten_by_the_snapshot_it_was_free_in():
    asked = question(free(MMG, 20))
    assert isinstance(judge_one(MMG, asked), Candidate)
    later = judge_one(MMG, replace(asked, now=NOON + 21 * MINUTE))
    assert getattr(later, "rule_id", None) == "ELIG-SANS-CRENEAU"
