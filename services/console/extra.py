"""Who says they take patients on top of their agenda: for the regulator to call first.

How many are left is what was declared less the places that decisions took of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from regulation.cases import Case
from regulation.declarations import extra_slot_id
from regulation.effecteurs import Effecteur
from regulation.measures import kilometres
from regulation.snapshots import Snapshot
from regulation.telephones import as_dialled
from services.casework import Casework
from services.console.words import ago, until

MOST_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownExtra:
    """A place that takes extra patients, nearest first by road."""

    name: str
    left: int
    until: str
    age: str
    phone: str
    away: str


def extras_for(case: Case, work: Casework, snapshot: Snapshot, now: datetime) -> list[ShownExtra]:
    """Show the places that answer the need and still take somebody."""
    said = [
        (snapshot.effecteurs[place], one, one.extra_at(now))
        for place, one in snapshot.declarations.items()
        if one.extra_at(now) and place in snapshot.effecteurs
    ]
    meant = [one for one in said if case.need.code in one[0].care]
    if not meant:
        return []
    taken = _taken(case, work, now)
    left = [
        (place, told, count - taken.get(extra_slot_id(told), 0)) for place, told, count in meant
    ]
    open_still = [one for one in left if one[2] > 0]
    away_m = _roads(case, [place for place, _, _ in open_still], work, now)
    shown = zip(away_m, open_still, strict=True)
    nearest = sorted(shown, key=lambda one: (one[0], one[1][0].name))[:MOST_SHOWN]
    return [
        ShownExtra(
            name=place.name,
            left=count,
            until=until(told.valid_until, now),
            age=ago(told.observed_at, now),
            phone=as_dialled(place.phone) if place.phone else "",
            away=kilometres(road_m),
        )
        for road_m, (place, told, count) in nearest
    ]


def _taken(case: Case, work: Casework, now: datetime) -> Mapping[str, int]:
    """How many places of each offer are taken, but by this case."""
    with work.store.reading() as unit:
        return unit.bookings.taken_after(now, besides=case.case_id)


def _roads(case: Case, places: Sequence[Effecteur], work: Casework, now: datetime) -> Sequence[int]:
    if not places:
        return ()
    positions = [one.position for one in places]
    matrix = work.runtime.travel.matrix([case.patient.position], positions, now)
    return [int(metres) for metres in matrix.distances_m[0]]
