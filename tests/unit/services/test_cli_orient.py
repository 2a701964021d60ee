"""`aiguilleur orient`: bad calls refused by name; one call each of answer and of hand-over."""

from typing import Any

import pytest

from tests.unit.services.command_line import aiguilleur, is_refused

__all__ = ["aiguilleur"]
CALL: dict[str, Any] = {
    "id": "essai-1",
    "caller": {"at": "2026-11-28T19:40:00+01:00"},
    "patient": {"age": 47, "position": {"insee": "31555"}},
    "need": {"code": "GP", "care_level": "R3"},
}


def call(**changes):
    return {**CALL, **changes}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (call(colour="red"), "colour"),
        (call(patient={**CALL["patient"], "age": 126}), "patient.age"),
        (call(patient={**CALL["patient"], "age": -1}), "patient.age"),
        (call(patient={"age": 3}), "patient.position"),
        (call(caller={"at": "2026-11-28T19:40:00"}), "caller.at"),
        (call(need={"code": "MAGIC", "care_level": "R3"}), "need.code"),
        (call(need={"code": "GP", "care_level": "R9"}), "need.care_level"),
        (call(need={**CALL["need"], "deadline_minutes": 0}), "need.deadline_minutes"),
        (call(mobility={"oxygen": "yes"}), "mobility.oxygen"),
        (call(id="../x"), "id"),
        (call(patient={"age": 3, "position": {"lat": 43.6}}), "patient.position"),
        (
            call(patient={"age": 3, "position": {"insee": "31555", "lat": 43.6, "lon": 1.4}}),
            "patient.position",
        ),
    ],
)
def test_a_call_that_cannot_be_is_refused_on_one_line_that_names_the_field(
    aiguilleur, document, field
):
    said = aiguilleur.run("orient", aiguilleur.file(document))
    assert (said.status, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert said.err.startswith(f"aiguilleur: {field}")


def test_a_naive_instant_of_decision_is_refused(aiguilleur):
    said = aiguilleur.run("orient", aiguilleur.file(CALL), "--at", "2026-11-28T19:40:00")
    assert is_refused(said, "--at")


def test_a_territory_nobody_knows_is_refused(aiguilleur):
    said = aiguilleur.run("orient", aiguilleur.file(CALL), "--territory", "atlantide")
    assert is_refused(said, "--territory")


PARIS = {"lat": 48.85, "lon": 2.35}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (call(patient={"age": 47, "position": PARIS}), "patient.position"),
        (call(return_to=PARIS), "return_to"),
        (call(mobility={"age": 12}), "mobility.age"),
        (call(preferred_effecteur="mmg"), "preferred_effecteur"),
    ],
    ids=["outside", "home outside", "two ages", "no identifier"],
)
def test_a_call_the_territory_cannot_answer_is_refused(aiguilleur, document, field):
    assert is_refused(aiguilleur.run("orient", aiguilleur.file(document)), field)


def test_a_red_flag_is_handed_over_without_a_slot_or_a_leg(aiguilleur):
    urgent = call(need={"code": "GP", "care_level": "R3", "motif": "M03.08"})
    said = aiguilleur.run("orient", aiguilleur.file(urgent), "--format", "json")
    assert (said.status, said.err) == (0, "")
    (only,) = said.document["proposals"]
    assert (only["kind"], only["legs"], only["slot"]) == ("AMU", [], None)
    assert said.document["solver"] is None


def test_a_call_is_answered_in_french_with_its_proof(aiguilleur):
    mobility = {"own_vehicle_available": True, "autonomy": "alone"}
    said = aiguilleur.run("orient", aiguilleur.file(call(mobility=mobility)))
    assert said.status == 0
    assert said.out.startswith("Dossier essai-1 · règles sha256:")
    assert "\n1. " in said.out
    assert "Preuve : " in said.out
