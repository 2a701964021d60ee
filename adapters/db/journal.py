"""What was proposed and what was decided, in the database: rows are added, never changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from adapters.db.documents import from_document, to_document
from adapters.db.rows import DecisionRow, OrientationRow
from adapters.db.writing import Values, add_unless_there
from regulation.basis import Basis
from regulation.decisions import Actor, Decision, Role
from regulation.kernel.ids import Identifier
from regulation.ports import RecordedOrientation, StaleVersion
from regulation.proposals import Orientation, OrientationProposal


class SqlDecisionJournal:
    """The journal within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record_orientation(
        self,
        orientation: Orientation,
        *,
        at: datetime,
        vehicle_versions: Mapping[str, int],
        basis: Basis | None = None,
    ) -> RecordedOrientation:
        """Keep an answer; its id is the case's with the number of the answer."""
        number = (
            1
            + self._session.exec(
                select(func.count())
                .select_from(OrientationRow)
                .where(col(OrientationRow.case_id) == orientation.case_id)
            ).one()
        )
        recorded = RecordedOrientation(
            orientation_id=f"{orientation.case_id}:{number}",
            at=at,
            orientation=orientation,
            vehicle_versions=dict(vehicle_versions),
            basis=basis,
        )
        if not add_unless_there(self._session, OrientationRow, _row(recorded, number)):
            raise StaleVersion(f"another answer to case {orientation.case_id} has just been kept")
        return recorded

    def find_orientation(self, case_id: str) -> RecordedOrientation | None:
        """Return the last answer given to a case, None when there's none."""
        row = self._session.exec(
            select(OrientationRow)
            .where(col(OrientationRow.case_id) == case_id)
            .order_by(col(OrientationRow.number).desc())
            .limit(1)
        ).first()
        return None if row is None else _recorded(row)

    def get_orientation(self, orientation_id: str) -> RecordedOrientation:
        """Return an answer; raise LookupError when there's none of this id."""
        row = self._session.get(OrientationRow, orientation_id)
        if row is None:
            raise LookupError(f"no answer {orientation_id}")
        return _recorded(row)

    def record_decision(self, decision: Decision, chosen: OrientationProposal) -> None:
        """Keep a decision; raise StaleVersion when its idempotency key is taken."""
        facts = chosen.effecteur
        row = {
            "idempotency_key": decision.idempotency_key,
            "case_id": decision.case_id,
            "orientation_id": decision.orientation_id,
            "attempt": decision.attempt,
            "rank": decision.rank,
            "at": decision.at,
            "actor_id": decision.actor.actor_id,
            "role": decision.actor.role,
            "motive": decision.motive,
            "effecteur_id": None if facts is None else str(facts.effecteur.effecteur_id),
        }
        if not add_unless_there(self._session, DecisionRow, row):
            raise StaleVersion("a decision has just been taken under this idempotency key")

    def find_decision(self, idempotency_key: str) -> Decision | None:
        """Return the decision taken under this key, None when there's none."""
        row = self._session.exec(
            select(DecisionRow).where(col(DecisionRow.idempotency_key) == idempotency_key)
        ).first()
        return None if row is None else _decision(row)

    def get_decision(self, decision_id: str) -> Decision:
        """Return the decision of this id; raise LookupError when there's none."""
        case_id, _, number = decision_id.rpartition(":")
        orientation_id = f"{case_id}:{number.partition('.')[0]}"
        rows = self._session.exec(
            select(DecisionRow).where(col(DecisionRow.orientation_id) == orientation_id)
        )
        for decision in map(_decision, rows):
            if decision.decision_id == decision_id:
                return decision
        raise LookupError(f"no decision {decision_id}")

    def decisions_of(self, case_id: str) -> Sequence[Decision]:
        """Return the decisions of a case, oldest first."""
        rows = self._session.exec(
            select(DecisionRow)
            .where(col(DecisionRow.case_id) == case_id)
            .order_by(col(DecisionRow.number))
        )
        return tuple(map(_decision, rows))

    def decisions_since(self, instant: datetime) -> Sequence[Decision]:
        """Return the decisions taken since the instant, oldest first."""
        rows = self._session.exec(
            select(DecisionRow)
            .where(col(DecisionRow.at) >= instant)
            .order_by(col(DecisionRow.number))
        )
        return tuple(map(_decision, rows))

    def oriented_since(self, instant: datetime) -> Mapping[Identifier, int]:
        """Count the decisions since the instant by the effecteur they chose."""
        counted = self._session.exec(
            select(DecisionRow.effecteur_id, func.count())
            .where(col(DecisionRow.at) >= instant)
            .where(col(DecisionRow.effecteur_id).is_not(None))
            .group_by(col(DecisionRow.effecteur_id))
        )
        return {Identifier.parse(name): count for name, count in counted if name is not None}


def _row(recorded: RecordedOrientation, number: int) -> Values:
    orientation, basis = recorded.orientation, recorded.basis
    return {
        "orientation_id": recorded.orientation_id,
        "case_id": orientation.case_id,
        "number": number,
        "at": recorded.at,
        "snapshot_id": orientation.snapshot_id,
        "rules_version": orientation.rules_version,
        "vehicle_versions": dict(recorded.vehicle_versions),
        "answer": to_document(orientation),
        "basis": None if basis is None else to_document(basis),
    }


def _recorded(row: OrientationRow) -> RecordedOrientation:
    return RecordedOrientation(
        orientation_id=row.orientation_id,
        at=row.at,
        orientation=from_document(row.answer, Orientation),
        vehicle_versions=row.vehicle_versions,
        basis=None if row.basis is None else from_document(row.basis, Basis),
    )


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        case_id=row.case_id,
        orientation_id=row.orientation_id,
        rank=row.rank,
        at=row.at,
        actor=Actor(actor_id=row.actor_id, role=Role(row.role)),
        motive=row.motive,
        idempotency_key=row.idempotency_key,
        attempt=row.attempt,
    )
