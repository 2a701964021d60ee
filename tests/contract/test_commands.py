"""Commands are kept by their idempotency key, alike on every store."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from adapters.kit.commands import UNDER_WAY, Answer, Command
from services.store import Store
from tests.contract.samples import HOUR, NOON

BEGUN = Command(key="cle-1", digest="d" * 64, began_at=NOON)
ANSWER = Answer(status=201, body=b'{"id": "\xc3\xa9"}', headers=(("location", "/cases/1"),))


def begin(store: Store, command: Command) -> Command | None:
    with store.unit() as unit:
        return unit.commands.begin(command)


def test_a_command_begins_once_and_its_answer_is_given_again(store: Store):
    assert begin(store, BEGUN) is None
    assert begin(store, BEGUN) == BEGUN
    with store.unit() as unit:
        unit.commands.end("cle-1", ANSWER)
    assert begin(store, BEGUN) == replace(BEGUN, answer=ANSWER)


def test_of_two_asked_at_once_one_waits_for_the_other_and_finds_its_answer(store: Store):
    with ThreadPoolExecutor(1) as pool:
        with store.unit() as unit:
            assert unit.commands.begin(BEGUN) is None
            second = pool.submit(begin, store, BEGUN)
            unit.commands.end("cle-1", ANSWER)
        assert second.result() == replace(BEGUN, answer=ANSWER)


def test_a_command_that_failed_may_begin_again(store: Store):
    begin(store, BEGUN)
    with store.unit() as unit:
        unit.commands.give_up("cle-1")
    assert begin(store, BEGUN) is None


def test_a_command_that_was_answered_is_not_forgotten_by_who_heard_no_answer(store: Store):
    begin(store, BEGUN)
    with store.unit() as unit:
        unit.commands.end("cle-1", ANSWER)
    with store.unit() as unit:
        unit.commands.give_up("cle-1")
    assert begin(store, BEGUN) == replace(BEGUN, answer=ANSWER)


def test_the_place_of_somebody_dead_is_taken_for_the_same_command_alone(store: Store):
    begin(store, BEGUN)
    later = replace(BEGUN, began_at=NOON + 2 * UNDER_WAY)
    assert begin(store, replace(later, digest="e" * 64)) == BEGUN
    assert begin(store, later) is None
    assert begin(store, later) == later


def test_old_commands_are_forgotten(store: Store):
    begin(store, BEGUN)
    with store.unit() as unit:
        assert (unit.commands.forget(NOON), unit.commands.forget(NOON + HOUR)) == (0, 1)
    assert begin(store, BEGUN) is None
