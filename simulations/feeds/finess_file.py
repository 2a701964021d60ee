"""The FINESS file of a territory, written as the register publishes it, on the day it is asked."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from pyproj import Transformer

from regulation.effecteurs import EffecteurKind
from regulation.kernel.ids import IdKind
from simulations.registers import Entry, Registers

SHARES = {
    EffecteurKind.ED: 1.0,
    EffecteurKind.PHARMACIE: 1.0,
    EffecteurKind.MSP: 1.0,
    EffecteurKind.CDS: 1.0,
    EffecteurKind.CPTS: 1.0,
    EffecteurKind.LABORATOIRE: 1.0,
}
"""Share of each kind of place that has a FINESS number (the others have none)."""

CATEGORIES = {
    EffecteurKind.ED: ("355", "Centre Hospitalier (C.H.)"),
    EffecteurKind.PHARMACIE: ("620", "Pharmacie d'Officine"),
    EffecteurKind.MSP: ("603", "Maison de santé (L.6223-3)"),
    EffecteurKind.CDS: ("124", "Centre de Santé"),
    EffecteurKind.CPTS: ("604", "Communautés professionnelles territoriales de santé (CPTS)"),
    EffecteurKind.LABORATOIRE: ("611", "Laboratoire de Biologie Médicale"),
}
WITHOUT_COORDINATES = 0.02
CELLS = 32


def finess_file(registers: Registers, now: datetime) -> bytes:
    """Write the file in UTF-8; its first line bears the day it was made."""
    entries = [
        one
        for one in registers.known_by("finess", SHARES)
        if one.effecteur.effecteur_id.kind is IdKind.FINESS
    ]
    lines = [f"finess;etalab;1;{now:%Y-%m-%d}"]
    lines += [_establishment(registers, one, now) for one in entries]
    lines += list(_coordinates(registers, entries))
    return ("\n".join(lines) + "\n").encode()


def _establishment(registers: Registers, entry: Entry, now: datetime) -> str:
    effecteur = entry.effecteur
    number, _, street = registers.shortened(entry.line).partition(" ")
    kind, _, name = street.partition(" ")
    told = {
        0: "structureet",
        1: effecteur.effecteur_id.value,
        2: "990099990",
        3: effecteur.name.upper()[:38],
        4: effecteur.name.upper(),
        7: number,
        8: kind,
        9: name,
        12: effecteur.commune[2:],
        13: effecteur.commune[:2],
        15: f"{entry.postal_code} {entry.town.upper()}",
        16: (effecteur.phone or "").replace("+33", "0"),
        18: CATEGORIES[effecteur.kind][0],
        19: CATEGORIES[effecteur.kind][1],
        22: entry.siret.value if entry.siret else "",
        28: "2005-01-03",
        30: f"{registers.changed_at('finess', entry, now):%Y-%m-%d}",
    }
    return ";".join(told.get(cell, "") for cell in range(CELLS))


def _coordinates(registers: Registers, entries: list[Entry]) -> Iterator[str]:
    for entry in entries:
        number = entry.effecteur.effecteur_id
        if registers.draws.chance(WITHOUT_COORDINATES, "finess unplaced", number):
            continue
        position = entry.effecteur.position
        easting, northing = _lambert_93().transform(position.lon, position.lat)
        source = "1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,LAMBERT_93"
        yield f"geolocalisation;{number.value};{easting:.1f};{northing:.1f};{source};2026-05-12"


@cache
def _lambert_93() -> Transformer:
    return Transformer.from_crs(4326, 2154, always_xy=True)
