"""Drafts the emergency departments: the only real places, so nothing is made up about them."""

import csv
from pathlib import Path

from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.places import CommuneCode, Position
from simulations.territories.drafts import ALWAYS_OPEN, Drafting, PlaceDraft
from simulations.territories.sites import Site

ED_CARE = {
    "GEN": frozenset(
        {CareCode.GP, CareCode.PAEDIATRIC, CareCode.PSYCHIATRY, CareCode.OTHER_SPECIALTY}
    ),
    "PED": frozenset({CareCode.PAEDIATRIC}),
}
"""What an emergency department answers, by its kind in SAE 2023 (general, paediatric)."""


def draft_emergencies(drafting: Drafting, table: Path) -> None:
    """Draft the real emergency departments: their accessibility isn't known, so none is told."""
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        commune = drafting.communes[CommuneCode(row["commune"])]
        site = Site(
            commune=commune,
            position=Position(lat=float(row["lat"]), lon=float(row["lon"])),
            address=row["address"],
            postal_code=row["postal_code"],
        )
        drafting.places.append(
            PlaceDraft(
                effecteur_id=Identifier(IdKind.FINESS, row["finess"]),
                kind=EffecteurKind.ED,
                name=row["name"],
                site=site,
                phone="",
                care=ED_CARE[row["kind"]],
                hours=ALWAYS_OPEN,
                annual_passages=int(row["annual_passages"]) if row["annual_passages"] else None,
                synthetic=False,
            )
        )
