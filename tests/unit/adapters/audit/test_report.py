"""The report shows what fails and how to see it again, without anybody's name."""

import json
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from adapters.audit.masking import Dialect, masked_body, masked_text
from adapters.audit.report import EarlierRefused, document_of
from adapters.audit.sas_plan import Flow
from services.audits.page import page_of
from simulations.feeds.faults import Fault
from tests.unit.adapters.audit.worlds import audited
from tests.unit.simulations.feeds.agendas import DOCTOR_A, DOCTOR_B


def test_a_failure_is_shown_with_the_question_and_the_answer():
    document: Any = document_of(audited(Flow.PS, Fault.NO_URL))
    shown = next(one for one in document["checks"] if one["check"] == "adresse-rdv")
    assert shown["verdict"] == "FAIL"
    assert shown["faults"] == 6
    assert len(shown["shown"]) == 5
    assert "comment" in shown["shown"][0]["where"]
    (exhibit,) = shown["exhibits"]
    assert exhibit["request"].startswith("GET /Slot?_include=Slot:schedule")
    assert exhibit["status"] == 200
    assert '"resourceType": "Bundle"' in exhibit["answer"]
    assert [one["exhibit"] for one in shown["shown"]] == [0] * 5


def test_each_fault_shows_the_part_of_the_answer_that_it_stands_in():
    document: Any = document_of(audited(Flow.PS, Fault.BUSY))
    shown = next(one for one in document["checks"] if one["check"] == "statut")
    excerpts = [json.loads(one["excerpt"]) for one in shown["shown"]]
    assert {(one["resourceType"], one["status"]) for one in excerpts} == {("Slot", "busy")}


def test_what_was_sent_is_shown_with_what_came_back():
    document: Any = document_of(audited(Flow.PS, Fault.PHANTOM))
    shown = next(one for one in document["checks"] if one["check"] == "fantomes")
    exhibit = shown["exhibits"][0]
    assert exhibit["request"] == "POST /Appointment"
    assert '"resourceType": "Appointment"' in exhibit["sent"]
    assert exhibit["status"] == 409
    assert "OperationOutcome" in exhibit["answer"]


@pytest.mark.parametrize("fault", [Fault.SILENT, Fault.PAST, Fault.DANGLING, Fault.PHANTOM])
def test_every_failure_shows_its_request_its_answer_and_a_command(fault: Fault):
    audit = replace(audited(Flow.PS, fault), target="http://127.0.0.1:8100")
    failing = [one for one in checks_of(document_of(audit)) if one["verdict"] == "FAIL"]
    assert failing
    for exhibit in (one for check in failing for one in check["exhibits"]):
        assert exhibit["request"]
        assert exhibit["answer"] or exhibit["failure"]
        assert "curl -i" in exhibit["replay"]
    assert all(check["exhibits"] for check in failing)


def checks_of(document: Any) -> list[dict[str, Any]]:
    return list(document["checks"])


def test_the_name_and_password_of_an_address_stay_out_of_a_report():
    audit = replace(audited(Flow.PS, Fault.NO_URL), target="https://moi:secret@editeur.example")
    written = json.dumps(document_of(audit)) + page_of(document_of(audit))
    assert "secret@" not in written
    assert "moi:" not in written
    assert '-u \\"$IDENTIFIANTS\\"' in written


def test_nobody_is_named_in_a_report():
    audit = audited(Flow.PS, Fault.WRONG_PREFIX, Fault.BUSY, Fault.NO_URL)
    written = json.dumps(document_of(audit), ensure_ascii=False)
    for personal in ("Synthétique", "Alex", "+3356", DOCTOR_A.value, DOCTOR_B.value):
        assert personal not in written
        assert personal not in page_of(document_of(audit))


def test_names_of_places_stay_and_names_of_people_go():
    place = {"resourceType": "Location", "name": "Centre Nord", "telecom": [{"value": "+33"}]}
    person = {"resourceType": "Practitioner", "name": [{"family": "Durand"}]}
    told = masked_body(json.dumps({"entry": [place, person]}).encode())
    assert "Centre Nord" in told
    assert "Durand" not in told
    assert "+33" not in told


