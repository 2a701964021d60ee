"""Deciding from the screen: the call is kept as it was told, answered again, and what was read
on the screen is decided, or the difference is shown. Nothing is ever decided that was not read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from regulation.cases import Case
from regulation.decisions import Actor, Decision
from regulation.ports import RecordedOrientation
from regulation.proposals import OrientationProposal
from services.answering import Answered
from services.casework import Casework
from services.console.proposals import digest_of, keys_of
from services.deciding import DecisionAsked, Outcome
from services.refusals import Conflict, OutOfDate

ATTEMPTS = 3
"""How often a decision is tried while others keep taking what it rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the operator chose: which proposal, in the version that was read, and why."""

    key: str
    digest: str
    motive: str
    idempotency_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was read can't be decided any more; `now`: as it now can be (None: it is gone)."""

    fresh: RecordedOrientation
    now: OrientationProposal | None


def settle(
    work: Casework,
    case: Case,
    choice: Choice,
    actor: Actor,
    ready: Answered | None,
    *,
    attempts: int = ATTEMPTS,
) -> Outcome | Moved:
    """Decide what was read; sent twice, it is decided once.

    `ready`: the answer that was on the screen, when it is still at hand. Raise DecisionRefused
    when the actor may not, Conflict when the case is decided otherwise.
    """
    try:
        recorded = work.answer(case, actor.actor_id, ready)
    except Conflict:
        return _already(work, case, choice, actor)
    now = _same(recorded.orientation.proposals, choice)
    if now is None or digest_of(now) != choice.digest or not attempts:
        return Moved(fresh=recorded, now=now)
    try:
        return work.decide(_asked(case, choice, actor, now.rank, recorded.orientation_id))
    except OutOfDate:  # somebody took what it rests on meanwhile: look again
        return settle(work, case, choice, actor, None, attempts=attempts - 1)


def _already(work: Casework, case: Case, choice: Choice, actor: Actor) -> Outcome:
    """Return the outcome of this very command; raise Conflict when another one decided."""
    for done in work.read_case(case.case_id, actor.actor_id).decisions:
        if done.idempotency_key == choice.idempotency_key:
            return work.decide(_repeat(done))
    raise Conflict("case_id", "the case has been decided by somebody else")


def _repeat(done: Decision) -> DecisionAsked:
    return DecisionAsked(
        case_id=done.case_id,
        rank=done.rank,
        motive=done.motive,
        actor=done.actor,
        idempotency_key=done.idempotency_key,
        orientation_id=done.orientation_id,
    )


def _asked(
    case: Case, choice: Choice, actor: Actor, rank: int, orientation_id: str
) -> DecisionAsked:
    return DecisionAsked(
        case_id=case.case_id,
        rank=rank,
        motive=choice.motive,
        actor=actor,
        idempotency_key=choice.idempotency_key,
        orientation_id=orientation_id,
    )


def _same(proposals: Sequence[OrientationProposal], choice: Choice) -> OrientationProposal | None:
    """Find what was chosen, in the version that was read if it is still there."""
    read = (one for one in proposals if digest_of(one) == choice.digest)
    keyed = zip(proposals, keys_of(proposals), strict=True)
    now = (one for one, key in keyed if key == choice.key)
    return next(read, None) or next(now, None)
