"""API processes replaced one after the other while regulators decide: nobody sees an error.

    python -m benchmarks.upgrade --rounds 3      # each of two processes replaced three times

Each is asked to stop, says it is not ready, finishes what it has, and is started again, as a new
version would be, once the tables are brought up to date. Whoever shares out calls goes on to the
next process when one refuses a connection, and does nothing else (as `deploy/front.conf`).
"""

import argparse
import asyncio
import sys
import time

from adapters.db.engine import make_engine
from adapters.db.schema import upgrade
from benchmarks.farm import Farm, Process, end_in_order, servers
from benchmarks.load import judge, opened
from benchmarks.regulators import Ledger, fight

DRAIN_S = 1.0
HONEST = frozenset({"open 201", "propose 200", "decide 200", "decide 409", "cancel 200"})
BETWEEN = "ConnectError"
"""A connection refused: the call was not sent, and goes to the next process."""


def replace_one(one: Process) -> None:
    """Let a process stop in order, and start the next version in its place."""
    one.stop()
    one.start()
    one.wait()


async def replaced(farm: Farm, rounds: int, regulators: int) -> Ledger:
    """Replace each process so many times while regulators work."""
    stop = asyncio.Event()
    deciding = asyncio.create_task(
        fight(farm.addresses, regulators, 10**9, stop, connections_last=False)
    )
    for _ in range(rounds):
        await asyncio.to_thread(_migrate, farm.database_url)
        for one in farm.api:
            await asyncio.to_thread(replace_one, one)
    stop.set()
    return await deciding


def _migrate(url: str) -> None:
    engine = make_engine(url)
    try:
        upgrade(engine)
    finally:
        engine.dispose()


def upgraded(farm: Farm, rounds: int, regulators: int) -> bool:
    """Replace every process under load, print what was answered; tell whether all is well."""
    began = time.monotonic()
    ledger = asyncio.run(replaced(farm, rounds, regulators))
    took_s, replacements = time.monotonic() - began, rounds * len(farm.api)
    passed_on = sum(n for name, n in ledger.answers.items() if name.endswith(BETWEEN))
    errors = {
        name: n
        for name, n in ledger.answers.items()
        if name not in HONEST and not name.endswith(BETWEEN)
    }
    print(
        f"  {replacements} processes replaced in {took_s:.0f} s: {ledger.asked} decisions asked, "
        f"{passed_on} calls passed on to the other process, errors {sum(errors.values())}"
    )
    if errors:
        print(f"    {errors}")
    return judge(farm, ledger) and not errors


def run() -> None:
    end_in_order()
    asked = argparse.ArgumentParser()
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--regulators", type=int, default=6)
    given = asked.parse_args()
    with servers() as farm:
        opened(farm, 2, "--drain", f"{DRAIN_S:g}")
        sys.exit(0 if upgraded(farm, given.rounds, given.regulators) else 1)


if __name__ == "__main__":
    run()
