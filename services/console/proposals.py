"""What is shown of an answer: proposals as lines one can read aloud, and what was left out."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from regulation.effecteurs import Accessible
from regulation.explanations import KINDS_IN_FRENCH
from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import LegKind, Payer
from regulation.kernel.observed import Freshness
from regulation.measures import clock, kilometres, lasting
from regulation.offers import Availability, Booking
from regulation.premises import NAMES
from regulation.proposals import EffecteurFacts, Orientation, OrientationProposal, ProposalKind
from regulation.rules.sentences import in_euros
from regulation.snapshots import Snapshot
from regulation.telephones import as_dialled
from services.console.grounds import LeftOut, left_out, terms_told
from services.console.saying import say_proposal
from services.console.timeline import Stop, timeline
from services.console.words import (
    ACCESSIBLE,
    AVAILABILITY,
    BOOKINGS,
    MODES,
    PAYERS,
    PROVEN,
    ago,
    day_from,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something known of a proposal; `state` is one of ok, risk, late, unknown, plain."""

    text: str
    state: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProposal:
    """One proposal. `key` says which it is, `digest` in which version."""

    key: str
    digest: str
    rank: int
    kind: str
    clock: str
    day: str
    title: str
    way: str
    home: str
    cost: str
    payer: str
    payer_state: str
    facts: tuple[Fact, ...]
    stops: tuple[Stop, ...]
    said: str
    reasons: Sequence[str]
    warnings: Sequence[str]
    terms: tuple[tuple[str, str], ...]
    ends_here: bool
    own: bool = False
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """An answer, and on what it rests."""

    proposals: tuple[ShownProposal, ...]
    left_out: tuple[LeftOut, ...]
    proven: str
    snapshot_id: str
    rules_version: str

    @property
    def count_left_out(self) -> int:
        """Number of effecteurs left out."""
        return sum(one.count for one in self.left_out)


def shown_answer(
    orientation: Orientation, snapshot: Snapshot, now: datetime, *, own: bool = False
) -> ShownAnswer:
    """Lay out an answer; `own`: its last proposal is the regulator's own choice."""
    keys = keys_of(orientation.proposals)
    proposals = [
        replace(shown_proposal(one, now), key=key)
        for one, key in zip(orientation.proposals, keys, strict=True)
    ]
    if own:
        chosen = f"{key_of(orientation.proposals[-1])}|moi"
        proposals[-1] = replace(proposals[-1], key=chosen, own=True)
    return ShownAnswer(
        proposals=tuple(proposals),
        left_out=tuple(left_out(orientation.excluded, snapshot)),
        proven=PROVEN[orientation.solver.status] if orientation.solver else "",
        snapshot_id=orientation.snapshot_id,
        rules_version=orientation.rules_version,
    )


def shown_proposal(proposal: OrientationProposal, now: datetime) -> ShownProposal:
    """Lay out one proposal."""
    place = proposal.effecteur.effecteur if proposal.effecteur else None
    total = sum(leg.price.total_cents for leg in proposal.legs)
    payers = {leg.price.payer for leg in proposal.legs if leg.price.total_cents}
    return ShownProposal(
        key=key_of(proposal),
        digest=digest_of(proposal),
        rank=proposal.rank,
        kind=KINDS_IN_FRENCH[proposal.kind],
        clock=clock(proposal.care.start) if proposal.care else "",
        day=day_from(proposal.care.start, now) if proposal.care else "",
        title=place.name if place else "",
        way=_way(proposal),
        home=_home(proposal),
        cost=in_euros(total) if total else "",
        payer=_payer(proposal, payers),
        payer_state="unknown" if Payer.UNKNOWN in payers else "plain",
        facts=tuple(_facts(proposal, now)),
        stops=timeline(proposal, place.name if place else ""),
        said=say_proposal(proposal, now),
        reasons=proposal.explanation,
        warnings=tuple(dict.fromkeys(proposal.warnings)),
        terms=tuple(terms_told(proposal.objective)),
        ends_here=proposal.kind is ProposalKind.AMU,
        phone=as_dialled(place.phone) if place and place.phone else "",
        address=(place.address or f"commune {place.commune}") if place else "",
    )


def key_of(proposal: OrientationProposal) -> str:
    """Say which proposal it is: what, at whom; its times may change."""
    where = str(proposal.effecteur.effecteur.effecteur_id) if proposal.effecteur else ""
    return f"{proposal.kind}|{where}"


