"""From what candidates offer to the care stops among which transport may choose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from regulation.effecteurs import CareCode, EffecteurKind
from regulation.eligibility import Candidate, receives_without_agenda
from regulation.kernel.ids import Identifier
from regulation.kernel.journeys import CareStop
from regulation.kernel.modes import Encounter
from regulation.kernel.observed import Freshness
from regulation.kernel.time import TimeWindow
from regulation.offers import Agenda, Booking, Slot, SlotMode
from regulation.proposals import ProposalKind

MINUTE, DAY_S = timedelta(minutes=1), 86_400
BEYOND: Mapping[str, int] = {"beyond_agenda": 1}

ENCOUNTERS = {
    SlotMode.AMB: Encounter.PATIENT_TRAVELS,
    SlotMode.HH: Encounter.TEAM_TRAVELS,
    SlotMode.VR: Encounter.REMOTE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CareParameters:
    """How long care takes and how places without appointments are sampled in time.

    `care_length` is the planned quantile of a consultation; `remote_confirmed` the needs for
    which no physical examination is awaited.
    """

    care_length: timedelta
    ed_length: timedelta
    pharmacy_length: timedelta
    doors_open_before: timedelta
    walkin_step: timedelta
    walkin_horizon: timedelta
    remote_confirmed: frozenset[CareCode]


@dataclass(frozen=True, slots=True, kw_only=True)
class StopFacts:
    """What regulation knows of a care stop, and transport needn't."""

    kind: ProposalKind
    candidate: Candidate
    mode: SlotMode
    slot: Slot | None
    agenda: Agenda | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopContext:
    """What the stops of one request are drawn from: of those that begin within a part of time."""

    now: datetime
    deadline: datetime
    code: CareCode
    parameters: CareParameters
    preferred: Identifier | None
    recent: Mapping[Identifier, int]
    visit_is_scarce: bool
    ed_is_avoidable: bool
    since: datetime | None = None
    until: datetime | None = None

    def is_in_time(self, start: datetime) -> bool:
        """Tell whether a stop that begins then is wanted."""
        begun = self.since is None or self.since <= start
        return begun and (self.until is None or start < self.until)

    def may_begin(self, earliest: datetime) -> bool:
        """Tell whether anything may be wanted of what begins then or later."""
        return self.until is None or earliest < self.until

    def may_offer(self, slot: Slot) -> bool:
        """Tell whether a stop of the slot may be wanted: a range to come in has several."""
        return self.may_begin(slot.begins) if slot.is_range else self.is_in_time(slot.begins)

    def offered(self, slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
        """Return the slots of which a stop may be wanted."""
        if self.since is None and self.until is None:
            return slots
        return tuple(slot for slot in slots if self.may_offer(slot))


def care_stops(
    candidates: tuple[Candidate, ...], context: StopContext
) -> tuple[tuple[CareStop, ...], Mapping[str, StopFacts]]:
    """List every care stop of the candidates, on top of their agendas too, with the facts behind
    each."""
    stops: list[CareStop] = []
    facts: dict[str, StopFacts] = {}
    for candidate in candidates:
        for stop, fact in _stops_of(candidate, context):
            stops.append(stop)
            facts[stop.stop_id] = fact
    return tuple(stops), facts


def _stops_of(candidate: Candidate, context: StopContext) -> Iterator[tuple[CareStop, StopFacts]]:
    if receives_without_agenda(candidate.effecteur):
        yield from _open_door_stops(candidate, context)
        return
    for agenda in (candidate.agenda, candidate.extra):
        if agenda is not None:
            yield from _slot_stops(candidate, agenda, context)


def _slot_stops(
    candidate: Candidate, agenda: Agenda, context: StopContext
) -> Iterator[tuple[CareStop, StopFacts]]:
    if agenda.first is None or not context.may_begin(agenda.first):
        return
    slots = context.offered(agenda.takeable_at(context.now))
    if not slots:
        return
    offices = {mode: _Office.of(candidate, agenda, mode, context) for mode in candidate.modes}
    for slot in slots:
        for mode in _both(slot.modes, candidate.modes):
            yield from offices[mode].stops(slot, context)


@cache
def _both(some: frozenset[SlotMode], others: frozenset[SlotMode]) -> tuple[SlotMode, ...]:
    """The modes that are among both, in order: there are few sets of them."""
    return tuple(sorted(some & others))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    """What all the stops of one agenda in one mode have in common."""

    candidate: Candidate
    agenda: Agenda
    mode: SlotMode
    kind: ProposalKind
    place_id: str
    encounter: Encounter
    penalties: Mapping[str, int]

    @classmethod
    def of(
        cls, candidate: Candidate, agenda: Agenda, mode: SlotMode, context: StopContext
    ) -> "_Office":
        """Make it for one request."""
        return cls(
            candidate=candidate,
            agenda=agenda,
            mode=mode,
            kind=_kind(candidate, mode),
            place_id=str(candidate.effecteur.effecteur_id),
            encounter=ENCOUNTERS[mode],
            penalties=_penalties(candidate, agenda, mode, context),
        )

    def stops(self, slot: Slot, context: StopContext) -> Iterator[tuple[CareStop, StopFacts]]:
        """Yield the stops of one slot: one, or as many as a range to come in is sampled."""
        fact = StopFacts(
            kind=self.kind,
            candidate=self.candidate,
            mode=self.mode,
            slot=slot,
            agenda=self.agenda,
        )
        length = context.parameters.care_length
        if slot.is_range:
            for start in _sampled(slot.window, context):
                yield self._stop(slot, start, start + length, context), fact
        else:
            start = slot.begins
            yield self._stop(slot, start, max(start + length, slot.ends), context), fact

    def _stop(self, slot: Slot, start: datetime, end: datetime, context: StopContext) -> CareStop:
        return CareStop(
            stop_id=f"{slot.slot_id}/{self.mode}/{start.day}/{start.hour}/{start.minute}",
            place_id=self.place_id,
            slot_key=slot.slot_id,
            encounter=self.encounter,
            position=self.candidate.effecteur.position,
            start=start,
            end=end,
            doors_open=start - context.parameters.doors_open_before,
            penalties={**self.penalties, **_beyond(slot), **_timing(start, context)},
        )


def _sampled(window: TimeWindow, context: StopContext) -> Iterator[datetime]:
    """Sample a range in which one may come, from the first instant one could, wherever it is in
    time."""
    step = context.parameters.walkin_step
    start = max(window.start.astimezone(UTC), context.now)
    last = min(window.end, start + context.parameters.walkin_horizon)
    while start < last:
        if context.is_in_time(start):
            yield start
        start += step


def _beyond(slot: Slot) -> Mapping[str, int]:
    return BEYOND if slot.booking is Booking.PHONE else {}


def _open_door_stops(
    candidate: Candidate, context: StopContext
) -> Iterator[tuple[CareStop, StopFacts]]:
    effecteur, parameters = candidate.effecteur, context.parameters
    is_ed = effecteur.kind is EffecteurKind.ED
    length = parameters.ed_length if is_ed else parameters.pharmacy_length
    fact = StopFacts(
        kind=ProposalKind.ED if is_ed else ProposalKind.PHARMACY,
        candidate=candidate,
        mode=SlotMode.AMB,
        slot=None,
        agenda=None,
    )
    penalties = _penalties(candidate, None, SlotMode.AMB, context)
    if is_ed and context.ed_is_avoidable:
        penalties["avoidable_ed"] = 1
    upcoming = [window for window in effecteur.open_windows if window.end > context.now]
    for window in sorted(upcoming, key=lambda w: w.start)[:2]:
        for start in _sampled(window, context):
            stop = CareStop(
                stop_id=f"{effecteur.effecteur_id}/{start.day}/{start.hour}/{start.minute}",
                place_id=str(effecteur.effecteur_id),
                encounter=Encounter.PATIENT_TRAVELS,
                position=effecteur.position,
                start=start,
                end=start + length,
                doors_open=start - parameters.doors_open_before,
                penalties={**penalties, **_timing(start, context)},
            )
            yield stop, fact


def least_quantities(context: StopContext) -> dict[str, int] | None:
    """Quantities that every stop has at least that does not begin before `until`; None: none."""
    return None if context.until is None else _timing(context.until, context)


def _timing(start: datetime, context: StopContext) -> dict[str, int]:
    delay = start - context.now  # nothing begins before now
    timing = {"delay_s": delay.days * DAY_S + delay.seconds}
    if start > context.deadline:
        timing["late_min"] = -((context.deadline - start) // MINUTE)
    return timing


def _penalties(
    candidate: Candidate, agenda: Agenda | None, mode: SlotMode, context: StopContext
) -> dict[str, int]:
    effecteur_id = candidate.effecteur.effecteur_id
    stale = agenda is not None and agenda.slots.freshness(context.now) is Freshness.STALE
    quantities = {
        "stale_source": int(stale),
        "recent_orientations": context.recent.get(effecteur_id, 0),
        "not_preferred": int(context.preferred not in {None, effecteur_id}),
    }
    if mode is SlotMode.AMB:
        quantities.update(candidate.premises_penalties())
    quantities.update(_encounter_penalties(candidate, mode, context))
    return {name: amount for name, amount in quantities.items() if amount}


def _encounter_penalties(
    candidate: Candidate, mode: SlotMode, context: StopContext
) -> dict[str, int]:
    confirmed = context.code in context.parameters.remote_confirmed
    match mode:
        case SlotMode.HH:
            return {"scarce_visit": int(context.visit_is_scarce)}
        case SlotMode.VR:
            return {"remote_unconfirmed": int(not confirmed)}
        case SlotMode.AMB:  # pragma: no branch  the last one
            assisted = candidate.effecteur.kind is EffecteurKind.TELE
            return {"assisted_remote_unconfirmed": int(assisted and not confirmed)}


def _kind(candidate: Candidate, mode: SlotMode) -> ProposalKind:
    match mode:
        case SlotMode.HH:
            return ProposalKind.HOME_VISIT
        case SlotMode.VR:
            return ProposalKind.TELECONSULTATION
        case SlotMode.AMB:  # pragma: no branch  the last one
            if candidate.effecteur.kind is EffecteurKind.TELE:
                return ProposalKind.ASSISTED_TELECONSULTATION
            return ProposalKind.CONSULTATION
