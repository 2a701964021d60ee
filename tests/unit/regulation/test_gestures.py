"""What a manager settles: dated, and in force until the contrary is said."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from regulation.gestures import Gesture, GestureKind
from regulation.pair_verdicts import Pair, PairSays, verdicts_of
from regulation.records import RecordKey

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
FIRST, SECOND, THIRD = (RecordKey(source=one, record_id="1") for one in ("a", "b", "c"))
SAME = Gesture(
    at=NOON,
    who="RPPS:1",
    kind=GestureKind.PAIR_JUDGED,
    about=Pair.of(FIRST, SECOND).about,
    said=PairSays.SAME,
)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="gesture"):
        replace(SAME, at=NOON.replace(tzinfo=None))


def test_a_pair_given_back_to_doubt_is_decided_no_more():
    back = replace(SAME, about=Pair.of(SECOND, THIRD).about, said=PairSays.OPEN)
    words = {one.about: one for one in (SAME, back)}
    assert verdicts_of(words) == {Pair.of(FIRST, SECOND): PairSays.SAME}
