"""Rows of communes.csv, effecteurs.csv and accessibility.csv."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from adapters.kit.accessibility import COLUMNS as ACCESS_COLUMNS
from adapters.kit.accessibility import read_accessibility
from adapters.kit.hours import WeeklyHours, parse_hours
from adapters.kit.rows import Row
from adapters.territory.territory import Commune, Density
from regulation.effecteurs import Accessibility, CareCode, Effecteur, EffecteurKind
from regulation.kernel.ids import CheckDigits, Identifier, check
from regulation.kernel.observed import Observed
from regulation.kernel.places import MAX_LAT, MAX_LON, CommuneCode, Position, crow_distance_m

COMMUNE_COLUMNS = (
    "code",
    "name",
    "population",
    "postal_codes",
    "lat",
    "lon",
    "area_km2",
    "density",
)
EFFECTEUR_COLUMNS = (
    "id",
    "kind",
    "name",
    "commune",
    "address",
    "postal_code",
    "phone",
    "lat",
    "lon",
    "care",
    "specialties",
    "hours",
    "min_age",
    "annual_passages",
    "synthetic",
)
ACCESSIBILITY_COLUMNS = ("id", "source", "observed_on", "valid_days")
ACCESSIBILITY_FIELDS = ACCESS_COLUMNS

FARTHEST_FROM_COMMUNE_M = 30_000.0
"""Farther from the centre of its commune, a place has wrong coordinates (Arles, the largest
commune of France, reaches 25 km from its town)."""

MAX_POPULATION, MAX_AREA_KM2, MAX_AGE = 3_000_000, 20_000, 130
MAX_PASSAGES, MAX_VALID_DAYS = 1_000_000, 3_650


@dataclass(frozen=True, slots=True, kw_only=True)
class EffecteurRow:
    """An effecteur with what the folder says of it beside the domain's own type."""

    effecteur: Effecteur
    hours: WeeklyHours | None
    annual_passages: int | None


def read_commune(row: Row) -> Commune:
    """Read a row of communes.csv."""
    return Commune(
        code=CommuneCode(row.text("code")),
        name=row.text("name"),
        population=row.whole("population", 0, MAX_POPULATION),
        postal_codes=row.words("postal_codes") or row.refuse("postal_codes", "est vide"),
        position=read_position(row, "lat", "lon"),
        area_km2=row.number("area_km2", 0, MAX_AREA_KM2),
        density=row.one_of("density", Density),
    )


def read_effecteur(
    row: Row, communes: Mapping[CommuneCode, Commune], digits: CheckDigits
) -> EffecteurRow:
    """Read a row of effecteurs.csv; the commune must be one of the territory."""
    commune = read_commune_code(row, "commune", communes)
    position = read_position(row, "lat", "lon")
    away_m = crow_distance_m(position, communes[commune].position)
    if away_m > FARTHEST_FROM_COMMUNE_M:
        row.refuse("lat", f"{away_m / 1000:.0f} km de sa commune {commune}")
    effecteur = Effecteur(
        effecteur_id=read_identifier(row, "id", digits),
        kind=row.one_of("kind", EffecteurKind),
        name=row.text("name"),
        position=position,
        commune=commune,
        address=f"{row.text('address')}, {row.text('postal_code')} {communes[commune].name}",
        phone=row.optional("phone") or None,
        care=row.some_of("care", CareCode),
        specialties=frozenset(row.words("specialties")),
        min_age=row.number("min_age", 0, MAX_AGE) if row.optional("min_age") else 0.0,
        synthetic=row.yes("synthetic"),
    )
    passages = row.optional("annual_passages")
    return EffecteurRow(
        effecteur=effecteur,
        hours=row.read("hours", parse_hours) if row.optional("hours") else None,
        annual_passages=row.whole("annual_passages", 0, MAX_PASSAGES) if passages else None,
    )


def read_access(
    row: Row, known: Container[Identifier], digits: CheckDigits
) -> tuple[Identifier, Observed[Accessibility]]:
    """Read a row of accessibility.csv: what a source saw of a place, one day."""
    place = read_known(row, "id", known, digits)
    observed = Observed(
        read_accessibility(row),
        datetime.combine(row.read("observed_on", date.fromisoformat), time(tzinfo=UTC)),
        row.text("source"),
        timedelta(days=row.whole("valid_days", 1, MAX_VALID_DAYS)),
    )
    return place, observed


def read_position(row: Row, lat: str, lon: str) -> Position:
    """Read a position from its two fields, in degrees."""
    return Position(lat=row.number(lat, -MAX_LAT, MAX_LAT), lon=row.number(lon, -MAX_LON, MAX_LON))


def read_commune_code(row: Row, field: str, communes: Container[CommuneCode]) -> CommuneCode:
    """Read the code of a commune that communes.csv has."""
    code = CommuneCode(row.text(field))
    return (
        code if code in communes else row.refuse(field, f"pas de commune {code} dans communes.csv")
    )


def read_identifier(row: Row, field: str, digits: CheckDigits) -> Identifier:
    """Read a `KIND:value` identifier; a wrong key is refused under `CheckDigits.ERROR`."""
    identifier = row.read(field, Identifier.parse)
    try:
        check(identifier, digits)
    except ValueError as error:
        row.refuse(field, str(error))
    return identifier


def read_known(
    row: Row, field: str, known: Container[Identifier], digits: CheckDigits
) -> Identifier:
    """Read the identifier of an effecteur that effecteurs.csv has."""
    place = read_identifier(row, field, digits)
    return place if place in known else row.refuse(field, f"pas de {place} dans effecteurs.csv")
