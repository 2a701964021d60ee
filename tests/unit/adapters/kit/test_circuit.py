from datetime import UTC, datetime, timedelta

import pytest

from adapters.kit.circuit import CircuitBreaker

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=31)


@pytest.fixture
def opened() -> CircuitBreaker:
    breaker = CircuitBreaker(failures_to_open=3, cool_down=timedelta(seconds=30))
    for _ in range(3):
        breaker.record_failure(NOON)
    return breaker


def test_it_stays_closed_until_enough_failures_in_a_row():
    breaker = CircuitBreaker(failures_to_open=3)
    breaker.record_failure(NOON)
    breaker.record_failure(NOON)
    breaker.record_success()
    breaker.record_failure(NOON)
    assert breaker.allows(NOON)


def test_it_opens_after_enough_failures_in_a_row(opened):
    assert not opened.allows(NOON + timedelta(seconds=29))


def test_after_the_cool_down_one_question_only_goes_through(opened):
    assert [opened.allows(LATER), opened.allows(LATER)] == [True, False]


def test_a_successful_trial_closes_it(opened):
    opened.allows(LATER)
    opened.record_success()
    assert opened.allows(LATER)


def test_a_failed_trial_starts_the_cool_down_again(opened):
    opened.allows(LATER)
    opened.record_failure(LATER)
    assert not opened.allows(LATER + timedelta(seconds=29))
    assert opened.allows(LATER + timedelta(seconds=30))
