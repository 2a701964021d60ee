"""Passes of the collector spare what survived those before."""

import gc
from collections.abc import Iterator
from weakref import WeakSet

import pytest

from adapters.desk.collecting import SparingSurvivors, spare_survivors


class Knot:
    """Refers to itself: only the collector frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    before = gc.callbacks[:]
    gc.collect()
    gc.freeze()
    yield
    gc.callbacks[:] = before
    gc.unfreeze()
    gc.collect()


def test_what_survived_a_full_pass_is_not_looked_through_again():
    spare_survivors()
    knots, old = WeakSet[Knot](), [Knot()]
    knots.update(old)
    gc.collect()
    old.clear()
    gc.collect()
    assert len(knots) == 1


def test_garbage_made_since_the_last_pass_is_freed():
    spare_survivors()
    gc.collect()
    knots = WeakSet[Knot]()
    knots.add(Knot())
    gc.collect()
    assert len(knots) == 0


def test_everything_is_looked_through_when_there_is_twice_as_much():
    spare_survivors()
    knots, old = WeakSet[Knot](), [Knot()]
    knots.update(old)
    gc.collect()
    old.clear()
    held: list[list[int]] = [[] for _ in range(2 * gc.get_freeze_count())]
    gc.collect()  # spares them: there were not so many survivors when it began
    gc.collect()
    assert len(knots) == 0
    assert held


def test_a_process_that_asks_twice_is_told_of_each_pass_once():
    spare_survivors()
    spare_survivors()
    assert sum(isinstance(one, SparingSurvivors) for one in gc.callbacks) == 1
