"""What every place shows, and of each the first slot one can still take, kept up to date.

Between two cases a few places change out of hundreds, so that no slot of the others is looked at
again; a search by hand then ranks all places at once.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.ids import Identifier
from regulation.offers import Slot, SlotMode

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max
_SINCE, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def ticks(instant: datetime) -> int:
    """Return an instant as whole microseconds, exactly."""
    return (instant - _SINCE) // _TICK


class ShownSlots(Mapping[Identifier, Sequence[Slot]]):
    """The slots last read of each place, in order of time; it remembers which changed."""

    def __init__(self, slots: Mapping[Identifier, tuple[Slot, ...]] | None = None) -> None:
        self._slots = dict(slots or {})
        self._changed: list[Identifier] = []

    def __getitem__(self, place: Identifier) -> tuple[Slot, ...]:
        """Return the slots of a place; KeyError when it shares none."""
        return self._slots[place]

    def __iter__(self) -> Iterator[Identifier]:
        """Yield the places that share slots."""
        return iter(self._slots)

    def __len__(self) -> int:
        """Count them."""
        return len(self._slots)

    def put(self, place: Identifier, slots: tuple[Slot, ...]) -> None:
        """Show these slots of a place from now on."""
        self._slots[place] = slots
        self._changed.append(place)

    def copy(self) -> dict[Identifier, tuple[Slot, ...]]:
        """Return them as they are."""
        return self._slots.copy()

    @property
    def changes(self) -> int:
        """Count the changes there were."""
        return len(self._changed)

    def changed_since(self, count: int) -> Sequence[Identifier]:
        """Return the places that changed after so many changes."""
        return self._changed[count:]


@dataclass(slots=True)
class FirstSlots:
    """The first slot each of some places shows that one can take, as arrays by place.

    `begins` is in microseconds, NEVER where there is none; `at_place` and `visits` tell whether
    one is seen at the place of the slot, and at home. `reserved`: slots kept for disabled patients
    are among them. Instants are asked for in their order.
    """

    places: Sequence[Identifier]
    shown: ShownSlots
    reserved: bool = True
    begins: Ints = field(init=False)
    at_place: Flags = field(init=False)
    visits: Flags = field(init=False)
    _until: Ints = field(init=False)
    _numbers: dict[Identifier, int] = field(init=False)
    _names: dict[str, int] = field(init=False)
    _members: tuple[frozenset[str], Flags] | None = None
    _changes: int | None = None

    def __post_init__(self) -> None:
        count = len(self.places)
        self.begins, self._until = (np.full(count, NEVER, dtype=np.int64) for _ in range(2))
        self.at_place, self.visits = (np.zeros(count, dtype=np.bool_) for _ in range(2))
        self._numbers = {place: number for number, place in enumerate(self.places)}
        self._names = {str(place): number for number, place in enumerate(self.places)}

    def move_to(self, now: datetime) -> None:
        """Bring them up to an instant."""
        known = self._changes is not None
        changed = self.shown.changed_since(self._changes or 0) if known else self.places
        self._changes = self.shown.changes
        over = np.flatnonzero(self._until <= ticks(now)).tolist()
        found = (self._numbers.get(place) for place in changed)
        for number in {*over, *(one for one in found if one is not None)}:
            self._find(number, now)

    def number(self, name: str | None) -> int | None:
        """Return the number of a place by its name; None when it is not among them."""
        return None if name is None else self._names.get(name)

    def among(self, names: frozenset[str]) -> Flags:
        """Tell of each place whether it is one of these."""
        if self._members is None or self._members[0] is not names:
            told = np.fromiter((name in names for name in self._names), np.bool_, len(self.places))
            self._members = names, told
        return self._members[1]

    def _find(self, number: int, now: datetime) -> None:
        slots = self.shown.get(self.places[number], ())
        mine = slots if self.reserved else (slot for slot in slots if not slot.reserved)
        first = next((slot for slot in mine if slot.is_takeable_at(now)), None)
        if first is None:
            self.begins[number] = self._until[number] = NEVER
            return
        self.begins[number] = ticks(first.begins)
        self._until[number] = ticks(first.takeable_until)
        self.at_place[number] = SlotMode.AMB in first.modes
        self.visits[number] = SlotMode.HH in first.modes
