"""The offer that processes share: a worker reads the feeds and tells, each API process follows."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from redis.exceptions import RedisError

from adapters.kit.live import LiveStore
from regulation.kernel.ids import Identifier
from regulation.kernel.time import Clock
from regulation.offers import Agenda
from services.live import LiveOffer
from services.live_view import LiveView

log = logging.getLogger(__name__)

WAIT: Final = timedelta(seconds=1)
AGAIN_S: Final = 1.0


@contextmanager
def following(offer: LiveOffer, live: LiveStore, clock: Clock) -> Iterator[None]:
    """Publish what others told, as it comes, in a thread of its own while the context lasts.

    Nobody to follow: what was told last ages, and is said to.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_follow, args=(offer, live, clock, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _follow(offer: LiveOffer, live: LiveStore, clock: Clock, stop: threading.Event) -> None:
    view, lost, last = LiveView(live, kept=2), False, ""
    heard = dict[Identifier, Agenda]()
    while not stop.is_set():
        try:
            snapshot = view.follow(clock.now(), wait=WAIT)
            offer.hear_doubts(live.doubts())
        except RedisError as fault:
            if not lost:
                log.warning("the shared offer is lost: %s", type(fault).__name__)
            lost = True
            stop.wait(AGAIN_S)
            continue
        if lost:
            log.warning("the shared offer is back")
            lost = False
        if snapshot.snapshot_id != last:
            heard |= snapshot.agendas  # a store that begins anew has forgotten, not heard otherwise
            offer.hear_others(dict(heard))
            last = snapshot.snapshot_id


def tell_others(offer: LiveOffer, live: LiveStore) -> int:
    """Tell what was last read from feeds to whoever follows; return how many agendas were news.

    Pairs in doubt are told by who reads registries, and by nobody else. What effecteurs declare is
    not told here: each process learns it from the database, and when it ends.
    """
    doubts = offer.doubts()
    if doubts is not None:
        live.put_doubts(doubts)
    return live.put_agendas(tuple(offer.agendas().values()))
