"""Events in Redis streams, shared out among the members of a group."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, cast

from redis import Redis
from redis.exceptions import ResponseError

from adapters.kit.live import Told

KEPT: Final = 100_000


class RedisEventFeed:
    """One stream of a territory."""

    def __init__(self, client: Redis, territory: str, name: str = "events") -> None:
        self._redis = client
        self._key = f"{{{territory}}}:{name}"
        self._groups: set[str] = set()

    def tell(self, facts: Mapping[str, str]) -> str:
        """Add an event; return its number."""
        fields: dict[Any, Any] = dict(facts)
        number = self._redis.xadd(self._key, fields, maxlen=KEPT, approximate=True)
        return cast("bytes", number).decode()

    def take(
        self, group: str, member: str, *, limit: int = 100, wait: timedelta = timedelta(0)
    ) -> Sequence[Told]:
        """Take events that no member of the group has taken yet."""
        self._open(group)
        block = max(1, int(wait.total_seconds() * 1000)) if wait else None
        read = self._redis.xreadgroup(group, member, {self._key: ">"}, limit, block)
        streams: Any = read
        return [_told(number, facts) for number, facts in (streams[0][1] if streams else [])]

    def done(self, group: str, numbers: Sequence[str]) -> None:
        """Mark events as dealt with."""
        if numbers:
            self._redis.xack(self._key, group, *numbers)

    def take_over(
        self, group: str, member: str, *, idle: timedelta, limit: int = 100
    ) -> Sequence[Told]:
        """Take what other members have had for longer than `idle` without being done."""
        self._open(group)
        idle_ms = int(idle.total_seconds() * 1000)
        claimed: Any = self._redis.xautoclaim(self._key, group, member, idle_ms, count=limit)
        entries = [one for one in claimed[1] if one[1] is not None]
        attempts = self._attempts(group, member, len(entries))
        return [_told(number, facts, attempts.get(number, 1)) for number, facts in entries]

    def _attempts(self, group: str, member: str, count: int) -> Mapping[bytes, int]:
        if not count:
            return {}
        pending: Any = self._redis.xpending_range(self._key, group, "-", "+", count, member)
        return {one["message_id"]: one["times_delivered"] for one in pending}

    def _open(self, group: str) -> None:
        """Make the group, from the first event kept; nothing happens when it is there."""
        if group in self._groups:
            return
        try:
            self._redis.xgroup_create(self._key, group, id="0", mkstream=True)
        except ResponseError as refusal:
            if "BUSYGROUP" not in str(refusal):
                raise
        self._groups.add(group)


def _told(number: bytes, facts: Mapping[bytes, bytes], attempts: int = 1) -> Told:
    said = {name.decode(): value.decode() for name, value in facts.items()}
    return Told(number=number.decode(), facts=said, attempts=attempts)
