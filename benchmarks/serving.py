"""One process of the bench: `python -m benchmarks.serving --port P …`, the API as it is served."""

import argparse
from datetime import datetime

from benchmarks.ring import runtime
from services.cli.serve import listen, server_of
from services.logs import LogFormat, set_up


def run() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--began", type=datetime.fromisoformat, required=True)
    asked.add_argument("--database", required=True)
    asked.add_argument("--redis", default="")
    asked.add_argument("--drain", type=float, default=0.0)
    given = asked.parse_args()
    set_up(LogFormat.JSON)
    made = runtime(given.began, given.database, given.redis)
    server_of(made, drain_s=given.drain).run([listen("127.0.0.1", given.port)])


if __name__ == "__main__":
    run()
