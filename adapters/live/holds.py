"""Holds on a Redis server: one script takes all of it or nothing, the server's clock ends it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final, cast

from redis import Redis
from redis.exceptions import RedisError

from adapters.kit.holds import HOLD_LASTS, HeldElsewhere, Hold, HoldsUnavailable

TAKE: Final = """
-- KEYS: last token, holds. ARGV: case, milliseconds, then by thing: thing, how many at once.
-- A hold is a member `thing case token` scored by its end.
local clock = redis.call('TIME')
local now_ms = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now_ms)
local others, mine = {}, {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  local thing, case = string.match(member, '^(%S+) (%S+) ')
  if case == ARGV[1] then mine[#mine + 1] = member
  else others[thing] = (others[thing] or 0) + 1 end
end
for at = 3, #ARGV, 2 do
  if (others[ARGV[at]] or 0) >= tonumber(ARGV[at + 1]) then return ARGV[at] end
end
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
local token = math.max(last + 1, clock[1] * 1000000 + clock[2])
local told = string.format('%.0f', token)
redis.call('SET', KEYS[1], told)
if #mine > 0 then redis.call('ZREM', KEYS[2], unpack(mine)) end
for at = 3, #ARGV, 2 do
  redis.call('ZADD', KEYS[2], now_ms + ARGV[2], ARGV[at] .. ' ' .. ARGV[1] .. ' ' .. told)
end
return tonumber(told)
"""
MOVE_PAST: Final = """
local last = tonumber(redis.call('GET', KEYS[1]) or '0')
if last < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
"""
NOW_MS: Final = 1000


class RedisHolds:
    """The holds of one territory on a Redis server."""

    def __init__(self, client: Redis, territory: str, lasts: timedelta = HOLD_LASTS) -> None:
        self._redis = client
        self._lasts_ms = int(lasts.total_seconds() * 1000)
        self._token, self._holds = (f"{{{territory}}}:{name}" for name in ("hold-token", "holds"))
        self._take = client.register_script(TAKE)
        self._move_past = client.register_script(MOVE_PAST)

    def take(self, case_id: str, wanted: Mapping[str, int]) -> Hold:
        """Hold every thing or none; see the port."""
        told: list[Any] = [case_id, self._lasts_ms]
        for thing, at_once in wanted.items():
            told += [_plain(thing), at_once]
        with _answering():
            answer = cast("Any", self._take(keys=[self._token, self._holds], args=told))
        if isinstance(answer, bytes):
            raise HeldElsewhere(answer.decode())
        return Hold(case_id=case_id, things=tuple(wanted), token=int(answer))

    def release(self, hold: Hold) -> None:
        """Give a hold back; what could not be is over by itself soon."""
        members = [f"{_plain(thing)} {hold.case_id} {hold.token}" for thing in hold.things]
        if members:
            with _answering():
                self._redis.zrem(self._holds, *members)

    def held(self) -> Mapping[str, Sequence[str]]:
        """Return the cases that hold each thing now."""
        with _answering():
            seconds, micros = cast("Any", self._redis.time())
            now_ms = seconds * NOW_MS + micros // NOW_MS
            members = cast("Any", self._redis.zrangebyscore(self._holds, f"({now_ms}", "+inf"))
        found: dict[str, list[str]] = defaultdict(list)
        for member in members:
            thing, case_id, _ = member.decode().split(" ")
            found[thing].append(case_id)
        return found

    def move_past(self, token: int) -> None:
        """Give only later tokens from now on."""
        with _answering():
            self._move_past(keys=[self._token], args=[token])


def _plain(thing: str) -> str:
    """A thing without blanks, which part the members."""
    return "_".join(thing.split())


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise HoldsUnavailable(type(error).__name__) from None
