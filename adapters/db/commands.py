"""Commands by their idempotency key, in the database."""

from datetime import datetime

from sqlalchemy import bindparam, delete, update
from sqlmodel import Session

from adapters.db.rows import CommandRow
from adapters.db.writing import add_unless_there, change, table_of
from adapters.kit.commands import UNDER_WAY, Answer, Command

COMMANDS = table_of(CommandRow)
NAMED = COMMANDS.c.key == bindparam("named")
ENDED = update(COMMANDS).where(NAMED)
GIVEN_UP = delete(COMMANDS).where(NAMED, COMMANDS.c.status.is_(None))
"""What was answered stays: a commit may have gone through although its end was never heard of."""
OLD = delete(COMMANDS).where(COMMANDS.c.began_at < bindparam("before"))
LEFT = update(COMMANDS).where(
    NAMED,
    COMMANDS.c.digest == bindparam("asked"),
    COMMANDS.c.status.is_(None),
    COMMANDS.c.began_at < bindparam("before"),
)
"""A command that began long ago and never ended: whoever asks the same takes it over."""


class SqlCommands:
    """Commands within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, command: Command) -> Command | None:
        """Keep a command that begins; return the one of this key, if any; see the port."""
        row = {"key": command.key, "digest": command.digest, "began_at": command.began_at}
        return None if add_unless_there(self._session, CommandRow, row) else self._begun(command)

    def end(self, key: str, answer: Answer) -> None:
        """Keep what was answered."""
        said = {"status": answer.status, "body": answer.body, "headers": dict(answer.headers)}
        change(self._session, ENDED, named=key, **said)

    def give_up(self, key: str) -> None:
        """Forget a command that failed, unless it was answered after all; see the port."""
        change(self._session, GIVEN_UP, named=key)

    def forget(self, before: datetime) -> int:
        """Forget the commands that began before; return how many."""
        return change(self._session, OLD, before=before)

    def _begun(self, command: Command) -> Command | None:
        asked = {"named": command.key, "asked": command.digest}
        before = command.began_at - UNDER_WAY
        if change(self._session, LEFT, **asked, before=before, began_at=command.began_at):
            return None
        row = self._session.get(CommandRow, command.key, populate_existing=True)
        return command if row is None else _command(row)


def _command(row: CommandRow) -> Command:
    answer = None
    if row.status is not None:
        headers = tuple((row.headers or {}).items())
        answer = Answer(status=row.status, body=row.body or b"", headers=headers)
    return Command(key=row.key, digest=row.digest, began_at=row.began_at, answer=answer)
