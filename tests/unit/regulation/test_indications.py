"""What is said with a proposal: each rule adds its own sentence, and nobody says it without it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.kit.calendar import PublicHolidays
from regulation.cases import CareLevel
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.eligibility import Question, judge
from regulation.indications import FAMILY, Preferred, ProposalFacts, Said, indications_for
from regulation.kernel.modes import Mode, PharmacyNeed
from regulation.kernel.places import Position
from regulation.premises import premises_rules
from regulation.proposals import ProposalKind
from regulation.red_flags import LEVELS_FAMILY
from regulation.rules import RuleBook, UnknownParameterError
from regulation.rules.sentences import filled
from regulation.telling import Answering
from regulation.usecases import propose_orientations
from tests.unit.regulation.planning import MustNotBeAsked, a_desk, a_vehicle, fleet_planner
from tests.unit.regulation.worlds import (
    HERE,
    MINUTE,
    NOON,
    a_case,
    a_snapshot,
    an_agenda,
    an_ed,
    an_effecteur,
    free,
    no_need,
    rules,
    rules_without,
    verdict_of,
)

DAY = datetime(2026, 11, 26, 10, tzinfo=UTC)
"""A Thursday morning: neither a night nor a day of rest."""
SMALL_HOURS = datetime(2026, 11, 26, 2, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 10, tzinfo=UTC)
PLAIN: dict[str, Any] = {"served": True, "preferred": Preferred.CHOSEN, "kind": "CONSULTATION"}
NOBODY: dict[str, Any] = {**PLAIN, "served": False, "kind": "ADVICE"}
SPOKEN: dict[str, tuple[dict[str, Any], datetime, dict[str, Any]]] = {
    "IND-TRAITANT-D-ABORD": ({"preferred": Preferred.NOT_ASKED}, DAY, {}),
    "IND-TRAITANT-INDISPONIBLE": ({"preferred": Preferred.EXCLUDED}, DAY, {}),
    "IND-TRAITANT-POSSIBLE": ({"preferred": Preferred.PASSED_OVER}, DAY, {}),
    "IND-NUIT-PROFONDE": ({}, SMALL_HOURS, {}),
    "IND-PHARMACIE-NUIT": ({"pharmacy_at": SMALL_HOURS}, DAY, {}),
    "IND-PHARMACIE-REPOS": ({"pharmacy_at": SUNDAY}, DAY, {}),
    "IND-PARTAGE": ({"shared": True}, DAY, {}),
    "IND-SOCIAL": ({"modes": frozenset({Mode.SOCIAL}), "social_m": 9000}, DAY, {}),
    "IND-SOCIAL-RAYON": ({"social_m": 25_001}, DAY, {}),
    "IND-AMBULANCE-COORDINATION": ({"modes": frozenset({Mode.AMBULANCE})}, DAY, {}),
    "IND-AMBULANCE-CARENCE": (NOBODY, DAY, {"oxygen": True}),
}


def said(
    changes: dict[str, Any], at: datetime, answers: dict[str, Any], book: RuleBook | None = None
) -> Said:
    case, in_force = a_case(no_need(**answers)), book or rules()
    verdict = verdict_of(case.mobility, in_force, at)
    spoken = indications_for(case, verdict, in_force, PublicHolidays(), at)
    return spoken.of(ProposalFacts(**{**PLAIN, **changes}))


def sentences(told: Said) -> tuple[str, ...]:
    return (*told.explanation, *told.warnings)


def test_no_rule_of_the_family_is_without_a_test():
    assert {one.rule_id for one in rules().rules if one.family == FAMILY} == set(SPOKEN)


@pytest.mark.parametrize("rule_id", SPOKEN)
def test_a_rule_adds_its_sentence_and_nobody_says_it_without_it(rule_id):
    changes, at, answers = SPOKEN[rule_id]
    with_it = sentences(said(changes, at, answers))
    without = sentences(said(changes, at, answers, rules_without(rule_id)))
    assert [one for one in with_it if one.endswith(f"[{rule_id}]")] == list(
        set(with_it) - set(without)
    )
    assert len(with_it) == len(without) + 1


def test_an_ordinary_proposal_on_an_ordinary_day_is_told_nothing_more():
    assert said({}, DAY, {}) == Said()
    assert said({"pharmacy_at": DAY}, DAY, {}) == Said()


def test_a_rule_says_or_warns_as_it_is_written():
    assert said({"social_m": 30_000}, DAY, {}).warnings
    assert said({"shared": True}, DAY, {}).explanation


def test_sharing_tells_the_limits_of_the_decree_from_their_figures():
    (told,) = said({"shared": True}, DAY, {}).explanation
    assert "10 km de détour par patient" in told
    assert "30 km en tout, 45 min d'attente" in told


@pytest.mark.parametrize(
    ("at", "fee"), [(SMALL_HOURS, "8,00 €"), (SUNDAY, "5,00 €")], ids=["night", "rest day"]
)
def test_the_fee_of_a_pharmacy_on_duty_is_told_in_euros(at, fee):
    (told,) = said({"pharmacy_at": at}, DAY, {}).explanation
    assert fee in told


def test_lists_and_decimals_are_told_in_french():
    assert filled("{garde.ambulance_categories}", rules(), DAY) == "A ou C"
    assert filled("{transit_factor}", rules(), DAY) == "2,2"


def test_a_figure_that_is_missing_is_named():
    with pytest.raises(UnknownParameterError, match="no_figure"):
        filled("{no_figure}", rules(), DAY)


MMG = an_effecteur(position=Position(lat=HERE.lat + 3 / 111.2, lon=HERE.lon))
OWN_DOCTOR = an_effecteur("traitant", kind=EffecteurKind.CABINET)
SHUT = an_effecteur("ferme")
NO_CAR = no_need(own_vehicle_available=False, public_transport_possible=False)


def told_with(*offers, wanted=None, case=None, **desk):
    asked = replace(case or a_case(NO_CAR), preferred_effecteur=wanted)
    return propose_orientations(asked, a_snapshot(*offers), a_desk(**desk), NOON).proposals[0]


def test_the_own_doctor_who_has_no_slot_is_said_to_have_none():
    full = (OWN_DOCTOR, an_agenda(OWN_DOCTOR))
    one = told_with(free(MMG, 60), full, wanted=OWN_DOCTOR.effecteur_id)
    assert any("IND-TRAITANT-INDISPONIBLE" in text for text in one.explanation)


@pytest.mark.parametrize(
    ("wanted", "chosen", "stands"),
    [
        (None, MMG, Preferred.NOT_ASKED),
        (MMG, MMG, Preferred.CHOSEN),
        (OWN_DOCTOR, MMG, Preferred.PASSED_OVER),
        (OWN_DOCTOR, None, Preferred.PASSED_OVER),
        (SHUT, MMG, Preferred.EXCLUDED),
        (an_effecteur("ailleurs"), MMG, Preferred.UNKNOWN),
    ],
)
def test_where_the_own_doctor_stands_is_told_to_the_rules(wanted, chosen, stands):
    case = replace(a_case(), preferred_effecteur=wanted and wanted.effecteur_id)
    snapshot = a_snapshot(free(MMG, 60), free(OWN_DOCTOR, 60), (SHUT, None))
    question = Question(
        case=case,
        verdict=verdict_of(case.mobility),
        snapshot=snapshot,
        now=NOON,
        visit_reach_m=0,
        premises=premises_rules(rules(), NOON),
    )
    _, excluded = judge(question)
    spoken = indications_for(case, question.verdict, rules(), PublicHolidays(), NOON)
    context = Answering(question=question, excluded=excluded, indications=spoken)
    assert context.preferred(chosen and chosen.effecteur_id) is stands


def test_an_ambulance_goes_through_the_coordination_of_the_department():
    lying = a_case(no_need(lying_or_semi_sitting=True))
    fleet = fleet_planner(a_vehicle("ambulance", Mode.AMBULANCE, crew=2))
    one = told_with(free(MMG, 60), case=lying, planner=fleet)
    assert any("catégorie A ou C" in text and "30 min" in text for text in one.explanation)


def test_when_no_ambulance_can_be_had_the_lack_of_one_is_said():
    lying = a_case(no_need(lying_or_semi_sitting=True))
    one = told_with(free(MMG, 60), case=lying, planner=fleet_planner())
    assert one.kind is ProposalKind.ADVICE
    assert any("IND-AMBULANCE-CARENCE" in text for text in one.warnings)


def test_a_pharmacy_passed_by_on_a_sunday_tells_its_fee():
    sunday = NOON + timedelta(hours=20)
    pharmacy = an_ed("pharmacie", kind=EffecteurKind.PHARMACIE, care=frozenset({CareCode.PHARMACY}))
    case = replace(a_case(NO_CAR), pharmacy_stop=PharmacyNeed.CERTAIN)
    minutes = int((sunday - NOON) / MINUTE) + 60
    one = told_with(free(MMG, minutes), (pharmacy, None), case=case)
    assert any("IND-PHARMACIE-REPOS" in text for text in one.explanation)


def test_r4_is_advice_by_its_rule_and_is_oriented_without_it():
    case = a_case(care_level=CareLevel.R4)
    advice = propose_orientations(case, a_snapshot(), a_desk(MustNotBeAsked()), NOON)
    assert [one.explanation for one in advice.proposals] == [
        ("Niveau R4 : conseil ou prescription par téléphone du médecin régulateur. [ORI-R4]",)
    ]
    with pytest.raises(AssertionError, match="the planner was asked"):
        propose_orientations(
            replace(case, need=replace(case.need, deadline=timedelta(hours=8))),
            a_snapshot(free(MMG, 60)),
            a_desk(MustNotBeAsked(), rulebook=rules_without("ORI-R4")),
            NOON,
        )
    assert [one.rule_id for one in rules().rules if one.family == LEVELS_FAMILY] == ["ORI-R4"]
