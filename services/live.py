"""The live offer: feeds refreshed, published as one immutable snapshot after another."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from adapters.sas.gateway import SasOffers
from adapters.territory.territory import Territory
from regulation.effecteurs import CareCode, Effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.time import Calendar, Clock, TimeWindow
from regulation.offers import Agenda
from regulation.snapshots import Snapshot, SourceHealth

SEARCH_DAYS = timedelta(days=3)
"""The SAS platform searches today and the two days after."""


class LiveOffer:
    """Publishes snapshots of a territory: its registry, and what its feeds answered last.

    One writer refreshes; readers take `current`, which never changes under them.
    """

    def __init__(self, territory: Territory, calendar: Calendar, clock: Clock) -> None:
        self._territory = territory
        self._calendar = calendar
        self._clock = clock
        self._feeds: tuple[SasOffers, ...] = ()
        self._snapshot = self._make({}, clock.now())

    def current(self) -> Snapshot:
        """Return the last published snapshot."""
        return self._snapshot

    def health(self) -> tuple[SourceHealth, ...]:
        """Return one line per source, as of now."""
        now = self._clock.now()
        return tuple(feed.health(now) for feed in self._feeds)

    async def refresh(self, feed: SasOffers, needs: frozenset[CareCode] | None = None) -> None:
        """Ask a feed for the practitioners who answer these needs (None: all), and publish."""
        if feed not in self._feeds:
            self._feeds = (*self._feeds, feed)
        now = self._clock.now()
        asked = practitioners(self._territory.effecteurs, needs)
        await feed.refresh(asked, TimeWindow(now, now + SEARCH_DAYS), now)
        merged: dict[Identifier, Agenda] = {}
        for one in self._feeds:
            merged |= one.agendas
        self._snapshot = self._make(merged, now)

    def _make(self, agendas: Mapping[Identifier, Agenda], now: datetime) -> Snapshot:
        effecteurs = self._territory.effecteurs_at(now, self._calendar)
        return Snapshot(
            snapshot_id=f"{now:%Y%m%dT%H%M%SZ}-{_digest(agendas)}",
            taken_at=now,
            effecteurs={one.effecteur_id: one for one in effecteurs},
            agendas=agendas,
            sources=tuple(feed.health(now) for feed in self._feeds),
        )


def practitioners(
    effecteurs: Sequence[Effecteur], needs: frozenset[CareCode] | None
) -> tuple[Identifier, ...]:
    """Practitioners whose agendas matter for the needs, once each, in a stable order."""
    wanted = (one for one in effecteurs if needs is None or one.care & needs)
    return tuple(sorted({who for one in wanted for who in one.practitioners}))


def _digest(agendas: Mapping[Identifier, Agenda]) -> str:
    """Short digest of every slot and its age: two snapshots alike have one id."""
    digest = hashlib.sha256()
    for effecteur_id in sorted(agendas):
        observed = agendas[effecteur_id].slots
        digest.update(f"{effecteur_id}@{observed.observed_at.isoformat()}".encode())
        for slot in observed.value:
            digest.update(slot.slot_id.encode())
    return digest.hexdigest()[:10]
