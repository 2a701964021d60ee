"""Who may receive which need: refusals, protocols turned on by a territory, rules of its own."""

from dataclasses import replace
from typing import Any

import pytest

from regulation.cases import Patient, Sex
from regulation.competences import competences_for
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.eligibility import Candidate, judge
from regulation.rules import Rule, Status
from regulation.usecases import propose_orientations
from tests.unit.regulation.planning import a_desk
from tests.unit.regulation.test_eligibility import question
from tests.unit.regulation.worlds import (
    HERE,
    NOON,
    a_case,
    a_snapshot,
    an_effecteur,
    free,
    no_need,
    rules,
    rules_without,
    verdict_of,
)

ALWAYS = rules().rules[0].validity
MMG = an_effecteur("mmg")
NO_STRETCHER = Rule(
    rule_id="TER-SANS-BRANCARD",
    family="competences",
    statement="Cette maison médicale ne reçoit pas de brancard.",
    when={"effecteur.id": "LOCAL:mmg", "needs.STRETCHER_ACCESS": True},
    then={"refuse": True},
    source="Maison médicale, novembre 2026",
    status=Status.CONVENTION,
    validity=ALWAYS,
)


def turned_on(*switches, book=None):
    """The rules in force, with these protocols on."""
    book = book or rules()
    figures = [replace(one, value=True) if one.name in switches else one for one in book.parameters]
    assert sum(one.name in switches for one in figures) == len(switches)
    return replace(book, parameters=tuple(figures))


def asked(owner, *, book=None, age=47, sex=Sex.F, answers=None, **need):
    """What becomes of an effecteur with a free slot; None: not concerned."""
    case = a_case(answers, **need)
    case = replace(case, patient=Patient(age=age, sex=sex, position=HERE))
    rulebook = book or rules()
    asking = replace(
        question(free(owner, 60)),
        case=case,
        verdict=verdict_of(case.mobility),
        competences=competences_for(case, verdict_of(case.mobility), rulebook, NOON),
    )
    kept, refused = judge(asking)
    return next(iter((*kept, *refused)), None)


def of_care(*codes, **changes):
    return an_effecteur("autre", care=frozenset(codes), **changes)


REFUSALS: dict[str, dict[str, Any]] = {
    "COMP-SAGE-FEMME": {"owner": of_care(CareCode.MIDWIFE), "code": CareCode.MIDWIFE, "sex": Sex.M},
    "COMP-PEDIATRIE": {"owner": of_care(CareCode.PAEDIATRIC), "code": CareCode.PAEDIATRIC},
    "COMP-KINE-NOURRISSON": {
        "owner": of_care(CareCode.PHYSIO_RESPIRATORY),
        "code": CareCode.PHYSIO_RESPIRATORY,
        "age": 2,
        "book": turned_on("protocol.physio_infants_only"),
    },
}
PROTOCOLS: dict[str, tuple[str, dict[str, Any]]] = {
    "PROTO-KINE-BRONCHIOLITE": (
        "protocol.physio_bronchiolitis",
        {"owner": of_care(CareCode.PHYSIO_RESPIRATORY), "motif": "M03.12", "age": 0.5},
    ),
    "PROTO-INFIRMIER-PLAIE": (
        "protocol.nurse_wounds",
        {"owner": of_care(CareCode.NURSE), "motif": "M02.06"},
    ),
    "PROTO-IPA": (
        "protocol.advanced_nurse",
        {"owner": of_care(CareCode.NURSE, kind=EffecteurKind.MSP)},
    ),
    "PROTO-SAGE-FEMME": (
        "protocol.midwife",
        {"owner": of_care(CareCode.MIDWIFE), "motif": "M03.02"},
    ),
    "PROTO-PHARMACIEN": (
        "protocol.pharmacist",
        {"owner": of_care(CareCode.PHARMACY), "motif": "M03.05"},
    ),
}


def test_no_rule_of_the_family_is_without_a_test():
    family = {one.rule_id for one in rules().rules if one.family == "competences"}
    assert family == set(REFUSALS) | set(PROTOCOLS)


