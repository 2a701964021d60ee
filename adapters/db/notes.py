"""Handover notes, in the database."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from adapters.db.rows import NoteRow
from regulation.notes import Note


class SqlNotes:
    """Notes within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, note: Note) -> None:
        """Keep a note."""
        row = NoteRow(at=note.at, who=note.who, text=note.text, case_id=note.case_id)
        self._session.add(row)
        self._session.flush()

    def latest(self, limit: int) -> Sequence[Note]:
        """Return the last notes, latest first."""
        rows = self._session.exec(select(NoteRow).order_by(col(NoteRow.number).desc()).limit(limit))
        return tuple(map(_note, rows))

    def of_case(self, case_id: str) -> Sequence[Note]:
        """Return the notes of a case, oldest first."""
        rows = self._session.exec(
            select(NoteRow).where(col(NoteRow.case_id) == case_id).order_by(col(NoteRow.number))
        )
        return tuple(map(_note, rows))


def _note(row: NoteRow) -> Note:
    return Note(at=row.at, who=row.who, text=row.text, case_id=row.case_id)
