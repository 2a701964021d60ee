"""A command under its idempotency key: what was done is kept with what was answered, or neither."""

from typing import Protocol, TypeVar

from adapters.kit.commands import Command
from services.store import Unit

Done_contra = TypeVar("Done_contra", contravariant=True)


class CarriedOut(Exception):  # noqa: N818  nobody is at fault
    """The key of a command has served: `command` says for what, and what was answered."""

    def __init__(self, command: Command) -> None:
        super().__init__("under this key, a command has begun already")
        self.command = command


class Keyed(Protocol[Done_contra]):
    """The key under which a command is carried out, told where its unit begins and ends."""

    def begins(self, unit: Unit) -> None:
        """Keep that the command begins; of two at once, one waits for the other's end. Raise
        CarriedOut when its key has served."""
        ...

    def ends(self, unit: Unit, done: Done_contra) -> None:
        """Keep what is answered to what was done, the last of the unit."""
        ...


class Unkeyed:
    """A command that has no key: it is carried out each time it is asked."""

    def begins(self, unit: Unit) -> None:
        """Nothing is kept."""

    def ends(self, unit: Unit, done: object) -> None:
        """Nothing is kept."""


UNKEYED = Unkeyed()
