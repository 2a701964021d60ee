"""Under each fault, exactly the checks that should fail do."""

from collections.abc import Mapping

import pytest

from adapters.audit.checks import Verdict
from adapters.audit.profiles import CHECKS
from adapters.audit.report import Conclusion
from adapters.audit.sas_plan import Flow, Plan
from simulations.feeds.faults import TOLD, Fault
from tests.unit.adapters.audit.worlds import audited, evidence_of, failed, judged
from tests.unit.simulations.feeds.agendas import NOW

TRANSPORT = {
    Fault.SLOW: {"reponse-7s", "reponse-1s"},
    Fault.UNAUTHORIZED: {"disponibilite"},
    Fault.TOO_MANY: {"disponibilite"},
    Fault.SERVER_ERROR: {"recherche", "rien-de-libre", "refus-outcome", "disponibilite"},
    Fault.TRUNCATED: {"recherche", "rien-de-libre", "refus-outcome"},
    Fault.HTML: {"recherche", "rien-de-libre", "refus-outcome"},
    Fault.CLOCK_SKEW: {"horloge"},
    Fault.SILENT: {"recherche", "rien-de-libre", "reponse-7s", "reponse-1s", "disponibilite"},
    Fault.COLLECTION: {"searchset"},
    Fault.WRONG_TOTAL: {"total"},
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
    Fault.UNKNOWN_AUDIENCE: {"type-creneau"},
    Fault.BAD_PHONE: {"telephone"},
}
RELIABILITY = {
    Fault.EMPTY: set(),
    Fault.STALE: {"fraicheur"},
    Fault.OUT_OF_ORDER: {"ordre"},
    Fault.UNSTABLE: {"stabilite"},
    Fault.UNFILTERED: {"filtre-periode", "rien-de-libre"},
    Fault.PHANTOM: {"fantomes"},
    Fault.DOUBLE_SOLD: {"double-vente"},
    Fault.UNKNOWN_ADDRESS: {"adresses"},
    Fault.WRONG_HOURS: {"horaires"},
    Fault.SWAPPED: set(),
}
ALIKE: Mapping[Fault, set[str]] = TRANSPORT | RECORDS | RELIABILITY
"""Where the three searches fail alike; a geocoder's faults touch none of them."""

NO_PLACE = {"lieu-contenu", "lieu-profil", "voie", "ville", "code-postal"}
NO_ADDRESS = {"voie", "ville", "code-postal", "adresses"}
NO_ACTORS = {"inclut-acteurs", "praticiens", "lieux", "references"}
NO_PROFILE = {"bundle-profil", "slot-profil", "praticien-profil", "lieu-profil"}
OF_PRACTITIONERS: Mapping[Fault, set[str]] = {
    Fault.LEFTOVERS: {"filtre-praticien"},
    Fault.DUPLICATE: {"total", "sans-doublon"},
    Fault.EMPTY_ELEMENTS: {"slot-profil", "adresse-rdv"},
    Fault.WRONG_PREFIX: {"identifiant-national", "rpps"},
    Fault.NO_PROFILE: NO_PROFILE,
    Fault.NO_ACTORS: NO_ACTORS,
    Fault.DANGLING: {"inclut-agendas", "references"},
    Fault.TWICE_DESCRIBED: {"un-praticien-une-ressource"},
    Fault.NO_END: {"debut-fin", "slot-profil", "format-dates"},
    Fault.NO_AGENDA: {"agenda", "slot-profil"},
    Fault.BAD_KEY: {"cles"},
    Fault.BARE_STRUCTURE: {"structure", "lieu-profil"},
    Fault.NO_HOLDER: {"de-qui", "lieu-profil"},
    Fault.NO_PLACE: NO_PLACE,
    Fault.NO_ADDRESS: NO_ADDRESS,
    Fault.NO_COMMUNITY: set(),
    Fault.NO_SERVICE: set(),
}
BY_FLOW: Mapping[Flow, Mapping[Fault, set[str]]] = {
    Flow.PS: {**OF_PRACTITIONERS, Fault.EMPTY_ELEMENTS: {"slot-profil", "adresse-rdv", "motif"}},
    Flow.CPTS: {
        **OF_PRACTITIONERS,
        Fault.NO_PROFILE: NO_PROFILE | {"service-cpts", "cpts-profil"},
        Fault.NO_ACTORS: NO_ACTORS | {"references-cpts"},
        Fault.BARE_STRUCTURE: {"structure", "lieu-profil", "cpts-profil"},
        Fault.NO_COMMUNITY: {"creneau-cpts"},
        Fault.NO_SERVICE: {"references-cpts"},
    },
    Flow.SOS: {
        Fault.LEFTOVERS: {"filtre-association"},
        Fault.DUPLICATE: {"sans-doublon"},
        Fault.EMPTY_ELEMENTS: {"slot-profil", "adresse-rdv"},
        Fault.WRONG_PREFIX: {"association-profil"},
        Fault.NO_PROFILE: {
            *("bundle-profil", "slot-profil", "agenda-profil"),
            *("lieu-profil", "association-profil"),
        },
        Fault.NO_ACTORS: {"references"},
        Fault.DANGLING: {"references"},
        Fault.TWICE_DESCRIBED: set(),
        Fault.NO_END: {"slot-profil", "format-dates"},
        Fault.NO_AGENDA: {"slot-profil"},
        Fault.BAD_KEY: {"cles", "filtre-association"},
        Fault.BARE_STRUCTURE: {"association-profil"},
        Fault.NO_HOLDER: {"lieu-profil"},
        Fault.NO_PLACE: set(),
        Fault.NO_ADDRESS: {"lieu-profil", "adresses"},
        Fault.NO_COMMUNITY: set(),
        Fault.NO_SERVICE: set(),
    },
}


