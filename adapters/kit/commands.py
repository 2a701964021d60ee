"""Commands that came with an idempotency key: what was answered, given again to a repetition."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

UNDER_WAY: Final = timedelta(seconds=30)
"""Past it, whoever began a command is taken for dead, and the command may begin again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered to a command: `body` as it left, JSON."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command under its key. `digest`: of who asks for what; `answer` None: still under way."""

    key: str
    digest: str
    began_at: datetime
    answer: Answer | None = None


class Commands(Protocol):
    """Keeps commands by their key, for as long as somebody may ask again."""

    def begin(self, command: Command) -> Command | None:
        """Keep a command that begins; return the one of this key when there is one already,
        unless it was left under way by somebody dead, whose place is taken."""
        ...

    def end(self, key: str, answer: Answer) -> None:
        """Keep what was answered."""
        ...

    def give_up(self, key: str) -> None:
        """Forget a command that failed, which may be asked again under its key; one that was
        answered after all, though nobody heard of it, stays."""
        ...

    def forget(self, before: datetime) -> int:
        """Forget the commands that began before; return how many."""
        ...
