"""Our closed lists are those the Hub publishes, code for code; the rules name no other."""

import csv
from typing import get_args

import pytest

from adapters.hubsante import codes
from adapters.hubsante.vehicles import LONGEST_WAIT, MODES
from regulation.cases import CareLevel, Priority
from services.console.motifs import MOTIFS
from tests.unit.adapters.hubsante.worlds import PUBLISHED
from tests.unit.regulation.worlds import rules
from transport.reports import MissionStatus

NOMENCLATURES = PUBLISHED / "nomenclatures"
needs_published = pytest.mark.skipif(
    not NOMENCLATURES.is_dir(), reason="../shared/data/interop/hub-sante/nomenclatures is absent"
)
LISTS = {
    "priorite": codes.PriorityCode,
    "niveauSoin": codes.CareLevelCode,
    "typeDecision": codes.DecisionCode,
    "typeOrientation": codes.OrientationCode,
    "typeRessource": codes.MeansCode,
    "typeVecteur": codes.VehicleTypeCode,
    "typePEC": codes.CrewCode,
    "statutVecteur": codes.StatusCode,
    "delai": codes.DeadlineCode,
    "reponseDemande": codes.AnswerCode,
    "cadre": codes.ConventionCode,
    "filiere": codes.PerimeterCode,
    "origine": codes.OriginCode,
    "communication": codes.CommunicationCode,
    "effet": codes.PurposeCode,
}


def published(name: str) -> set[str]:
    with (NOMENCLATURES / f"HubSante.{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"].strip() for row in csv.DictReader(file)}


@needs_published
@pytest.mark.parametrize("name", LISTS)
def test_a_closed_list_is_the_published_one(name):
    assert set(get_args(LISTS[name])) == published(name)


@needs_published
@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("priorite", set(Priority)),
        ("niveauSoin", set(CareLevel)),
        ("statutVecteur", set(MissionStatus)),
        ("delai", set(LONGEST_WAIT)),
    ],
)
def test_what_we_think_in_is_the_published_list(name, ours):
    assert {str(one) for one in ours} == published(name)


@needs_published
def test_we_read_no_vehicle_type_that_is_not_published():
    assert set(MODES) <= published("typeVecteur")


def named_motifs() -> set[str]:
    """Every code of a reason for calling that a rule names."""

    def named(found: object, key: str = "") -> set[str]:
        match found:
            case dict():
                return {one for name, inner in found.items() for one in named(inner, name)}
            case list() | tuple():
                return {one for inner in found for one in named(inner, key)}
            case str() if key in {"motif", "need.motif"}:
                return {found}
        return set()

    return {code for rule in rules().rules for code in named(dict(rule.when))}


@needs_published
def test_rules_and_console_name_no_reason_for_calling_that_is_not_published():
    assert named_motifs()
    assert named_motifs() | {code for code, _ in MOTIFS} <= published("motif")
