"""Answers that nobody waits for any more."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from itertools import count

import pytest

from services.answering import Scene, Vain, answered_on
from services.casework import Casework
from services.schemas.case import CaseIn
from services.store import InMemoryStore
from tests.worlds import TinyWorld, call


@pytest.fixture
def work(world: TinyWorld) -> Casework:
    return Casework(world.runtime(), InMemoryStore())


def scene(work: Casework) -> Scene:
    return work.scene("appel-1")


def looks(up_to: int) -> Callable[[], bool]:
    """Say yes so many times, then no."""
    asked = count(1)
    return lambda: next(asked) <= up_to


def test_a_search_is_given_up_in_the_middle_once_nobody_wants_its_answer(work: Casework):
    case = CaseIn.model_validate(call()).to_case(work.runtime.gazetteer)
    with pytest.raises(Vain):
        answered_on(scene(work), case, work.runtime, looks(2))


def test_no_part_is_begun_of_an_answer_that_nobody_wants(world: TinyWorld):
    begun: list[str] = []

    def watch(part: str) -> AbstractContextManager[None]:
        begun.append(part)
        return nullcontext()

    work = Casework(replace(world.runtime(), watch=watch), InMemoryStore())
    case = CaseIn.model_validate(call()).to_case(work.runtime.gazetteer)
    there = scene(work)
    begun.clear()
    with pytest.raises(Vain):
        answered_on(there, case, work.runtime, looks(0))
    assert begun == []


def test_an_answer_wanted_to_its_end_is_the_one_nobody_looks_after(work: Casework):
    case = CaseIn.model_validate(call()).to_case(work.runtime.gazetteer)
    watched = answered_on(scene(work), case, work.runtime, lambda: True)
    assert watched.orientation == answered_on(scene(work), case, work.runtime).orientation


def test_searches_follow_one_another(work: Casework):
    case = CaseIn.model_validate(call()).to_case(work.runtime.gazetteer)
    work.open_case(case, "LOCAL:osnp")
    asking = threading.Thread(target=work.propose, args=(case.case_id, "LOCAL:osnp"), daemon=True)
    with work.runtime.search:
        asking.start()
        asking.join(0.1)
        assert asking.is_alive()
        assert work.read_case(case.case_id, "LOCAL:osnp").answer is None
    asking.join()
    assert work.read_case(case.case_id, "LOCAL:osnp").answer is not None
