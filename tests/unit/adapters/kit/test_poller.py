import pytest

from adapters.kit.poller import Pace, poll


class Middle:
    def random(self) -> float:
        return 0.5


async def pauses_after(*answers: bool) -> list[float]:
    """Poll through these answers; return the pauses between them."""
    left = list(answers)
    pauses: list[float] = []

    async def refresh() -> bool:
        return left.pop(0)

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    await poll(
        refresh,
        pace=Pace(period_s=30, longest_s=100),
        draws=Middle(),
        sleep=sleep,
        is_stopped=lambda: not left,
    )
    return pauses


async def test_a_source_that_answers_is_asked_every_period():
    assert await pauses_after(True, True) == [30, 30]


async def test_a_source_that_fails_is_asked_less_and_less_but_never_given_up():
    assert await pauses_after(False, False, False) == [60, 100, 100]


async def test_a_recovery_brings_the_period_back():
    assert await pauses_after(False, True) == [60, 30]


def test_pauses_are_spread_around_the_period():
    pace = Pace(period_s=30, longest_s=100, jitter=0.1)
    assert [pace.pause_s(0, draw) for draw in (0.0, 0.5, 1.0)] == pytest.approx([27, 30, 33])


def test_what_is_asked_once_a_day_is_asked_again_soon_after_a_failure():
    pace = Pace(period_s=86_400, longest_s=86_400)
    assert [pace.pause_s(failures, 0.5) for failures in (0, 1, 2, 3)] == [86_400, 120, 240, 480]
    assert pace.pause_s(20, 0.5) == 86_400


def test_a_source_lost_for_days_does_not_overflow():
    assert Pace(period_s=30, longest_s=100).pause_s(100_000, 0.5) == 100


@pytest.mark.parametrize("figures", [(0, 1), (2, 1)])
def test_an_impossible_pace_is_refused(figures):
    with pytest.raises(ValueError, match="impossible pace"):
        Pace(period_s=figures[0], longest_s=figures[1])
