"""What a map of the offer tells of each place: open or not, until when, on duty, accessible, as
known by whom and since when; what is unknown stays unknown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from regulation.declarations import SHUT, Openness
from regulation.disclosure import PublicPlace, Standing
from regulation.effecteurs import Accessible, Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Freshness
from regulation.kernel.places import CommuneCode, Position
from regulation.kernel.time import TimeWindow
from regulation.offers import Availability
from regulation.premises import PremisesRules
from regulation.snapshots import FactOrigin, Snapshot

IN_A_WHEELCHAIR = frozenset({"STEP_FREE", "WIDTH_80"})
"""Needs of premises that the map calls accessible: what a wheelchair asks for."""

HOURS = frozenset({"opened", "duty", "openings"})
"""Facts on which it rests whether a place is open."""

_WORST_FIRST = (Accessible.NO, Accessible.UNKNOWN, Accessible.OK_WITH_HELP, Accessible.OK)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedPlace:
    """A place at one instant.

    `until`: when the standing ends, None when it is not known. `declared`: what the place says of
    itself, None: nothing. `extra`: patients it says it takes on top of its agenda; `free`: whether
    slots are free; both for regulators only. `seen_at` is when slots were last seen. `hours_source`
    and `hours_at`: who tells of its hours, and since when.
    """

    place_id: Identifier
    kind: EffecteurKind
    name: str
    commune: CommuneCode
    address: str
    phone: str
    position: Position
    standing: Standing
    until: datetime | None
    on_duty: bool
    access: Accessible
    free: Availability
    seen_at: datetime | None
    slots_fresh: Freshness | None
    declared: Openness | None
    extra: int
    hours_source: str
    hours_at: datetime | None
    hours_fresh: Freshness | None


AnyPlace = OfferedPlace | PublicPlace
"""A place as regulators are told of it, or as everybody is."""

Duties = Mapping[Identifier, Sequence[TimeWindow]]


def offer_at(
    snapshot: Snapshot, duties: Duties, premises: PremisesRules, now: datetime
) -> tuple[OfferedPlace, ...]:
    """Tell of every place that stands somewhere, in the order of their ids."""
    return tuple(
        _place(snapshot.effecteurs[place_id], snapshot, duties, premises, now)
        for place_id in sorted(snapshot.effecteurs)
        if snapshot.effecteurs[place_id].kind is not EffecteurKind.CPTS
    )


def _place(
    one: Effecteur, snapshot: Snapshot, duties: Duties, premises: PremisesRules, now: datetime
) -> OfferedPlace:
    standing, until, declared = _standing(one, snapshot, now)
    agenda = snapshot.agendas.get(one.effecteur_id)
    declaration = snapshot.declarations.get(one.effecteur_id)
    hours = _hours(snapshot.origins.get(one.effecteur_id, ()))
    on_duty = any(window.contains(now) for window in duties.get(one.effecteur_id, ()))
    return OfferedPlace(
        place_id=one.effecteur_id,
        kind=one.kind,
        name=one.name,
        commune=one.commune,
        address=one.address,
        phone=one.phone or "",
        position=one.position,
        standing=standing,
        until=until,
        on_duty=on_duty and standing is Standing.OPEN,
        access=_access(one, premises, now),
        free=snapshot.availability(one.effecteur_id, now),
        seen_at=agenda.slots.observed_at if agenda else None,
        slots_fresh=agenda.slots.freshness(now) if agenda else None,
        declared=declared,
        extra=declaration.extra_at(now) if declaration else 0,
        hours_source=hours.source if hours else "",
        hours_at=hours.observed_at if hours else None,
        hours_fresh=hours.freshness if hours else None,
    )


def _standing(
    one: Effecteur, snapshot: Snapshot, now: datetime
) -> tuple[Standing, datetime | None, Openness | None]:
    """What a place declares of itself goes before its hours."""
    declaration = snapshot.declarations.get(one.effecteur_id)
    declared = declaration.status_at(now) if declaration else Openness.UNKNOWN
    if declaration and declared in SHUT:
        return Standing.CLOSED, declaration.valid_until, declared
    said = None if declared is Openness.UNKNOWN else declared
    is_open = one.is_open_at(now)
    if is_open is None:
        return Standing.UNKNOWN, None, said
    if is_open:
        ends = max(window.end for window in one.open_windows if window.contains(now))
        return Standing.OPEN, ends, said
    starts = (window.start for window in one.open_windows if window.start > now)
    return Standing.CLOSED, min(starts, default=None), said


def _hours(origins: Sequence[FactOrigin]) -> FactOrigin | None:
    told = (one for one in origins if one.fact in HOURS and one.source)
    return next(told, None)


def _access(one: Effecteur, premises: PremisesRules, now: datetime) -> Accessible:
    """The worst of what a wheelchair needs: one unknown makes the whole unknown."""
    judged = premises.judge(IN_A_WHEELCHAIR, one.accessibility, now)
    return min((one.verdict for one in judged.values()), key=_WORST_FIRST.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to see; nothing said: everything."""

    kinds: frozenset[EffecteurKind] = frozenset()
    is_open: bool = False
    accessible: bool = False
    on_duty: bool = False
    free: bool = False

    def of(self, places: Sequence[OfferedPlace]) -> Iterator[OfferedPlace]:
        """Keep what is wanted; what is not known to be so is not it."""
        return (one for one in places if self._holds(one))

    def _holds(self, one: OfferedPlace) -> bool:
        asked = (
            (bool(self.kinds), one.kind in self.kinds),
            (self.is_open, one.standing is Standing.OPEN),
            (self.accessible, one.access in {Accessible.OK, Accessible.OK_WITH_HELP}),
            (self.on_duty, one.on_duty),
            (self.free, one.free is Availability.FREE),
        )
        return all(holds for is_asked, holds in asked if is_asked)
