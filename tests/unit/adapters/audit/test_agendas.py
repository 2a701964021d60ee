"""An agenda is of one practitioner at one place of theirs, which has no other (row 42)."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from adapters.audit.agendas import UNSEEN, one_agenda_per_place
from adapters.audit.checks import Measured, NotProvable
from adapters.audit.exchanges import OK, Evidence, Exchange, Purpose
from tests.unit.simulations.feeds.agendas import NOW

Json = dict[str, Any]


def agenda(number: str, *actors: str) -> Json:
    listed = [{"reference": actor} for actor in actors]
    return {"resourceType": "Schedule", "id": number, "actor": listed}


def role(number: str, holder: str = "A", line: str = "1 rue des Essais") -> Json:
    return {
        "resourceType": "PractitionerRole",
        "id": number,
        "practitioner": {"reference": f"Practitioner/{holder}"},
        "organization": {"identifier": {"value": "1990000010"}},
        "contained": [
            {"resourceType": "Location", "address": {"line": [line], "postalCode": "31000"}}
        ],
    }


def judged(resources: Sequence[Json]) -> list[str]:
    """Reasons of the faults found in an answer of these resources."""
    body = json.dumps({"entry": [{"resource": one} for one in resources]}).encode()
    asked = Exchange(
        purpose=Purpose.SEARCH, method="GET", url="/Slot", at=NOW, status=OK, body=body
    )
    found = one_agenda_per_place(Evidence(exchanges=(asked,)))
    assert isinstance(found, Measured)
    assert UNSEEN in found.figure
    return [fault.reason for fault in found.faults]


GOOD = [
    agenda("1", "Practitioner/A", "http://editor/PractitionerRole/r1"),
    agenda("2", "Practitioner/A", "PractitionerRole/r2"),
    role("r1"),
    role("r2", line="2 rue des Essais"),
]


def test_one_agenda_for_each_place_of_a_practitioner_is_right():
    assert judged(GOOD) == []


@pytest.mark.parametrize(
    ("resources", "reason"),
    [
        (
            [agenda("1", "Practitioner/A", "PractitionerRole/r1", "PractitionerRole/r2")],
            "2 PractitionerRole au lieu d'un seul",
        ),
        ([agenda("1", "PractitionerRole/r1")], "0 Practitioner au lieu d'un seul"),
        (
            [agenda("1", "Practitioner/B", "PractitionerRole/r1"), role("r1", holder="A")],
            "le lieu d'exercice est celui d'un autre praticien",
        ),
        (
            [
                agenda("1", "Practitioner/A", "PractitionerRole/r1"),
                agenda("2", "Practitioner/A", "PractitionerRole/r1"),
                role("r1"),
            ],
            "2 agendas pour ce lieu d'exercice",
        ),
        (
            [GOOD[0], GOOD[1], role("r1"), role("r2")],
            "même lieu que PractitionerRole/r1, sous un autre agenda",
        ),
    ],
)
def test_places_merged_shared_or_split_are_found(resources: list[Json], reason: str):
    assert judged(resources) == [reason]


def test_without_an_agenda_nothing_is_proved():
    asked = Exchange(purpose=Purpose.SEARCH, method="GET", url="", at=NOW, status=OK, body=b"{}")
    assert isinstance(one_agenda_per_place(Evidence(exchanges=(asked,))), NotProvable)
