"""Where the vehicles of the fleet are, as the live state last heard."""

from collections.abc import Callable

from redis import Redis

from adapters.kit.holds import Holds
from adapters.kit.live import LiveStore
from adapters.live.holds import RedisHolds
from adapters.live.store import RedisLiveStore
from adapters.territory.territory import Territory

REDIS_S, FOLLOW_S = 1.0, 5.0
"""How long the server of the live state may take to answer; whoever follows it waits longer."""


def live_of(redis_url: str) -> Callable[[Territory], LiveStore] | None:
    """Return what opens the live state of a territory on a Redis server; None without one."""
    if not redis_url:
        return None
    client = Redis.from_url(redis_url, socket_timeout=FOLLOW_S, socket_connect_timeout=REDIS_S)
    return lambda territory: RedisLiveStore(client, territory.name)


def holds_of(redis_url: str, territory: str) -> Holds | None:
    """Return the holds that processes share on a Redis server; None without one."""
    if not redis_url:
        return None
    client = Redis.from_url(redis_url, socket_timeout=REDIS_S, socket_connect_timeout=REDIS_S)
    return RedisHolds(client, territory)
