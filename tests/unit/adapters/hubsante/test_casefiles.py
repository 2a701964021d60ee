"""A file that a regulation shares becomes a draft of a case, without names nor free text."""

import json

import pytest

from adapters.hubsante.casefiles import SharedFile, shared_file
from adapters.hubsante.reading import read_delivery
from adapters.hubsante.wire.cases import CreateCaseHealth, CreateCaseHealthUpdate
from adapters.kit.judgement import FORM_ONLY
from regulation.drafts import CASE_FIELDS
from tests.unit.adapters.hubsante.worlds import fixture, message_of

CASE = "fr.health.samu310.DRFR153102633200193"
KEY = "createCaseHealth"


def shared(document: object) -> SharedFile:
    (message,) = read_delivery(json.dumps(document).encode(), FORM_ONLY).messages
    assert isinstance(message.body, CreateCaseHealth | CreateCaseHealthUpdate)
    return shared_file(message.body)


@pytest.mark.requirement("rs-eda@requis", "rs-eda@caseId")
def test_a_regulated_file_prefills_a_case():
    file = shared(fixture("rs_eda"))
    assert (file.case_ref, file.opens, file.is_closed) == (CASE, True, False)
    assert file.by_draft() == {
        CASE: {
            "caller.at": "2026-11-28T19:33:00+01:00",
            "caller.phone": "+33561000000",
            "caller.language": "fr",
            "caller.communication": "AUCUNE",
            "need.motif": "M06.02",
            "mobility.home.floor": 3,
            "patient.position.lat": 43.6,
            "patient.position.lon": 1.44,
            "need.priority": "P3",
            "need.care_level": "R3",
            "mobility.uses_wheelchair": True,
            "patient.sex": "F",
            "patient.age": 10.0,
            "need.code": "GP",
        }
    }


def test_nothing_that_somebody_wrote_is_in_a_draft():
    text = json.dumps(shared(fixture("rs_eda")).by_draft()[CASE], ensure_ascii=False)
    assert "fictive" not in text.lower()
    assert "fictif" not in text.lower()


def test_an_update_says_only_what_has_changed():
    file = shared(fixture("rs_eda_maj"))
    assert not file.opens
    assert file.by_draft() == {CASE: {"need.priority": "P1", "need.care_level": "R1"}}


def test_each_patient_has_a_draft_and_the_graver_level_of_one_message_counts():
    document = fixture("rs_eda")
    case = message_of(document)[KEY]
    second = {"patientId": f"fr.health.samu310.patient.{CASE[18:]}.2", "detail": {"age": "P8M"}}
    case["patient"].append(second)
    case["patient"][0]["detail"]["careLevel"] = "R2"
    case["qualification"]["details"]["careLevel"] = "R3"
    drafts = shared(document).by_draft()
    assert drafts.keys() == {CASE, f"{CASE}.2"}
    assert (drafts[CASE]["need.care_level"], drafts[f"{CASE}.2"]["need.care_level"]) == ("R2", "R3")
    assert drafts[f"{CASE}.2"]["patient.age"] == pytest.approx(8 / 12, abs=0.001)
    assert "need.code" not in drafts[f"{CASE}.2"]  # the decision is the other patient's


@pytest.mark.parametrize(
    ("age", "years"), [("P65Y", 65), ("P18M", 1.5), ("P2W", 0.038), ("P10D", 0.027)]
)
def test_an_age_is_in_years_with_decimals_for_infants(age, years):
    document = fixture("rs_eda")
    message_of(document)[KEY]["patient"][0]["detail"]["age"] = age
    assert shared(document).by_draft()[CASE]["patient.age"] == pytest.approx(years, abs=0.001)


@pytest.mark.parametrize(
    ("floor", "known"), [("3", 3), ("3e étage", 3), ("RDC", 0), ("-1", -1), ("entresol", None)]
)
def test_a_floor_is_kept_when_it_is_a_number(floor, known):
    document = fixture("rs_eda")
    message_of(document)[KEY]["location"]["access"]["floor"] = floor
    assert shared(document).by_draft()[CASE].get("mobility.home.floor") == known


def test_the_name_of_a_lift_does_not_say_that_there_is_one():
    assert "mobility.home.lift" not in shared(fixture("rs_eda")).by_draft()[CASE]


def test_a_place_known_to_the_commune_alone_is_said_by_its_address():
    document = fixture("rs_eda")
    location = message_of(document)[KEY]["location"]
    location["geometry"]["point"]["coord"]["precision"] = "VILLE"
    said = shared(document).by_draft()[CASE]
    assert said["patient.position.address"] == "1 rue Imaginaire, Toulouse"
    del location["detailedAddress"]
    said = shared(document).by_draft()[CASE]
    assert said["patient.position.insee"] == "31555"
    assert "patient.position.lat" not in said


def test_a_destination_is_the_effecteur_preferred():
    document = fixture("rs_eda")
    numbers = [{"source": "FINESS_GEOGRAPHIQUE", "value": "310000001"}]
    message_of(document)[KEY]["decision"][0]["destination"] = {"externalLocationId": numbers}
    said = shared(document).by_draft()[CASE]
    assert said["preferred_effecteur"] == "FINESS:310000001"


def test_a_closed_file_is_known_to_be_closed():
    document = fixture("rs_eda_maj")
    message_of(document)["createCaseHealthUpdate"]["qualification"]["details"] = {
        "status": "CLOTURE"
    }
    assert shared(document).is_closed is True


def test_every_field_a_draft_is_given_is_one_of_a_case():
    assert shared(fixture("rs_eda")).by_draft()[CASE].keys() <= CASE_FIELDS
