"""What effecteurs declare is kept in every store alike: the last word of each, until it is over."""

from dataclasses import replace

from regulation.declarations import Declaration, Openness
from services.store import Store
from tests.contract.samples import HOUR, MINUTE, MMG_ID, NOON

FULL = Declaration(
    effecteur_id=MMG_ID,
    status=Openness.SATURATED,
    waiting_minutes=90,
    waiting=None,
    observed_at=NOON,
    valid_until=NOON + HOUR,
    declared_by="accueil",
)
LATER = replace(FULL, status=Openness.OPEN, observed_at=NOON + MINUTE, extra_patients=2)


def test_the_last_word_is_kept_whatever_the_order_it_comes_in(store: Store):
    with store.unit() as unit:
        assert unit.declarations.put(LATER)
        assert not unit.declarations.put(FULL)
    with store.reading() as unit:
        assert unit.declarations.valid_at(NOON + MINUTE) == (LATER,)


def test_the_same_again_changes_nothing(store: Store):
    for _ in range(2):
        with store.unit() as unit:
            unit.declarations.put(FULL)
    with store.reading() as unit:
        assert unit.declarations.valid_at(NOON) == (FULL,)


def test_what_is_over_is_no_longer_believed_and_can_be_forgotten(store: Store):
    with store.unit() as unit:
        unit.declarations.put(FULL)
        assert unit.declarations.valid_at(NOON + HOUR) == ()
        assert unit.declarations.forget(NOON) == 0
        assert unit.declarations.forget(NOON + HOUR) == 1
        assert unit.declarations.valid_at(NOON) == ()
