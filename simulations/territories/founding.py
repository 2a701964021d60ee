"""Founds the folder of another department: its communes and emergency departments from published
tables, everything else scaled from the demonstration's parameters, then generated."""

import csv
import json
import math
import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from adapters.kit.departments import Department
from adapters.kit.system_errors import said
from adapters.territory.places import FARTHEST_FROM_COMMUNE_M
from regulation.kernel.places import Position, crow_distance_m
from simulations.territories.catalogue import folder_of
from simulations.territories.generate import DEMONSTRATION, EMERGENCIES, generate
from simulations.territories.published import (
    COMMUNE_COLUMNS,
    EMERGENCY_COLUMNS,
    LOST,
    MEND_POSITION,
    FoundingRefused,
    PublishedCommune,
    PublishedEmergency,
    read_commune,
    read_emergency,
    read_published,
)

DENSITIES: Final = (
    (1500, "DENSE"),
    (300, "INTERMEDIATE"),
    (50, "SPARSE"),
    (0, "VERY_SPARSE"),
)
NEIGHBOURS: Final = 6
"""The area of a commune is told by how far its neighbours are, when no table tells it."""

SCALED: Final = (
    "msp_count", "cds_count", "cpts_count", "mmg_count", "laboratory_count", "pharmacy_count",
    "sos_doctors", "tele_platforms", "assisted_pharmacies", "assisted_msp", "nurse_practices",
    "dental_practices", "midwife_practices", "physio_practices", "paediatric_practices",
    "psychiatry_practices", "imaging_centres", "specialist_practices", "free_gp_slots",
)  # fmt: skip
"""Parameters that count things: by inhabitant, they are those of the demonstration."""

