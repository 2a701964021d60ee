"""A transport company is judged by what it sends: under each fault, exactly what should fails."""

import json

import pytest

from adapters.audit.checks import Verdict
from adapters.audit.exchanges import Purpose
from adapters.audit.hub_journal import JournalRefused
from adapters.audit.report import Conclusion, document_of, examine
from adapters.audit.transporter import NAME, POSITION_VALID, checks
from adapters.audit.trees import texts
from adapters.audit.webhook_journal import Company, evidence_of_deliveries, signed, signed_at
from adapters.couriers.letters import signature_of
from adapters.kit.manifest import load_manifest
from services.audits.page import page_of
from simulations.feeds.boards import Board
from simulations.feeds.transporter_company import TOLD, MockTransporter, TransporterFault
from tests.unit.adapters.audit.company import BASE, COMPANY, SECRET, audited, evidence_of
from tests.unit.adapters.audit.worlds import failed
from tests.unit.simulations.feeds.agendas import NOW

EXPECTED = {
    TransporterFault.SILENT: {"reponse"},
    TransporterFault.LATE_ANSWER: {"delai"},
    TransporterFault.ORDERS_500: {"mission-prise"},
    TransporterFault.ORDERS_429: set(),
    TransporterFault.TAKES_FORGED: {"mission-forgee"},
    TransporterFault.TWO_WORDS: {"une-parole"},
    TransporterFault.UNSIGNED: {"signature"},
    TransporterFault.WRONG_SECRET: {"signature"},
    TransporterFault.OLD_SIGNATURE: {"signature-datee"},
    TransporterFault.TRUNCATED: {"envoi", "reponse"},
    TransporterFault.SCHEMA_DRIFT: {"evenement", "vehicule"},
    TransporterFault.UNKNOWN_CODE: {"codes"},
    TransporterFault.NO_ZONE: {"instants"},
    TransporterFault.CLOCK_SKEW: {"avance"},
    TransporterFault.DUPLICATE: {"redite"},
    TransporterFault.SAME_NUMBER: {"numero"},
    TransporterFault.GIVES_UP: {"renvoi"},
    TransporterFault.OUT_OF_ORDER: {"etats"},
    TransporterFault.WRONG_MISSION: {"mission-d-autrui", "accord"},
    TransporterFault.NO_VEHICLE: {"vehicule"},
    TransporterFault.STARTS_UNASKED: {"accord", "reponse"},
    TransporterFault.STALE: {"age-positions"},
    TransporterFault.RARE: {"cadence-positions"},
}


def test_a_conforming_company_passes_every_check():
    audit = audited()
    assert {one.verdict for one in audit.outcomes} == {Verdict.PASS}
    assert audit.conclusion is Conclusion.CONFORMING


@pytest.mark.parametrize("fault", TransporterFault)
def test_a_fault_fails_the_checks_it_should_and_no_other(fault: TransporterFault):
    assert set(failed(audited(fault))) == EXPECTED[fault]


MEASURES = {"delai-reponse", "libre"}
"""Figures are told, and required by nobody."""


def test_every_check_is_failed_by_a_fault():
    failing = {name for names in EXPECTED.values() for name in names}
    assert {one.check_id for one in checks(None)} - failing == MEASURES


def test_every_fault_says_in_french_what_the_company_does():
    assert set(TOLD) == set(TransporterFault)


def test_without_leave_nothing_is_ordered_and_what_is_heard_is_judged():
    evidence = evidence_of(count=0)
    assert {one.purpose for one in evidence.exchanges} == {Purpose.DELIVERY}
    audit = audited(count=0)
    assert failed(audit) == []
    verdicts = {one.check.check_id: one.verdict for one in audit.outcomes}
    assert verdicts["mission-prise"] is Verdict.NOT_RUN
    assert verdicts["age-positions"] is Verdict.PASS


def test_a_forged_mission_that_was_taken_is_withdrawn_like_the_others():
    company = MockTransporter(COMPANY, SECRET, BASE, Board(TransporterFault.TAKES_FORGED))
    evidence = evidence_of(TransporterFault.TAKES_FORGED, company=company, patience_s=1)
    (forged,) = evidence.of(Purpose.FORGED)
    assert forged.status == 204
    assert company.is_free


