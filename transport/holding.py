"""Which rides each vehicle can still do as promised; what it cannot goes to another, or is late.

Rides that may be moved leave first, as few as can be, the soonest ones before others; whoever is
aboard, or being driven to, stays and is brought late rather than not at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import combinations

from transport.courses import Course, Item
from transport.laid_out import Layer
from transport.retiming import nearest_schedule

MANY = 6
"""Past so many movable rides on one vehicle, two at most leave, or all of them."""


@dataclass(slots=True, kw_only=True)
class Held:
    """The courses as they can be driven, and what had to give: rides to place anew, rides that
    will be late, and rides of others that their vehicle can no longer do."""

    courses: list[Course]
    displaced: set[str] = field(default_factory=set)
    late: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)


def hold(courses: Sequence[Course], layer: Layer) -> Held:
    """Make every course one that can be driven."""
    held = Held(courses=list(courses))
    for number in layer.lay(courses).state.broken:
        course = held.courses[number]
        leaving = _least_that_leave(course, layer)
        if leaving is None:
            _drive_late(held, number, layer)
        else:
            held.displaced |= leaving
            held.courses[number] = course.without(leaving)
    return held


def _least_that_leave(course: Course, layer: Layer) -> frozenset[str] | None:
    """The fewest rides without which the others can be kept; None: not even without them all."""
    groups = (one for one in _groups(course.items) if is_drivable(course.without(one), layer))
    return next(groups, None)


def is_drivable(course: Course, layer: Layer) -> bool:
    """Tell whether a vehicle can do all that its course carries, each within its limits."""
    return not layer.lay([course]).state.broken


def _groups(items: Sequence[Item]) -> Iterator[frozenset[str]]:
    """Yield groups of movable rides, the smaller first, then those that begin the soonest."""
    movable = sorted(
        (item.carried for item in items if not item.is_fixed),
        key=lambda one: (one.halts[0].about, one.ride_id),
    )
    sizes = range(1, len(movable) + 1)
    for size in sizes if len(movable) <= MANY else (1, 2, len(movable)):
        for group in combinations(movable, size):
            yield frozenset(one.ride_id for one in group)


def _drive_late(held: Held, number: int, layer: Layer) -> None:
    """Leave what is fixed and take the time it takes; at worst, only who is aboard is left.

    What makes it worse than late is news that no plan would hold, such as two aboard who may not
    share; then whoever waits leaves before the rides of others do.
    """
    course = held.courses[number]
    for leaves in (_is_movable, _waits_for_us, _waits):
        gone = [one for one in course.items if leaves(one)]
        held.displaced |= {one.carried.ride_id for one in gone if one.is_ours}
        held.given_up |= {one.carried.ride_id for one in gone if not one.is_ours}
        course = course.without(frozenset(one.carried.ride_id for one in gone)).late(layer.now)
        if is_drivable(course, layer):
            break
    held.late |= {one.carried.ride_id for one in course.items}
    held.courses[number] = _no_later(course, layer)


def _is_movable(item: Item) -> bool:
    return not item.is_fixed


def _waits_for_us(item: Item) -> bool:
    return item.is_ours and not item.is_aboard


def _waits(item: Item) -> bool:
    return not item.is_aboard


def _no_later(course: Course, layer: Layer) -> Course:
    """What is late may not be made later than it must be by whoever is put in afterwards."""
    laid = layer.lay([course])
    planned = laid.problem.vehicles[0].planned
    begins = nearest_schedule(laid.state.compiled, 0, planned, laid.targets)
    assert begins is not None, "nothing on it has an end to its limits"
    items = [
        item.timed(laid.nodes[item.carried.ride_id], begins, layer.now) for item in course.items
    ]
    slack = timedelta(seconds=layer.settings.live.tolerance_s)
    return replace(course, items=tuple(item.closing(slack) for item in items))
