"""What is done so that the first call waits for nothing to be loaded."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

import pytest

from services.console.rehearsal import rehearse
from services.runtime import Runtime
from tests.worlds import MMG_AT_14, TinyWorld, offer


@pytest.fixture
def begun() -> list[str]:
    return []


@pytest.fixture
def runtime(world: TinyWorld, begun: list[str]) -> Runtime:
    def watch(part: str) -> AbstractContextManager[None]:
        begun.append(part)
        return nullcontext()

    return replace(world.runtime(), watch=watch)


def test_the_call_rehearsed_goes_through_each_part_of_an_answer(runtime: Runtime, begun: list[str]):
    rehearse(runtime)
    assert {"rules", "pruning", "solver", "itinerary"} <= set(begun)


def test_no_call_is_rehearsed_where_no_place_of_care_is_known(
    runtime: Runtime, begun: list[str], world: TinyWorld
):
    world.offer.publish(replace(offer(MMG_AT_14), effecteurs={}))
    rehearse(runtime)
    assert begun == []


def test_a_rehearsal_that_fails_keeps_nobody_from_being_served(
    runtime: Runtime, caplog: pytest.LogCaptureFixture
):
    def lost(part: str) -> AbstractContextManager[None]:
        raise ValueError(f"{part}: somewhere far from any road")

    rehearse(replace(runtime, watch=lost))
    assert [one.getMessage() for one in caplog.records] == [
        "no call could be rehearsed: ValueError"
    ]
