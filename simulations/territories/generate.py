"""Generates the synthetic tables of a territory folder from its facts and its parameters.

    python -m simulations.territories.generate [FOLDER]

The same facts, parameters and seed give the same bytes. Everything written but the emergency
departments is synthetic and says so.
"""

import csv
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from adapters.territory.people import DUTY_COLUMNS, PRACTITIONER_COLUMNS
from adapters.territory.places import (
    ACCESSIBILITY_COLUMNS,
    ACCESSIBILITY_FIELDS,
    COMMUNE_COLUMNS,
    EFFECTEUR_COLUMNS,
    read_commune,
)
from adapters.territory.settings import read_settings
from adapters.territory.tables import Fault, FolderFiles, Table, TerritoryRefused
from adapters.territory.vehicles import FLEET_COLUMNS
from simulations.draws import Draws
from simulations.territories.accessibility import draw_accessibility
from simulations.territories.catalogue import folder_of
from simulations.territories.drafts import (
    Drafting,
    DutyDraft,
    Figures,
    PlaceDraft,
    PractitionerDraft,
)
from simulations.territories.emergencies import draft_emergencies
from simulations.territories.general_practice import draft_general_practice
from simulations.territories.other_care import draft_other_care
from simulations.territories.pharmacies import draft_pharmacies
from simulations.territories.remote import draft_teleconsultation
from simulations.territories.unscheduled import draft_cpts, draft_mmg, draft_sos
from simulations.territories.vehicles import draw_fleet

EMERGENCIES = "facts/emergency_departments.csv"
DEMONSTRATION = "haute_garonne"


def generate(folder: Path, into: Path) -> None:
    """Write the tables of the folder into another (or the same) one."""
    drafting = start(folder)
    draft_emergencies(drafting, folder / EMERGENCIES)
    draft_general_practice(drafting)
    draft_cpts(drafting)
    draft_mmg(drafting)
    draft_sos(drafting)
    draft_pharmacies(drafting)
    draft_teleconsultation(drafting)
    draft_other_care(drafting)
    _write(into / "effecteurs.csv", EFFECTEUR_COLUMNS, map(_place_row, drafting.places))
    people = sorted(drafting.practitioners, key=lambda one: (one.rpps, one.place))
    _write(into / "practitioners.csv", PRACTITIONER_COLUMNS, map(_practitioner_row, people))
    _write(into / "duty.csv", DUTY_COLUMNS, map(_duty_row, drafting.duties))
    _write(
        into / "accessibility.csv",
        (*ACCESSIBILITY_COLUMNS, *ACCESSIBILITY_FIELDS),
        draw_accessibility(drafting),
    )
    _write(into / "fleet.csv", FLEET_COLUMNS, draw_fleet(drafting))


def start(folder: Path) -> Drafting:
    """Read the facts and the parameters; TerritoryRefused says what is wrong with them."""
    faults: list[Fault] = []
    files = FolderFiles.of(folder)
    settings = read_settings(files, faults)
    communes = Table(files=files, file="communes.csv", required=COMMUNE_COLUMNS).build(
        read_commune, lambda one: one.code, faults
    )
    if settings is None or faults:
        raise TerritoryRefused(faults)
    figures = Figures(settings.parameters)
    return Drafting(
        communes={commune.code: commune for commune in communes},
        figures=figures,
        draws=Draws(figures.whole("seed")),
    )


def _place_row(place: PlaceDraft) -> Mapping[str, str]:
    passages = place.annual_passages
    return {
        "id": str(place.effecteur_id),
        "kind": place.kind,
        "name": place.name,
        "commune": place.site.commune.code,
        "address": place.site.address,
        "postal_code": place.site.postal_code,
        "phone": place.phone,
        "lat": f"{place.site.position.lat:.5f}",
        "lon": f"{place.site.position.lon:.5f}",
        "care": _words(place.care),
        "specialties": _words(place.specialties),
        "hours": place.hours,
        "min_age": str(place.min_age or ""),
        "annual_passages": "" if passages is None else str(passages),
        "synthetic": "true" if place.synthetic else "false",
    }


def _practitioner_row(one: PractitionerDraft) -> Mapping[str, str]:
    return {
        "rpps": str(one.rpps),
        "family_name": one.family_name,
        "given_name": one.given_name,
        "place": str(one.place),
        "specialties": _words(one.specialties),
        "booking": one.booking or "",
        "modes": _words(one.modes),
        "visibility": _words(one.visibility),
        "slot_minutes": str(one.slot_minutes),
        "hours": one.hours,
    }


def _duty_row(duty: DutyDraft) -> Mapping[str, str]:
    return {
        "id": str(duty.place),
        "hours": duty.hours,
        "every_weeks": str(duty.every_weeks),
        "week": str(duty.week),
        "status": "open",
    }


def _words(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    target = folder_of(sys.argv[1] if len(sys.argv) > 1 else DEMONSTRATION)
    generate(target, target)
