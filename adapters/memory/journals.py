"""Cases, the decision journal and the audit trail in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from datetime import datetime

from adapters.memory.records import DecisionTaken, Records
from regulation.audit import AuditEntry
from regulation.basis import Basis
from regulation.cases import Case, CaseState
from regulation.decisions import Decision
from regulation.kernel.ids import Identifier
from regulation.ports import CaseExists, RecordedOrientation, StaleVersion
from regulation.proposals import Orientation, OrientationProposal


class InMemoryCases:
    """Cases among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def add(self, case: Case) -> None:
        """Keep a new case; raise CaseExists when its id is taken."""
        if case.case_id in self._records.cases:
            raise CaseExists(f"case {case.case_id}")
        self._records.cases[case.case_id] = case

    def find(self, case_id: str) -> Case | None:
        """Return the case, None when there's none of this id."""
        return self._records.cases.get(case_id)

    def hold(self, case_id: str) -> Case | None:
        """Return the case, which nobody moves meanwhile: units follow one another."""
        return self.find(case_id)

    def save(self, case: Case, expected_version: int) -> None:
        """Replace the case; raise StaleVersion when it has moved on since."""
        kept = self._records.cases.get(case.case_id)
        if kept is None or kept.version != expected_version:
            raise StaleVersion(f"case {case.case_id} is no longer at version {expected_version}")
        self._records.cases[case.case_id] = case

    def latest(self, states: Set[CaseState], limit: int) -> Sequence[Case]:
        """Return the cases in these states, those that moved last first."""
        found = [one for one in self._records.cases.values() if one.state in states]
        found.sort(key=lambda one: (_moved_at(one), one.case_id), reverse=True)
        return tuple(found[:limit])


def _moved_at(case: Case) -> datetime:
    return case.journal[-1].at if case.journal else case.caller.at


class InMemoryDecisionJournal:
    """The journal among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def record_orientation(
        self,
        orientation: Orientation,
        *,
        at: datetime,
        vehicle_versions: Mapping[str, int],
        basis: Basis | None = None,
    ) -> RecordedOrientation:
        """Keep an answer; its id is the case's with the number of the answer."""
        number = 1 + len(self._answers_to(orientation.case_id))
        recorded = RecordedOrientation(
            orientation_id=f"{orientation.case_id}:{number}",
            at=at,
            orientation=orientation,
            vehicle_versions=dict(vehicle_versions),
            basis=basis,
        )
        self._records.orientations.append(recorded)
        return recorded

    def find_orientation(self, case_id: str) -> RecordedOrientation | None:
        """Return the last answer given to a case, None when there's none."""
        answers = self._answers_to(case_id)
        return answers[-1] if answers else None

    def get_orientation(self, orientation_id: str) -> RecordedOrientation:
        """Return an answer; raise LookupError when there's none of this id."""
        for recorded in self._records.orientations:
            if recorded.orientation_id == orientation_id:
                return recorded
        raise LookupError(f"no answer {orientation_id}")

    def record_decision(self, decision: Decision, chosen: OrientationProposal) -> None:
        """Keep a decision; raise StaleVersion when its idempotency key is taken."""
        if self.find_decision(decision.idempotency_key) is not None:
            raise StaleVersion("a decision has just been taken under this idempotency key")
        facts = chosen.effecteur
        effecteur_id = None if facts is None else facts.effecteur.effecteur_id
        self._records.decisions.append(DecisionTaken(decision=decision, effecteur_id=effecteur_id))

    def find_decision(self, idempotency_key: str) -> Decision | None:
        """Return the decision taken under this key, None when there's none."""
        for taken in self._records.decisions:
            if taken.decision.idempotency_key == idempotency_key:
                return taken.decision
        return None

    def get_decision(self, decision_id: str) -> Decision:
        """Return the decision of this id; raise LookupError when there's none."""
        for taken in self._records.decisions:
            if taken.decision.decision_id == decision_id:
                return taken.decision
        raise LookupError(f"no decision {decision_id}")

    def decisions_of(self, case_id: str) -> Sequence[Decision]:
        """Return the decisions of a case, oldest first."""
        every = (taken.decision for taken in self._records.decisions)
        return tuple(decision for decision in every if decision.case_id == case_id)

    def decisions_since(self, instant: datetime) -> Sequence[Decision]:
        """Return the decisions taken since the instant, oldest first."""
        every = (taken.decision for taken in self._records.decisions)
        return tuple(decision for decision in every if decision.at >= instant)

    def oriented_since(self, instant: datetime) -> Mapping[Identifier, int]:
        """Count the decisions since the instant by the effecteur they chose."""
        return Counter(
            taken.effecteur_id
            for taken in self._records.decisions
            if taken.effecteur_id is not None and taken.decision.at >= instant
        )

    def _answers_to(self, case_id: str) -> list[RecordedOrientation]:
        every = self._records.orientations
        return [recorded for recorded in every if recorded.orientation.case_id == case_id]


class InMemoryAuditTrail:
    """The audit trail among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def record(self, entry: AuditEntry) -> None:
        """Add a line at the end."""
        self._records.audit.append(entry)

    def entries_of(self, case_id: str) -> Sequence[AuditEntry]:
        """Return the lines of a case, oldest first."""
        return tuple(entry for entry in self._records.audit if entry.case_id == case_id)
