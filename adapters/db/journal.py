"""What was proposed and what was decided, in the database: rows are added, never changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from adapters.db.documents import from_document, to_document
from adapters.db.reading import Line, read
from adapters.db.rows import DecisionRow, OrientationRow
from adapters.db.writing import Values, add_unless_there, table_of
from regulation.basis import Basis
from regulation.decisions import Actor, Decision, Role
from regulation.kernel.ids import Identifier
from regulation.ports import RecordedOrientation, StaleVersion
from regulation.proposals import Orientation, OrientationProposal

ANSWERS, DECISIONS = table_of(OrientationRow), table_of(DecisionRow)
COUNTED = select(func.count()).where(ANSWERS.c.case_id == bindparam("of"))
ANSWER = select(ANSWERS).where(ANSWERS.c.orientation_id == bindparam("named"))
LAST_ANSWER = (
    select(ANSWERS)
    .where(ANSWERS.c.case_id == bindparam("of"))
    .order_by(ANSWERS.c.number.desc())
    .limit(1)
)
UNDER_KEY = select(DECISIONS).where(DECISIONS.c.idempotency_key == bindparam("key"))
ON_ANSWER = select(DECISIONS).where(DECISIONS.c.orientation_id == bindparam("named"))
IN_ORDER = select(DECISIONS).order_by(DECISIONS.c.number)
OF_CASE = IN_ORDER.where(DECISIONS.c.case_id == bindparam("of"))
SINCE = IN_ORDER.where(DECISIONS.c.at >= bindparam("instant"))
BY_EFFECTEUR = (
    select(DECISIONS.c.effecteur_id, func.count().label("many"))
    .where(DECISIONS.c.at >= bindparam("instant"), DECISIONS.c.effecteur_id.is_not(None))
    .group_by(DECISIONS.c.effecteur_id)
)


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
        number = 1 + read(self._session, COUNTED, of=orientation.case_id)[0][0]
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
        rows = read(self._session, LAST_ANSWER, of=case_id)
        return _recorded(rows[0]) if rows else None

    def get_orientation(self, orientation_id: str) -> RecordedOrientation:
        """Return an answer; raise LookupError when there's none of this id."""
        rows = read(self._session, ANSWER, named=orientation_id)
        if not rows:
            raise LookupError(f"no answer {orientation_id}")
        return _recorded(rows[0])

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
        rows = read(self._session, UNDER_KEY, key=idempotency_key)
        return _decision(rows[0]) if rows else None

    def get_decision(self, decision_id: str) -> Decision:
        """Return the decision of this id; raise LookupError when there's none."""
        case_id, _, number = decision_id.rpartition(":")
        orientation_id = f"{case_id}:{number.partition('.')[0]}"
        for decision in map(_decision, read(self._session, ON_ANSWER, named=orientation_id)):
            if decision.decision_id == decision_id:
                return decision
        raise LookupError(f"no decision {decision_id}")

    def decisions_of(self, case_id: str) -> Sequence[Decision]:
        """Return the decisions of a case, oldest first."""
        return tuple(map(_decision, read(self._session, OF_CASE, of=case_id)))

    def decisions_since(self, instant: datetime) -> Sequence[Decision]:
        """Return the decisions taken since the instant, oldest first."""
        return tuple(map(_decision, read(self._session, SINCE, instant=instant)))

    def oriented_since(self, instant: datetime) -> Mapping[Identifier, int]:
        """Count the decisions since the instant by the effecteur they chose."""
        counted = read(self._session, BY_EFFECTEUR, instant=instant)
        return {Identifier.parse(row.effecteur_id): row.many for row in counted}


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


def _recorded(row: Line) -> RecordedOrientation:
    return RecordedOrientation(
        orientation_id=row.orientation_id,
        at=row.at,
        orientation=from_document(row.answer, Orientation),
        vehicle_versions=row.vehicle_versions,
        basis=None if row.basis is None else from_document(row.basis, Basis),
    )


def _decision(row: Line) -> Decision:
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