def expected(flow: Flow, fault: Fault) -> set[str]:
    """What must fail, and nothing else."""
    return ALIKE[fault] if fault in ALIKE else BY_FLOW[flow][fault]


@pytest.mark.parametrize("flow", Flow)
def test_a_conforming_editor_passes_whatever_can_be_proved(flow: Flow):
    audit = audited(flow)
    assert failed(audit) == []
    assert audit.conclusion is Conclusion.CONFORMING


def test_what_is_not_proved_of_the_practitioners_search_is_named():
    def verdict_of(row: int) -> set[Verdict]:
        return {one.verdict for one in outcomes if f"agg-psindiv@{row}" in one.check.requirements}

    outcomes = audited(Flow.PS).outcomes
    unproved = {row for row in range(1, 50) if Verdict.NOT_PROVABLE in verdict_of(row)}
    untried = {row for row in range(1, 50) if Verdict.NOT_RUN in verdict_of(row)}
    assert unproved == {33, 34, 35, 36, 37, 47}
    assert untried == {1, 2, 3}


@pytest.mark.parametrize("flow", Flow)
def test_who_lets_nobody_in_is_not_accused_and_the_report_says_so(flow: Flow):
    audit = audited(flow, Fault.UNAUTHORIZED)
    assert audit.conclusion is Conclusion.UNDETERMINED
    (search,) = [one for one in audit.outcomes if one.check.check_id == "recherche"]
    assert search.verdict is Verdict.NOT_PROVABLE
    assert search.note.startswith("personne ne nous a laissés entrer (HTTP 401)")


@pytest.mark.parametrize("flow", Flow)
@pytest.mark.parametrize("fault", Fault)
def test_a_fault_fails_the_checks_it_should_and_no_other(flow: Flow, fault: Fault):
    assert set(failed(audited(flow, fault))) == expected(flow, fault)


INSIDE = {"nom", "numero-telephone", "sans-telephone", "lieu-exact", "indisponibilites"}
"""What nobody can prove from outside, as the test kit itself says (Not Verifiable)."""
CERTIFICATES = {"mtls-certificat", "mtls-cn", "mtls-ou"}
"""Each fails by a fault of the door: test_mutual_tls."""


@pytest.mark.parametrize("flow", Flow)
def test_every_check_that_can_be_proved_is_failed_by_a_fault(flow: Flow):
    failing = {name for fault in Fault for name in expected(flow, fault)}
    assert {one.check_id for one in CHECKS[flow](None)} - failing <= INSIDE | CERTIFICATES


def test_slots_are_compared_with_the_hours_their_place_declares():
    notes = {one.check.check_id: one.note for one in audited(Flow.SOS).outcomes}
    assert notes["horaires"] == "6 créneaux sur 6 dans les horaires déclarés"


@pytest.mark.parametrize("flow", Flow)
def test_a_search_refused_by_haste_proves_nothing_of_the_search(flow: Flow):
    audit = audited(flow, Fault.TOO_MANY)
    verdicts = {one.check.check_id: one.verdict for one in audit.outcomes}
    assert verdicts["recherche"] is Verdict.NOT_RUN
    assert audit.conclusion is Conclusion.UNDETERMINED


@pytest.mark.parametrize("flow", Flow)
def test_an_editor_that_shows_nothing_is_not_said_to_conform(flow: Flow):
    assert audited(flow, Fault.EMPTY).conclusion is Conclusion.UNDETERMINED


def test_only_binding_requirements_make_an_editor_non_conforming():
    assert audited(Flow.PS, Fault.STALE).conclusion is Conclusion.CONFORMING
    assert audited(Flow.PS, Fault.NO_URL).conclusion is Conclusion.NOT_CONFORMING


def test_every_fault_says_in_french_what_the_editor_does():
    assert set(TOLD) == set(Fault)


def test_all_rows_of_the_test_kit_have_a_check():
    rows = {number for one in audited(Flow.PS).outcomes for number in one.check.requirements}
    assert {f"agg-psindiv@{row}" for row in range(1, 50)} <= rows


@pytest.mark.parametrize("flow", Flow)
def test_nobody_to_ask_for_proves_nothing(flow: Flow):
    audit = judged(flow, evidence_of(Plan(flow=flow, numbers=(), now=NOW)))
    assert audit.evidence.stopped == "personne dont demander les créneaux (--id)"
    assert audit.conclusion is Conclusion.UNDETERMINED
