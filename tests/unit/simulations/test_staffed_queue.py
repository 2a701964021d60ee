"""The staffed queue against the formula of Erlang, and its hanging up."""

import math

import numpy as np
import simpy

from simulations.measures.intervals import interval
from simulations.world.queue import StaffedQueue

SERVERS, LOAD, SERVICE_S = 3, 2.4, 100.0


def erlang_c_wait(servers, load, service_s):
    """Mean wait of M/M/c: the probability of waiting (Erlang C) over the spare capacity."""
    top = load**servers / math.factorial(servers) * servers / (servers - load)
    below = sum(load**n / math.factorial(n) for n in range(servers))
    return top / (below + top) * service_s / (servers - load)


def mean_wait(seed, callers=3000, warm_up=600):
    draws, env, waits = np.random.default_rng(seed), simpy.Environment(), []
    queue = StaffedQueue(env, lambda _: SERVERS)
    arrivals = np.cumsum(draws.exponential(SERVICE_S / LOAD, callers))
    services = draws.exponential(SERVICE_S, callers)

    def call(at, service):
        yield env.timeout(at)
        served = yield from queue.hold(service, math.inf)
        waits.append((at, served.waited_s))

    for at, service in zip(arrivals, services, strict=True):
        env.process(call(at, service))
    env.run()
    return float(np.mean([wait for _, wait in sorted(waits)[warm_up:]]))


def test_waits_are_those_of_erlang_within_their_interval():
    told = interval([mean_wait(seed) for seed in range(10)])
    assert abs(told.mean - erlang_c_wait(SERVERS, LOAD, SERVICE_S)) <= told.half


def run_queue(*calls, staff=lambda _: 1, until=1000):
    """Calls as (at, seconds, patience, priority); return what each got."""
    env, got = simpy.Environment(), {}
    queue = StaffedQueue(env, staff)

    def call(name, at, seconds, patience, priority):
        yield env.timeout(at)
        got[name] = yield from queue.hold(seconds, patience, priority)

    for name, one in enumerate(calls):
        env.process(call(name, *one))
    env.process(queue.keep_shifts(100))
    env.run(until=until)
    return got


def test_a_caller_hangs_up_when_tired_and_takes_nobody_s_time():
    got = run_queue((0, 50, 1e9, 0), (1, 50, 10, 0), (2, 50, 1e9, 0))
    assert (got[1].answered, got[1].waited_s) == (False, 10)
    assert (got[2].answered, got[2].waited_s) == (True, 48)


def test_the_gravest_is_answered_first():
    got = run_queue((0, 50, 1e9, 1), (1, 50, 1e9, 1), (2, 50, 1e9, 0))
    assert got[2].waited_s == 48
    assert got[1].waited_s == 99


def test_nobody_is_answered_before_somebody_comes_on_duty():
    got = run_queue((0, 10, 1e9, 0), staff=lambda now: int(now >= 300))
    assert got[0].waited_s == 300
