"""How seldom a long-lived process looks through all it holds for garbage that refers to itself.

A full pass of the collector stops every thread for as long as the heap is large: seconds in one
that holds a country's offer, of which nothing is garbage. What survived a pass is not looked
through again until there is twice as much of it: passes over everything become rarer as the heap
grows, and garbage among the old stays within twice what was alive, and what one more pass spares.
"""

import gc
from typing import Final

COLLECTED_EVERY: Final = (50_000, 10, 10)
"""New objects between two passes of the collector, then passes between two deeper ones.
A decision makes tens of thousands, nearly all in no cycle: by default it waits for fifty passes."""
OLDEST: Final = 2
LOOKED_THROUGH_AGAIN_AT: Final = 2
"""Times as many survivors as after the last pass over everything."""


def collect_seldom() -> None:
    """Spare what lives by now, and pass over the rest less often than the interpreter would."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_EVERY)


class SparingSurvivors:
    """Told by `gc.callbacks` of every pass."""

    def __init__(self) -> None:
        self._after_everything = max(1, gc.get_freeze_count())
        self._is_over_everything = False

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        """As the collector calls it: `start` and `stop` of a pass over this generation."""
        if info["generation"] != OLDEST:
            return
        if phase == "start":
            grown = gc.get_freeze_count() / self._after_everything
            self._is_over_everything = grown >= LOOKED_THROUGH_AGAIN_AT
            if self._is_over_everything:
                gc.unfreeze()
            return
        gc.freeze()
        if self._is_over_everything:
            self._after_everything = gc.get_freeze_count()


def spare_survivors() -> None:
    """Have full passes of this process, from now on, spare what survived those before."""
    if not any(isinstance(one, SparingSurvivors) for one in gc.callbacks):
        gc.callbacks.append(SparingSurvivors())
