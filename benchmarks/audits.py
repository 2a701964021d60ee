"""How long an audit of 500 practitioners takes at its usual rate, against a mock editor over HTTP.

`python -m benchmarks.audits` prints seconds, questions, and the most ids in one question.
"""

import asyncio
import time

from adapters.audit.profiles import CHECKS
from adapters.audit.report import Audit, examine
from adapters.audit.run import Manner, audit_server
from adapters.audit.sas_plan import Flow, Plan
from adapters.kit.clock import FixedClock
from benchmarks.ingest import NOW, agendas_of_the_demonstration
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import serve_in_thread

PRACTITIONERS = 500
TARGET_S = 60
MOST_IDS = 25


def measure() -> Audit:
    """Audit the practitioners of the demonstration territory, so many of them."""
    agendas = agendas_of_the_demonstration()
    numbers = sorted({practice.practitioner for practice in agendas.practices()})[:PRACTITIONERS]
    assert len(numbers) == PRACTITIONERS
    with serve_in_thread(SasEditor(agendas, FixedClock(NOW)).app()) as url:
        began = time.perf_counter()
        evidence = asyncio.run(
            audit_server(
                url,
                Plan(flow=Flow.PS, numbers=tuple(numbers), now=NOW),
                Manner(),
                clock=FixedClock(NOW),
                stopwatch=time.perf_counter,
            )
        )
        lasted_s = time.perf_counter() - began
    checks = CHECKS[Flow.PS](None)
    return examine(checks, evidence, profile=Flow.PS, target=url, at=NOW, lasted_s=lasted_s)


def main() -> None:
    audit = measure()
    asked = audit.evidence.exchanges
    print(
        f"Audit of {PRACTITIONERS} practitioners: {audit.lasted_s:.1f} s (target < {TARGET_S}) in "
        f"{len(asked)} questions at {Manner().per_s:g} a second, at most "
        f"{max(len(one.asked) for one in asked)} ids in one (target <= {MOST_IDS}); "
        f"{audit.conclusion}, {audit.binding['kept']} of {audit.binding['of']} requirements kept"
    )


if __name__ == "__main__":
    main()
