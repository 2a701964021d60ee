"""Founds the folder of another department: its communes and emergency departments from published
tables, everything else scaled from the demonstration's parameters, then generated."""

import csv
import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from adapters.kit.system_errors import said
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.places import Position, crow_distance_m
from simulations.territories.catalogue import folder_of
from simulations.territories.generate import DEMONSTRATION, EMERGENCIES, generate

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

COMMUNE_COLUMNS: Final = (
    "code_insee", "nom", "departement", "population", "codes_postaux", "lat", "lon",
)  # fmt: skip
EMERGENCY_COLUMNS: Final = ("finess", "nom", "departement", "code_insee", "lat", "lon", "urg",
                            "passu")  # fmt: skip
COUNTED = re.compile(r"^(\d+) (.*)$")
MERGED = "assumption: par habitant comme en Haute-Garonne"


class FoundingRefused(ValueError):  # noqa: N818  a refusal, named as one says it
    """A territory cannot be founded; the message names file, column or argument, and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What a new territory is made of."""

    folder: Path
    name: str
    department: str
    communes: Path
    emergencies: Path

    def carry_out(self) -> None:
        """Write the folder, whole or not at all; raise FoundingRefused."""
        try:
            if self.folder.exists() and any(self.folder.iterdir()):
                raise FoundingRefused(f"{self.folder} : n'est pas vide")
            communes = self._communes()
            emergencies = self._emergencies({str(one["code"]): one for one in communes})
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix=".", dir=self.folder.parent) as aside:
                self._write_in(Path(aside) / "pays", communes, emergencies)
                (Path(aside) / "pays").rename(self.folder)
        except OSError as error:
            raise FoundingRefused(f"{self.folder} : {said(error)}") from None

    def _write_in(
        self,
        folder: Path,
        communes: Sequence[Mapping[str, object]],
        emergencies: Sequence[Mapping[str, object]],
    ) -> None:
        (folder / "facts").mkdir(parents=True)
        _write(folder / "communes.csv", communes)
        _write(folder / EMERGENCIES, emergencies)
        inhabitants = sum(int(str(one["population"])) for one in communes)
        (folder / "territory.toml").write_text(self._settings(inhabitants), encoding="utf-8")
        (folder / "SOURCES.md").write_text(self._sources(), encoding="utf-8")
        generate(folder, folder)

    def _communes(self) -> list[dict[str, object]]:
        rows = [one for one in _read(self.communes, COMMUNE_COLUMNS)
                if one["departement"] == self.department and one["lat"]]  # fmt: skip
        if len(rows) <= NEIGHBOURS:
            raise FoundingRefused(
                f"--department : {self.communes.name} a {len(rows)} communes de "
                f"{self.department!r}, il en faut plus de {NEIGHBOURS}"
            )
        rows.sort(key=lambda one: one["code_insee"])
        for one in rows:
            _judge(self.communes, one, one["code_insee"], "population")
        _judge_codes(self.communes, rows)
        places = [Position(lat=float(one["lat"]), lon=float(one["lon"])) for one in rows]
        return [_commune(row, place, places) for row, place in zip(rows, places, strict=True)]

    def _emergencies(self, communes: Mapping[str, Mapping[str, object]]) -> list[dict[str, object]]:
        rows = [
            one
            for one in _read(self.emergencies, EMERGENCY_COLUMNS)
            if one["departement"] == self.department and one["code_insee"] in communes
        ]
        if not rows:
            raise FoundingRefused(
                f"--emergencies : {self.emergencies.name} n'en a aucun dans {self.department!r}"
            )
        for one in rows:
            _judge(self.emergencies, one, one["finess"], "passu")
            try:
                Identifier(IdKind.FINESS, one["finess"])
            except ValueError as fault:
                raise FoundingRefused(f"{self.emergencies.name} : finess : {fault}") from None
        by_site: dict[str, list[dict[str, str]]] = {}
        for one in rows:
            by_site.setdefault(one["finess"], []).append(one)
        return [_emergency(site, communes[site[0]["code_insee"]]) for site in by_site.values()]

    def _settings(self, inhabitants: int) -> str:
        base = folder_of(DEMONSTRATION)
        told = tomllib.loads((base / "territory.toml").read_text(encoding="utf-8"))
        like = sum(int(one["population"]) for one in _read(base / "communes.csv", ("population",)))
        share = inhabitants / like
        lines = [
            "# Écrit par `aiguilleur territory new`. Chaque chiffre dit d'où il vient.",
            f"name = {json.dumps(self.name, ensure_ascii=False)}",
            f'department = "{self.department}"',
            'time_zone = "Europe/Paris"',
            "attribution = [",
            *(f"  {json.dumps(one, ensure_ascii=False)}," for one in ATTRIBUTION),
            "]",
            "",
            "[parameters]",
            *(_parameter(name, one, share) for name, one in told["parameters"].items()),
        ]
        return "\n".join(lines) + "\n"

    def _sources(self) -> str:
        return SOURCES.format(name=self.name, attribution="\n".join(f"- {a}" for a in ATTRIBUTION))


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


