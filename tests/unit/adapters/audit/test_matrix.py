"""Under each fault, exactly the checks that should fail do."""

import pytest

from adapters.audit.checks import Verdict
from adapters.audit.report import Conclusion
from adapters.audit.sas_plan import Flow
from simulations.feeds.faults import TOLD, Fault
from tests.unit.adapters.audit.worlds import audited, failed

TRANSPORT = {
    Fault.SLOW: {"reponse-7s", "reponse-1s"},
    Fault.UNAUTHORIZED: {"recherche", "rien-de-libre", "disponibilite"},
    Fault.TOO_MANY: {"disponibilite"},
    Fault.SERVER_ERROR: {"recherche", "rien-de-libre", "refus-outcome", "disponibilite"},
    Fault.TRUNCATED: {"recherche", "rien-de-libre", "refus-outcome"},
    Fault.HTML: {"recherche", "rien-de-libre", "refus-outcome"},
    Fault.CLOCK_SKEW: {"horloge"},
    Fault.SILENT: {"recherche", "rien-de-libre", "reponse-7s", "reponse-1s", "disponibilite"},
}
RECORDS = {
    Fault.PAST: {"rien-avant", "dans-la-periode", "filtre-periode"},
    Fault.WRONG_ZONE: {"filtre-periode", "saison"},
    Fault.NO_ZONE: {"format-dates"},
    Fault.BUSY: {"statut", "slot-profil"},
    Fault.NO_URL: {"adresse-rdv"},
    Fault.MERGED_PLACES: {"un-agenda-par-lieu"},
    Fault.ZULU: {"format-dates"},
    Fault.SCHEMA_DRIFT: {"type-consultation", "rendez-vous"},
}
RELIABILITY = {
    Fault.STALE: {"fraicheur"},
    Fault.OUT_OF_ORDER: {"ordre"},
    Fault.PHANTOM: {"fantomes"},
    Fault.DOUBLE_SOLD: {"double-vente"},
}
ALIKE = TRANSPORT | RECORDS | RELIABILITY
BY_FLOW = {
    (Flow.PS, Fault.EMPTY_ELEMENTS): {"slot-profil", "adresse-rdv", "motif"},
    (Flow.CPTS, Fault.EMPTY_ELEMENTS): {"slot-profil", "adresse-rdv"},
    (Flow.SOS, Fault.EMPTY_ELEMENTS): {"slot-profil", "adresse-rdv"},
    (Flow.PS, Fault.DUPLICATE): {"total", "sans-doublon"},
    (Flow.CPTS, Fault.DUPLICATE): {"total", "sans-doublon"},
    (Flow.SOS, Fault.DUPLICATE): {"sans-doublon"},
    (Flow.PS, Fault.WRONG_PREFIX): {"identifiant-national", "rpps"},
    (Flow.CPTS, Fault.WRONG_PREFIX): {"identifiant-national", "rpps"},
    (Flow.SOS, Fault.WRONG_PREFIX): {"association-profil"},
    (Flow.PS, Fault.WRONG_HOURS): set(),
    (Flow.CPTS, Fault.WRONG_HOURS): set(),
    (Flow.SOS, Fault.WRONG_HOURS): {"horaires"},
}


@pytest.mark.parametrize("flow", Flow)
def test_a_conforming_editor_passes_whatever_can_be_proved(flow: Flow):
    audit = audited(flow)
    assert failed(audit) == []
    assert audit.conclusion is Conclusion.CONFORMING


def test_what_is_not_proved_of_the_practitioners_search_is_named():
    unproved = {
        number
        for one in audited(Flow.PS).outcomes
        if one.verdict is Verdict.NOT_PROVABLE
        for number in one.check.requirements
    }
    inside = {f"agg-psindiv@{row}" for row in (33, 34, 35, 36, 37, 47)}
    certificates = {f"agg-psindiv@{row}" for row in (1, 2, 3)}
    assert unproved == inside | certificates


@pytest.mark.parametrize("flow", Flow)
@pytest.mark.parametrize("fault", Fault)
def test_a_fault_fails_the_checks_it_should_and_no_other(flow: Flow, fault: Fault):
    expected = ALIKE[fault] if fault in ALIKE else BY_FLOW[flow, fault]
    assert set(failed(audited(flow, fault))) == expected


def test_slots_are_compared_with_the_hours_their_place_declares():
    notes = {one.check.check_id: one.note for one in audited(Flow.SOS).outcomes}
    assert notes["horaires"] == "6 créneaux sur 6 dans les horaires déclarés"


@pytest.mark.parametrize("flow", Flow)
def test_a_search_refused_by_haste_proves_nothing_of_the_search(flow: Flow):
    audit = audited(flow, Fault.TOO_MANY)
    verdicts = {one.check.check_id: one.verdict for one in audit.outcomes}
    assert verdicts["recherche"] is Verdict.NOT_RUN
    assert audit.conclusion is Conclusion.UNDETERMINED


def test_only_binding_requirements_make_an_editor_non_conforming():
    assert audited(Flow.PS, Fault.STALE).conclusion is Conclusion.CONFORMING
    assert audited(Flow.PS, Fault.NO_URL).conclusion is Conclusion.NOT_CONFORMING


def test_every_fault_says_in_french_what_the_editor_does():
    assert set(TOLD) == set(Fault)


def test_all_rows_of_the_test_kit_have_a_check():
    rows = {number for one in audited(Flow.PS).outcomes for number in one.check.requirements}
    assert {f"agg-psindiv@{row}" for row in range(1, 50)} <= rows
