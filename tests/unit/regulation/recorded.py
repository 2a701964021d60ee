"""Records of places, each said by a source at an instant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from regulation.effecteurs import Accessibility, CareCode, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.places import CommuneCode, Position
from regulation.kernel.time import TimeWindow
from regulation.records import Openings, PlaceRecord, PostalAddress

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AROUND = TimeWindow(NOON - DAY, NOON + 3 * DAY)
MURET = Position(lat=43.461, lon=1.331)
FACTS = (
    *("name", "kind", "address", "commune", "position", "phones", "practitioners"),
    *("specialties", "care", "min_age", "openings", "accessibility"),
)
VALIDITY = dict.fromkeys(FACTS, DAY)


def numbers(*written: str) -> frozenset[Identifier]:
    return frozenset(map(Identifier.parse, written))


FINESS_A, FINESS_B = "FINESS:990000010", "FINESS:990000028"
SIRET_A, SIRET_B = "SIRET:99900001100018", "SIRET:99900002900010"
RPPS = "RPPS:19990000010"


def said(source: str, record_id: str = "1", *given: str, **facts: object) -> PlaceRecord:
    """One record of a surgery at Muret, unless told otherwise."""
    told: dict[str, object] = {
        "kind": EffecteurKind.CABINET,
        "name": "Cabinet des Essais",
        "address": PostalAddress(line="12 rue des Essais", postal_code="31600", town="Muret"),
        "commune": CommuneCode("31395"),
        "position": MURET,
        "care": frozenset({CareCode.GP}),
        **facts,
    }
    base = PlaceRecord(
        source=source,
        feed=source,
        record_id=record_id,
        observed_at=NOON,
        numbers=numbers(*given),
        validity=VALIDITY,
    )
    return replace(base, **told)  # type: ignore[arg-type]


def address(line: str, postal_code: str = "31600", town: str = "Muret") -> PostalAddress:
    return PostalAddress(line=line, postal_code=postal_code, town=town)


def hours(opened: TimeWindow | None = None, duty: TimeWindow | None = None, **more) -> Openings:
    return Openings(
        around=AROUND,
        opened=(opened,) if opened else None,
        duty=(duty,) if duty else None,
        **more,
    )


def access(**fields) -> Accessibility:
    return Accessibility(fields=fields)