def _commune(
    row: Mapping[str, str], place: Position, places: Sequence[Position]
) -> dict[str, object]:
    away = sorted(crow_distance_m(place, other) for other in places)[NEIGHBOURS]
    area = max(0.5, math.pi * (away / 1000) ** 2 / NEIGHBOURS)
    people = int(row["population"] or 0)
    return {
        "code": row["code_insee"],
        "name": row["nom"],
        "population": people,
        "postal_codes": row["codes_postaux"],
        "lat": f"{place.lat:.5f}",
        "lon": f"{place.lon:.5f}",
        "area_km2": f"{area:.2f}",
        "density": next(name for least, name in DENSITIES if people / area >= least),
    }


def _emergency(
    site: Sequence[Mapping[str, str]], commune: Mapping[str, object]
) -> dict[str, object]:
    """One site; a table tells of its general and its paediatric department apart."""
    row, known = site[0], bool(site[0]["lat"])
    kinds = {one["urg"] for one in site}
    return {
        "finess": row["finess"],
        "name": row["nom"],
        "commune": row["code_insee"],
        "address": f"adresse non publiée, {commune['name']}",
        "postal_code": str(commune["postal_codes"]).split()[0],
        "lat": f"{float(row['lat']):.5f}" if known else commune["lat"],
        "lon": f"{float(row['lon']):.5f}" if known else commune["lon"],
        "coordinates": "published" if known else "commune centre",
        "kind": "PED" if kinds == {"PED"} else "GEN",
        "annual_passages": sum(int(float(one["passu"] or 0)) for one in site),
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


def _read(path: Path, columns: Iterable[str]) -> list[dict[str, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FoundingRefused(f"{path} : {said(error)}") from None
    except UnicodeDecodeError:  # read all the same, a name would lose its accents
        raise FoundingRefused(f"{path.name} : n'est pas en UTF-8") from None
    reader = csv.DictReader(text.splitlines())
    for column in columns:
        if column not in (reader.fieldnames or ()):
            raise FoundingRefused(
                f"{path.name} : la colonne {column} manque (colonnes séparées par des virgules)"
            )
    return list(reader)


def _judge(path: Path, row: Mapping[str, str], name: str, counted: str) -> None:
    """Refuse a position that is none or half of one, and a count that is no number from 0; what
    isn't known is left empty."""
    for column, low, high in (("lat", -90, 90), ("lon", -180, 180), (counted, 0, math.inf)):
        told = row[column] or ""
        if not told and (column == counted or not row["lat"]):
            continue
        try:
            is_right = low <= float(told) <= high and math.isfinite(float(told))
            if column == "population":
                int(told)
        except ValueError:
            is_right = False
        if not is_right:
            raise FoundingRefused(f"{path.name} : {name} : {column} : {told!r} ne se peut")


def _judge_codes(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Refuse communes told twice or without a postal code, and a department where nobody lives."""
    seen: set[str] = set()
    for one in rows:
        code, postal = one["code_insee"], one["codes_postaux"] or ""
        if code in seen:
            raise FoundingRefused(f"{path.name} : {code} : code_insee : est là deux fois")
        seen.add(code)
        if not re.fullmatch(r"[0-9]{5}( [0-9]{5})*", postal):
            raise FoundingRefused(f"{path.name} : {code} : codes_postaux : {postal!r} ne se peut")
    if not any(int(one["population"] or 0) for one in rows):
        raise FoundingRefused(f"{path.name} : population : personne n'y habite")


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
