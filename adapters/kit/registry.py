"""What every registry does with a load: keep the last good word, its age, its health."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from adapters.kit.defective import PayloadRefused
from adapters.kit.failures import FeedFailure
from adapters.kit.health import HealthTracker
from adapters.kit.ledger import LEAST_SHARE, Ledger
from adapters.kit.manifest import Feed
from adapters.kit.quarantine import Defect, Payload, Quarantine
from regulation.kernel.observed import LOST_AFTER_VALIDITIES
from regulation.kernel.time import TimeWindow
from regulation.records import PlaceRecord
from regulation.snapshots import SourceHealth

Record = TypeVar("Record")

TOLERATED_SHARE = 0.1
"""Above this share of records put aside, a source that answers is DEGRADED all the same."""


class PlaceSource(Protocol):
    """A source of places, asked again and again; a failure of it never raises."""

    @property
    def name(self) -> str:
        """Name of the source."""
        ...

    @property
    def period(self) -> timedelta:
        """How long to wait between two questions."""
        ...

    async def refresh(self, now: datetime) -> SourceHealth:
        """Ask once, keep what is good of the answer."""
        ...

    def records(self, around: TimeWindow) -> tuple[PlaceRecord, ...]:
        """What it last said, with openings told over the window."""
        ...

    def health(self, now: datetime) -> SourceHealth:
        """State of the source at this instant."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Load(Generic[Record]):
    """One answer, read: everything there is, or what changed (`is_increment`).

    `batches` are the payloads with what was put aside of each. `in_doubt` are records at fault:
    their last good word stands, and ages. `is_unchanged`: the source says nothing has changed.
    """

    records: Mapping[str, Record] = field(default_factory=dict)
    batches: tuple[tuple[bytes, tuple[Defect, ...]], ...] = ()
    in_doubt: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    is_increment: bool = False
    is_unchanged: bool = False


class Registry(Generic[Record]):
    """The state of one registry feed."""

    def __init__(
        self,
        source: str,
        feed: Feed,
        quarantine: Quarantine,
        *,
        least_share: float = LEAST_SHARE,
    ) -> None:
        self.source = source
        self._feed = feed
        self._quarantine = quarantine
        shortest = min(feed.validity.values(), default=timedelta(days=1))
        self._health = HealthTracker(source, silent_after=LOST_AFTER_VALIDITIES * shortest)
        self._ledger: Ledger[Record] = Ledger(least_share=least_share)
        self._said_at: dict[str, datetime] = {}
        self._confirmed_at: datetime | None = None
        self._in_doubt: frozenset[str] = frozenset()

    @property
    def confirmed_at(self) -> datetime | None:
        """When the source last confirmed what is known; None before it ever answered."""
        return self._confirmed_at

    def health(self, now: datetime) -> SourceHealth:
        """State of the source at this instant."""
        return self._health.at(now, self._quarantine.count(self.source))

    def records(self) -> Iterable[tuple[Record, datetime]]:
        """What is known, each record with the instant of the source's last word on it."""
        for name, record in self._ledger.records.items():
            yield record, self._said_at[name]

    async def refresh(
        self, load: Callable[[], Awaitable[Load[Record]]], now: datetime
    ) -> SourceHealth:
        """Take one answer; a failure leaves what is known, which ages."""
        try:
            found = await load()
        except FeedFailure as failure:
            return self._failed(now, failure.reason)
        except PayloadRefused as refused:
            defect = refused.defect
            self._put_aside(defect.raw, (defect,), now)
            return self._failed(now, f"réponse inutilisable ({defect.field}: {defect.reason})")
        for raw, defects in found.batches:
            self._put_aside(raw, defects, now)
        disbelieved = self._take(found, now)
        if disbelieved:
            return self._failed(now, disbelieved)
        self._health.record_success(now, self._complaint(found))
        return self.health(now)

    def _take(self, found: Load[Record], now: datetime) -> str:
        if found.is_increment or found.is_unchanged:
            self._ledger.merge(found.records, found.gone)
            self._in_doubt = (self._in_doubt - found.records.keys()) | found.in_doubt
        else:
            disbelieved = self._ledger.replace(found.records, found.in_doubt)
            if disbelieved:
                return disbelieved
            self._in_doubt = found.in_doubt
        self._confirmed_at = now
        self._said_at = {
            name: self._said_at.get(name, now) if name in self._in_doubt else now
            for name in self._ledger.records
        }
        return ""

    def _complaint(self, found: Load[Record]) -> str:
        defects = sum(len(defects) for _, defects in found.batches)
        seen = defects + len(found.records)
        return f"{defects} fiches sur {seen} écartées" if defects > TOLERATED_SHARE * seen else ""

    def _failed(self, now: datetime, reason: str) -> SourceHealth:
        self._health.record_failure(now, reason)
        return self.health(now)

    def _put_aside(self, raw: bytes, defects: tuple[Defect, ...], now: datetime) -> None:
        payload = Payload(feed=self._feed.name, raw=raw, judged_at=now)
        self._quarantine.put(self.source, now, defects, payload)
