"""Answers shown on screens, remembered for a while: what was read is what is decided."""

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from regulation.cases import Case
from regulation.proposals import OrientationProposal
from services.answering import Answered
from services.console.proposals import digest_of

MOST_CALLS = 500
LAST_ANSWERS = 4
"""Answers remembered for each call: the screen may be a refresh behind."""
STILL_GOOD = timedelta(minutes=5)
"""Assumption: how long what was read may be decided without being computed again."""


class Previews:
    """The last answers of each call. In this process alone: elsewhere they are computed again."""

    def __init__(self) -> None:
        self._calls: OrderedDict[str, deque[Answered]] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, answered: Answered) -> None:
        """Remember an answer that is being shown."""
        call = answered.case.case_id
        with self._lock:
            self._calls.setdefault(call, deque(maxlen=LAST_ANSWERS)).append(answered)
            self._calls.move_to_end(call)
            while len(self._calls) > MOST_CALLS:
                self._calls.popitem(last=False)

    def find(self, case: Case, digest: str, now: datetime) -> Answered | None:
        """Return the answer to just this call that held the proposal in this version."""
        with self._lock:
            answers = tuple(self._calls.get(case.case_id, ()))
        for one in answers:
            if one.case == case and now - one.at <= STILL_GOOD and _holds(one, digest):
                return one
        return None

    def shown(self, case_id: str, digest: str) -> OrientationProposal | None:
        """Return a proposal as it was shown on the screen of a call, None when it is forgotten."""
        with self._lock:
            answers = tuple(self._calls.get(case_id, ()))
        shown = (one for answer in answers for one in answer.orientation.proposals)
        return next((one for one in shown if digest_of(one) == digest), None)


def _holds(answered: Answered, digest: str) -> bool:
    return any(digest_of(one) == digest for one in answered.orientation.proposals)
