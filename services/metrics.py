"""What is counted, for Prometheus: requests by the template of their route, messages that wait,
sources; numbers only, of nobody."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from regulation.snapshots import SourceState
from services.runtime import Runtime
from services.store import Store, StoreUnavailable

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Methods that are told by their name; any other may hold a value."""

BUCKETS_S: Final = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0)


class Outside(Collector):
    """What is looked up when somebody asks: the database, the outbox, the sources."""

    def __init__(self, runtime: Runtime, store: Store) -> None:
        self._runtime, self._store = runtime, store

    def describe(self) -> Iterable[Metric]:
        """Nothing is looked up to register."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Return the gauges as of now."""
        up = GaugeMetricFamily("aiguilleur_database_up", "1 when the database answers")
        waiting = GaugeMetricFamily(
            "aiguilleur_outbox_messages", "Messages by channel and state", labels=["to", "state"]
        )
        try:
            with self._store.reading() as unit:
                for (channel, state), count in unit.outbox.counts().items():
                    waiting.add_metric([channel, state], count)
            up.add_metric([], 1)
        except StoreUnavailable:
            up.add_metric([], 0)
        yield up
        yield waiting
        yield self._sources()
        yield self._age()

    def _sources(self) -> Metric:
        well = GaugeMetricFamily("aiguilleur_source_ok", "1 when it is", labels=["source"])
        for source in self._runtime.sources.health():
            well.add_metric([source.name], int(source.state is SourceState.OK))
        return well

    def _age(self) -> Metric:
        taken_at = self._runtime.snapshots.current().taken_at
        age = GaugeMetricFamily("aiguilleur_snapshot_age_seconds", "Of the offer decided on")
        age.add_metric([], (self._runtime.clock.now() - taken_at).total_seconds())
        return age


@dataclass(slots=True)
class Meters:
    """The counters of one process."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    seconds: Histogram = field(init=False)

    def __post_init__(self) -> None:
        self.requests = Counter(
            "aiguilleur_requests",
            "Answers by route and status",
            ["route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "aiguilleur_request_seconds",
            "Time to answer",
            ["route"],
            buckets=BUCKETS_S,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)

    def watch(self, runtime: Runtime, store: Store) -> None:
        """Look up the outside, too, when somebody asks."""
        self.registry.register(Outside(runtime, store))

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self.requests.labels(route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def written(self) -> bytes:
        """Write everything in the format of Prometheus."""
        return generate_latest(self.registry)