def test_who_is_asked_too_often_is_asked_for_no_further_mission_and_nothing_is_proved():
    audit = audited(TransporterFault.ORDERS_429)
    assert len(audit.evidence.of(Purpose.ORDER)) == 1
    assert audit.evidence.of(Purpose.ORDER_AGAIN, Purpose.FORGED) == ()
    verdicts = {one.check.check_id: one.verdict for one in audit.outcomes}
    assert verdicts["mission-prise"] is Verdict.NOT_RUN
    assert audit.conclusion is Conclusion.UNDETERMINED


def test_figures_of_reliability_are_told():
    notes = {one.check.check_id: one.note for one in audited().outcomes}
    assert notes["delai-reponse"] == "2 réponses : médiane 3 s, maximum 3 s"
    assert notes["age-positions"].startswith("24 positions : âge médian 0 s")


def test_positions_are_held_to_the_validity_of_the_manifest():
    feed = load_manifest("adapters.transporter").get_feed("transporter")
    assert feed.valid_for("position") == POSITION_VALID


def test_a_report_names_no_mission_beyond_the_exercise_and_shows_the_delivery():
    document = document_of(audited(TransporterFault.UNKNOWN_CODE))
    (shown,) = texts(document, "checks.shown.reason")[:1]
    assert shown == "status 'EN_ROUTE' inconnu"
    assert any("EN_ROUTE" in one for one in texts(document, "checks.exhibits.sent"))
    assert set(texts(document, "checks.exhibits.answer")) == {""}
    assert "Notre réponse" in page_of(document)


def journal(*faults: TransporterFault) -> str:
    """The same exchanges, as a journal of them has them."""
    lines = []
    for one in evidence_of(*faults).exchanges:
        record: dict[str, object] = {"at": one.at.isoformat(), "status": one.status}
        if one.purpose is Purpose.DELIVERY:
            record |= {"delivery": one.body.decode(), "signature": one.signature}
        elif one.purpose is Purpose.FORGED:
            continue
        else:
            record |= {"order": json.loads(one.sent)}
        lines.append(json.dumps(record, ensure_ascii=False))
    return "\n".join(lines)


@pytest.mark.parametrize("fault", [TransporterFault.LATE_ANSWER, TransporterFault.WRONG_SECRET])
def test_a_journal_of_the_same_exchanges_is_judged_alike(fault: TransporterFault):
    evidence = evidence_of_deliveries(journal(fault), Company(name=COMPANY, secret=SECRET))
    audit = examine(checks(None), evidence, profile=NAME, target="journal", at=NOW)
    assert set(failed(audit)) == EXPECTED[fault]


def test_without_the_secret_signatures_are_judged_by_their_form():
    text = journal(TransporterFault.WRONG_SECRET)
    evidence = evidence_of_deliveries(text, Company(name=COMPANY, secret=None))
    audit = examine(checks(None), evidence, profile=NAME, target="journal", at=NOW)
    assert failed(audit) == []


def test_an_empty_journal_proves_nothing():
    evidence = evidence_of_deliveries("", Company(name=COMPANY, secret=None))
    audit = examine(checks(None), evidence, profile=NAME, target="journal", at=NOW)
    assert {one.verdict for one in audit.outcomes} == {Verdict.NOT_PROVABLE, Verdict.NOT_RUN}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("pas du JSON", "n'est pas un objet"),
        ("{}", "n'est pas un objet"),
        ('{"at": "2026-11-28T20:00:00", "status": 200, "delivery": ""}', "est sans décalage"),
        ('{"at": "2026-11-28T20:00:00+01:00", "delivery": ""}', "`status` manque"),
        ('{"at": "2026-11-28T20:00:00+01:00", "status": 200}', "ni `delivery` ni `order`"),
    ],
)
def test_a_line_that_is_none_is_refused_by_its_number(line: str, reason: str):
    with pytest.raises(JournalRefused, match=f"ligne 2 : .*{reason}"):
        evidence_of_deliveries(f"\n{line}", Company(name=COMPANY, secret=None))


def test_a_signature_dated_after_the_last_of_days_is_of_no_instant():
    assert signed_at(f"t={'9' * 12},v1={'0' * 64}") is None


def test_the_audit_signs_as_the_couriers_do():
    assert signed(b"{}", SECRET, NOW) == signature_of(b"{}", SECRET, NOW)
