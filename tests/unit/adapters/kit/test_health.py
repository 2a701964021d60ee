import logging
from datetime import UTC, datetime, timedelta

import pytest

from adapters.kit.health import HealthTracker
from regulation.snapshots import SourceState

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def tracker() -> HealthTracker:
    return HealthTracker("editor", silent_after=3 * MINUTE)


def test_a_source_never_heard_is_silent(tracker):
    assert tracker.at(NOON).state is SourceState.SILENT
    assert tracker.at(NOON).last_success is None


def test_a_source_that_answers_is_ok_and_says_when(tracker):
    health = tracker.record_success(NOON)
    assert (health.state, health.last_success) == (SourceState.OK, NOON)


def test_a_failure_soon_after_a_success_is_degraded(tracker):
    tracker.record_success(NOON)
    health = tracker.record_failure(NOON + MINUTE, "HTTP 500")
    assert (health.state, health.message) == (SourceState.DEGRADED, "HTTP 500")
    assert health.last_success == NOON


def test_a_partial_answer_is_degraded(tracker):
    assert tracker.record_success(NOON, "1 of 3 batches failed").state is SourceState.DEGRADED


def test_silence_is_judged_when_it_is_asked(tracker):
    tracker.record_success(NOON)
    assert tracker.at(NOON + 3 * MINUTE).state is SourceState.OK
    assert tracker.at(NOON + 4 * MINUTE).state is SourceState.SILENT


def test_loss_and_recovery_are_each_logged_once(tracker, caplog):
    caplog.set_level(logging.INFO)
    tracker.record_success(NOON)
    tracker.record_failure(NOON + MINUTE, "HTTP 500")
    tracker.record_failure(NOON + 10 * MINUTE, "HTTP 500")
    tracker.record_success(NOON + 11 * MINUTE)
    tracker.record_success(NOON + 12 * MINUTE)
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_every_change_of_state_is_kept_with_its_instant_and_its_reason(tracker):
    tracker.record_success(NOON)
    tracker.record_failure(NOON + MINUTE, "HTTP 500")
    tracker.record_failure(NOON + 2 * MINUTE, "HTTP 500")
    tracker.record_success(NOON + 3 * MINUTE)
    changes = tracker.at(NOON + 30 * MINUTE).changes
    assert [(one.at, str(one.state), one.message) for one in changes] == [
        (NOON, "OK", ""),
        (NOON + MINUTE, "DEGRADED", "HTTP 500"),
        (NOON + 3 * MINUTE, "OK", ""),
        (NOON + 6 * MINUTE, "SILENT", ""),
    ]


def test_a_silence_nobody_failed_for_is_logged_when_it_is_seen(tracker, caplog):
    tracker.record_success(NOON)
    tracker.at(NOON + 10 * MINUTE)
    tracker.at(NOON + 11 * MINUTE)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
