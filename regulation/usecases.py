"""What services and simulations run: synchronous, a snapshot and `now` in, an answer out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import Protocol

from regulation.assessment import assess
from regulation.care_stops import (
    CareParameters,
    StopContext,
    StopFacts,
    care_stops,
    least_quantities,
    offers_in_time,
)
from regulation.cases import CareLevel, Case
from regulation.competences import competences_for
from regulation.effecteurs import CareCode
from regulation.eligibility import Candidate, Exclusion, Question, judge, judge_one
from regulation.explanations import (
    advice_proposal,
    amu_proposal,
    journey_proposal,
    unserved_proposal,
)
from regulation.indications import indications_for
from regulation.kernel.ids import Identifier
from regulation.kernel.journeys import (
    CareStop,
    JourneyRequest,
    PharmacyStop,
    PlannedJourney,
    Sparing,
)
from regulation.kernel.modes import PharmacyNeed
from regulation.kernel.pairings import PairingResult
from regulation.kernel.places import Position, crow_distance_m
from regulation.kernel.planner import Budget, JourneyPlanner
from regulation.kernel.time import Calendar, fixed
from regulation.kernel.travel import LegRates
from regulation.kernel.watching import Watch, unwatched
from regulation.mobility import MobilityVerdict, VehicleClass
from regulation.premises import premises_rules
from regulation.proposals import Orientation, OrientationProposal, SolverReport
from regulation.red_flags import advised, lifted_in_force, standing_flags
from regulation.riding import RidingParameters, effective_class, rider_needs
from regulation.rules import Fired, RuleBook
from regulation.snapshots import Snapshot
from regulation.telling import Answering, Journey


class Pricing(Protocol):
    """Makes the rates of one person."""

    def __call__(self, case: Case, verdict: MobilityVerdict, at: datetime) -> LegRates:
        """Return the rates of the legs of the case under the rules of the instant."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationParameters:
    """Figures of the orientation, from the rule book.

    `pharmacy_stakes`: quantity of the term `missed_pharmacy`, in thousandths, when the way home
    passes by no pharmacy. `horizons`: so far ahead stops are looked at first, further only when
    they can still matter. `sparing`: how a journey is looked for, besides those, that costs the
    patient less (None: it isn't), among so many of the nearest places.
    """

    care: CareParameters
    riding: RidingParameters
    deadlines: Mapping[CareLevel, timedelta]
    pharmacy_stakes: Mapping[PharmacyNeed, int]
    scarce_visit_classes: frozenset[VehicleClass]
    ed_avoided_levels: frozenset[CareLevel]
    visit_reach_m: float
    horizons: tuple[timedelta, ...] = ()
    sparing: Sparing | None = None
    sparing_places: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every decision of a territory rests on besides the case and the snapshot.

    `recent` counts today's orientations by effecteur (fairness); `watch` is told of each part.
    """

    rulebook: RuleBook
    planner: JourneyPlanner
    parameters: OrientationParameters
    pricing: Pricing
    calendar: Calendar
    recent: Mapping[Identifier, int] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    watch: Watch = unwatched


def propose_orientations(case: Case, snapshot: Snapshot, desk: Desk, now: datetime) -> Orientation:
    """Answer a case: hand over, advise, or rank joint journeys; there is always an answer."""
    now = fixed(now)
    reasons = reasons_for_amu(case, desk, now)
    if reasons:
        return _answer(case, snapshot, desk, (amu_proposal(reasons),))
    advice = advised(case, desk.rulebook, now)
    if advice:
        return _answer(case, snapshot, desk, (advice_proposal(advice),))
    with desk.watch("rules"):
        question = question_on(case, snapshot, desk, now)
        indications = indications_for(case, question.verdict, desk.rulebook, desk.calendar, now)
        candidates, excluded = judge(question)
    paired = _pair(question, candidates, desk)
    context = Answering(question=question, excluded=excluded, indications=indications)
    proposals = _proposals(context, paired) or (unserved_proposal(context, paired.stops),)
    report = _report(paired.result)
    return _answer(case, snapshot, desk, proposals, solver=report, excluded=excluded)


def question_on(case: Case, snapshot: Snapshot, desk: Desk, now: datetime) -> Question:
    """Return what the eligibility of each effecteur is judged on."""
    verdict = assess(case.mobility, desk.rulebook, now)
    return Question(
        case=case,
        verdict=verdict,
        snapshot=snapshot,
        now=now,
        visit_reach_m=desk.parameters.visit_reach_m,
        premises=premises_rules(desk.rulebook, now),
        lifted=tuple(lifted_in_force(case, desk.rulebook, now)),
        competences=competences_for(case, verdict, desk.rulebook, now),
    )


@dataclass(frozen=True, slots=True)
class _Paired:
    """What the planner answered, and the stops it chose from with the facts behind them.

    `ranked` (None: all) counts the journeys ranked by the usual objective: one after them spares
    the patient money on what the cheapest of them costs, `least_cents`.
    """

    result: PairingResult
    stops: tuple[CareStop, ...]
    facts: Mapping[str, StopFacts]
    ranked: int | None = None
    least_cents: int = 0

    def after(self, earlier: "_Paired") -> "_Paired":
        """Add what was known of stops that were not listed again."""
        return _Paired(
            self.result.after(earlier.result),
            (*earlier.stops, *self.stops),
            {**earlier.facts, **self.facts},
        )

    def journeys(self, case_id: str) -> Sequence[PlannedJourney]:
        """Return the journeys of the case, in order."""
        return self.result.journeys.get(case_id, ())

    def told(self, case_id: str) -> Iterator[tuple[PlannedJourney, StopFacts, int]]:
        """Yield each journey with the facts of its stop and the cents it spares the patient."""
        journeys = self.journeys(case_id)
        for number, journey in enumerate(journeys):
            facts, spares = self.facts[journey.stop.stop_id], 0
            if self.ranked is not None and number >= self.ranked:
                spares = self.least_cents - journey.patient_cents
            yield journey, facts, spares


def _pair(question: Question, candidates: tuple[Candidate, ...], desk: Desk) -> _Paired:
    """Pair on the stops of the next hours; on later ones too as long as one of them could matter.

    A later stop has a longer delay, so that what is in hand tells whether any could.
    """
    with desk.watch("care stops"):
        context, request = _stop_context(question, desk), _journey_request(question, desk)
    limits = [question.now + horizon for horizon in sorted(desk.parameters.horizons)]
    parts = [
        replace(context, since=since, until=until)
        for since, until in pairwise([None, *limits, None])
    ]
    paired = _pair_within(parts[0], candidates, request, question.now, desk)
    for part in parts[1:]:
        if not paired.result.unsettled:
            break
        known = replace(request, in_hand=tuple(paired.journeys(request.request_id)))
        paired = _pair_within(part, candidates, known, question.now, desk).after(paired)
    if question.verdict.funding.is_cost_open:  # what one pays is not known: what is spared neither
        return paired
    return _pair_sparing(context, candidates, request, paired, desk)


def _pair_sparing(
    context: StopContext,
    candidates: tuple[Candidate, ...],
    request: JourneyRequest,
    paired: _Paired,
    desk: Desk,
) -> _Paired:
    """Add a journey in time that costs the patient less, when all those in hand cost enough.

    What was proven of those stays as it is told.
    """
    sparing, in_hand = desk.parameters.sparing, tuple(paired.journeys(request.request_id))
    if sparing is None or not in_hand or sparing.least_cents(in_hand) < sparing.gain_cents:
        return paired
    in_time = replace(context, until=context.deadline + INSTANT)
    known = replace(request, in_hand=in_hand, sparing=sparing)
    near = _nearest(desk.parameters.sparing_places, candidates, request.origin, in_time)
    left_s = max(0.0, desk.budget.wall_s - paired.result.wall_ms / 1000)
    brief = replace(desk, budget=replace(desk.budget, wall_s=left_s))
    found = _pair_within(in_time, near, known, context.now, brief).after(paired)
    proven = replace(found.result, status=paired.result.status, bound=paired.result.bound)
    least = sparing.least_cents(in_hand)
    return replace(found, result=proven, ranked=len(in_hand), least_cents=least)


INSTANT = timedelta(microseconds=1)


def _nearest(
    many: int, candidates: tuple[Candidate, ...], origin: Position, context: StopContext
) -> tuple[Candidate, ...]:
    """Return the candidates nearest to somebody, who has less to pay to get to them, of those that
    have something to offer in time."""
    near = sorted(candidates, key=lambda one: crow_distance_m(one.effecteur.position, origin))
    return tuple(islice((one for one in near if offers_in_time(one, context)), many))


def _pair_within(
    context: StopContext,
    candidates: tuple[Candidate, ...],
    request: JourneyRequest,
    now: datetime,
    desk: Desk,
) -> _Paired:
    with desk.watch("care stops"):
        stops, facts = care_stops(candidates, context)
        asked = replace(request, stops=stops, unlisted=least_quantities(context))
    return _Paired(desk.planner.pair((asked,), now, desk.budget), stops, facts)


def reasons_for_amu(case: Case, desk: Desk, now: datetime) -> tuple[Fired, ...]:
    """Red flags that nobody lifted, R2 without a deadline of a regulating doctor among them."""
    return tuple(one.rule for one in standing_flags(case, desk.rulebook, now))


def deadline_of(case: Case, parameters: OrientationParameters) -> datetime:
    """Return the instant by which the patient should be seen."""
    need = case.need
    return fixed(case.caller.at) + (need.deadline or parameters.deadlines[need.care_level])


def _stop_context(question: Question, desk: Desk) -> StopContext:
    case = question.case
    return StopContext(
        now=question.now,
        deadline=deadline_of(case, desk.parameters),
        code=case.need.code,
        parameters=desk.parameters.care,
        preferred=case.preferred_effecteur,
        recent=desk.recent,
        visit_is_scarce=effective_class(question.verdict) in desk.parameters.scarce_visit_classes,
        ed_is_avoidable=case.need.care_level in desk.parameters.ed_avoided_levels,
    )


def _journey_request(question: Question, desk: Desk) -> JourneyRequest:
    """Make the request, its care stops left out."""
    case, verdict = question.case, question.verdict
    wanted = case.pharmacy_stop is not PharmacyNeed.NONE
    return JourneyRequest(
        request_id=case.case_id,
        origin=case.patient.position,
        home=case.home,
        ready_at=question.now,
        needs=rider_needs(case, verdict, desk.parameters.riding),
        stops=(),
        pharmacies=tuple(_pharmacies(question, desk)) if wanted else (),
        pharmacy_need=case.pharmacy_stop,
        pharmacy_stake=desk.parameters.pharmacy_stakes[case.pharmacy_stop],
        rates=desk.pricing(case, verdict, question.now),
    )


def _pharmacies(question: Question, desk: Desk) -> list[PharmacyStop]:
    service_s = int(desk.parameters.care.pharmacy_length.total_seconds())
    stops = []
    for effecteur in question.snapshot.answering(CareCode.PHARMACY):
        judged = judge_one(effecteur, question)
        if isinstance(judged, Candidate):
            stops.append(
                PharmacyStop(
                    stop_id=str(effecteur.effecteur_id),
                    position=effecteur.position,
                    open_windows=effecteur.open_windows,
                    service_s=service_s,
                    penalties=judged.premises_penalties(),
                )
            )
    return stops


def _proposals(context: Answering, paired: _Paired) -> tuple[OrientationProposal, ...]:
    told = paired.told(context.question.case.case_id)
    return tuple(
        journey_proposal(
            Journey(context=context, facts=facts, planned=planned, spares_cents=spares), rank
        )
        for rank, (planned, facts, spares) in enumerate(told, start=1)
    )


def _report(result: PairingResult) -> SolverReport:
    return SolverReport(
        status=result.status, wall_ms=result.wall_ms, bound=result.bound, shares=result.shares
    )


def _answer(
    case: Case,
    snapshot: Snapshot,
    desk: Desk,
    proposals: tuple[OrientationProposal, ...],
    *,
    solver: SolverReport | None = None,
    excluded: tuple[Exclusion, ...] = (),
) -> Orientation:
    return Orientation(
        case_id=case.case_id,
        snapshot_id=snapshot.snapshot_id,
        rules_version=desk.rulebook.version,
        solver=solver,
        proposals=proposals,
        excluded=excluded,
    )
