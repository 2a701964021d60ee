"""From what candidates offer to the care stops among which transport may choose."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

from regulation.effecteurs import CareCode, EffecteurKind
from regulation.eligibility import Candidate, receives_without_agenda
from regulation.kernel.ids import Identifier
from regulation.kernel.journeys import CareStop
from regulation.kernel.modes import Encounter
from regulation.kernel.observed import Freshness
from regulation.kernel.time import TimeWindow
from regulation.offers import RANGES, Agenda, Booking, Slot, SlotMode
from regulation.proposals import ProposalKind

MINUTE, DAY_S = timedelta(minutes=1), 86_400
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
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

    def offered(self, slots: tuple[Slot, ...]) -> tuple[Slot, ...]:
        """Return the slots of which a stop may be wanted: a range to come in has several."""
        since, until = self.since or EARLIEST, self.until or LATEST
        return tuple(
            slot
            for slot in slots  # thousands: no call for each of them
            if slot.begins < until and (since <= slot.begins or slot.booking in RANGES)
        )


@dataclass(frozen=True, slots=True)
class _Moment:
    """What all the stops that begin at one instant have in common; `penalties` are their sums with
    those of an office and of a way in, by both."""

    start: datetime
    doors_open: datetime
    told: str
    timing: Mapping[str, int]
    penalties: dict[tuple[int, bool], Mapping[str, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Listing:
    """The care stops drawn up so far, with the facts behind each.

    There are hundreds, of few instants and of few sorts of places: what they share is made once.
    """

    context: StopContext
    stops: list[CareStop] = field(default_factory=list)
    facts: dict[str, StopFacts] = field(default_factory=dict)
    _moments: dict[tuple[datetime, tzinfo | None], _Moment] = field(default_factory=dict)
    _sorts: dict[frozenset[tuple[str, int]], int] = field(default_factory=dict)

    def moment(self, start: datetime) -> _Moment:
        """Return what the stops that begin then have in common; an instant is told in its zone."""
        key = start, start.tzinfo
        known = self._moments.get(key)
        if known is None:
            known = self._moments[key] = _Moment(
                start=start,
                doors_open=start - self.context.parameters.doors_open_before,
                told=f"{start.day}/{start.hour}/{start.minute}",
                timing=_timing(start, self.context),
            )
        return known

    def sort(self, penalties: Mapping[str, int]) -> int:
        """Number the places that have the same penalties; most have none."""
        if not penalties:
            return -1
        return self._sorts.setdefault(frozenset(penalties.items()), len(self._sorts))

    def add(self, stop: CareStop, fact: StopFacts) -> None:
        """Add a stop."""
        self.stops.append(stop)
        self.facts[stop.stop_id] = fact


def care_stops(
    candidates: tuple[Candidate, ...], context: StopContext
) -> tuple[tuple[CareStop, ...], Mapping[str, StopFacts]]:
    """List every care stop of the candidates, on top of their agendas too, with the facts behind
    each."""
    listing, until = _Listing(context), context.until or LATEST
    for candidate in candidates:
        if receives_without_agenda(candidate.effecteur):
            _list_open_doors(candidate, listing)
            continue
        for agenda in (candidate.agenda, candidate.extra):
            if agenda is not None and agenda.first is not None and agenda.first < until:
                _list_slots(candidate, agenda, listing)
    return tuple(listing.stops), listing.facts


def offers_in_time(candidate: Candidate, context: StopContext) -> bool:
    """Tell whether a candidate may still be come to in a part of time."""
    now, until = context.now, context.until or LATEST
    if receives_without_agenda(candidate.effecteur):
        return any(one.start < until and one.end > now for one in candidate.effecteur.open_windows)
    agendas = filter(None, (candidate.agenda, candidate.extra))
    return any(slot.begins < until for one in agendas for slot in one.takeable_at(now))


def _list_slots(candidate: Candidate, agenda: Agenda, listing: _Listing) -> None:
    context, offices = listing.context, dict[SlotMode, _Office]()
    for slot in context.offered(agenda.takeable_at(context.now)):
        for mode in _both(slot.modes, candidate.modes):
            if mode not in offices:
                offices[mode] = _Office.of(candidate, agenda, mode, listing)
            offices[mode].list_stops(slot, listing)


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
    sort: int

    @classmethod
    def of(
        cls, candidate: Candidate, agenda: Agenda, mode: SlotMode, listing: _Listing
    ) -> "_Office":
        """Make it for one request."""
        penalties = _penalties(candidate, agenda, mode, listing.context)
        return cls(
            candidate=candidate,
            agenda=agenda,
            mode=mode,
            kind=_kind(candidate, mode),
            place_id=str(candidate.effecteur.effecteur_id),
            encounter=ENCOUNTERS[mode],
            penalties=penalties,
            sort=listing.sort(penalties),
        )

    def list_stops(self, slot: Slot, listing: _Listing) -> None:
        """List the stops of one slot: one, or as many as a range to come in is sampled."""
        fact = StopFacts(
            kind=self.kind,
            candidate=self.candidate,
            mode=self.mode,
            slot=slot,
            agenda=self.agenda,
        )
        length = listing.context.parameters.care_length
        if slot.booking not in RANGES:
            end = max(slot.begins + length, slot.ends)
            listing.add(self._stop(slot, listing.moment(slot.begins), end), fact)
            return
        for start in _sampled(slot.window, listing.context):
            listing.add(self._stop(slot, listing.moment(start), start + length), fact)

    def _stop(self, slot: Slot, moment: _Moment, end: datetime) -> CareStop:
        key = self.sort, slot.booking is Booking.PHONE
        penalties = moment.penalties.get(key)
        if penalties is None:
            penalties = {**self.penalties, **_beyond(slot), **moment.timing}
            moment.penalties[key] = penalties
        return CareStop(
            stop_id=f"{slot.slot_id}/{self.mode}/{moment.told}",
            place_id=self.place_id,
            slot_key=slot.slot_id,
            encounter=self.encounter,
            position=self.candidate.effecteur.position,
            start=moment.start,
            end=end,
            doors_open=moment.doors_open,
            penalties=penalties,
        )


def _sampled(window: TimeWindow, context: StopContext) -> Iterator[datetime]:
    """Sample a range in which one may come, from the first instant one could, wherever it is in
    time."""
    step = context.parameters.walkin_step
    start = max(window.start.astimezone(UTC), context.now)
    last = min(window.end, start + context.parameters.walkin_horizon)
    if context.until is not None:
        last = min(last, context.until)
    while start < last:
        if context.since is None or context.since <= start:
            yield start
        start += step


def _beyond(slot: Slot) -> Mapping[str, int]:
    return BEYOND if slot.booking is Booking.PHONE else {}


def _list_open_doors(candidate: Candidate, listing: _Listing) -> None:
    context, effecteur = listing.context, candidate.effecteur
    parameters = context.parameters
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
    for window in upcoming[:2]:
        for start in _sampled(window, context):
            moment = listing.moment(start)
            stop = CareStop(
                stop_id=f"{effecteur.effecteur_id}/{moment.told}",
                place_id=str(effecteur.effecteur_id),
                encounter=Encounter.PATIENT_TRAVELS,
                position=effecteur.position,
                start=start,
                end=start + length,
                doors_open=moment.doors_open,
                penalties={**penalties, **moment.timing},
            )
            listing.add(stop, fact)


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
    quantities = {"stale_source": int(stale)}
    if context.recent:
        quantities["recent_orientations"] = context.recent.get(effecteur_id, 0)
    if context.preferred is not None:
        quantities["not_preferred"] = int(context.preferred != effecteur_id)
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
