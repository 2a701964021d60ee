"""Whom of a community to ask: those whom the rules would propose, had they accepted."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from regulation.cases import Case
from regulation.declarations import SHUT
from regulation.effecteurs import Effecteur
from regulation.eligibility import Candidate, judge_one
from regulation.kernel.ids import Identifier
from regulation.marketplace import Appeal, Community, Taking, with_takers
from regulation.snapshots import Snapshot
from regulation.usecases import Desk, question_on
from services.refusals import Conflict

AN_HOUR_TO_COME = timedelta(minutes=1)
"""When a member is supposed to have accepted for; no rule looks at which hour it is."""


def whom_to_ask(
    community: Community, case: Case, snapshot: Snapshot, desk: Desk, now: datetime
) -> tuple[Identifier, ...]:
    """Return the members whose care answers the need, who don't say that they take nobody, and
    whom no rule would exclude once they accept. Raise Conflict when there is none.
    """
    free = [one for one in _answering(community, case, snapshot) if _is_free(one, snapshot, now)]
    supposed = [_as_if_accepted(one, community, case, now) for one in free]
    question = question_on(case, with_takers(snapshot, supposed, now), desk, now)
    kept = tuple(
        one.effecteur_id for one in free if isinstance(judge_one(one, question), Candidate)
    )
    if not kept:
        reason = f"aucun membre de {community.name} ne peut prendre ce patient en ce moment"
        raise Conflict("community", reason)
    return kept


def _answering(community: Community, case: Case, snapshot: Snapshot) -> Iterator[Effecteur]:
    for member in community.members:
        known = snapshot.effecteurs.get(member)
        if known is not None and case.need.code in known.care:
            yield known


def _is_free(one: Effecteur, snapshot: Snapshot, now: datetime) -> bool:
    said = snapshot.declarations.get(one.effecteur_id)
    return said is None or said.status_at(now) not in SHUT


def _as_if_accepted(one: Effecteur, community: Community, case: Case, now: datetime) -> Appeal:
    return Appeal(
        appeal_id=str(one.effecteur_id),
        case_id=case.case_id,
        community_id=community.community_id,
        asked=(one.effecteur_id,),
        asked_at=now,
        until=now,
        taken=Taking(effecteur_id=one.effecteur_id, at=now, care_at=now + AN_HOUR_TO_COME),
    )
