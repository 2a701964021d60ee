"""The report of an audit: what was found, with the answers that show it, and the trend."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from adapters.audit.checks import Check, Fault, Outcome, Verdict, run
from adapters.audit.exchanges import Evidence, Exchange
from adapters.audit.masking import masked_body, masked_text
from adapters.audit.trees import Json

FAULTS_SHOWN = 5
"""Faults of one check that a report shows; all are counted."""


class Conclusion(StrEnum):
    """What an audit comes to. UNDETERMINED: it broke off, or too little could be proved."""

    CONFORMING = "CONFORMING"
    NOT_CONFORMING = "NOT_CONFORMING"
    UNDETERMINED = "UNDETERMINED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """An audit done. `target` is the address or the file examined."""

    profile: str
    target: str
    at: datetime
    evidence: Evidence
    outcomes: tuple[Outcome, ...]

    @property
    def conclusion(self) -> Conclusion:
        """Say what it comes to: one binding requirement failed is enough.

        To conform, half of what binds must have been seen to: a server that shows no slot at all
        keeps most requirements by having nothing to judge.
        """
        binding = [one.verdict for one in self.outcomes if one.check.level.is_binding]
        if Verdict.FAIL in binding:
            return Conclusion.NOT_CONFORMING
        seen = 2 * binding.count(Verdict.PASS) >= len(binding)
        complete = self.evidence.stopped is None and seen
        return Conclusion.CONFORMING if complete else Conclusion.UNDETERMINED


def examine(
    checks: Sequence[Check], evidence: Evidence, *, profile: str, target: str, at: datetime
) -> Audit:
    """Judge the evidence by every check."""
    outcomes = tuple(run(check, evidence) for check in checks)
    return Audit(profile=profile, target=target, at=at, evidence=evidence, outcomes=outcomes)


def document_of(audit: Audit, earlier: Sequence[Json] = ()) -> dict[str, object]:
    """Write the report as one JSON document; `earlier` are reports of the same, oldest first."""
    counted = Counter(one.verdict for one in audit.outcomes)
    return {
        "profile": audit.profile,
        "target": audit.target,
        "at": audit.at.isoformat(),
        "conclusion": audit.conclusion,
        "stopped": audit.evidence.stopped,
        "questions": len(audit.evidence.exchanges),
        "counts": {verdict: counted[verdict] for verdict in Verdict},
        "checks": [_outcome(one) for one in audit.outcomes],
        "trend": _trend(audit, earlier),
    }


def _outcome(outcome: Outcome) -> dict[str, object]:
    check = outcome.check
    return {
        "check": check.check_id,
        "requirements": list(check.requirements),
        "level": check.level,
        "statement": check.statement,
        "verdict": outcome.verdict,
        "note": outcome.note,
        "faults": len(outcome.faults),
        "shown": [_fault(one) for one in outcome.faults[:FAULTS_SHOWN]],
        "exhibit": _exhibit(outcome.faults[0].exchange) if outcome.faults else None,
    }


def _fault(fault: Fault) -> dict[str, str]:
    return {"where": masked_text(fault.where), "reason": masked_text(fault.reason)}


def _exhibit(exchange: Exchange) -> dict[str, object]:
    """Show the question so that it can be asked again, and what came back."""
    return {
        "purpose": exchange.purpose,
        "at": exchange.at.isoformat(),
        "request": masked_text(f"{exchange.method} {exchange.url}"),
        "status": exchange.status,
        "failure": exchange.failure,
        "elapsed_s": round(exchange.elapsed_s, 3),
        "answer": masked_body(exchange.body) if exchange.body else "",
    }


def _trend(audit: Audit, earlier: Sequence[Json]) -> list[dict[str, object]]:
    """Compare check by check with the last of the earlier reports, and count them all."""
    if not earlier:
        return []
    before = _verdicts(earlier[-1])
    return [
        {
            "check": one.check.check_id,
            "before": before[one.check.check_id],
            "now": one.verdict,
            "failed": sum(_verdicts(r).get(one.check.check_id) == "FAIL" for r in earlier),
            "of": len(earlier),
        }
        for one in audit.outcomes
        if one.check.check_id in before and before[one.check.check_id] != one.verdict
    ]


def _verdicts(report: Json) -> Mapping[str, str]:
    checks = report.get("checks")
    listed = checks if isinstance(checks, list) else []
    return {str(one["check"]): str(one["verdict"]) for one in listed if isinstance(one, dict)}
