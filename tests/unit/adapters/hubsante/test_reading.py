"""Envelopes and messages are judged on their form, their sender, their dates and their use case."""

import json
from datetime import datetime, timedelta

import pytest

from adapters.hubsante.errors import HubErrorCode
from adapters.hubsante.files import read_hub
from adapters.hubsante.reading import find_distribution_id, read_delivery
from adapters.kit.ingest import UnreadableFile
from adapters.kit.judgement import FORM_ONLY, Judgement
from tests.unit.adapters.hubsante.worlds import FIXTURES, faults, fixture, message_of, objects, read

SENT = datetime.fromisoformat("2026-11-28T19:41:00+01:00")


@pytest.mark.requirement("rc-ref@step", "rs-error@codes", "rs-eda@requis")
@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.json")), ids=lambda path: path.stem)
def test_each_use_case_is_read_whole(path):
    sent = fixture(path.stem)
    found = read(sent)
    assert found.defects == ()
    message = message_of(sent) if "content" in sent else sent
    (told,) = objects(found)
    key = next(iter(told["message"]))
    assert told["message"] == {key: message[key]}


@pytest.mark.requirement(
    "hub-sante@distributionID", "hub-sante@datetime", "hub-sante@distributionKind"
)
@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"senderID": "fr.health.samu09"}, "distributionID", HubErrorCode.SENDER_INCONSISTENCY),
        ({"distributionID": "4f6f0d5e"}, "distributionID", HubErrorCode.SENDER_INCONSISTENCY),
        (
            {"distributionID": "fr.health.samu310_"},
            "distributionID",
            HubErrorCode.SENDER_INCONSISTENCY,
        ),
        ({"dateTimeSent": "2026-11-28T18:41:00Z"}, "dateTimeSent", HubErrorCode.INVALID_MESSAGE),
        (
            {"dateTimeSent": "2026-11-28T19:41:00.000+01:00"},
            "dateTimeSent",
            HubErrorCode.INVALID_MESSAGE,
        ),
        (
            {"dateTimeExpires": "2026-11-28T19:40:00+01:00"},
            "dateTimeExpires",
            HubErrorCode.INVALID_MESSAGE,
        ),
        ({"distributionKind": "Question"}, "distributionKind", HubErrorCode.INVALID_MESSAGE),
        ({"distributionStatus": "System"}, "distributionStatus", HubErrorCode.INVALID_MESSAGE),
        ({"content": []}, "content", HubErrorCode.INVALID_MESSAGE),
        ({"unheard_of": 1}, "document", HubErrorCode.INVALID_MESSAGE),
    ],
)
def test_an_envelope_at_fault_is_put_aside_whole(change, field, code):
    envelope = fixture("rs_rr") | change
    delivery = read_delivery(encoded(envelope), FORM_ONLY)
    assert delivery.messages == ()
    assert [(one.defect.index, one.defect.field, one.code) for one in delivery.faults] == [
        (None, field, code)
    ]


def test_an_envelope_to_another_scheme_is_refused():
    envelope = fixture("rs_rr")
    envelope["descriptor"]["explicitAddress"]["explicitAddressScheme"] = "mailto"
    assert faults(envelope)[0][0] == "descriptor.explicitAddress.explicitAddressScheme"


def test_the_scheme_may_be_written_as_the_guide_does():
    envelope = fixture("rs_rr")
    envelope["descriptor"]["explicitAddress"]["explicitAddressScheme"] = "Hubex"
    assert faults(envelope) == []


@pytest.mark.requirement("hub-sante@dateTimeExpires")
@pytest.mark.parametrize(
    ("when", "code"),
    [
        (timedelta(minutes=1), None),
        (timedelta(days=2), HubErrorCode.EXPIRED_MESSAGE_BEFORE_ROUTING),
        (timedelta(minutes=-4), None),
        (timedelta(minutes=-6), HubErrorCode.INVALID_MESSAGE),
    ],
)
def test_a_message_is_taken_between_its_sending_and_its_expiry_only(when, code):
    delivery = read_delivery(encoded(fixture("rs_rr")), Judgement(now=SENT + when))
    assert [one.code for one in delivery.faults] == ([] if code is None else [code])


@pytest.mark.requirement("hub-sante@distributionKind", "hub-sante@messageId")
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"messageId": "fr.health.samu310_other"}, "messageId"),
        ({"kind": "Update"}, "kind"),
        ({"status": "Exercise"}, "status"),
        ({"sentAt": "2026-11-28T18:41:00Z"}, "sentAt"),
        ({"recipient": []}, "recipient"),
    ],
)
def test_a_header_that_contradicts_its_envelope_is_refused(change, field):
    envelope = fixture("rs_rr")
    message_of(envelope).update(change)
    assert [one[0] for one in faults(envelope)] == [field]


def test_a_header_of_the_systems_themselves_contradicts_nothing():
    envelope = fixture("rs_rr")
    message_of(envelope)["status"] = "System"
    assert faults(envelope) == []


def test_a_message_without_its_header_is_refused_unless_it_is_an_error_or_a_test():
    envelope = fixture("rs_rr")
    response = message_of(envelope)["resourcesResponse"]
    envelope["content"][0]["jsonContent"]["embeddedJsonContent"]["message"] = {
        "resourcesResponse": response
    }
    assert faults(envelope) == [("messageId", "manque")]
    assert faults(fixture("rs_error")) == []


def test_one_message_at_fault_leaves_its_neighbours():
    envelope = fixture("technical_noreq")
    other: object = {"message": {"technicalNoreq": {}, "resourcesStatus": {}}}
    envelope["content"].append({"jsonContent": {"embeddedJsonContent": other}})
    found = read(envelope)
    assert len(found.objects) == 1
    assert [(one.index, one.field) for one in found.defects] == [(1, "message")]


@pytest.mark.requirement("hub-sante@RC-DE")
@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({}, "message"),
        ({"emsi": {}}, "emsi"),
        ({"createCaseHealth2": {}}, "message"),
        ({"resourcesStatus": {}, "unheard_of": 1}, "unheard_of"),
    ],
)
def test_a_use_case_that_is_not_read_here_is_named(message, field):
    assert [one[0] for one in faults(message)] == [field]


def test_what_is_not_json_is_refused_as_a_file_and_answered_as_a_message():
    with pytest.raises(UnreadableFile, match="pas du JSON"):
        read_hub(b"<message/>", FORM_ONLY)
    (fault,) = read_delivery(b"<message/>", FORM_ONLY).faults
    assert fault.code is HubErrorCode.UNRECOGNIZED_MESSAGE_FORMAT


def test_a_delivery_at_fault_can_be_answered_by_its_number_when_it_has_one():
    assert find_distribution_id(b'{"distributionID": "fr.health.samu310_1", "x":') is None
    assert find_distribution_id(b'{"distributionID": "fr.health.samu310_1"}') == (
        "fr.health.samu310_1"
    )
    assert find_distribution_id(b'{"distributionID": 7}') is None
    assert find_distribution_id(b"[]") is None


def test_the_reason_never_repeats_what_somebody_wrote():
    envelope = fixture("rs_eda")
    case = message_of(envelope)["createCaseHealth"]
    case["patient"][0]["detail"]["age"] = "dix ans, Patiente Fictive"
    ((field, reason),) = faults(envelope)
    assert field == "createCaseHealth.patient[0].detail.age"
    assert "Fictive" not in reason


def encoded(document: object) -> bytes:
    return json.dumps(document).encode()