def keys_of(proposals: Sequence[OrientationProposal]) -> tuple[str, ...]:
    """Say which each proposal is: the second at one place, another way to it, is another."""
    keys: list[str] = []
    for key in map(key_of, proposals):
        keys.append(f"{key}|2" if key in keys else key)
    return tuple(keys)


def digest_of(proposal: OrientationProposal) -> str:
    """Digest of what a decision on it would promise: slot, times, vehicles, prices."""
    promised: list[object] = [key_of(proposal), proposal.slot.slot_id if proposal.slot else ""]
    if proposal.care is not None:
        promised.append(proposal.care.start.isoformat())
    promised += [_promised(leg) for leg in proposal.legs]
    promised += proposal.to_confirm
    return hashlib.sha256(repr(promised).encode()).hexdigest()[:16]


def _promised(leg: PlannedLeg) -> tuple[object, ...]:
    times = (leg.pickup_at.isoformat(), leg.dropoff_at.isoformat())
    return (leg.kind, leg.mode, leg.vehicle_id, *times, leg.price.total_cents, leg.price.payer)


def _way(proposal: OrientationProposal) -> str:
    legs = {leg.kind: leg for leg in proposal.legs}
    leg = legs.get(LegKind.OUTWARD) or legs.get(LegKind.CARE_TEAM)
    if leg is None:
        return ""
    times = f"{clock(leg.pickup_at)} → {clock(leg.dropoff_at)}"
    return f"{MODES[leg.mode]} {times} · {kilometres(leg.distance_m)}"


def _home(proposal: OrientationProposal) -> str:
    legs = {leg.kind: leg for leg in proposal.legs}
    pharmacy = legs.get(LegKind.PHARMACY)
    told = [f"pharmacie {clock(pharmacy.dropoff_at)}"] if pharmacy else []
    back = legs.get(LegKind.RETURN)
    if back is not None and back.will_call:
        told.append("retour sur appel")
    elif proposal.home_at is not None and proposal.legs:
        told.append(f"domicile {clock(proposal.home_at)}")
    return " · ".join(told)


def _payer(proposal: OrientationProposal, payers: set[Payer]) -> str:
    if not proposal.legs:
        return ""
    if not payers:
        return "sans frais de transport"
    said = " et ".join(sorted(PAYERS[payer] for payer in payers))
    patient = sum(leg.price.patient_cents for leg in proposal.legs)
    shared = patient and not payers & {Payer.PATIENT, Payer.UNKNOWN}
    return f"{said}, dont {in_euros(patient)} au patient" if shared else said


def _facts(proposal: OrientationProposal, now: datetime) -> Iterator[Fact]:
    late = proposal.objective.get("late_min", 0)
    if late:
        yield Fact(text=f"{lasting(timedelta(minutes=late))} au-delà du délai", state="late")
    if proposal.spares_cents:
        yield Fact(text=f"{in_euros(proposal.spares_cents)} de transport de moins", state="ok")
    if proposal.effecteur is not None:
        yield from _known(proposal.effecteur, now)
        if LegKind.OUTWARD in {leg.kind for leg in proposal.legs}:
            yield from _access(proposal.effecteur.accessibility)
    if proposal.slot is not None:
        is_extra = proposal.slot.booking is Booking.PHONE
        yield Fact(text=BOOKINGS[proposal.slot.booking], state="risk" if is_extra else "plain")
    if proposal.to_confirm:
        yield Fact(text="à confirmer par un médecin", state="risk")


def _known(facts: EffecteurFacts, now: datetime) -> Iterator[Fact]:
    """Age of what is known of the offer, when it isn't fresh."""
    seen = facts.observed_at
    if facts.availability is Availability.UNKNOWN or facts.freshness is Freshness.LOST:
        since = f" depuis {clock(seen)}" if seen else ""
        yield Fact(text=f"{AVAILABILITY[Availability.UNKNOWN]}{since}", state="unknown")
    elif facts.freshness is Freshness.STALE and seen is not None:
        yield Fact(text=f"vu {ago(seen, now)}", state="risk")


def _access(judged: Mapping[str, Accessible]) -> Iterator[Fact]:
    states = {Accessible.OK: "ok", Accessible.OK_WITH_HELP: "risk", Accessible.NO: "late"}
    for verdict in (
        Accessible.NO,
        Accessible.UNKNOWN,
        Accessible.OK_WITH_HELP,
        Accessible.OK,
    ):
        needs = [NAMES[need] for need, found in judged.items() if found is verdict]
        if needs:
            text = f"{', '.join(sorted(needs))} : {ACCESSIBLE[verdict]}"
            yield Fact(text=text, state=states.get(verdict, "unknown"))
