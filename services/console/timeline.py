"""The journey of a proposal as a line of time: where, when, how, how sure, who pays what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from regulation.explanations import KINDS_IN_FRENCH
from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import LegKind, Mode
from regulation.measures import clock, kilometres, lasting
from regulation.offers import Booking
from regulation.proposals import OrientationProposal, ProposalKind
from regulation.rules.sentences import in_euros
from services.console.words import MODES, PAYERS

SHORT = timedelta(minutes=1)
"""Waits shorter than this are not told."""


class Mark(StrEnum):
    """Shape of a stop on the line."""

    HOME = "home"
    RIDE = "ride"
    CARE = "care"
    PHARMACY = "pharmacy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """What happens between a stop and the next; `waits`: nobody moves."""

    how: str
    length: str
    distance: str = ""
    price: str = ""
    payer: str = ""
    notes: str = ""
    waits: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A point of the line; `after`: what follows it."""

    at: str
    mark: Mark
    what: str
    where: str = ""
    note: str = ""
    after: Travel | None = None


def timeline(proposal: OrientationProposal, place: str) -> tuple[Stop, ...]:
    """Lay out the journey; empty when nobody goes anywhere and nobody is met."""
    return tuple(_stops(proposal, place))


def _stops(proposal: OrientationProposal, place: str) -> Iterator[Stop]:
    legs = {leg.kind: leg for leg in proposal.legs}
    outward, team = legs.get(LegKind.OUTWARD), legs.get(LegKind.CARE_TEAM)
    if outward is not None:
        yield _departure(outward, "Prise en charge" if outward.vehicle_id else "Départ", "domicile")
        yield from _arrival(proposal, outward, place)
    if team is not None:
        yield _departure(team, "Départ de l'équipe", "")
    if proposal.care is not None:
        yield _care(proposal, place if outward is None else "")
        yield from _homeward(proposal, legs)


def _departure(leg: PlannedLeg, what: str, where: str, mark: Mark = Mark.RIDE) -> Stop:
    if where == "domicile":
        mark = Mark.HOME
    return Stop(at=clock(leg.pickup_at), mark=mark, what=what, where=where, after=travel(leg))


def travel(leg: PlannedLeg) -> Travel:
    """Say how one leg is done, how long and far it is, who pays."""
    paid = leg.price.total_cents > 0
    return Travel(
        how=" ".join(filter(None, (MODES[leg.mode], leg.vehicle_id))),
        length=lasting(leg.dropoff_at - leg.pickup_at),
        distance=kilometres(leg.distance_m),
        price=in_euros(leg.price.total_cents) if paid else "",
        payer=PAYERS[leg.price.payer] if paid else "",
        notes=", ".join(_notes(leg)),
        unsure=leg.will_call,
    )


def _notes(leg: PlannedLeg) -> Iterator[str]:
    if leg.shared:
        yield "partagé"
    if leg.will_call:
        yield "sur appel"


def _arrival(proposal: OrientationProposal, leg: PlannedLeg, place: str) -> Iterator[Stop]:
    care = proposal.care
    wait = None
    if care is not None and care.start - leg.dropoff_at >= SHORT:
        wait = Travel(how="attente", length=lasting(care.start - leg.dropoff_at), waits=True)
    yield Stop(at=clock(leg.dropoff_at), mark=Mark.RIDE, what="Arrivée", where=place, after=wait)


def _care(proposal: OrientationProposal, place: str) -> Stop:
    assert proposal.care is not None
    care = proposal.care
    return Stop(
        at=clock(care.start),
        mark=Mark.CARE,
        what=KINDS_IN_FRENCH[proposal.kind],
        where=place,
        note=_sureness(proposal),
        after=Travel(
            how=f"soin, fin vers {clock(care.end)}",
            length=lasting(care.end - care.start),
            waits=True,
            unsure=True,
        ),
    )


def _sureness(proposal: OrientationProposal) -> str:
    """How sure the times of care are."""
    if proposal.kind is ProposalKind.ED:
        return "durée médiane, la moitié des passages durent plus"
    if proposal.slot is not None and proposal.slot.booking is Booking.WALKIN:
        return "sans rendez-vous : attente non garantie"
    if proposal.slot is not None and proposal.slot.booking is Booking.PHONE:
        return "en sus de l'agenda : heure à convenir au téléphone"
    if any(leg.mode is Mode.CARE_TEAM for leg in proposal.legs):
        return "heure de passage estimée"
    return "8 fois sur 10, finie plus tôt"


def _homeward(proposal: OrientationProposal, legs: dict[LegKind, PlannedLeg]) -> Iterator[Stop]:
    assert proposal.care is not None
    pharmacy, home = legs.get(LegKind.PHARMACY), legs.get(LegKind.RETURN)
    ends = proposal.care.end
    if pharmacy is not None:
        yield _departure(pharmacy, "Départ", "", Mark.RIDE)
        yield Stop(
            at=clock(pharmacy.dropoff_at),
            mark=Mark.PHARMACY,
            what="Pharmacie",
            after=_stay(pharmacy.dropoff_at, home.pickup_at if home else None),
        )
    if home is not None:
        first = pharmacy is None
        yield _departure(home, "Reprise en charge" if home.vehicle_id else "Départ", "")
        yield Stop(
            at=clock(home.dropoff_at),
            mark=Mark.HOME,
            what="Retour au domicile",
            note=_wait(ends, home.pickup_at) if first else "",
        )


def _stay(begins: datetime, ends: datetime | None) -> Travel | None:
    if ends is None or ends - begins < SHORT:
        return None
    return Travel(how="remise des médicaments", length=lasting(ends - begins), waits=True)


def _wait(care_ends: datetime, leaves: datetime) -> str:
    wait = leaves - care_ends
    return f"dont {lasting(wait)} d'attente après le soin" if wait >= SHORT else ""
