"""From turns of duty to places: the windows in which each is on duty, or stands somewhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.rota.turns import DutyKind, DutyTurn
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.time import TimeWindow
from regulation.likeness import name_key, street_key
from regulation.offers import Booking
from regulation.records import Openings, PlaceRecord, PostalAddress

KINDS = {
    DutyKind.MMG: EffecteurKind.MMG,
    DutyKind.PHARMACIE: EffecteurKind.PHARMACIE,
    DutyKind.UNITE_MOBILE: EffecteurKind.UNITE_MOBILE,
}
"""Kinds of duty that receive patients; ambulances on duty are no effecteurs."""

CARE = {
    EffecteurKind.MMG: frozenset({CareCode.GP}),
    EffecteurKind.PHARMACIE: frozenset({CareCode.PHARMACY}),
    EffecteurKind.UNITE_MOBILE: frozenset({CareCode.GP}),
}
"""Care given during a duty (assumption for mobile units: general practice)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Who tells, when, over which window, and how long it is good."""

    around: TimeWindow
    seen_at: datetime
    source: str
    feed: str
    validity: Mapping[str, timedelta]


def places_of(turns: Iterable[DutyTurn], telling: Telling) -> tuple[PlaceRecord, ...]:
    """Gather the turns by place. A mobile unit is a place of its own wherever it stops, and only
    when it stops there in the window that is told."""
    by_place: defaultdict[str, list[DutyTurn]] = defaultdict(list)
    for turn in turns:
        if turn.kind is DutyKind.UNITE_MOBILE and not turn.window.overlaps(telling.around):
            continue
        if turn.kind is not DutyKind.AMBULANCE:
            by_place[place_key(turn)].append(turn)
    return tuple(_place(key, found, telling) for key, found in by_place.items())


def walk_ins(turns: Iterable[DutyTurn], now: datetime) -> Iterator[tuple[str, DutyTurn]]:
    """Turns to come in which one may come without an appointment, by place."""
    for turn in turns:
        if turn.counts and turn.booking is Booking.WALKIN and turn.window.end > now:
            yield place_key(turn), turn


def place_key(turn: DutyTurn) -> str:
    """What makes two turns of one place: its number, else its name and its address; of a mobile
    unit, the day it stops there as well."""
    written = f"{name_key(turn.name)}/{street_key(turn.address) or name_key(turn.address)}"
    key = str(turn.number) if turn.number else written.replace(" ", "-")
    if turn.kind is DutyKind.UNITE_MOBILE:
        return f"{key}/{turn.window.start:%Y%m%d}"
    return key


def _place(key: str, turns: list[DutyTurn], telling: Telling) -> PlaceRecord:
    first = turns[0]
    kinds = [KINDS[turn.kind] for turn in turns if turn.kind in KINDS]
    kind = kinds[0] if kinds else None
    around = telling.around
    windows = [turn.window for turn in turns if turn.counts and turn.window.overlaps(around)]
    return PlaceRecord(
        source=telling.source,
        feed=telling.feed,
        record_id=key,
        observed_at=telling.seen_at,
        numbers=_numbers(first, key),
        kind=kind,
        name=first.name,
        address=_address(first),
        position=next((turn.position for turn in turns if turn.position), None),
        phones=tuple(dict.fromkeys(turn.phone for turn in turns if turn.phone)),
        care=CARE[kind] if kind else frozenset(),
        openings=Openings(around=around, duty=tuple(windows)),
        validity=telling.validity,
    )


def _numbers(turn: DutyTurn, key: str) -> frozenset[Identifier]:
    """A mobile unit keeps its own number to itself: each stop is another place."""
    if turn.kind is DutyKind.UNITE_MOBILE:
        safe = "".join(char if char.isascii() and char.isalnum() else "-" for char in key)
        return frozenset({Identifier(IdKind.LOCAL, f"mobile/{safe}"[:64])})
    return frozenset({turn.number} if turn.number else ())


def _address(turn: DutyTurn) -> PostalAddress | None:
    if not turn.postal_code:
        return None
    line, _, town = turn.address.partition(turn.postal_code)
    return PostalAddress(line=line.strip(" ,"), postal_code=turn.postal_code, town=town.strip(" ,"))
