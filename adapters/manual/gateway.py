"""The board of declarations: the last word of each effecteur, as long as it is good."""

from datetime import datetime
from threading import Lock

from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Payload, Quarantine
from adapters.manual.mapping import ManualReading, read_batch
from regulation.declarations import Declaration, Declarations
from regulation.snapshots import SourceHealth, SourceState

SOURCE = "manual"


class ManualBoard:
    """Keeps declarations in memory; several threads may declare and read.

    Nobody is bound to declare: silence is not a failure of this source.
    """

    def __init__(self, quarantine: Quarantine, *, source: str = SOURCE) -> None:
        self.name = source
        self._quarantine = quarantine
        self._told: Declarations = {}
        self._last: datetime | None = None
        self._lock = Lock()

    def hear(self, raw: bytes, now: datetime) -> ManualReading:
        """Take declarations as sent; raise PayloadRefused when there are none."""
        reading = read_batch(raw, Judgement(now=now))
        payload = Payload(feed=SOURCE, raw=raw, judged_at=now)
        self._quarantine.put(self.name, now, reading.defects, payload)
        for one in reading.heard:
            self.declare(one.declaration, now)
        return reading

    def declare(self, declaration: Declaration, now: datetime) -> None:
        """Take one declaration, unless a later one of the same effecteur is known."""
        with self._lock:
            known = self._told.get(declaration.effecteur_id)
            if known is None or declaration.observed_at >= known.observed_at:
                self._told = {**self._told, declaration.effecteur_id: declaration}
            self._last = now

    def valid_at(self, now: datetime) -> Declarations:
        """Return the declarations to believe at this instant; the others are forgotten."""
        with self._lock:
            self._told = {name: one for name, one in self._told.items() if one.valid_until > now}
            return {name: one for name, one in self._told.items() if one.observed_at <= now}

    def health(self, now: datetime) -> SourceHealth:  # noqa: ARG002  silence is no failure
        """State of the source: always well, with when somebody last declared."""
        return SourceHealth(
            name=self.name,
            state=SourceState.OK,
            last_success=self._last,
            quarantined=self._quarantine.count(self.name),
        )
