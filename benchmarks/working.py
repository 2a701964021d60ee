"""One worker of the bench, as `aiguilleur worker` runs: `python -m benchmarks.working --port P`."""

import argparse
import asyncio
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from prometheus_client import start_http_server

from benchmarks.ring import runtime
from services.cli.worker import counters, until_interrupted
from services.couriers import couriers_of
from services.logs import LogFormat, set_up
from services.store import open_store
from services.worker import Worker


def run() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--began", type=datetime.fromisoformat, required=True)
    asked.add_argument("--database", required=True)
    asked.add_argument("--redis", default="")
    asked.add_argument("--recipients", type=Path, required=True)
    given = asked.parse_args()
    set_up(LogFormat.JSON)
    made = runtime(given.began, given.database, given.redis)
    couriers = couriers_of(given.recipients, made.clock)
    made = replace(made, couriers=couriers)
    store = open_store(given.database)
    start_http_server(given.port, "127.0.0.1", counters(made, store))
    worker = Worker(
        name=f"worker-{os.getpid()}", runtime=made, store=store, couriers=couriers, look_every_s=1
    )
    asyncio.run(until_interrupted(worker))
    store.close()


if __name__ == "__main__":
    run()
