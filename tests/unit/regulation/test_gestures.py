"""Gestures on pairs of records: what was said last is in force, and can be taken back."""

from datetime import datetime

import pytest

from regulation.gestures import Gesture, GestureKind
from regulation.pair_verdicts import Pair, PairSays, read_pair, verdicts_of
from regulation.records import RecordKey
from tests.unit.regulation.worlds import NOON

PAIR = Pair.of(
    RecordKey(source="ror", record_id="1"), RecordKey(source="finess", record_id="310000001")
)


def gesture(says: PairSays, at: datetime = NOON) -> Gesture:
    """Somebody who says something of the pair."""
    return Gesture(
        at=at, who="gestionnaire", kind=GestureKind.PAIR_JUDGED, about=PAIR.about, said=says
    )


def test_the_last_word_on_a_pair_is_in_force_and_one_taken_back_is_not():
    assert verdicts_of({PAIR.about: gesture(PairSays.APART)}) == {PAIR: PairSays.APART}
    assert verdicts_of({PAIR.about: gesture(PairSays.OPEN)}) == {}


def test_a_pair_is_read_as_it_was_written():
    assert read_pair(PAIR.about) == PAIR


@pytest.mark.parametrize("about", ['{"a": 1}', "[1, 2, 3, 4]"])
def test_what_names_no_pair_is_refused(about):
    with pytest.raises(ValueError, match="a pair is named by four texts"):
        read_pair(about)


def test_a_gesture_without_an_offset_is_refused():
    with pytest.raises(ValueError, match="gesture"):
        gesture(PairSays.OPEN, at=NOON.replace(tzinfo=None))
