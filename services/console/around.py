"""What is open around a commune: the duty doctor, the pharmacy to go home by, and how far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from regulation.disclosure import Standing
from regulation.effecteurs import EffecteurKind
from regulation.kernel.places import CommuneCode, Position
from regulation.kernel.travel import TravelTimes
from services.console.offer import AnyPlace

DUTY_DOCTORS = frozenset({EffecteurKind.MMG})
"""Where one goes to see the doctor on duty; SOS Médecins comes to people instead."""
PHARMACIES = frozenset({EffecteurKind.PHARMACIE})
MOST_PHARMACIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A place with the road to it, in metres."""

    place: AnyPlace
    road_m: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPair:
    """A duty doctor with the open pharmacy nearest to it; None: none is known to be open."""

    doctor: AnyPlace
    pharmacy: Reached | None


def open_places(
    places: Sequence[AnyPlace], kinds: frozenset[EffecteurKind]
) -> tuple[AnyPlace, ...]:
    """Keep the places of these kinds that are known to be open."""
    return tuple(one for one in places if one.kind in kinds and one.standing is Standing.OPEN)


def by_road(
    start: Position, places: Sequence[AnyPlace], travel: TravelTimes, now: datetime
) -> tuple[Reached, ...]:
    """Return the places with the road from a start, nearest first."""
    if not places:
        return ()
    metres = travel.matrix([start], [one.position for one in places], now).distances_m[0]
    reached = (
        Reached(place=one, road_m=int(away)) for one, away in zip(places, metres, strict=True)
    )
    return tuple(sorted(reached, key=lambda one: (one.road_m, one.place.place_id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known to be open around a place, roads counted from it.

    `after_doctor_m`: the road from the duty doctor to the first pharmacy, the nearest to him; None
    without a duty doctor. `others` are in the commune, open or of unknown hours.
    """

    doctor: Reached | None
    pharmacies: tuple[Reached, ...]
    after_doctor_m: int | None
    others: tuple[Reached, ...]


def around(
    commune: CommuneCode,
    start: Position,
    places: Sequence[AnyPlace],
    travel: TravelTimes,
    now: datetime,
) -> Around:
    """Look around a commune: the nearest duty doctor, the pharmacy to go home by, the rest."""
    doctors = by_road(start, open_places(places, DUTY_DOCTORS), travel, now)
    pharmacies = by_road(start, open_places(places, PHARMACIES), travel, now)
    after_doctor_m = None
    if doctors and pharmacies:
        there = doctors[0].place.position
        after = by_road(there, [one.place for one in pharmacies], travel, now)[0]
        after_doctor_m = after.road_m
        first = [one for one in pharmacies if one.place == after.place]
        pharmacies = (*first, *(one for one in pharmacies if one.place != after.place))
    told = {one.place.place_id for one in (*doctors[:1], *pharmacies[:MOST_PHARMACIES])}
    others = [
        one
        for one in places
        if one.commune == commune
        and one.standing is not Standing.CLOSED
        and one.place_id not in told
    ]
    return Around(
        doctor=doctors[0] if doctors else None,
        pharmacies=pharmacies[:MOST_PHARMACIES],
        after_doctor_m=after_doctor_m,
        others=by_road(start, others, travel, now),
    )


def duty_pairs(
    places: Sequence[AnyPlace], travel: TravelTimes, now: datetime
) -> tuple[DutyPair, ...]:
    """Return each duty doctor with its nearest open pharmacy, the worst served first."""
    doctors = open_places(places, DUTY_DOCTORS)
    pharmacies = open_places(places, PHARMACIES)
    if not doctors:
        return ()
    if not pharmacies:
        return tuple(DutyPair(doctor=one, pharmacy=None) for one in doctors)
    ways = travel.matrix(
        [one.position for one in doctors], [one.position for one in pharmacies], now
    ).distances_m
    pairs = [
        DutyPair(
            doctor=doctor,
            pharmacy=Reached(place=pharmacies[int(row.argmin())], road_m=int(row.min())),
        )
        for doctor, row in zip(doctors, ways, strict=True)
    ]
    return tuple(sorted(pairs, key=lambda one: -_road_m(one)))


def too_far(pairs: Sequence[DutyPair], farthest_m: int) -> tuple[DutyPair, ...]:
    """Keep the duty doctors whose nearest open pharmacy is too far, or unknown."""
    return tuple(one for one in pairs if one.pharmacy is None or one.pharmacy.road_m > farthest_m)


def _road_m(pair: DutyPair) -> float:
    return pair.pharmacy.road_m if pair.pharmacy else float("inf")
