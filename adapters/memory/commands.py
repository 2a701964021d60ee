"""Commands by their idempotency key, in memory."""

from dataclasses import replace
from datetime import datetime

from adapters.kit.commands import UNDER_WAY, Answer, Command
from adapters.memory.records import Records


class InMemoryCommands:
    """Commands among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def begin(self, command: Command) -> Command | None:
        """Keep a command that begins; return the one of this key, if any; see the port."""
        kept = self._records.commands.get(command.key)
        if kept is not None:
            is_left = kept.answer is None and command.began_at - kept.began_at > UNDER_WAY
            if not is_left or kept.digest != command.digest:
                return kept
        self._records.commands[command.key] = command
        return None

    def end(self, key: str, answer: Answer) -> None:
        """Keep what was answered."""
        self._records.commands[key] = replace(self._records.commands[key], answer=answer)

    def give_up(self, key: str) -> None:
        """Forget a command that failed, unless it was answered after all; see the port."""
        kept = self._records.commands.get(key)
        if kept is not None and kept.answer is None:
            del self._records.commands[key]

    def forget(self, before: datetime) -> int:
        """Forget the commands that began before; return how many."""
        old = [key for key, one in self._records.commands.items() if one.began_at < before]
        for key in old:
            del self._records.commands[key]
        return len(old)