@pytest.mark.parametrize("rule_id", REFUSALS)
def test_a_refusal_excludes_by_its_rule_and_nobody_else_does(rule_id):
    given = REFUSALS[rule_id]
    refused = asked(**given)
    rule = rules().find_rule(rule_id)
    assert rule is not None
    assert (refused.rule_id, refused.reason) == (rule_id, rule.statement)
    assert refused.source == rule.source
    book = turned_on(*_switched(given), book=rules_without(rule_id))
    assert isinstance(asked(**{**given, "book": book}), Candidate)


def _switched(given):
    return ["protocol.physio_infants_only"] if "book" in given else []


@pytest.mark.parametrize(
    "given",
    [
        {**REFUSALS["COMP-SAGE-FEMME"], "sex": Sex.F},
        {**REFUSALS["COMP-SAGE-FEMME"], "sex": Sex.U},
        {**REFUSALS["COMP-SAGE-FEMME"], "age": 0.02},
        {**REFUSALS["COMP-PEDIATRIE"], "age": 17.9},
        {**REFUSALS["COMP-KINE-NOURRISSON"], "age": 1.9},
        {**REFUSALS["COMP-KINE-NOURRISSON"], "book": rules()},
    ],
    ids=["a woman", "sex unknown", "a newborn", "a minor", "an infant", "not turned on"],
)
def test_a_refusal_spares_those_it_does_not_concern(given):
    assert isinstance(asked(**given), Candidate)


@pytest.mark.parametrize("rule_id", PROTOCOLS)
def test_a_protocol_lets_another_care_receive_once_its_territory_turns_it_on(rule_id):
    switch, given = PROTOCOLS[rule_id]
    candidate = asked(**given, book=turned_on(switch))
    assert isinstance(candidate, Candidate)
    assert candidate.protocol is not None
    assert candidate.protocol.rule_id == rule_id
    assert asked(**given) is None
    assert asked(**given, book=turned_on(switch, book=rules_without(rule_id))) is None


@pytest.mark.parametrize(
    ("rule_id", "changes"),
    [
        ("PROTO-KINE-BRONCHIOLITE", {"age": 2}),
        ("PROTO-KINE-BRONCHIOLITE", {"motif": "M03.14"}),
        ("PROTO-INFIRMIER-PLAIE", {"motif": "M02.07"}),
        ("PROTO-IPA", {"owner": of_care(CareCode.NURSE)}),
        ("PROTO-IPA", {"code": CareCode.DENTAL}),
        ("PROTO-SAGE-FEMME", {"sex": Sex.U}),
        ("PROTO-PHARMACIEN", {"age": 66}),
        ("PROTO-PHARMACIEN", {"sex": Sex.M}),
        ("PROTO-PHARMACIEN", {"owner": of_care(CareCode.LAB)}),
    ],
)
def test_a_protocol_opens_nothing_beyond_its_conditions(rule_id, changes):
    switch, given = PROTOCOLS[rule_id]
    assert asked(**{**given, **changes}, book=turned_on(switch)) is None


def test_whoever_answers_the_need_itself_needs_no_protocol():
    assert asked(MMG, book=turned_on("protocol.advanced_nurse")).protocol is None


def test_a_territory_spares_its_house_the_stretchers_it_cannot_take():
    book = replace(rules(), rules=(*rules().rules, NO_STRETCHER))
    lying = no_need(lying_or_semi_sitting=True, autonomy="with_professional")
    assert asked(MMG, book=book, answers=lying).rule_id == "TER-SANS-BRANCARD"
    assert isinstance(asked(MMG, book=book), Candidate)
    assert isinstance(asked(an_effecteur("autre"), book=book, answers=lying), Candidate)


def test_a_doctor_confirms_whoever_receives_under_a_protocol():
    desk = replace(a_desk(), rulebook=turned_on("protocol.nurse_wounds"))
    snapshot = a_snapshot(free(of_care(CareCode.NURSE), 60))
    proposal = propose_orientations(a_case(motif="M02.06"), snapshot, desk, NOON).proposals[0]
    assert any("PROTO-INFIRMIER-PLAIE" in text for text in proposal.to_confirm)
    assert any("PROTO-INFIRMIER-PLAIE" in text for text in proposal.warnings)
