"""Care stops in order of their lower bounds, and the best journey known to each place."""

import heapq
from collections.abc import Container, Iterator, Mapping
from enum import IntEnum

import numpy as np

from regulation.kernel.journeys import JourneyRequest
from regulation.kernel.objective import Key, Objective
from transport.arrays import Ints
from transport.explore import Found
from transport.ground import Ground
from transport.ways import NEVER


class Stage(IntEnum):
    """How far a care stop has been looked at, which is what its bound rests on."""

    UNSEEN = 0
    BY_FLEET = 1
    MORE_PHARMACIES = 2


Entry = tuple[Key, int, Stage]
"""A bound, the number of the care stop, and what the bound rests on."""


class Frontier:
    """What is left to look at, least bound first; what cannot matter is left out for good.

    A stop matters while its bound is better than the best journey to its place and than that to
    the last of the places asked for; further pharmacies only while they could better the best
    journey of all.
    """

    def __init__(self, ground: Ground, bounds: Ints, alternatives: int) -> None:
        self._ground = ground
        self._alternatives = alternatives
        self._keys = _keys(ground, bounds)
        self._unseen = 0
        self._unlisted = _unlisted(ground.request, ground.scales.objective)
        self._left: list[Entry] = []
        self._aside: list[Entry] = []
        self._best: dict[str, Key] = in_hand(ground.request, ground.scales.objective)
        self._threshold = last_of(self._best, alternatives)
        self._alike: set[object] = set()
        self.found: dict[int, Found] = {}

    @property
    def threshold(self) -> Key | None:
        """A journey no better than this cannot enter the best places; None: any may."""
        return self._threshold

    def bar(self, number: int) -> Key | None:
        """What a journey to a care stop must be better than to matter; None: any matters."""
        known, last = self._best.get(self._ground.stop(number).place_id), self._threshold
        if known is None or last is None:
            return last if known is None else known
        return min(known, last)

    def push(self, entry: Entry) -> None:
        """Put a care stop back, to be looked at further when its turn comes."""
        heapq.heappush(self._left, entry)

    @property
    def is_settled(self) -> bool:
        """Tell whether nothing that is not listed could be among the journeys asked for."""
        return _is_past(self._unlisted, self.threshold)

    def pop(self, *, may_open: bool, besides: Container[str] = ()) -> Entry | None:
        """Take the next stop that may matter; `may_open`: also one not looked at yet.

        Stops of the places `besides` are laid aside, until they are recalled.
        """
        while (head := self._head(may_open=may_open)) is not None:
            if self._left and head is self._left[0]:
                heapq.heappop(self._left)
            else:
                self._unseen += 1
            if not self._matters(*head):
                continue
            if self._ground.stop(head[1]).place_id in besides:
                self._aside.append(head)
            elif self._is_new(head[1], head[2]):
                return head
        return None

    def recall(self) -> None:
        """Put back the stops laid aside: those not looked at before the others that are not."""
        unseen = [(bound, number) for bound, number, stage in self._aside if stage is Stage.UNSEEN]
        end, self._unseen = self._unseen, self._unseen - len(unseen)
        self._keys[self._unseen : end] = unseen
        for entry in self._aside:
            if entry[2] is not Stage.UNSEEN:
                heapq.heappush(self._left, entry)
        self._aside.clear()

    def keep(self, found: Found) -> None:
        """Remember what was found of a care stop."""
        place = self._ground.stop(found.stop).place_id
        self._best[place] = min(found.best, self._best.get(place, found.best))
        self._threshold = last_of(self._best, self._alternatives)
        self.found[found.stop] = found

    def beyond(self) -> Key | None:
        """Least bound of what is left and may still matter; None when nothing is."""
        left = [entry[0] for entry in self._entries() if self._matters(*entry)]
        return min(left, default=None)

    def _head(self, *, may_open: bool) -> Entry | None:
        unseen = self._keys[self._unseen] if self._unseen < len(self._keys) else None
        if unseen is None or not may_open:
            return self._left[0] if self._left else None
        head = (*unseen, Stage.UNSEEN)
        return min(head, self._left[0]) if self._left else head

    def _is_new(self, number: int, stage: Stage) -> bool:
        """Tell whether it isn't, but for its slot, a stop looked at already."""
        if stage is not Stage.UNSEEN:
            return True
        stop = self._ground.stop(number)
        penalties = frozenset(stop.penalties.items())
        same = (stop.place_id, stop.start, stop.end, stop.encounter, penalties)
        is_new = same not in self._alike
        self._alike.add(same)
        return is_new

    def _entries(self) -> Iterator[Entry]:
        yield from ((*entry, Stage.UNSEEN) for entry in self._keys[self._unseen :])
        yield from self._left

    def _matters(self, bound: Key, number: int, stage: Stage) -> bool:
        bar = self.bar(number)
        if stage is Stage.MORE_PHARMACIES:
            bar = min(self._best.values(), default=None)
        return bar is None or bound < bar


def in_hand(request: JourneyRequest, objective: Objective) -> dict[str, Key]:
    """Keys of the journeys that the request has in hand, by place."""
    return {one.stop.place_id: objective.rank_key(one.tiers) for one in request.in_hand}


def is_settled(request: JourneyRequest, objective: Objective, alternatives: int) -> bool:
    """Tell whether what is in hand leaves nothing to whatever isn't listed."""
    threshold = last_of(in_hand(request, objective), alternatives)
    return _is_past(_unlisted(request, objective), threshold)


def last_of(best: Mapping[str, Key], alternatives: int) -> Key | None:
    """Key of the journey to the last of the places asked for; None: there are fewer."""
    ranked = sorted(best.values())
    return ranked[alternatives - 1] if len(ranked) >= alternatives else None


def _is_past(unlisted: Key | None, threshold: Key | None) -> bool:
    return unlisted is None or (threshold is not None and unlisted >= threshold)


def _unlisted(request: JourneyRequest, objective: Objective) -> Key | None:
    """Least key of whatever could be offered besides the stops listed."""
    unlisted = request.unlisted
    return None if unlisted is None else objective.rank_key(objective.tiers(unlisted))


def _keys(ground: Ground, bounds: Ints) -> list[tuple[Key, int]]:
    """Keys of the bounds, least first; stops nobody can get to are left out."""
    table, step = ground.table, ground.scales.objective.burden_step
    open_to = np.flatnonzero(bounds < NEVER)
    late, cost, burden = table.late[open_to], table.cost[open_to], bounds[open_to]
    felt = -(-burden // step)
    order = np.lexsort((open_to, burden, cost, felt, late))
    columns = (column[order].tolist() for column in (late, felt, cost, burden, open_to))
    return [
        ((late, felt, cost, burden), number)
        for late, felt, cost, burden, number in zip(*columns, strict=True)
    ]
