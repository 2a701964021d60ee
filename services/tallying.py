"""What is counted of the cases decided in a while, read from the journal, the outbox, the news."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache

from regulation.assessment import assess
from regulation.cases import Case, CaseState
from regulation.decisions import Decision
from regulation.disclosure import MissionOrder
from regulation.events import EventKind
from regulation.kernel.ids import Identifier
from regulation.kernel.modes import LegKind
from regulation.messages import Channel
from regulation.proposals import Orientation, OrientationProposal
from regulation.tallies import AskedMission, MissionFate, OrientedCase
from services.runtime import Runtime
from services.store import Store, Unit
from transport.reports import Answer

COUNTED = frozenset(
    {CaseState.DECIDED, CaseState.UNDER_WAY, CaseState.CLOSED, CaseState.HANDED_TO_AMU}
)
"""States in which a decision holds; one taken back or cancelled is not counted."""

FATES = {
    Answer.ACCEPTED: MissionFate.ACCEPTED,
    Answer.PARTLY: MissionFate.ACCEPTED,
    Answer.REFUSED: MissionFate.REFUSED,
}
"""An answer put off is none yet."""


def oriented_since(store: Store, runtime: Runtime, since: datetime) -> Sequence[OrientedCase]:
    """Read what is counted of the cases decided since then whose decision holds."""
    commune_of = cache(runtime.gazetteer.nearest)
    with store.reading() as unit:
        last = {one.case_id: one for one in unit.journal.decisions_since(since)}
        return tuple(
            _counted(unit, case, decision, runtime, commune_of(case.patient.position))
            for case, decision in _holding(unit, last.values())
        )


def _holding(unit: Unit, decisions: Iterable[Decision]) -> Iterator[tuple[Case, Decision]]:
    for decision in decisions:
        case = unit.cases.find(decision.case_id)
        if case is not None and case.state in COUNTED:
            yield case, decision


def _counted(
    unit: Unit, case: Case, decision: Decision, runtime: Runtime, commune: str
) -> OrientedCase:
    answer = unit.journal.get_orientation(decision.orientation_id).orientation
    chosen = answer.at_rank(decision.rank)
    rulebook = runtime.rules_at(decision.at)
    return OrientedCase(
        profile=assess(case.mobility, rulebook, decision.at).vehicle_class,
        commune=commune,
        asked_at=case.caller.at,
        care_at=chosen.care.start if chosen.care else None,
        road_m=_road_m(chosen),
        chosen=chosen.effecteur.effecteur.effecteur_id if chosen.effecteur else None,
        proposed=frozenset(_places(answer, chosen)),
        missions=tuple(_missions(unit, case.case_id, runtime.clock.now())),
    )


def _places(answer: Orientation, chosen: OrientationProposal) -> Iterator[Identifier]:
    """Yield the places that were ranked, and the one chosen: a cheaper one is there besides."""
    for one in answer.proposals:
        if one.effecteur is not None and (one is chosen or not one.spares_cents):
            yield one.effecteur.effecteur.effecteur_id


def _road_m(chosen: OrientationProposal) -> int | None:
    return next((leg.distance_m for leg in chosen.legs if leg.kind is LegKind.OUTWARD), None)


def _missions(unit: Unit, case_id: str, now: datetime) -> Iterator[AskedMission]:
    answers = {
        str(one.event.facts["mission_id"]): FATES.get(Answer(str(one.event.facts["answer"])))
        for one in unit.events.after(0, case_id=case_id)
        if one.event.kind is EventKind.RIDE_ANSWERED
    }
    for delivery in unit.outbox.of_case(case_id):
        order = delivery.message.body
        if delivery.message.channel is Channel.TRANSPORTER and isinstance(order, MissionOrder):
            overdue = MissionFate.SILENT if order.answer_by <= now else MissionFate.AWAITED
            fate = answers.get(order.mission_id) or overdue
            yield AskedMission(company=delivery.message.recipient, fate=fate)
