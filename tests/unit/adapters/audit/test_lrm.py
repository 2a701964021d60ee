"""A regulation software is judged by its journal: what it was sent, what it answered."""

import json
from datetime import timedelta

import pytest

from adapters.audit.checks import Verdict
from adapters.audit.exchanges import Evidence, Purpose
from adapters.audit.hub_journal import JournalRefused, evidence_of_journal
from adapters.audit.hub_scenario import HubParties, scenario
from adapters.audit.lrm import checks
from adapters.audit.report import Audit, Conclusion, examine
from simulations.feeds.lrm_software import LrmFault, MockLrm
from tests.unit.simulations.feeds.agendas import NOW

PARTIES = HubParties(us="fr.health.ptfsas", lrm="fr.health.samu310", mark="audit-1")
LINK = "https://sas.example/sas/recherche?speciality=SM54&inseecode=31555&city=Toulouse"


def journal(*faults: LrmFault, link: str = LINK, eda: object = None) -> str:
    """The journal of the whole scenario with the mock software."""
    lrm = MockLrm(PARTIES.lrm, faults)
    lines: list[dict[str, object]] = [{"at": NOW.isoformat(), "link": link}]
    for rank, step in enumerate(scenario(PARTIES, NOW)):
        at = NOW + timedelta(seconds=10 * rank)
        lines.append({"at": at.isoformat(), "from": PARTIES.us, "message": step.envelope})
        answered = (at + timedelta(seconds=2)).isoformat()
        answers = lrm.answer(step.envelope, at)
        about = {"at": answered, "from": PARTIES.lrm, "key": lrm.routing_key}
        lines += [about | {"message": one} for one in answers]
    lines.append({"at": NOW.isoformat(), "from": PARTIES.lrm, "message": told(eda or EDA)})
    return "\n".join(json.dumps(line) for line in lines)


EDA = {
    "caseId": "fr.health.samu310.DRFR153102601800159",
    "creation": "2026-11-22T19:30:00+01:00",
    "qualification": {"origin": "116117"},
    "location": {"city": {"inseeCode": "31555"}},
    "owner": "fr.health.samu310",
}


def told(eda: object) -> dict[str, object]:
    """A case the software tells of, unasked."""
    (envelope,) = MockLrm("fr.health.samu310").answer(scenario(PARTIES, NOW)[0].envelope, NOW)
    message = envelope["content"][0]["jsonContent"]["embeddedJsonContent"]["message"]
    del message["reference"]
    message |= {"createCaseHealth": eda, "kind": "Report"}
    return envelope | {"distributionID": "fr.health.samu310_eda", "distributionKind": "Report"}


def judged(text: str) -> Audit:
    evidence = evidence_of_journal(text, PARTIES)
    return examine(checks(None), evidence, profile="lrm", target="journal", at=NOW)


def failed(audit: Audit) -> set[str]:
    return {one.check.check_id for one in audit.outcomes if one.verdict is Verdict.FAIL}


EXPECTED = {
    LrmFault.SILENT: {"accuse", "conflit", "invalide", "zulu"},
    LrmFault.ZULU: {"dates-hub"},
    LrmFault.WRONG_SENDER: {"expediteur"},
    LrmFault.EXPIRED: {"expiration"},
    LrmFault.DUPLICATE: {"sans-doublon-hub"},
    LrmFault.TWICE_CREATED: {"conflit"},
    LrmFault.TAKES_ANYTHING: {"invalide", "zulu"},
    LrmFault.REFUSES_UNKNOWN: {"refus-a-tort", "accuse"},
    LrmFault.ODD_STEP: {"etapes"},
    LrmFault.ODD_ERROR: {"codes-erreur"},
    LrmFault.ACK_AS_REPORT: {"nature"},
    LrmFault.TWO_USE_CASES: {"un-cas-d-usage"},
    LrmFault.WRONG_ROUTING_KEY: {"cle-de-routage"},
    LrmFault.OUT_OF_ORDER: {"ordre-messages"},
    LrmFault.SCHEMA_DRIFT: {"accuse"},
}


def test_a_conforming_software_passes_every_check():
    audit = judged(journal())
    assert failed(audit) == set()
    assert {one.verdict for one in audit.outcomes} == {Verdict.PASS}
    assert audit.conclusion is Conclusion.CONFORMING


@pytest.mark.parametrize("fault", LrmFault)
def test_a_fault_fails_the_checks_it_should_and_no_other(fault: LrmFault):
    assert failed(judged(journal(fault))) == EXPECTED[fault]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (LINK.replace("31555", "Toulouse"), {"lien"}),
        (LINK.replace("/sas/recherche", "/recherche"), {"lien"}),
        ("https://sas.example/sas/recherche?city=Toulouse", {"lien"}),
        (f"{LINK}&patient=Durand", {"lien-discret"}),
    ],
)
def test_a_link_is_of_the_agreed_form_and_says_nothing_of_the_patient(link: str, expected):
    assert failed(judged(journal(link=link))) == expected


@pytest.mark.parametrize("name", EDA)
def test_a_case_without_what_it_must_hold_is_told(name: str):
    case = {key: value for key, value in EDA.items() if key != name}
    assert "dossier" in failed(judged(journal(eda=case)))


def test_a_case_numbered_in_another_way_is_told():
    assert failed(judged(journal(eda=EDA | {"caseId": "12"}))) == {"numero-dossier"}


def test_the_delay_of_acknowledgements_is_measured():
    (delay,) = [one for one in judged(journal()).outcomes if one.check.check_id == "delai-accuse"]
    assert delay.note == "3 accusés : médiane 2.0 s, maximum 2.0 s"


def test_steps_of_a_journal_are_known_by_what_they_hold():
    evidence: Evidence = evidence_of_journal(journal(), PARTIES)
    known = [one.purpose for one in evidence.exchanges if one.sent]
    assert known == [step.purpose for step in scenario(PARTIES, NOW)]
    assert known[0] is Purpose.CREATE


def test_an_empty_journal_proves_nothing():
    audit = judged("")
    assert {one.verdict for one in audit.outcomes} == {Verdict.NOT_PROVABLE}
    assert audit.conclusion is Conclusion.UNDETERMINED


@pytest.mark.parametrize(
    "line",
    ["abc", "[]", "{}", '{"at": "hier", "link": ""}', f'{{"at": "{NOW:%Y-%m-%dT%H:%M}"}}'],
)
def test_a_line_that_is_none_is_refused_by_its_number(line: str):
    with pytest.raises(JournalRefused, match="line 2"):
        evidence_of_journal(f"\n{line}", PARTIES)


def test_a_message_without_an_envelope_is_refused():
    with pytest.raises(JournalRefused, match="neither"):
        evidence_of_journal(json.dumps({"at": NOW.isoformat(), "from": "x", "message": 3}), PARTIES)