COUNTED = re.compile(r"^(\d+) (.*)$")
MERGED = "assumption: par habitant comme en Haute-Garonne"


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What a new territory is made of."""

    folder: Path
    name: str
    department: str
    communes: Path
    emergencies: Path

    def carry_out(self) -> Sequence[str]:
        """Write the folder, whole or not at all, and return what is to be told of how the tables
        were read and of what they leave unknown; raise FoundingRefused."""
        department = self._judged()
        told: list[str] = []
        try:
            folder = self.folder.resolve()
            if folder.exists() and any(folder.iterdir()):
                raise FoundingRefused(str(self.folder), "n'est pas vide")
            communes = self._communes(department, told)
            emergencies = self._emergencies(department, communes, told)
            folder.parent.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix=".", dir=folder.parent) as aside:
                self._write_in(Path(aside) / "pays", communes.values(), emergencies, told)
                (Path(aside) / "pays").rename(folder)
        except OSError as error:
            raise FoundingRefused(str(self.folder), said(error)) from None
        return told

    def _judged(self) -> Department:
        if not self.name.strip() or not self.name.isprintable():
            raise FoundingRefused("--name", f"{self.name!r} n'est pas un nom de territoire")
        try:
            return Department(self.department)
        except ValueError as error:
            raise FoundingRefused("--department", f"{error}, comme 48 ou 2A") from None

    def _write_in(
        self,
        folder: Path,
        communes: Iterable[Mapping[str, object]],
        emergencies: Sequence[Mapping[str, object]],
        told: Sequence[str],
    ) -> None:
        (folder / "facts").mkdir(parents=True)
        _write(folder / "communes.csv", communes)
        _write(folder / EMERGENCIES, emergencies)
        inhabitants = sum(int(str(one["population"])) for one in communes)
        (folder / "territory.toml").write_text(self._settings(inhabitants), encoding="utf-8")
        (folder / "SOURCES.md").write_text(self._sources(told), encoding="utf-8")
        generate(folder, folder)

    def _communes(
        self, department: Department, told: list[str]
    ) -> Mapping[str, Mapping[str, object]]:
        table = read_published(self.communes, COMMUNE_COLUMNS).of(department)
        told += [f"{table.path} : {table.how}"] if table.how else []
        found = table.build(partial(read_commune, department=department), lambda one: one.code)
        told += list(_nowhere(table.path, found))
        placed = {
            one.code: (one, one.position)
            for one in sorted(found, key=lambda one: one.code)
            if one.position is not None
        }
        if len(placed) <= NEIGHBOURS:
            raise FoundingRefused(
                f"{table.path}, departement",
                f"a {len(placed)} communes situées du {self.department!r}, il en faut plus de "
                f"{NEIGHBOURS}",
            )
        if not any(one.population for one, _ in placed.values()):
            raise FoundingRefused(f"{table.path}, population", "personne n'y habite")
        places = [place for _, place in placed.values()]
        return {code: _commune(one, place, places) for code, (one, place) in placed.items()}

    def _emergencies(
        self,
        department: Department,
        communes: Mapping[str, Mapping[str, object]],
        told: list[str],
    ) -> list[dict[str, object]]:
        table = read_published(self.emergencies, EMERGENCY_COLUMNS).of(department)
        told += [f"{table.path} : {table.how}"] if table.how else []
        found = table.build(
            partial(read_emergency, department=department), lambda one: (one.finess, one.kind)
        )
        told += list(_unknown(table.path, found, communes))
        by_site: dict[str, list[PublishedEmergency]] = {}
        for one in found:
            _judge_place(table.path, one, communes)
            site = by_site.setdefault(one.finess, [])
            if site and site[0].commune != one.commune:
                raise FoundingRefused(
                    f"{table.path}, ligne {one.line}, code_insee",
                    f"{one.commune!r}, mais {site[0].commune!r} à la ligne {site[0].line} pour le "
                    "même finess",
                )
            site.append(one)
        by_site = {name: site for name, site in by_site.items() if site[0].commune in communes}
        if not by_site:
            raise FoundingRefused(
                f"{table.path}, code_insee", f"aucun n'est d'une commune de {self.communes}"
            )
        return [_emergency(site, communes[site[0].commune]) for site in by_site.values()]

    def _settings(self, inhabitants: int) -> str:
        base = folder_of(DEMONSTRATION)
        told = tomllib.loads((base / "territory.toml").read_text(encoding="utf-8"))
        with (base / "communes.csv").open(encoding="utf-8", newline="") as file:
            like = sum(int(one["population"]) for one in csv.DictReader(file))
        share = inhabitants / like
        lines = [
            "# Écrit par `aiguilleur territory new`. Chaque chiffre dit d'où il vient.",
            f"name = {json.dumps(self.name, ensure_ascii=False)}",
            f'department = "{self.department}"',
            f'time_zone = "{Department(self.department).zone.key}"',
            "attribution = [",
            *(f"  {json.dumps(one, ensure_ascii=False)}," for one in ATTRIBUTION),
            "]",
            "",
            "[parameters]",
            *(_parameter(name, one, share) for name, one in told["parameters"].items()),
        ]
        return "\n".join(lines) + "\n"

    def _sources(self, told: Sequence[str]) -> str:
        written = SOURCES.format(
            name=self.name, attribution="\n".join(f"- {a}" for a in ATTRIBUTION)
        )
        return written + (UNKNOWN + "\n".join(f"- {one}" for one in told) + "\n" if told else "")


ATTRIBUTION: Final = (
    "Communes, populations : INSEE COG et populations légales, DGCL, Licence Ouverte 2.0",
    "Coordonnées, codes postaux : La Poste, base officielle des codes postaux, Licence Ouverte 2.0",
    "Superficies : estimées d'après la distance des communes voisines",
    "Services d'urgences : DREES, SAE 2023, Licence Ouverte 2.0 ; coordonnées FINESS (Eurostat)",
    "Tout le reste (cabinets, praticiens, pharmacies, véhicules, accessibilité) est synthétique",
)
SOURCES: Final = """# {name} : ce qui est réel, ce qui ne l'est pas

Écrit par `aiguilleur territory new`. Réels, et publiés :

{attribution}

