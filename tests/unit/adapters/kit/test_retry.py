from datetime import timedelta

import pytest

from adapters.kit.failures import FeedFailure
from adapters.kit.retry import RetryPolicy, with_retries

POLICY = RetryPolicy(attempts=3, first_pause_s=1.0, longest_pause_s=4.0)


class Halves:
    def random(self) -> float:
        return 0.5


class Source:
    """Fails as told, then answers."""

    def __init__(self, *failures: FeedFailure) -> None:
        self.failures = list(failures)
        self.calls = 0

    async def answer(self) -> str:
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


async def ask(source: Source) -> tuple[str, list[float]]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    return await with_retries(source.answer, POLICY, Halves(), sleep), pauses


def passing(pause_s: float | None = None) -> FeedFailure:
    asked = None if pause_s is None else timedelta(seconds=pause_s)
    return FeedFailure("HTTP 503", retryable=True, retry_after=asked)


async def test_a_passing_failure_is_retried_after_pauses_that_double():
    assert await ask(Source(passing(), passing())) == ("answer", [0.5, 1.0])


async def test_the_last_failure_is_raised_when_attempts_run_out():
    source = Source(passing(), passing(), passing(), passing())
    with pytest.raises(FeedFailure, match="503"):
        await ask(source)
    assert source.calls == 3


async def test_a_refusal_is_never_retried():
    source = Source(FeedFailure("HTTP 401", retryable=False))
    with pytest.raises(FeedFailure, match="401"):
        await ask(source)
    assert source.calls == 1


async def test_the_pause_a_source_asks_for_is_respected_in_full():
    assert await ask(Source(passing(pause_s=3))) == ("answer", [3.5])


async def test_a_source_that_asks_for_a_long_pause_is_left_alone():
    source = Source(passing(pause_s=60))
    with pytest.raises(FeedFailure):
        await ask(source)
    assert source.calls == 1


def test_a_policy_without_an_attempt_is_refused():
    with pytest.raises(ValueError, match="impossible retry policy"):
        RetryPolicy(attempts=0)
