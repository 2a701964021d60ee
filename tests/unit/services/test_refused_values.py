"""Every refusal of a border model is said in French, whatever is wrong with the value."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from adapters.kit.refused_values import REASONS, reason
from services.errors import BadInput
from services.schemas.case import CaseIn
from services.schemas.mobility import MobilityIn
from services.schemas.tariff import RideIn

CASE: dict[str, Any] = {
    "id": "appel-1",
    "caller": {"at": "2026-11-26T19:40:00+01:00"},
    "patient": {"age": 40, "sex": "F", "position": {"insee": "31555"}},
    "need": {"code": "GP", "care_level": "R3"},
}
RIDE: dict[str, Any] = {
    "mode": "TAXI", "km": 3, "at": "2026-11-26T19:40:00+01:00", "department": "31",
}  # fmt: skip
WRONG: tuple[object, ...] = (
    None, True, -7, 0, 1.5, 9e9, float("nan"), "", "demain", "2026-11-26", [], ["rien"],
    [["rien"]], {}, {"rien": 1}, "x" * 500, "\ud800",
)  # fmt: skip


def faults(model: type[BaseModel], document: dict[str, Any]) -> list[Any]:
    """What is wrong with the document, as the library tells it."""
    try:
        model.model_validate(document)
    except ValidationError as error:
        return list(error.errors())
    return []


def wrongly_filled(model: type[BaseModel], sound: dict[str, Any]) -> list[Any]:
    """What is wrong when each field in turn is given each wrong value, or none at all."""
    names = list(model.model_fields)
    documents = [sound | {name: value} for name in names for value in WRONG]
    documents += [{one: sound[one] for one in sound if one != name} for name in names]
    return [fault for document in documents for fault in faults(model, document)]


@pytest.mark.parametrize(
    ("model", "sound"),
    [(MobilityIn, {}), (CaseIn, CASE), (RideIn, RIDE)],
    ids=["answers", "a case", "a ride"],
)
def test_no_refusal_is_left_in_the_words_of_the_library(model, sound):
    assert not faults(model, sound)
    told = {fault["type"]: reason(fault) for fault in wrongly_filled(model, sound)}
    assert set(told) <= REASONS.keys() | {"value_error"}
    assert not [text for text in told.values() if "should" in text or "{expected}" in text]
    assert len(told) >= 6


@pytest.mark.parametrize(
    ("model", "document", "said"),
    [
        (MobilityIn, {"age": 130}, "age: au plus 125 est attendu"),
        (MobilityIn, {"age": -1}, "age: au moins 0 est attendu"),
        (MobilityIn, {"oxygen": "oui"}, 'oxygen: true, false ou "unknown" est attendu'),
        (MobilityIn, {"oxigen": True}, "oxigen: champ inconnu"),
        (
            MobilityIn,
            {"autonomy": "seul"},
            "autonomy: attendu : 'alone', 'with_companion', 'with_professional' ou 'unknown'",
        ),
        (MobilityIn, {"home": {"floor": 1.5}}, "home.floor: un nombre entier est attendu"),
        (CaseIn, {name: CASE[name] for name in CASE if name != "need"}, "need: absent"),
        (
            CaseIn,
            CASE | {"patient": {"age": 40, "position": {"lat": 43.6}}},
            "patient.position: lat et lon vont ensemble",
        ),
        (RideIn, RIDE | {"km": True}, "km: un nombre est attendu"),
    ],
)
def test_a_refusal_names_the_field_and_what_was_expected(model, document, said):
    with pytest.raises(ValidationError) as caught:
        model.model_validate(document)
    assert str(BadInput.from_validation(caught.value, document)) == said


def test_a_kind_of_error_not_foreseen_is_told_as_the_library_says_it():
    assert reason({"type": "uuid_parsing", "msg": "Input should be a UUID"}) == (
        "Input should be a UUID"
    )
