"""Of several words on one fact, the recent one is believed, then the most trusted."""

from datetime import timedelta

from regulation.kernel.observed import Observed
from regulation.trust import TERRITORY, TRUST, Said, settle
from tests.unit.regulation.recorded import DAY, FACTS, NOON


def word(feed: str, value: str, *, age: timedelta = timedelta(0), changed: int = 0) -> Said:
    observed = Observed(value, NOON - age, feed, DAY)
    return Said(feed=feed, observed=observed, changed_at=NOON - changed * DAY)


def believed(fact: str, *words: Said) -> tuple[str | None, str]:
    settled = settle(fact, words, NOON)
    return (settled.chosen.observed.value if settled.chosen else None), settled.rule_id


def test_nobody_speaks():
    assert believed("name") == (None, "FAIT-TU")


def test_one_source_speaks():
    assert believed("name", word("ror", "A")) == ("A", "FAIT-SEUL")


def test_the_trusted_source_is_believed():
    assert believed("address", word("ror", "A"), word("finess", "B")) == ("B", "FAIT-CONFIANCE")


def test_a_recent_word_is_believed_before_a_trusted_one():
    old = word("finess", "B", age=2 * DAY)
    assert believed("address", word("ror", "A"), old) == ("A", "FAIT-RECENT")


def test_of_two_alike_the_one_changed_last():
    words = word("inconnu", "A", changed=3), word("autre", "B", changed=1)
    assert believed("name", *words) == ("B", "FAIT-DERNIER")


def test_a_perishable_fact_that_is_lost_is_unknown():
    lost = word("rota-ics", "ouvert", age=5 * DAY)
    assert believed("duty", lost) == (None, "FAIT-PERDU")


def test_a_name_that_is_old_is_still_a_name():
    assert believed("name", word("ror", "A", age=30 * DAY)) == ("A", "FAIT-SEUL")


def test_the_territory_is_asked_only_of_what_nobody_ever_told():
    assert believed("duty", word(TERRITORY, "table")) == ("table", "FAIT-SEUL")
    assert believed("duty", word(TERRITORY, "table"), word("ror", "A")) == ("A", "FAIT-SEUL")
    lost = word("ror", "A", age=9 * DAY)
    assert believed("duty", word(TERRITORY, "table"), lost) == (None, "FAIT-PERDU")


def test_every_fact_of_a_record_has_its_order_of_trust():
    assert set(TRUST) == set(FACTS) - {"openings", "practitioners"} | {"opened", "duty"}
