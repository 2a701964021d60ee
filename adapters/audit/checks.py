"""A check: what a text requires, and how an answer is judged by it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapters.audit.exchanges import Evidence, Exchange


class Level(StrEnum):
    """How binding a requirement is; MEASURE is a figure of reliability nobody requires."""

    SHALL = "SHALL"
    SHALL_NOT = "SHALL NOT"
    SHOULD = "SHOULD"
    MEASURE = "MEASURE"

    @property
    def is_binding(self) -> bool:
        """Tell whether failing it makes the audited system non-conforming."""
        return self in {Level.SHALL, Level.SHALL_NOT}


class Verdict(StrEnum):
    """What a check found. NOT_PROVABLE: not from outside, or nothing there to judge.

    NOT_RUN: the audit broke off, or what would prove it wasn't tried.
    """

    PASS = "PASS"  # noqa: S105  a verdict, not a password
    FAIL = "FAIL"
    NOT_PROVABLE = "NOT_PROVABLE"
    NOT_RUN = "NOT_RUN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is not as required: where in which answer, and why, in French."""

    exchange: Exchange
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class NotProvable:
    """Why nothing can be said, in French."""

    reason: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Faults found, and the figure that a reader of the report wants to see."""

    figure: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class NotTried:
    """What would have to be tried to say something, in French; the auditor didn't."""

    reason: str


Judgement = Sequence[Fault] | Measured | NotProvable | NotTried
Judge = Callable[[Evidence], Judgement]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check. `requirements` are the ids of the rows or elements it proves."""

    check_id: str
    requirements: tuple[str, ...]
    level: Level
    statement: str
    judge: Judge


def shall(check_id: str, requirements: str, statement: str, judge: Judge) -> Check:
    """Make a check of what a text requires; ids of requirements are separated by spaces."""
    return _check(Level.SHALL, check_id, requirements, statement, judge)


def shall_not(check_id: str, requirements: str, statement: str, judge: Judge) -> Check:
    """Make a check of what a text forbids."""
    return _check(Level.SHALL_NOT, check_id, requirements, statement, judge)


def should(check_id: str, requirements: str, statement: str, judge: Judge) -> Check:
    """Make a check of what a text recommends."""
    return _check(Level.SHOULD, check_id, requirements, statement, judge)


def measure(check_id: str, statement: str, judge: Judge) -> Check:
    """Make a check of reliability that no text requires."""
    return _check(Level.MEASURE, check_id, "", statement, judge)


def _check(level: Level, check_id: str, requirements: str, statement: str, judge: Judge) -> Check:
    return Check(
        check_id=check_id,
        requirements=tuple(requirements.split()),
        level=level,
        statement=statement,
        judge=judge,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a check found; `note` is the figure measured, or why nothing is proved."""

    check: Check
    verdict: Verdict
    note: str = ""
    faults: tuple[Fault, ...] = ()


def run(check: Check, evidence: Evidence) -> Outcome:
    """Judge the evidence by one check; who isn't let in accuses nobody, and clears nobody."""
    judged = check.judge(evidence)
    if check.level.is_binding and evidence.is_shut_out and not isinstance(judged, NotTried):
        judged = shut_out(evidence.exchanges)
    if isinstance(judged, NotProvable | NotTried):
        missing = evidence.stopped is not None or isinstance(judged, NotTried)
        verdict = Verdict.NOT_RUN if missing else Verdict.NOT_PROVABLE
        return Outcome(check=check, verdict=verdict, note=evidence.stopped or judged.reason)
    note = judged.figure if isinstance(judged, Measured) else ""
    faults = judged.faults if isinstance(judged, Measured) else tuple(judged)
    verdict = Verdict.FAIL if faults else Verdict.PASS
    return Outcome(check=check, verdict=verdict, note=note, faults=faults)


def shut_out(asked: Sequence[Exchange]) -> NotProvable:
    """Say that nobody let us in, and how we were turned away."""
    told = ", ".join(dict.fromkeys(one.failure or f"HTTP {one.status}" for one in asked))
    return NotProvable(
        f"personne ne nous a laissés entrer ({told}) : adresse, certificat ou droits à vérifier"
    )


def cannot_prove(reason: str) -> Judge:
    """Make the judge of a requirement that no answer can prove."""
    return lambda _: NotProvable(reason)
