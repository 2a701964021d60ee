"""What was decided of each case, read once: an answer that is kept never changes."""

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from regulation.decisions import Decision
from regulation.proposals import OrientationProposal
from services.following import Following

MOST = 1000
"""Proposals remembered."""


class ChosenProposals:
    """The proposals that were decided, by answer and rank."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, int], OrientationProposal] = OrderedDict()
        self._lock = threading.Lock()

    def of(
        self, decisions: Sequence[Decision], following: Following
    ) -> Mapping[str, OrientationProposal]:
        """Return the proposal of each decision, by case."""
        with self._lock:
            unknown = [one for one in decisions if _key(one) not in self._known]
        read = following.answers([one.orientation_id for one in unknown])
        with self._lock:
            for one in unknown:
                self._known[_key(one)] = read[one.orientation_id].orientation.at_rank(one.rank)
            found = {one.case_id: self._known[_key(one)] for one in decisions}
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return found


def _key(decision: Decision) -> tuple[str, int]:
    return decision.orientation_id, decision.rank
