"""What managers of territories settle by hand, in the database: rows are added, never changed."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from adapters.db.rows import GestureRow
from regulation.gestures import Gesture, GestureKind


class SqlGestures:
    """Gestures within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(self, gesture: Gesture) -> None:
        """Add a gesture at the end."""
        self._session.add(
            GestureRow(
                at=gesture.at,
                who=gesture.who,
                kind=gesture.kind,
                about=gesture.about,
                said=gesture.said,
            )
        )
        self._session.flush()

    def latest(self, limit: int) -> Sequence[Gesture]:
        """Return the last gestures, latest first."""
        rows = self._session.exec(
            select(GestureRow).order_by(col(GestureRow.number).desc()).limit(limit)
        )
        return tuple(map(_gesture, rows))

    def last_words(self, kind: GestureKind) -> Mapping[str, Gesture]:
        """Return the last gesture of a kind by what it is about."""
        last = (
            select(func.max(GestureRow.number))
            .where(col(GestureRow.kind) == kind)
            .group_by(col(GestureRow.about))
        )
        rows = self._session.exec(select(GestureRow).where(col(GestureRow.number).in_(last)))
        return {row.about: _gesture(row) for row in rows}

    def last_word(self, kind: GestureKind, about: str) -> Gesture | None:
        """Return the last gesture of a kind about one thing, None when there's none."""
        row = self._session.exec(
            select(GestureRow)
            .where(col(GestureRow.kind) == kind)
            .where(col(GestureRow.about) == about)
            .order_by(col(GestureRow.number).desc())
            .limit(1)
        ).first()
        return _gesture(row) if row else None


def _gesture(row: GestureRow) -> Gesture:
    return Gesture(
        at=row.at, who=row.who, kind=GestureKind(row.kind), about=row.about, said=row.said
    )
