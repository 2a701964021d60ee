"""Appeals to communities, in the database: one taker each, whoever asks at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session, col, update

from adapters.db.reading import Line, read
from adapters.db.rows import AppealRow
from adapters.db.writing import add_unless_there, table_of
from regulation.kernel.ids import Identifier
from regulation.marketplace import Appeal, Taking
from regulation.ports import StaleVersion

APPEALS = table_of(AppealRow)
FOUND = select(APPEALS).where(APPEALS.c.appeal_id == bindparam("named"))
OF_CASE = (
    select(APPEALS)
    .where(APPEALS.c.case_id == bindparam("of"))
    .order_by(APPEALS.c.asked_at, APPEALS.c.appeal_id)
)


class SqlMarketplace:
    """Appeals within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, appeal: Appeal) -> None:
        """Keep an appeal; raise StaleVersion when its id is taken."""
        row = {
            "appeal_id": appeal.appeal_id,
            "case_id": appeal.case_id,
            "community_id": str(appeal.community_id),
            "asked": [str(one) for one in appeal.asked],
            "asked_at": appeal.asked_at,
            "until": appeal.until,
        }
        if not add_unless_there(self._session, AppealRow, row):
            raise StaleVersion(f"appeal {appeal.appeal_id} is kept already")

    def find(self, appeal_id: str) -> Appeal | None:
        """Return an appeal, None when there's none of this id."""
        rows = read(self._session, FOUND, named=appeal_id)
        return _appeal(rows[0]) if rows else None

    def take(self, appeal_id: str, taking: Taking) -> bool:
        """Give the patient to this taker in one statement: of two at once, one waits for the
        other's end and finds the row taken."""
        done = self._session.exec(
            update(AppealRow)
            .where(col(AppealRow.appeal_id) == appeal_id)
            .where(col(AppealRow.taken_by).is_(None))
            .where(col(AppealRow.closed_at).is_(None))
            .where(col(AppealRow.until) > taking.at)
            .values(taken_by=str(taking.effecteur_id), taken_at=taking.at, care_at=taking.care_at)
        )
        return done.rowcount == 1

    def close(self, appeal_id: str, at: datetime) -> None:
        """Say that an appeal is over, with what was accepted; over already, nothing changes."""
        self._session.exec(
            update(AppealRow)
            .where(col(AppealRow.appeal_id) == appeal_id)
            .where(col(AppealRow.closed_at).is_(None))
            .values(closed_at=at)
        )

    def of_case(self, case_id: str) -> Sequence[Appeal]:
        """Return the appeals made for a case, oldest first."""
        return tuple(map(_appeal, read(self._session, OF_CASE, of=case_id)))


def _appeal(row: Line) -> Appeal:
    taken = None
    if row.taken_by is not None and row.taken_at is not None and row.care_at is not None:
        taken = Taking(
            effecteur_id=Identifier.parse(row.taken_by), at=row.taken_at, care_at=row.care_at
        )
    return Appeal(
        appeal_id=row.appeal_id,
        case_id=row.case_id,
        community_id=Identifier.parse(row.community_id),
        asked=tuple(map(Identifier.parse, row.asked)),
        asked_at=row.asked_at,
        until=row.until,
        taken=taken,
        closed_at=row.closed_at,
    )