Les nombres de lieux, de praticiens et de véhicules sont ceux de la Haute-Garonne, par habitant :
une hypothèse, que le territoire remplace par ses propres chiffres dans `territory.toml`, puis
`python -m simulations.territories.generate DOSSIER`.
"""
ACCENTS_LOST: Final = "des lettres de ce nom ont été perdues : le corriger dans le dossier"
UNKNOWN: Final = "\nComment les tables ont été lues, et ce qu'elles laissent inconnu :\n\n"


def _nowhere(path: Path, found: Iterable[PublishedCommune]) -> Iterator[str]:
    """Tell the communes that no table situates: a place there would be nowhere."""
    for one in found:
        where = f"{path}, ligne {one.line} : {one.code} {one.name}"
        if one.position is None:
            yield f"{where} ({one.population} habitants) est sans coordonnées : laissée de côté"
        elif LOST in one.name:
            yield f"{where} : {ACCENTS_LOST}"


def _unknown(
    path: Path, found: Iterable[PublishedEmergency], communes: Container[str]
) -> Iterator[str]:
    for one in found:
        where = f"{path}, ligne {one.line} : {one.name}"
        if one.commune not in communes:
            yield f"{where} : sa commune {one.commune} n'est pas située : laissé de côté"
            continue
        if LOST in one.name:
            yield f"{where} : {ACCENTS_LOST}"
        if one.passages is None:
            yield f"{where} : passu est vide : ses passages restent inconnus"
        if one.position is None:
            yield f"{where} : sans coordonnées : mis au centre de sa commune"


def _judge_place(
    path: Path, one: PublishedEmergency, communes: Mapping[str, Mapping[str, object]]
) -> None:
    """Refuse what the reader of the folder would refuse: a place too far from its commune."""
    if one.position is None or one.commune not in communes:
        return
    commune = communes[one.commune]
    centre = Position(lat=float(str(commune["lat"])), lon=float(str(commune["lon"])))
    away_m = crow_distance_m(one.position, centre)
    if away_m > FARTHEST_FROM_COMMUNE_M:
        raise FoundingRefused(
            f"{path}, ligne {one.line}, lat",
            f"lat={one.position.lat:g}, lon={one.position.lon:g} est à {away_m / 1000:.0f} km de "
            f"sa commune {one.commune} : {MEND_POSITION}",
        )


def _commune(
    told: PublishedCommune, place: Position, places: Sequence[Position]
) -> dict[str, object]:
    away = sorted(crow_distance_m(place, other) for other in places)[NEIGHBOURS]
    area = max(0.5, math.pi * (away / 1000) ** 2 / NEIGHBOURS)
    density = told.population / area
    return {
        "code": told.code,
        "name": told.name,
        "population": told.population,
        "postal_codes": told.postal_codes,
        "lat": f"{place.lat:.5f}",
        "lon": f"{place.lon:.5f}",
        "area_km2": f"{area:.2f}",
        "density": next(name for least, name in DENSITIES if density >= least),
    }


def _emergency(
    site: Sequence[PublishedEmergency], commune: Mapping[str, object]
) -> dict[str, object]:
    """One site; a table tells of its general and its paediatric department apart. One that does
    not tell its passages leaves those of the site unknown."""
    first, place = site[0], site[0].position
    known = [one.passages for one in site if one.passages is not None]
    return {
        "finess": first.finess,
        "name": first.name,
        "commune": first.commune,
        "address": f"adresse non publiée, {commune['name']}",
        "postal_code": str(commune["postal_codes"]).split()[0],
        "lat": f"{place.lat:.5f}" if place else commune["lat"],
        "lon": f"{place.lon:.5f}" if place else commune["lon"],
        "coordinates": "published" if place else "commune centre",
        "kind": "PED" if {one.kind for one in site} == {"PED"} else "GEN",
        "annual_passages": sum(known) if len(known) == len(site) else "",
    }


def _parameter(name: str, told: Mapping[str, object], share: float) -> str:
    value, source = told["value"], told["source"]
    if name in SCALED and isinstance(value, int | float):
        value, source = max(1, round(value * share)), MERGED
    elif name.startswith("fleet_") and isinstance(value, list):
        value, source = [_fewer(str(one), share) for one in value], MERGED
    elif name == "chief_town_mmg":
        value = 1
    written = json.dumps(value, ensure_ascii=False)
    unit, said = (json.dumps(one, ensure_ascii=False) for one in (told["unit"], source))
    return f"{name} = {{ value = {written}, unit = {unit}, source = {said} }}"


def _fewer(line: str, share: float) -> str:
    found = COUNTED.match(line)
    assert found is not None, line
    return f"{max(1, round(int(found[1]) * share))} {found[2]}"


def _write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(next(iter(rows))), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
