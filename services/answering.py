"""Answering a case on the picture of this instant: the offer less what is taken, the fleet with
what is promised. Read in one unit of work, computed outside any."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from regulation.basis import Basis
from regulation.bookings import without_taken
from regulation.cases import Case
from regulation.kernel.ids import Identifier
from regulation.kernel.planner import JourneyPlanner
from regulation.kernel.time import PARIS
from regulation.kernel.watching import Watch
from regulation.marketplace import with_takers
from regulation.proposals import Orientation
from regulation.snapshots import Snapshot
from regulation.usecases import Desk, propose_orientations
from services.basis import Grounds, Held
from services.runtime import Runtime
from services.store import Unit
from transport.fleet import PromisedRide, Vehicle
from transport.pairing import FleetPlanner


class Vain(Exception):  # noqa: N818  nobody is at fault
    """Nobody waits for the answer any more: it was given up."""


def wanted() -> bool:
    """Somebody waits for the answer to its end."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is held and promised besides one case's own, and the offer at that instant."""

    now: datetime
    offer: Snapshot
    vehicles: tuple[Vehicle, ...]
    versions: Mapping[str, int]
    promised: Sequence[PromisedRide]
    taken: Mapping[str, int]
    recent: Mapping[Identifier, int]

    @property
    def snapshot(self) -> Snapshot:
        """The offer less the slots that are taken."""
        return without_taken(self.offer, self.taken)

    def desk(self, runtime: Runtime, is_wanted: Callable[[], bool] = wanted) -> Desk:
        """Make the desk on which the case is answered; it raises Vain once that is not wanted."""
        desk = runtime.desk(self.now, self.promised, self.vehicles)
        watch = _while_watched(is_wanted, runtime.watch)
        planner = _while(is_wanted, _watched(watch, desk.planner))
        return replace(desk, recent=self.recent, planner=planner, watch=watch)

    def versions_of(self, orientation: Orientation) -> Mapping[str, int]:
        """Return the version of each vehicle that is proposed."""
        legs = (leg for proposal in orientation.proposals for leg in proposal.legs)
        vehicles = sorted({leg.vehicle_id for leg in legs if leg.vehicle_id is not None})
        return {one: self.versions.get(one, 0) for one in vehicles}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A case with the answer given to it at an instant.

    `grounds` are what it rests on: to be written down, or as they are kept already (a basis, or
    None when it wasn't).
    """

    case: Case
    at: datetime
    orientation: Orientation
    vehicle_versions: Mapping[str, int]
    grounds: Grounds | Basis | None


def scene_of(unit: Unit, case_id: str, runtime: Runtime, offer: Snapshot) -> Scene:
    """Read what a case is answered on. The offer is taken before the unit begins, so that nobody
    holds one connection to the database while waiting for another."""
    now = runtime.clock.now()
    versions = unit.promises.versions()  # before the rides: never newer than they are
    return Scene(
        now=now,
        offer=with_takers(offer, unit.marketplace.of_case(case_id), now),
        vehicles=tuple(runtime.fleet(now)),
        versions=versions,
        promised=unit.promises.rides_after(now, besides=case_id),
        taken=unit.bookings.taken_after(now, besides=case_id),
        recent=unit.journal.oriented_since(_midnight(now)),
    )


def answered_on(
    scene: Scene, case: Case, runtime: Runtime, is_wanted: Callable[[], bool] = wanted
) -> Answered:
    """Answer the case on the scene; raise Vain as soon as nobody wants the answer any more."""
    desk = scene.desk(runtime, is_wanted)
    orientation = propose_orientations(case, scene.snapshot, desk, scene.now)
    held = Held(
        now=scene.now,
        taken=scene.taken,
        recent={str(effecteur_id): count for effecteur_id, count in scene.recent.items()},
        promised=tuple(scene.promised),
        budget=desk.budget,
    )
    return Answered(
        case=case,
        at=scene.now,
        orientation=orientation,
        vehicle_versions=scene.versions_of(orientation),
        grounds=Grounds(
            case=case,
            snapshot=scene.offer,
            vehicles=scene.vehicles,
            held=held,
            rulebook=desk.rulebook,
        ),
    )


def _while(is_wanted: Callable[[], bool], planner: JourneyPlanner) -> JourneyPlanner:
    """Let whoever searches look up whenever it looks at the time."""
    if is_wanted is wanted or not isinstance(planner, FleetPlanner):
        return planner
    measured = planner.stopwatch

    def watched() -> float:
        if not is_wanted():
            raise Vain
        return measured()

    return replace(planner, stopwatch=watched)


def _while_watched(is_wanted: Callable[[], bool], watch: Watch) -> Watch:
    """Look up as each part of an answer begins."""
    if is_wanted is wanted:
        return watch

    def begins(part: str) -> AbstractContextManager[object]:
        if not is_wanted():
            raise Vain
        return watch(part)

    return begins


def _watched(watch: Watch, planner: JourneyPlanner) -> JourneyPlanner:
    return replace(planner, watch=watch) if isinstance(planner, FleetPlanner) else planner


def _midnight(now: datetime) -> datetime:
    return now.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)
