"""Slots and vehicles in Redis: a hash of facts, places to search around, a stream of changes.

All keys of a territory share a hash tag, so that one script may change several on a cluster.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final, cast

from redis import Redis
from redis.exceptions import RedisError

from adapters.kit.live import Change, Changes, LiveUnavailable, Near
from adapters.kit.packing import (
    microseconds,
    pack_agenda,
    pack_doubts,
    pack_seen,
    unpack_agenda,
    unpack_doubts,
    unpack_seen,
)
from regulation.kernel.ids import Identifier
from regulation.kernel.places import Position
from regulation.offers import Agenda
from regulation.review import Doubts
from transport.reports import VehicleSeen

CHANGES_KEPT: Final = 200_000
"""How far behind a follower may fall before it has to read everything again."""

BATCH: Final = 500
READ_AT_ONCE: Final = 2_000

PUT: Final = """
-- KEYS: facts, versions, changes, places, birth. ARGV: kind, kept, then by fact: thing, version,
-- fact, longitude, latitude (empty: no place). Keeps the facts observed later, tells of them.
local news = 0
for at = 3, #ARGV, 5 do
  local thing, version = ARGV[at], ARGV[at + 1]
  local kept = redis.call('HGET', KEYS[2], thing)
  if not kept or tonumber(kept) < tonumber(version) then
    redis.call('HSET', KEYS[2], thing, version)
    redis.call('HSET', KEYS[1], thing, ARGV[at + 2])
    if ARGV[at + 3] ~= '' then
      redis.call('GEOADD', KEYS[4], ARGV[at + 3], ARGV[at + 4], thing)
    end
    local number = redis.call(
      'XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*', ARGV[1], thing, 'f', ARGV[at + 2])
    redis.call('SET', KEYS[5], number, 'NX')
    news = news + 1
  end
