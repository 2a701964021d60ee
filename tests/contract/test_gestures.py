"""What managers settle by hand, in every store alike."""

from datetime import datetime, timedelta

from regulation.gestures import Gesture, GestureKind
from services.store import Store
from tests.contract.samples import NOON

MINUTE = timedelta(minutes=1)


def gesture(
    about: str, said: str, at: datetime = NOON, kind: GestureKind = GestureKind.PAIR_JUDGED
) -> Gesture:
    return Gesture(at=at, who="RPPS:1", kind=kind, about=about, said=said)


def test_the_last_word_on_a_thing_is_in_force_and_the_earlier_ones_stay(store: Store):
    first, second = gesture("a", "SAME"), gesture("a", "OPEN", NOON + MINUTE)
    other = gesture("b", "APART")
    for one in (first, second, other):
        with store.unit() as unit:
            unit.gestures.record(one)
    with store.reading() as unit:
        words = unit.gestures.last_words(GestureKind.PAIR_JUDGED)
        assert words == {"a": second, "b": other}
        assert unit.gestures.last_word(GestureKind.PAIR_JUDGED, "a") == second
        assert unit.gestures.latest(10) == (other, second, first)
        assert unit.gestures.latest(1) == (other,)


def test_a_word_on_one_thing_says_nothing_of_another_nor_of_another_kind(store: Store):
    with store.unit() as unit:
        unit.gestures.record(gesture("a", "SAME"))
    with store.reading() as unit:
        assert unit.gestures.last_word(GestureKind.LINK_WITHDRAWN, "a") is None
        assert unit.gestures.last_word(GestureKind.PAIR_JUDGED, "b") is None
        assert unit.gestures.last_words(GestureKind.LINK_WITHDRAWN) == {}
