"""`make load`: regulators on several API processes, PostgreSQL and Redis, fight for few slots.

    python -m benchmarks.load                    # 1 to 2 minutes
    python -m benchmarks.load --decisions 10000 --regulators 200 --api 4 --ramp 30 --sustain 600

Prints double bookings, lost decisions and orphan holds, which must be none, then throughput and
times; exits with status 1 when something that must hold does not.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator

from benchmarks.farm import Farm, end_in_order, servers
from benchmarks.regulators import Ledger, arrivals, fight, warm
from benchmarks.ring import ORPHAN_AFTER_S, SLOTS, TERRITORY, VEHICLES, can_keep, fleet
from services.invariants import faults_in
from services.sightings import holds_of
from services.store import open_store
from services.worker import DISPATCHER

P99_TARGET_S = 0.5
FIRST_PER_S, STEP, HALVINGS = 1.0, 1.35, 2
SUSTAINED = 0.7


def lost(farm: Farm, ledger: Ledger) -> Iterator[str]:
    """Yield what was acknowledged and is not kept."""
    store = open_store(farm.database_url)
    with store.reading() as unit:
        for key, case_id in ledger.decided.items():
            if unit.journal.find_decision(key) is None:
                yield f"decision {key} was acknowledged and is not kept"
            case = unit.cases.find(case_id)
            state = case.state if case else None
            if state != ledger.state[case_id]:
                yield f"case {case_id} was said to be {ledger.state[case_id]} and is {state}"
    store.close()


def judge(farm: Farm, ledger: Ledger) -> bool:
    """Print what must be none; tell whether it is."""
    store = open_store(farm.database_url)
    faults = list(faults_in(store, fleet(), {}, can_keep))
    store.close()
    gone = list(lost(farm, ledger))
    orphans = list(_orphans(farm))
    print(f"  faults in the database {len(faults)} (double bookings, rides that cannot be kept, …)")
    print(f"  lost decisions {len(gone)} of {len(ledger.decided)} acknowledged")
    print(f"  orphan holds {len(orphans)} after {ORPHAN_AFTER_S:.0f} s")
    for one in (*faults, *gone, *orphans)[:10]:
        print(f"    {one}")
    return not (faults or gone or orphans)


def _orphans(farm: Farm) -> Iterator[str]:
    holds = holds_of(farm.redis_url, TERRITORY)
    if holds is None:
        return
    deadline = time.monotonic() + ORPHAN_AFTER_S
    while holds.held().keys() - {DISPATCHER} and time.monotonic() < deadline:
        time.sleep(0.5)
    for thing, cases in holds.held().items():
        if thing != DISPATCHER:  # the lease of a worker that lives
            yield f"{thing} is held for {', '.join(cases)}"


def opened(farm: Farm, processes: int, *more: str) -> None:
    """Open so many API processes, each warm."""
    farm.open_api(processes, *more)
    asyncio.run(warm(farm.addresses))


async def _in_time(farm: Farm, regulators: int, decisions: int, within_s: float) -> Ledger:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(within_s, stop.set)
    return await fight(farm.addresses, regulators, decisions, stop)


def fought(farm: Farm, regulators: int, decisions: int, within_s: float) -> bool:
    """Fight, no longer than that, then judge."""
    began = time.monotonic()
    ledger = asyncio.run(_in_time(farm, regulators, decisions, within_s))
    took_s = time.monotonic() - began
    print(
        f"  {ledger.asked} decisions asked in {took_s:.0f} s: {len(ledger.decided)} taken, "
        f"{ledger.answers['decide 409']} refused with fresh proposals (409)"
    )
    print(f"  {ledger.asked / took_s:.1f} decisions/s, {_cases(ledger) / took_s:.1f} cases/s")
    for what in ("open", "propose", "decide", "cancel"):
        print(f"  {what}: {ledger.quantiles(what)}")
    _others(ledger)
    return judge(farm, ledger)


def _cases(ledger: Ledger) -> int:
    return ledger.answers["open 201"]


def _others(ledger: Ledger) -> None:
    expected = {"open 201", "propose 200", "decide 200", "decide 409", "cancel 200"}
    others = {name: n for name, n in ledger.answers.items() if name not in expected}
    if others:
        print(f"  other answers: {others}")


def ramp(farm: Farm, seconds: float) -> float:
    """Raise the pace until the p99 of proposals passes the target, then look in between; return
    the fastest that held."""
    per_s, held = FIRST_PER_S, 0.0
    while holds(farm, per_s, seconds):
        per_s, held = per_s * STEP, per_s
    for _ in range(HALVINGS if held else 0):
        between = (held + per_s) / 2
        if holds(farm, between, seconds):
            held = between
        else:
            per_s = between
    return held


def holds(farm: Farm, per_s: float, seconds: float) -> bool:
    """Let cases come at this pace; tell whether proposals came in time and nothing failed."""
    ledger = asyncio.run(arrivals(farm.addresses, per_s, seconds, f"{per_s:.2f}"))
    p99_s = sorted(ledger.seconds["propose"])[int(0.99 * (len(ledger.seconds["propose"]) - 1))]
    print(f"  {per_s:.1f} cases/s: proposals {ledger.quantiles('propose')}", flush=True)
    return p99_s <= P99_TARGET_S and not ledger.failures()


def measure(given: argparse.Namespace) -> bool:
    """Run every part; tell whether everything that must hold does."""
    well = True
    if given.decisions:
        well &= fights(given)
    if given.ramp:
        with servers() as farm:
            opened(farm, given.api)
            print(f"cases at a steady pace, {given.ramp:g} s each, {given.api} API processes:")
            knee = ramp(farm, given.ramp)
            print(f"  knee: {knee:.1f} cases/s before p99 of proposals passes 500 ms")
            if given.sustain and knee:
                well &= _sustained(farm, knee * SUSTAINED, given.sustain)
    return well


def fights(given: argparse.Namespace) -> bool:
    """Fight over several processes, then over one alone with a file for its database."""
    with servers() as farm:
        opened(farm, given.api)
        print(
            f"{given.regulators} regulators, {given.api} API processes, PostgreSQL and Redis, "
            f"{SLOTS} slots, {VEHICLES} vehicles:"
        )
        well = fought(farm, given.regulators, given.decisions, given.within)
    with servers(embedded=True) as farm:
        opened(farm, 1)
        few = max(1, given.decisions // 4)
        print(f"{given.regulators} regulators, one process, SQLite:")
        return fought(farm, given.regulators, few, given.within / 4) and well


def _sustained(farm: Farm, per_s: float, seconds: float) -> bool:
    ledger = asyncio.run(arrivals(farm.addresses, per_s, seconds, "longtemps"))
    print(f"  {seconds:g} s at {per_s:.1f} cases/s: proposals {ledger.quantiles('propose')}")
    _others(ledger)
    return judge(farm, ledger) and not ledger.failures()


def run() -> None:
    end_in_order()
    asked = argparse.ArgumentParser()
    asked.add_argument("--decisions", type=int, default=100, help="asked; 0: no fight")
    asked.add_argument("--regulators", type=int, default=20)
    asked.add_argument("--api", type=int, default=2)
    asked.add_argument("--within", type=float, default=3600, help="seconds for each fight")
    asked.add_argument("--ramp", type=float, default=4, help="seconds by step; 0: none")
    asked.add_argument("--sustain", type=float, default=0, help="seconds at 70 %% of the knee")
    given = asked.parse_args()
    one, five, fifteen = os.getloadavg()
    print(f"{os.cpu_count()} cores; load {one:.2f} {five:.2f} {fifteen:.2f} (1, 5, 15 min)")
    sys.exit(0 if measure(given) else 1)


if __name__ == "__main__":
    run()
