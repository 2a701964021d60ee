"""The live state that several processes share: slots, vehicles, events; ports and their parts.

What is told later and was true earlier changes nothing: of two facts about one thing, the one
observed last stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from regulation.kernel.ids import Identifier
from regulation.kernel.places import Position
from regulation.offers import Agenda
from regulation.review import Doubts
from transport.reports import VehicleSeen


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact that took the place of an older one; unread until somebody asks for it.

    `thing` names what it is about: an effecteur's agenda or a vehicle. `packed` is the fact.
    """

    thing: str
    packed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed after a cursor, in order. `cursor` is where to go on from; `is_gap` says that
    the changes asked for are no longer kept, or that the store has begun anew since: everything is
    to be read again."""

    cursor: str
    agendas: Sequence[Change] = ()
    vehicles: Sequence[Change] = ()
    is_gap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Something near a position."""

    thing: str
    distance_m: float


class LiveUnavailable(RuntimeError):  # noqa: N818  it is a state of the outside
    """Whoever keeps the live state does not answer."""


class LiveStore(Protocol):
    """Keeps the last fact of each thing, and tells what has changed."""

    def put_places(self, places: Mapping[Identifier, Position]) -> None:
        """Say where effecteurs are, to search around a position."""
        ...

    def put_agendas(self, agendas: Sequence[Agenda]) -> int:
        """Keep agendas; return how many were observed later than what was kept."""
        ...

    def put_sightings(self, sightings: Sequence[VehicleSeen]) -> int:
        """Keep where vehicles are; return how many were seen later than what was kept."""
        ...

    def put_doubts(self, doubts: Doubts) -> None:
        """Keep the pairs in doubt that whoever reads the registries has found, in place of those
        kept before."""
        ...

    def doubts(self) -> Doubts:
        """Return the pairs in doubt that were told last; none told: none."""
        ...

    def agendas_of(self, effecteurs: Sequence[Identifier]) -> Mapping[Identifier, Agenda]:
        """Return the agendas that are known of these effecteurs."""
        ...

    def sightings_of(self, vehicles: Sequence[str]) -> Mapping[str, VehicleSeen]:
        """Return where these vehicles were last seen, as far as it is known."""
        ...

    def places_near(self, position: Position, radius_m: float, limit: int) -> Sequence[Near]:
        """Return the effecteurs around a position, nearest first."""
        ...

    def vehicles_near(self, position: Position, radius_m: float, limit: int) -> Sequence[Near]:
        """Return the vehicles around a position, nearest first."""
        ...

    def everything(self) -> Changes:
        """Return every fact kept, and the cursor to follow from; nothing after it is missed."""
        ...

    def changes_after(self, cursor: str, *, wait: timedelta = timedelta(0)) -> Changes:
        """Return what changed after a cursor; wait that long for it when there's nothing yet."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One event taken from a feed, to be marked done; `attempts` counts how often it was given."""

    number: str
    facts: Mapping[str, str]
    attempts: int = 1


class EventFeed(Protocol):
    """Events shared out among the members of a group: each is dealt with by one of them.

    A member that dies leaves what it had taken to whoever takes it over.
    """

    def tell(self, facts: Mapping[str, str]) -> str:
        """Add an event; return its number."""
        ...

    def take(
        self, group: str, member: str, *, limit: int = 100, wait: timedelta = timedelta(0)
    ) -> Sequence[Told]:
        """Take events that no member of the group has taken yet."""
        ...

    def done(self, group: str, numbers: Sequence[str]) -> None:
        """Mark events as dealt with."""
        ...

    def take_over(
        self, group: str, member: str, *, idle: timedelta, limit: int = 100
    ) -> Sequence[Told]:
        """Take what other members have had for longer than `idle` without being done."""
        ...