def test_the_last_digits_of_a_practitioner_are_hidden():
    assert masked_text("8|810101288385 et 10101288385.") == "8|81010••• et 10101•••."
    assert masked_text("310000310 reste") == "310000310 reste"
    assert masked_text("410101288385001") == "41010•••"


def test_a_link_does_not_say_of_whom_it_is_asked():
    link = "GET /search?speciality=GP&patientName=Durand&birthDate=1959-01-01&insee=31555"
    told = masked_text(link)
    assert told == "GET /search?speciality=GP&patientName=•••&birthDate=•••&insee=31555"


def test_a_file_of_the_hub_is_shown_without_its_patient():
    patient = {"identity": {"strictFeatures": {"birthName": "Durand", "birthDate": "1959-01-01"}}}
    words = {"freetext": "Irène est tombée", "contact": {"detail": "0561000000"}}
    told = masked_body(json.dumps({"patient": [patient], "notes": words}).encode(), Dialect.HUB)
    assert not any(secret in told for secret in ("Durand", "1959", "Irène", "0561"))


def test_an_answer_that_is_no_json_shows_its_size_alone():
    assert masked_body(b"<html>Durand</html>") == "(19 octets qui ne sont pas du JSON)"


def test_a_long_answer_is_cut():
    told = masked_body(json.dumps({"x": "y" * 5_000}).encode())
    assert len(told) < 2_100
    assert told.endswith("caractères en tout)")


def test_the_trend_tells_what_changed_since_the_last_audit():
    good, bad = document_of(audited(Flow.PS)), document_of(audited(Flow.PS, Fault.NO_URL))
    trend = document_of(audited(Flow.PS, Fault.STALE), [good, bad])["trend"]
    assert trend == [
        {"check": "adresse-rdv", "before": "FAIL", "now": "PASS", "failed": 1, "of": 2},
        {"check": "fraicheur", "before": "PASS", "now": "FAIL", "failed": 0, "of": 2},
    ]


def test_the_page_is_whole_by_itself_and_runs_nothing():
    page = page_of(document_of(audited(Flow.PS, Fault.NO_URL)))
    assert "Non conforme" in page
    for fetched in ("<script", "<link", "src=", "@import", "url("):
        assert fetched not in page


def test_hostile_text_of_a_server_is_shown_not_run():
    document = document_of(audited(Flow.PS)) | {"target": "<img src=x onerror=alert(1)>"}
    assert "<img" not in page_of(document)


def test_the_report_says_how_long_the_audit_took():
    document = document_of(replace(audited(Flow.PS), lasted_s=12.34))
    assert document["lasted_s"] == 12.3
    assert "questions posées en 12,3 s" in page_of(document)
    assert "questions posées</p>" in page_of(document_of(audited(Flow.PS)))


def test_a_report_compared_says_so_even_when_nothing_changed():
    good = document_of(audited(Flow.PS))
    told = page_of(document_of(audited(Flow.PS), [good]))
    assert "Comparé à l'audit précédent : rien n'a changé." in unescape(told)
    assert "rien n'a changé" not in unescape(page_of(good))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"checks": [{}]}, r"checks\[0\]\.check"),
        ({"checks": [{"check": "total", "verdict": "YES"}]}, r"checks\[0\]\.verdict"),
        ({"checks": "none"}, "checks"),
        ({"profile": "sas-sos"}, "profile"),
        ({"target": "un autre éditeur"}, "target"),
    ],
)
def test_an_earlier_report_of_something_else_is_refused_by_its_field(change: Any, field: str):
    good = document_of(audited(Flow.PS))
    with pytest.raises(EarlierRefused, match=field) as refused:
        document_of(audited(Flow.PS), [good, good | change])
    assert refused.value.rank == 1
