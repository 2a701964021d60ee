"""The offer of the present minute, told once for all who look at it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from regulation.premises import premises_rules
from services.console.offer import OfferedPlace, offer_at
from services.runtime import Runtime


@dataclass(slots=True)
class OfferBook:
    """Tells the offer anew when another snapshot is there or another minute has begun."""

    runtime: Runtime
    _of: tuple[str, datetime] | None = None
    _places: Sequence[OfferedPlace] = ()
    _lock: Lock = field(default_factory=Lock)

    def places(self) -> Sequence[OfferedPlace]:
        """Return every place as it stands now."""
        now, snapshot = self.runtime.clock.now(), self.runtime.snapshots.current()
        key = (snapshot.snapshot_id, now.replace(second=0, microsecond=0))
        with self._lock:
            if self._of != key:
                rulebook = self.runtime.rules_at(now)
                rules = premises_rules(rulebook, now)
                self._places = offer_at(snapshot, self.runtime.sources.duties(), rules, now)
                self._of = key
            return self._places
