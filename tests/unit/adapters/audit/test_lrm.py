"""A regulation software is judged by its journal: what it was sent, what it answered."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from adapters.audit.checks import Verdict
from adapters.audit.exchanges import Evidence, Purpose
from adapters.audit.hub_journal import JournalRefused, evidence_of_journal
from adapters.audit.hub_scenario import HubParties, scenario
from adapters.audit.lrm import checks
from adapters.audit.report import Audit, Conclusion, examine
from simulations.feeds.lrm_software import TOLD, LrmFault, MockLrm
from tests.unit.simulations.feeds.agendas import NOW

PARTIES = HubParties(us="fr.health.ptfsas", lrm="fr.health.samu310", mark="audit-1")
LINK = MockLrm(PARTIES.lrm).link()
OPENED = NOW - timedelta(minutes=1)
"""When the link was opened and the case told, before anything was sent."""


def journal(*faults: LrmFault, link: str | None = None, case: object = None) -> str:
    """The journal of the whole scenario with the mock software; a link or a case of one's own."""
    lrm = MockLrm(PARTIES.lrm, faults)
    lines: list[dict[str, object]] = [{"at": OPENED.isoformat(), "link": link or lrm.link()}]
    about = {"from": PARTIES.lrm, "key": lrm.routing_key}
    told = [changed(one, case) for one in lrm.case(PARTIES.us, OPENED)]
    lines += [about | {"at": OPENED.isoformat(), "message": one} for one in told]
    for rank, step in enumerate(scenario(PARTIES, NOW)):
        at = NOW + timedelta(seconds=10 * rank)
        lines.append({"at": at.isoformat(), "from": PARTIES.us, "message": step.envelope})
        answered = (at + timedelta(seconds=2)).isoformat()
        answers = lrm.answer(step.envelope, at)
        lines += [about | {"at": answered, "message": one} for one in answers]
    return "\n".join(json.dumps(line) for line in lines)


def case_of(envelope: Mapping[str, Any]) -> dict[str, Any]:
    content = envelope["content"][0]["jsonContent"]["embeddedJsonContent"]
    told: dict[str, Any] = content["message"]["createCaseHealth"]
    return told


def changed(envelope: dict[str, Any], case: object) -> dict[str, Any]:
    """The same message, of another case when there is one."""
    content = envelope["content"][0]["jsonContent"]["embeddedJsonContent"]
    content["message"]["createCaseHealth"] = case or case_of(envelope)
    return envelope


(TOLD_CASE,) = MockLrm(PARTIES.lrm).case(PARTIES.us, NOW)
CASE = case_of(TOLD_CASE)


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
    LrmFault.BARE_CASE: {"dossier"},
    LrmFault.ODD_CASE_NUMBER: {"numero-dossier"},
    LrmFault.BARE_LINK: {"lien"},
    LrmFault.TALKATIVE_LINK: {"lien-discret"},
}


def test_a_conforming_software_passes_every_check():
    audit = judged(journal())
    assert failed(audit) == set()
    unproved = {one.check.check_id for one in audit.outcomes if one.verdict is not Verdict.PASS}
    assert unproved == {"positions"}
    assert audit.conclusion is Conclusion.UNDETERMINED  # a journal is what somebody recorded


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


@pytest.mark.parametrize("name", CASE)
def test_a_case_without_what_it_must_hold_is_told(name: str):
    case = {key: value for key, value in CASE.items() if key != name}
    assert "dossier" in failed(judged(journal(case=case)))


MEASURES = {"delai-accuse", "positions", "graphies"}
"""A delay is told, and required by nobody; published samples fail the others."""


def test_every_check_is_failed_by_a_fault():
    failing = {name for names in EXPECTED.values() for name in names}
    assert {one.check_id for one in checks(None)} - failing == MEASURES


def test_every_fault_says_in_french_what_the_software_does():
    assert set(TOLD) == set(LrmFault)


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
    assert {one.verdict for one in audit.outcomes} == {Verdict.NOT_PROVABLE, Verdict.NOT_RUN}
    assert audit.conclusion is Conclusion.UNDETERMINED


@pytest.mark.parametrize(
    "line",
    ["abc", "[]", "{}", '{"at": "hier", "link": ""}', f'{{"at": "{NOW:%Y-%m-%dT%H:%M}"}}'],
)
def test_a_line_that_is_none_is_refused_by_its_number(line: str):
    with pytest.raises(JournalRefused, match="ligne 2"):
        evidence_of_journal(f"\n{line}", PARTIES)


def test_a_message_without_an_envelope_is_refused():
    with pytest.raises(JournalRefused, match="ni `link` ni `message`"):
        evidence_of_journal(json.dumps({"at": NOW.isoformat(), "from": "x", "message": 3}), PARTIES)
