"""How a place of the offer is told: as a line to read, and as a record to take away.

Everybody is told what `regulation.disclosure.PublicPlace` holds and nothing else: no name of a
practice, which is often that of a practitioner, nor who has free slots, which is for regulation.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from regulation.declarations import Openness
from regulation.disclosure import PublicPlace, Standing
from regulation.effecteurs import Accessible, EffecteurKind
from regulation.kernel.observed import Freshness
from regulation.telephones import as_dialled
from services.console.offer import AnyPlace, OfferedPlace
from services.console.words import ACCESSIBLE, AVAILABILITY, EFFECTEURS, FRESHNESS, ago, until
from services.ground import Ground
from services.spreadsheets import Value, cell

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


def to_public(one: OfferedPlace) -> PublicPlace:
    """Return what everybody may be told of a place."""
    return PublicPlace(
        place_id=one.place_id,
        kind=one.kind,
        name=kind_of(one.kind) if one.kind in PERSONAL else one.name,
        commune=one.commune,
        address=one.address,
        phone=one.phone if one.kind is EffecteurKind.PHARMACIE else "",
        position=one.position,
        standing=one.standing,
        until=one.until,
        on_duty=one.on_duty,
        access=one.access,
        declared=one.declared,
        hours_source=one.hours_source,
        hours_at=one.hours_at,
        hours_fresh=one.hours_fresh,
    )


def shown_place(one: AnyPlace, ground: Ground, now: datetime, *, distance: str = "") -> ShownPlace:
    """Tell of a place in one line."""
    look, shape, _ = STANDINGS[one.standing]
    access_look, access = ACCESS_LOOKS[one.access]
    slots, slots_look = _slots(one, now) if isinstance(one, OfferedPlace) else ("", "plain")
    return ShownPlace(
        place_id=str(one.place_id),
        look=look,
        shape="◆" if one.on_duty else shape,
        standing=_standing(one, now),
        name=one.name,
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
        phone=as_dialled(one.phone) if one.phone else "",
        distance=distance,
    )


def kind_of(kind: EffecteurKind) -> str:
    """Name a kind of place."""
    return EFFECTEURS.get(kind, str(kind))


def _standing(one: AnyPlace, now: datetime) -> str:
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
    if one.extra:
        told = f"prend {one.extra} en sus, sur appel ; {told}"
    if one.seen_at is None or one.slots_fresh is Freshness.LOST:
        return told, "unknown"
    stale = one.slots_fresh is Freshness.STALE
    return f"{told}, vu {ago(one.seen_at, now)}", "risk" if stale else "plain"


def _age(one: AnyPlace, now: datetime) -> str:
    """Who tells of the hours and since when; the territory's own tables have no age."""
    if not one.hours_source or one.hours_at is None:
        return ""
    age = f"horaires : {one.hours_source}, {ago(one.hours_at, now)}"
    known = one.hours_fresh or Freshness.FRESH
    return age if known is Freshness.FRESH else f"{age}, {FRESHNESS[known]}"


Record = Mapping[str, Value]


def record_of(one: AnyPlace, ground: Ground) -> Record:
    """Write a place as a record of open data, its instants with an offset."""
    told: dict[str, Value] = {
        "id": str(one.place_id),
        "type": str(one.kind),
        "nom": one.name,
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
    if isinstance(one, OfferedPlace):
        told["creneaux"] = AVAILABILITY[one.free]
        told["creneaux_vus_a"] = one.seen_at.isoformat() if one.seen_at else None
    return told


def geojson_of(places: Iterable[AnyPlace], ground: Ground, now: datetime) -> Mapping[str, object]:
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
                "properties": record_of(one, ground),
            }
            for one in places
        ],
    }


def csv_of(places: Sequence[AnyPlace], ground: Ground) -> Iterator[str]:
    """Write places as CSV, a line at a time; unknown is an empty field."""
    for number, one in enumerate(places):
        record = {
            **record_of(one, ground),
            "lat": one.position.lat,
            "lon": one.position.lon,
        }
        line = io.StringIO()
        writer = csv.DictWriter(line, list(record), lineterminator="\r\n")
        if number == 0:
            writer.writeheader()
        writer.writerow({name: cell(value) for name, value in record.items()})
        yield line.getvalue()