end
return news
"""
AGENDA, VEHICLE = b"a", b"v"
DOUBTS: Final = "doubts-1"
"""Packed another way, they take another number: two versions side by side read each their own."""
START: Final = "0"
HIGHEST_LATITUDE: Final = 85.0
"""Beyond it Redis keeps no place; nobody of ours is there."""


class RedisLiveStore:
    """The live state of one territory on a Redis server."""

    def __init__(self, client: Redis, territory: str) -> None:
        self._redis = client
        self._keys = {
            name: f"{{{territory}}}:{name}"
            for name in (
                *("agendas", "agendas-versions", "sightings", "sightings-versions"),
                *("changes", "places", "vehicles", "birth", DOUBTS),
            )
        }
        self._put = client.register_script(PUT)

    def put_places(self, places: Mapping[Identifier, Position]) -> None:
        """Say where effecteurs are."""
        for batch in _batches(list(places.items())):
            told: list[Any] = []
            for effecteur_id, position in batch:
                told += [position.lon, position.lat, str(effecteur_id)]
            self._redis.geoadd(self._keys["places"], told)

    def put_agendas(self, agendas: Sequence[Agenda]) -> int:
        """Keep agendas; return how many were observed later than what was kept."""
        return self._put_facts(
            AGENDA,
            "agendas",
            (
                (
                    str(one.effecteur_id),
                    microseconds(one.slots.observed_at),
                    pack_agenda(one),
                    None,
                )
                for one in agendas
            ),
        )

    def put_sightings(self, sightings: Sequence[VehicleSeen]) -> int:
        """Keep where vehicles are; return how many were seen later than what was kept."""
        told = [
            (one.vehicle_id, microseconds(one.at), pack_seen(one), one.position)
            for one in sightings
        ]
        with _answering():
            return self._put_facts(VEHICLE, "sightings", told)

    def put_doubts(self, doubts: Doubts) -> None:
        """Keep the pairs in doubt, in place of those kept before."""
        self._redis.set(self._keys[DOUBTS], pack_doubts(doubts))

    def doubts(self) -> Doubts:
        """Return the pairs in doubt that were told last."""
        packed = cast("bytes | None", self._redis.get(self._keys[DOUBTS]))
        return unpack_doubts(packed) if packed else Doubts()

    def agendas_of(self, effecteurs: Sequence[Identifier]) -> Mapping[Identifier, Agenda]:
        """Return the agendas that are known of these effecteurs."""
        found = self._facts("agendas", [str(one) for one in effecteurs])
        return {one.effecteur_id: one for one in map(unpack_agenda, found)}

    def sightings_of(self, vehicles: Sequence[str]) -> Mapping[str, VehicleSeen]:
        """Return where these vehicles were last seen."""
        with _answering():
            found = self._facts("sightings", vehicles)
        return {one.vehicle_id: one for one in map(unpack_seen, found)}

    def places_near(self, position: Position, radius_m: float, limit: int) -> Sequence[Near]:
        """Return the effecteurs around a position, nearest first."""
        return self._near("places", position, radius_m, limit)

    def vehicles_near(self, position: Position, radius_m: float, limit: int) -> Sequence[Near]:
        """Return the vehicles around a position, nearest first."""
        return self._near("vehicles", position, radius_m, limit)

    def everything(self) -> Changes:
        """Return every fact kept. The cursor is read first: what comes meanwhile is told twice
        rather than never."""
        birth = self._birth()
        last = cast("list[Any]", self._redis.xrevrange(self._keys["changes"], count=1))
        return Changes(
            cursor=f"{birth}/{last[0][0].decode() if last else START}",
            agendas=self._scan("agendas"),
            vehicles=self._scan("sightings"),
        )

    def changes_after(self, cursor: str, *, wait: timedelta = timedelta(0)) -> Changes:
        """Return what changed after a cursor; wait that long for it when there's nothing yet."""
        birth, _, number = cursor.partition("/")
        if self._is_gap(birth, number):
            return Changes(cursor=cursor, is_gap=True)
        block = max(1, int(wait.total_seconds() * 1000)) if wait else None
        read: Any = self._redis.xread({self._keys["changes"]: number}, READ_AT_ONCE, block)
        entries = read[0][1] if read else []
        last = entries[-1][0].decode() if entries else number
        return Changes(
            cursor=f"{birth or self._birth()}/{last}",
            agendas=[_change(fields, AGENDA) for _, fields in entries if AGENDA in fields],
            vehicles=[_change(fields, VEHICLE) for _, fields in entries if VEHICLE in fields],
        )

    def _birth(self) -> str:
        """When this store began to be filled: a server that lost it all begins another one."""
        return cast("bytes", self._redis.get(self._keys["birth"]) or b"").decode()

    def _is_gap(self, birth: str, number: str) -> bool:
        """Tell whether changes after the number are forgotten, or the store began anew."""
        if not birth:
            return number != START
        if birth != self._birth():
            return True
        info: Any = self._redis.xinfo_stream(self._keys["changes"])
        removed = info.get("max-deleted-entry-id", b"0-0").decode()
        return _number(number) < _number(removed)

    def _put_facts(
        self,
        kind: bytes,
        facts: str,
        told: Iterable[tuple[str, int, bytes, Position | None]],
    ) -> int:
        keys = [
            self._keys[name]
            for name in (facts, f"{facts}-versions", "changes", "vehicles", "birth")
        ]
        news = 0
        for batch in _batches(list(told)):
            arguments: list[Any] = [kind, CHANGES_KEPT]
            for thing, version, packed, position in batch:
                place = ("", "")
                if position is not None and abs(position.lat) <= HIGHEST_LATITUDE:
                    place = (str(position.lon), str(position.lat))
                arguments += [thing, version, packed, *place]
            news += int(cast("int", self._put(keys=keys, args=arguments)))
        return news

    def _facts(self, name: str, things: Sequence[str]) -> list[bytes]:
        found: list[bytes] = []
        for batch in _batches(list(things)):
            answered = cast("list[bytes | None]", self._redis.hmget(self._keys[name], batch))
            found += [one for one in answered if one is not None]
        return found

    def _scan(self, name: str) -> list[Change]:
        scanned = self._redis.hscan_iter(self._keys[name], count=1000)
        return [Change(thing=thing.decode(), packed=packed) for thing, packed in scanned]

    def _near(self, name: str, position: Position, radius_m: float, limit: int) -> list[Near]:
        found = self._redis.geosearch(
            self._keys[name],
            longitude=position.lon,
            latitude=position.lat,
            radius=radius_m,
            unit="m",
            sort="ASC",
            count=limit,
            withdist=True,
        )
        return [
            Near(thing=thing.decode(), distance_m=distance)
            for thing, distance in cast("list[Any]", found)
        ]


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except RedisError as fault:
        raise LiveUnavailable(type(fault).__name__) from None


def _change(fields: Mapping[bytes, bytes], kind: bytes) -> Change:
    return Change(thing=fields[kind].decode(), packed=fields[b"f"])


def _number(cursor: str) -> tuple[int, int]:
    milliseconds, _, rank = cursor.partition("-")
    return int(milliseconds), int(rank or 0)


def _batches(whole: list[Any]) -> Iterable[list[Any]]:
    for at in range(0, len(whole), BATCH):
        yield whole[at : at + BATCH]
