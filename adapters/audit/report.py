"""The report of an audit: what was found, with the answers that show it, and the trend."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from adapters.audit.checks import Check, Fault, Outcome, Verdict, run
from adapters.audit.exchanges import Evidence, Exchange, Purpose
from adapters.audit.lrm import LINK_PATH
from adapters.audit.masking import (
    Dialect,
    masked_address,
    masked_body,
    masked_link,
    masked_reason,
    masked_text,
    masked_tree,
)
from adapters.audit.replay import replay_of
from adapters.audit.trees import Json, value_at

FAULTS_SHOWN = 5
"""Faults of one check that a report shows; all are counted."""

ABOUT_MISSIONS = frozenset(
    {
        *(Purpose.ORDER, Purpose.ORDER_AGAIN, Purpose.FORGED),
        *(Purpose.WITHDRAWAL, Purpose.DELIVERY),
    }
)


class EarlierRefused(ValueError):  # noqa: N818  a refusal, named as one says it
    """An earlier report can't be compared with; `rank` is its place among those given."""

    def __init__(self, rank: int, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.rank = rank


class Conclusion(StrEnum):
    """What an audit comes to. UNDETERMINED: it broke off, or too little could be proved."""

    CONFORMING = "CONFORMING"
    NOT_CONFORMING = "NOT_CONFORMING"
    UNDETERMINED = "UNDETERMINED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """An audit done. `target` is the address or the file examined, `lasted_s` how long it took to
    gather the evidence (None: not timed)."""

    profile: str
    target: str
    at: datetime
    evidence: Evidence
    outcomes: tuple[Outcome, ...]
    lasted_s: float | None = None

    @property
    def binding(self) -> dict[str, int]:
        """Count the requirements that bind: kept, missed, and all of them."""
        verdicts = [one.verdict for one in self.outcomes if one.check.level.is_binding]
        kept, missed = verdicts.count(Verdict.PASS), verdicts.count(Verdict.FAIL)
        return {"kept": kept, "missed": missed, "of": len(verdicts)}

    @property
    def conclusion(self) -> Conclusion:
        """Say what it comes to: one binding requirement failed is enough.

        To conform, half of what binds must have been seen to: a server that shows no slot at all
        keeps most requirements by having nothing to judge. A recorded file never says that a
        system conforms: it shows what somebody chose to record.
        """
        binding = [one.verdict for one in self.outcomes if one.check.level.is_binding]
        if Verdict.FAIL in binding:
            return Conclusion.NOT_CONFORMING
        seen = 2 * binding.count(Verdict.PASS) >= len(binding)
        complete = self.evidence.stopped is None and seen and not self.evidence.is_file
        return Conclusion.CONFORMING if complete else Conclusion.UNDETERMINED


def examine(
    checks: Sequence[Check],
    evidence: Evidence,
    *,
    profile: str,
    target: str,
    at: datetime,
    lasted_s: float | None = None,
) -> Audit:
    """Judge the evidence by every check."""
    return Audit(
        profile=profile,
        target=target,
        at=at,
        evidence=evidence,
        outcomes=tuple(run(check, evidence) for check in checks),
        lasted_s=lasted_s,
    )


def document_of(audit: Audit, earlier: Sequence[Json] = ()) -> dict[str, object]:
    """Write the report as one JSON document; `earlier` are reports of the same, oldest first.

    Raise EarlierRefused for an earlier one of something else.
    """
    for rank, one in enumerate(earlier):
        _require_the_same(audit, one, rank)
    counted = Counter(one.verdict for one in audit.outcomes)
    return {
        "profile": audit.profile,
        "target": masked_address(audit.target),
        "at": audit.at.isoformat(),
        "conclusion": audit.conclusion,
        "stopped": None if audit.evidence.stopped is None else masked_text(audit.evidence.stopped),
        "is_file": audit.evidence.is_file,
        "binding": audit.binding,
        "questions": len(audit.evidence.exchanges),
        "lasted_s": None if audit.lasted_s is None else round(audit.lasted_s, 1),
        "counts": {verdict: counted[verdict] for verdict in Verdict},
        "checks": [_outcome(one, audit) for one in audit.outcomes],
        "compared": len(earlier),
        "trend": _trend(audit, earlier),
    }


def _outcome(outcome: Outcome, audit: Audit) -> dict[str, object]:
    check, faults = outcome.check, outcome.faults[:FAULTS_SHOWN]
    exchanges = list(dict.fromkeys(one.exchange for one in faults))
    return {
        "check": check.check_id,
        "requirements": list(check.requirements),
        "level": check.level,
        "statement": check.statement,
        "verdict": outcome.verdict,
        "note": masked_text(outcome.note),
        "faults": len(outcome.faults),
        "shown": [_fault(one, exchanges.index(one.exchange)) for one in faults],
        "exhibits": [_exhibit(one, audit) for one in exchanges],
    }


def _fault(fault: Fault, exhibit: int) -> dict[str, object]:
    """Write one fault, with the part of the answer that it stands in, and which answer."""
    part = value_at(fault.exchange.document, fault.where.partition(" ")[0])
    return {
        "where": masked_text(fault.where),
        "reason": masked_reason(fault.where, fault.reason, dialect_of(fault.exchange)),
        "excerpt": masked_tree(part, dialect_of(fault.exchange))
        if isinstance(part, Mapping)
        else "",
        "exhibit": exhibit,
    }


def _exhibit(exchange: Exchange, audit: Audit) -> dict[str, object]:
    """Show what was asked and sent, what came back, and the command that asks it again.

    A delivery goes the other way: what was sent is the audited system's, the answer is ours.
    """
    sent, answer, dialect = exchange.sent, exchange.body, dialect_of(exchange)
    if exchange.purpose is Purpose.DELIVERY:
        sent, answer = exchange.body, b""
    return {
        "purpose": exchange.purpose,
        "at": exchange.at.isoformat(),
        "request": f"{exchange.method} {_address(exchange)}",
        "sent": masked_body(sent, dialect) if sent else "",
        "status": exchange.status,
        "failure": exchange.failure,
        "elapsed_s": round(exchange.elapsed_s, 3),
        "answer": masked_body(answer, dialect) if answer else "",
        "replay": replay_of(exchange, audit.target, audit.profile),
    }


def _address(exchange: Exchange) -> str:
    if exchange.purpose is Purpose.LINK:
        return masked_link(exchange.url, LINK_PATH)
    return masked_text(exchange.url)


def dialect_of(exchange: Exchange) -> Dialect:
    """Say what an exchange is written in: messages of the Hub and missions speak of patients."""
    if exchange.purpose in ABOUT_MISSIONS:
        return Dialect.MISSIONS
    return Dialect.HUB if exchange.method == "AMQP" else Dialect.FHIR


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


def _require_the_same(audit: Audit, earlier: Json, rank: int) -> None:
    """Compare what is comparable: reports whole, of this profile and of this target."""
    about = {"profile": audit.profile, "target": masked_address(audit.target)}
    for field, ours in about.items():
        if earlier.get(field) != ours:
            raise EarlierRefused(
                rank, field, f"{earlier.get(field)!r}, et cet audit est de {ours!r}"
            )
    checks = earlier.get("checks")
    if not isinstance(checks, list):
        raise EarlierRefused(rank, "checks", "n'est pas une liste")
    for at, one in enumerate(checks):
        for field in ("check", "verdict"):
            if not isinstance(one, Mapping) or not isinstance(one.get(field), str):
                raise EarlierRefused(rank, f"checks[{at}].{field}", "est absent")
        if one["verdict"] not in set(Verdict):
            raise EarlierRefused(
                rank, f"checks[{at}].verdict", f"{one['verdict']!r} n'est pas un verdict"
            )


def _verdicts(report: Json) -> Mapping[str, str]:
    checks = report["checks"]
    assert isinstance(checks, list), "earlier reports are looked over first"
    return {str(one["check"]): str(one["verdict"]) for one in checks}
