"""How a place of the offer is told: as a line to read, and as a record to take away.

The public is told no name of a practice, which is often that of a practitioner, nor who has free
slots: those are for regulation.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from regulation.declarations import Openness
from regulation.effecteurs import Accessible, EffecteurKind
from regulation.kernel.observed import Freshness
from services.console.offer import OfferedPlace, Standing
from services.console.words import (
    ACCESSIBLE,
    AVAILABILITY,
    EFFECTEURS,
    FRESHNESS,
    ago,
    phone,
    until,
)
from services.ground import Ground

PERSONAL = frozenset({EffecteurKind.CABINET})
"""Kinds whose names are often those of people."""

ALWAYS = timedelta(hours=24)
"""Open for longer than this is told as day and night."""

STANDINGS: Mapping[Standing, tuple[str, str, str]] = {
    Standing.OPEN: ("ok", "●", "ouvert"),
    Standing.CLOSED: ("plain", "○", "fermé"),
    Standing.UNKNOWN: ("unknown", "▨", "horaires inconnus"),
}
CODES: Mapping[Standing, str] = {
    Standing.OPEN: "OUVERT",
    Standing.CLOSED: "FERME",
    Standing.UNKNOWN: "INCONNU",
}
DECLARED: Mapping[Openness, str] = {
    Openness.OPEN: "se dit ouvert",
    Openness.SATURATED: "se dit complet",
    Openness.CLOSED: "se dit fermé",
    Openness.UNKNOWN: "",
}
ACCESS_LOOKS: Mapping[Accessible, tuple[str, str]] = {
    Accessible.OK: ("ok", "fauteuil : oui"),
    Accessible.OK_WITH_HELP: ("risk", "fauteuil : avec une aide"),
    Accessible.NO: ("late", "fauteuil : non"),
    Accessible.UNKNOWN: ("unknown", "fauteuil : inconnu"),
}
ATTRIBUTION = "Licence Ouverte 2.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlace:
    """A place as one line; `look` is one of ok, plain, unknown."""

    place_id: str
    look: str
    shape: str
    standing: str
    name: str
    kind: str
    where: str
    access_look: str
    access: str
    duty: bool
    slots: str
    slots_look: str
    age: str
    lat: float
    lon: float
    phone: str = ""
    distance: str = ""


def shown_place(
    one: OfferedPlace, ground: Ground, now: datetime, *, is_public: bool, distance: str = ""
) -> ShownPlace:
    """Tell of a place in one line."""
    look, shape, _ = STANDINGS[one.standing]
    access_look, access = ACCESS_LOOKS[one.access]
    tells_phone = one.kind is EffecteurKind.PHARMACIE
    slots, slots_look = ("", "plain") if is_public else _slots(one, now)
    return ShownPlace(
        place_id=str(one.place_id),
        look=look,
        shape="◆" if one.on_duty else shape,
        standing=_standing(one, now),
        name=name_of(one, is_public=is_public),
        kind=kind_of(one.kind),
        where=ground.name_of(one.commune),
        access_look=access_look,
        access=access,
        duty=one.on_duty,
        slots=slots,
        slots_look=slots_look,
        age=_age(one, now),
        lat=one.position.lat,
        lon=one.position.lon,
        phone=phone(one.phone) if one.phone and (tells_phone or not is_public) else "",
        distance=distance,
    )


def kind_of(kind: EffecteurKind) -> str:
    """Name a kind of place."""
    return EFFECTEURS.get(kind, str(kind))


def name_of(one: OfferedPlace, *, is_public: bool) -> str:
    """Name a place; the public is not told the name of a practice."""
    hidden = is_public and one.kind in PERSONAL
    return kind_of(one.kind) if hidden else one.name


def _standing(one: OfferedPlace, now: datetime) -> str:
    said = STANDINGS[one.standing][2]
    if one.declared in {Openness.SATURATED, Openness.CLOSED}:
        said = DECLARED[one.declared]
    if one.until is None:
        return said
    if one.until - now > ALWAYS and one.standing is Standing.OPEN:
        return f"{said} jour et nuit"
    when = until(one.until, now)
    if one.standing is Standing.CLOSED and one.declared is None:
        return f"{said}, ouvre {'' if ' ' in when else 'à '}{when}"
    return f"{said} jusqu'à {when}"


def _slots(one: OfferedPlace, now: datetime) -> tuple[str, str]:
    told = AVAILABILITY[one.free]
    if one.seen_at is None or one.slots_fresh is Freshness.LOST:
        return told, "unknown"
    stale = one.slots_fresh is Freshness.STALE
    return f"{told}, vu {ago(one.seen_at, now)}", "risk" if stale else "plain"


def _age(one: OfferedPlace, now: datetime) -> str:
    """Who tells of the hours and since when; the territory's own tables have no age."""
    if not one.hours_source or one.hours_at is None:
        return ""
    age = f"horaires : {one.hours_source}, {ago(one.hours_at, now)}"
    known = one.hours_fresh or Freshness.FRESH
    return age if known is Freshness.FRESH else f"{age}, {FRESHNESS[known]}"


Value = str | bool | float | None
Record = Mapping[str, Value]


def record_of(one: OfferedPlace, ground: Ground, *, is_public: bool) -> Record:
    """Write a place as a record of open data, its instants with an offset."""
    told: dict[str, Value] = {
        "id": str(one.place_id),
        "type": str(one.kind),
        "nom": name_of(one, is_public=is_public),
        "adresse": one.address,
        "insee": one.commune,
        "commune": ground.name_of(one.commune),
        "etat": CODES[one.standing],
        "jusqu_a": one.until.isoformat() if one.until else None,
        "garde": one.on_duty,
        "accessible_fauteuil": ACCESSIBLE[one.access],
        "source_horaires": one.hours_source or None,
        "vu_a": one.hours_at.isoformat() if one.hours_at else None,
    }
    if not is_public:
        told["creneaux"] = AVAILABILITY[one.free]
        told["creneaux_vus_a"] = one.seen_at.isoformat() if one.seen_at else None
    return told


def geojson_of(
    places: Iterable[OfferedPlace], ground: Ground, now: datetime, *, is_public: bool
) -> Mapping[str, object]:
    """Write places as GeoJSON (RFC 7946), with when and under which licence they are told."""
    return {
        "type": "FeatureCollection",
        "produit_a": now.isoformat(),
        "licence": ATTRIBUTION,
        "attribution": list(ground.attribution),
        "features": [
            {
                "type": "Feature",
                "geometry": {
                    "type": "Point",
                    "coordinates": [one.position.lon, one.position.lat],
                },
                "properties": record_of(one, ground, is_public=is_public),
            }
            for one in places
        ],
    }


def csv_of(places: Sequence[OfferedPlace], ground: Ground, *, is_public: bool) -> Iterator[str]:
    """Write places as CSV, a line at a time; unknown is an empty field."""
    for number, one in enumerate(places):
        record = {
            **record_of(one, ground, is_public=is_public),
            "lat": one.position.lat,
            "lon": one.position.lon,
        }
        line = io.StringIO()
        writer = csv.DictWriter(line, list(record), lineterminator="\r\n")
        if number == 0:
            writer.writeheader()
        writer.writerow({name: cell(value) for name, value in record.items()})
        yield line.getvalue()


def cell(value: Value) -> str:
    """Write a value; text that a spreadsheet would take for a formula is quoted."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
