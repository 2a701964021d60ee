"""What somebody decided of two records that look alike: one place, two places, or to be seen."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from regulation.gestures import Gesture
from regulation.records import RecordKey

GESTURE_SOURCE = "Gestionnaire du territoire"


class PairSays(StrEnum):
    """What was decided; OPEN: nothing any more, the rules alone speak."""

    SAME = "SAME"
    APART = "APART"
    OPEN = "OPEN"


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two records, always in one order."""

    first: RecordKey
    second: RecordKey

    @classmethod
    def of(cls, one: RecordKey, other: RecordKey) -> "Pair":
        """Pair two records; raise ValueError when they are one."""
        if one == other:
            raise ValueError("a record makes no pair with itself")
        return cls(min(one, other), max(one, other))

    @property
    def about(self) -> str:
        """How a gesture names the pair."""
        told = [one for key in (self.first, self.second) for one in (key.source, key.record_id)]
        return json.dumps(told, ensure_ascii=False)


Verdicts = Mapping[Pair, PairSays]
"""The pairs that somebody decided on; one that is OPEN again is not there."""


def read_pair(about: str) -> Pair:
    """Read the pair that a gesture names; raise ValueError when it names none."""
    try:
        told = json.loads(about)
    except RecursionError:
        raise ValueError("a pair is named by four texts, not by lists of lists") from None
    if not isinstance(told, list) or not all(isinstance(one, str) for one in told):
        raise ValueError("a pair is named by four texts")
    source, record_id, other_source, other_id = told
    return Pair.of(
        RecordKey(source=source, record_id=record_id),
        RecordKey(source=other_source, record_id=other_id),
    )


def verdicts_of(last_words: Mapping[str, Gesture]) -> Verdicts:
    """Return what is in force, from the last gesture on each pair."""
    said = {read_pair(about): PairSays(one.said) for about, one in last_words.items()}
    return {pair: says for pair, says in said.items() if says is not PairSays.OPEN}
