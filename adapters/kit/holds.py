"""Holds: what a decision is about to take, kept from the others for seconds; and fences, by which
the database refuses whoever comes with a hold that is over.

A hold spares others a vain try and gives a token. Redis may forget holds, expire them while their
holder sleeps: the judge is the database, which lets through no token older than one it has seen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

HOLD_LASTS: Final = timedelta(seconds=15)
"""Longer than a decision may take (a statement of the database: 10 s); then anybody may hold."""


class HeldElsewhere(Exception):  # noqa: N818  a refusal, named as one says it
    """Somebody else is deciding on this at the moment; nothing is held."""

    def __init__(self, thing: str) -> None:
        super().__init__(f"{thing} is held for another case")
        self.thing = thing


class HoldsUnavailable(RuntimeError):  # noqa: N818  it is a state of the outside
    """Whoever keeps the holds does not answer."""


class Overtaken(Exception):  # noqa: N818  a refusal, named as one says it
    """The hold was over, and somebody else has decided under a later one, `seen`."""

    def __init__(self, thing: str, seen: int) -> None:
        super().__init__(f"{thing} was decided on under a later hold")
        self.seen = seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Things held for one case. `token`: each hold of a territory has a larger one than those
    before it, whatever became of the server meanwhile (microseconds of its clock, at least)."""

    case_id: str
    things: Sequence[str]
    token: int


class Holds(Protocol):
    """Keeps the holds of a territory."""

    def take(self, case_id: str, wanted: Mapping[str, int]) -> Hold:
        """Hold every thing (with how many may hold it at once) or none; a case's own earlier hold
        stands in nobody's way. Raise HeldElsewhere, or HoldsUnavailable."""
        ...

    def release(self, hold: Hold) -> None:
        """Give a hold back; nothing happens when it is over, or another took its place."""
        ...

    def held(self) -> Mapping[str, Sequence[str]]:
        """Return the cases that hold each thing now."""
        ...

    def move_past(self, token: int) -> None:
        """Give only later tokens from now on: a server that forgot everything and whose clock went
        back would give tokens that no fence lets through."""
        ...


class Fences(Protocol):
    """Remembers, with what it judges, the last token that changed each thing."""

    def come_through(self, things: Iterable[str], token: int) -> None:
        """Let a token through for all these things; raise Overtaken when one saw a later one."""
        ...

    def forget(self, before: datetime) -> int:
        """Forget what was last changed before; return how many things."""
        ...
