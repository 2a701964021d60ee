"""Derive the committed fact tables of Haute-Garonne from the published files.

    F=simulations/territories/haute_garonne
    python scripts/derive_territory.py ../shared/data/territory $F

Writes communes.csv (code, name, population, postal codes, coordinates, area, density class) and
facts/emergency_departments.csv (the ten emergency departments of SAE 2023). The sources and their
licences are in the folder's SOURCES.md. The same input gives the same bytes.
"""

import csv
import json
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

DEPARTMENT = "31"
MERGED_SINCE_2018 = {"31298": "31471"}  # Lez, since in Saint-Béat-Lez: its area goes along
EARTH_RADIUS_KM = 6371.0088
DENSITIES = ((1500, "DENSE"), (300, "INTERMEDIATE"), (50, "SPARSE"), (0, "VERY_SPARSE"))

COMMUNES = "communes_31_2026.csv"
CONTOURS = "communes_31_contours_ign2018.geojson"
EMERGENCY = "sae2023_urgences_france.csv"
HOSPITALS = "sae2023_etablissements_31.csv"

Ring = Sequence[Sequence[float]]


def main(source: Path, folder: Path) -> None:
    (folder / "facts").mkdir(parents=True, exist_ok=True)
    contours = rings_by_commune(json.loads((source / CONTOURS).read_text(encoding="utf-8")))
    communes = list(commune_rows(read(source / COMMUNES), contours))
    write(folder / "communes.csv", communes)
    centres = {str(one["code"]): (str(one["lat"]), str(one["lon"])) for one in communes}
    emergency = emergency_rows(
        read(source / EMERGENCY), read(source / HOSPITALS), contours, centres
    )
    write(folder / "facts" / "emergency_departments.csv", list(emergency))


def read(path: Path) -> list[dict[str, str]]:
    text = path.read_text(encoding="utf-8", errors="replace")  # one name of another department
    return list(csv.DictReader(text.splitlines()))


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def commune_rows(
    communes: Iterable[Mapping[str, str]], contours: Mapping[str, Sequence[Ring]]
) -> Iterable[dict[str, object]]:
    for commune in sorted(communes, key=lambda one: one["code_insee"]):
        population = int(commune["population"])
        area = sum(ring_km2(ring) for ring in contours[commune["code_insee"]])
        yield {
            "code": commune["code_insee"],
            "name": commune["nom"],
            "population": population,
            "postal_codes": commune["codes_postaux"],
            "lat": f"{float(commune['lat']):.5f}",
            "lon": f"{float(commune['lon']):.5f}",
            "area_km2": f"{area:.2f}",
            "density": next(name for least, name in DENSITIES if population / area >= least),
        }


def emergency_rows(
    departments: Iterable[Mapping[str, str]],
    hospitals: Iterable[Mapping[str, str]],
    contours: Mapping[str, Sequence[Ring]],
    centres: Mapping[str, tuple[str, str]],
) -> Iterable[dict[str, object]]:
    streets = {hospital["fi"]: hospital for hospital in hospitals}
    ours = (one for one in departments if one["departement"] == DEPARTMENT)
    for one in sorted(ours, key=lambda row: row["finess"]):
        street = streets[one["finess"]]
        published = (f"{float(one['lat']):.5f}", f"{float(one['lon']):.5f}")
        right = any(lies_in(published, ring) for ring in contours[one["code_insee"]])
        lat, lon = published if right else centres[one["code_insee"]]
        line = " ".join(street[part] for part in ("NUMVOI", "TYPVOI", "NOMVOI") if street[part])
        yield {
            "finess": one["finess"],
            "name": one["nom"],
            "commune": one["code_insee"],
            "address": line,
            "postal_code": street["CPO"],
            "lat": lat,
            "lon": lon,
            "coordinates": "published" if right else "commune centre",
            "kind": one["urg"],
            "annual_passages": int(one["passu"]),
        }


def rings_by_commune(
    contours: Mapping[str, list[Mapping[str, Mapping[str, object]]]],
) -> dict[str, list[Ring]]:
    rings: dict[str, list[Ring]] = {}
    for feature in contours["features"]:
        code = str(feature["properties"]["code"])
        coordinates = feature["geometry"]["coordinates"]
        assert isinstance(coordinates, list)
        assert len(coordinates) == 1, "no commune of the file has a hole or a second part"
        rings.setdefault(MERGED_SINCE_2018.get(code, code), []).extend(coordinates)
    return rings


def lies_in(point: tuple[str, str], ring: Ring) -> bool:
    """Count the sides that a ray to the east crosses; the published contours are simplified."""
    lat, lon = float(point[0]), float(point[1])
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def ring_km2(ring: Ring) -> float:
    """Area of a small ring on a plane that keeps its middle latitude true."""
    shrink = math.cos(math.radians(sum(lat for _, lat in ring) / len(ring)))
    points = [
        (math.radians(lon) * EARTH_RADIUS_KM * shrink, math.radians(lat) * EARTH_RADIUS_KM)
        for lon, lat in ring
    ]
    following = points[1:] + points[:1]
    twice = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, following, strict=True))
    return abs(twice) / 2


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
