"""Commands by their idempotency key, in the database."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update
from sqlmodel import Session, col

from adapters.db.inserting import add_unless_there
from adapters.db.rows import CommandRow
from adapters.kit.commands import UNDER_WAY, Answer, Command


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
        self._count(update(CommandRow).where(col(CommandRow.key) == key).values(**said))

    def give_up(self, key: str) -> None:
        """Forget a command that failed: it may be asked again under its key."""
        self._count(delete(CommandRow).where(col(CommandRow.key) == key))

    def forget(self, before: datetime) -> int:
        """Forget the commands that began before; return how many."""
        return self._count(delete(CommandRow).where(col(CommandRow.began_at) < before))

    def _begun(self, command: Command) -> Command | None:
        left = (
            update(CommandRow)
            .where(col(CommandRow.key) == command.key)
            .where(col(CommandRow.digest) == command.digest)
            .where(col(CommandRow.status).is_(None))
            .where(col(CommandRow.began_at) < command.began_at - UNDER_WAY)
            .values(began_at=command.began_at)
        )
        if self._count(left):
            return None
        row = self._session.get(CommandRow, command.key, populate_existing=True)
        return command if row is None else _command(row)

    def _count(self, statement: Any) -> int:  # noqa: ANN401  an UPDATE or a DELETE
        return cast("CursorResult[Any]", self._session.execute(statement)).rowcount


def _command(row: CommandRow) -> Command:
    answer = None
    if row.status is not None:
        headers = tuple((row.headers or {}).items())
        answer = Answer(status=row.status, body=row.body or b"", headers=headers)
    return Command(key=row.key, digest=row.digest, began_at=row.began_at, answer=answer)
