"""Runs: a pool gives the bytes a single process gives; what is stopped is taken up again."""

import pickle
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from simulations.runner.replicating import ReplicationFailed, Task
from simulations.runner.running import WorkerLost, one_replication
from tests.unit.simulations.tiny_runs import run_of, write_scenario

ARMS = ("today", "aiguilleur")


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """One replication of two ways of working, in this process."""
    path = tmp_path_factory.mktemp("runs")
    scenario = write_scenario(path, rate=0.0004, arms=ARMS)
    tables = run_of(scenario, path / "alone", replications=1).carry_out(lambda _: None)
    return path, scenario, {one.name: one.read_bytes() for one in tables}


def test_a_pool_of_processes_gives_the_same_bytes(alone):
    path, scenario, told = alone
    run = run_of(scenario, path / "pool", replications=1, workers=2)
    assert {one.name: one.read_bytes() for one in run.carry_out(lambda _: None)} == told


class Backwards:
    """A cluster, as the runner sees one: it takes everything, and ends last what came first."""

    def __init__(self, workers):
        self.kept = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def submit(self, task, *arguments):
        self.kept.append((Future(), task, arguments))
        if len(self.kept) == len(ARMS):
            for future, one, what in reversed(self.kept):
                future.set_result(one(*what))
        return self.kept[-1][0]


def test_a_cluster_has_the_same_entry_point_whatever_the_order(alone):
    path, scenario, told = alone
    run = run_of(scenario, path / "cluster", replications=1, executor=Backwards)
    assert {one.name: one.read_bytes() for one in run.carry_out(lambda _: None)} == told


class OutOfOrder(Backwards):
    """A cluster of which the first replication fails while the others wait."""

    def __exit__(self, *_):
        assert all(future.cancelled() for future, *_ in self.kept[1:])

    def submit(self, task, *arguments):
        self.kept.append((Future(), task, arguments))
        if len(self.kept) == 1:
            self.kept[0][0].set_exception(LookupError("no road"))
        return self.kept[-1][0]


def test_when_a_replication_fails_those_that_have_not_begun_are_not_run(alone):
    path, scenario, _ = alone
    run = run_of(scenario, path / "failing", replications=1, executor=OutOfOrder)
    with pytest.raises(LookupError, match="no road"):
        run.carry_out(lambda _: None)


def test_a_replication_that_fails_is_told_with_its_name(alone):
    path, scenario, _ = alone
    nowhere = Task(path=scenario, arm="nobody", replication=3, seed=1)
    with pytest.raises(ReplicationFailed) as failed:
        one_replication(nowhere, path)
    told = pickle.loads(pickle.dumps(failed.value))  # as it comes out of a pool
    assert (told.arm, told.replication) == ("nobody", 3)
    assert isinstance(failed.value.__cause__, StopIteration)


class Killed(Backwards):
    """A cluster of which a process dies."""

    def submit(self, task, *arguments):
        dead: Future[None] = Future()
        dead.set_exception(BrokenProcessPool("terminated abruptly"))
        return dead


def test_a_process_that_dies_is_told_apart_from_what_fails_in_a_replication(alone):
    path, scenario, _ = alone
    with pytest.raises(WorkerLost):
        run_of(scenario, path / "killed", replications=1, executor=Killed).carry_out(print)


def test_rows_cut_short_by_a_power_failure_are_lived_again(alone):
    path, scenario, told = alone
    run = run_of(scenario, path / "cut", replications=1)
    cut, *_ = run.carry_out(lambda _: None)
    cut.write_bytes(told[cut.name][:100])
    heard = []
    tables = run.carry_out(lambda progress: heard.append(progress.name))
    assert heard == [cut.stem]
    assert {one.name: one.read_bytes() for one in tables} == told


def test_what_is_stopped_is_taken_up_again_where_it_was(alone):
    path, scenario, told = alone

    def stop(progress):
        if progress.done == 1:
            raise KeyboardInterrupt

    run = run_of(scenario, path / "stopped", replications=1)
    with pytest.raises(KeyboardInterrupt):
        run.carry_out(stop)
    heard = []
    tables = run.carry_out(lambda progress: heard.append(progress.name))
    assert len(heard) == 1
    assert {one.name: one.read_bytes() for one in tables} == told
