"""Drafts practitioners: synthetic names, and how each keeps the agenda."""

from dataclasses import dataclass, replace

from adapters.kit.hours import WEEKDAYS
from regulation.offers import Booking, SlotMode, Visibility
from simulations.territories.drafts import Drafting, PlaceDraft, PractitionerDraft

GIVEN_NAMES = ("Alex", "Camille", "Charlie", "Andréa", "Dominique", "Eden", "Lou", "Maxime")

OFFICE_SPANS = (
    ("08:30-12:00,14:00-19:00", "09:00-12:00"),
    ("09:00-12:30,14:00-18:30", ""),
    ("08:00-12:30,13:30-19:30", "08:30-12:30"),
    ("08:00-18:00", ""),
    ("09:00-13:00,15:00-20:00", "09:00-12:00"),
)
"""Weekday and Saturday hours of offices (assumption); closed on public holidays."""

VISIBILITIES = (
    frozenset({Visibility.PUBLIC}),
    frozenset({Visibility.PUBLIC, Visibility.SNP}),
    frozenset({Visibility.PRO, Visibility.SNP}),
    frozenset({Visibility.SNP}),
)
WALK_IN_MINUTES = 60
WALK_IN_HOURS = "Mo-Fr 09:00-11:00; PH off"
OPEN_TO_ALL = frozenset({Visibility.PUBLIC, Visibility.SNP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How the practitioners of a kind of place keep their agendas."""

    share: float
    slot_minutes: int
    modes: frozenset[SlotMode] = frozenset({SlotMode.AMB})
    visits_share: float = 0.0
    walk_in_share: float = 0.0
    all_day: bool = False


def office_hours(spans: tuple[str, str], off: str = "") -> str:
    """Write the hours of an office, less a weekday off."""
    weekdays = "Mo-Fr" if not off else ",".join(day for day in WEEKDAYS[:5] if day != off)
    saturday = f"; Sa {spans[1]}" if spans[1] else ""
    return f"{weekdays} {spans[0]}{saturday}; PH off"


def office_spans(drafting: Drafting, name: str) -> tuple[str, str]:
    """Draw the hours of an office."""
    return drafting.draws.pick(OFFICE_SPANS, "hours", name)


def settle(
    drafting: Drafting, place: PlaceDraft, count: int, keeping: Keeping, spans: tuple[str, str]
) -> None:
    """Draft the practitioners of an office, each with their own hours."""
    for rank in range(count):
        name = f"{place.effecteur_id}/{rank}"
        off = drafting.draws.pick(WEEKDAYS[:5], "off", name) if not keeping.all_day else ""
        one = practitioner(drafting, place, keeping, hours=office_hours(spans, off))
        drafting.practitioners.append(_as_kept(drafting, one, keeping, name))


def practitioner(
    drafting: Drafting, place: PlaceDraft, keeping: Keeping, hours: str = ""
) -> PractitionerDraft:
    """Return a new practitioner of a place, who takes appointments; not drafted yet."""
    rpps = drafting.numbering.rpps()
    return PractitionerDraft(
        rpps=rpps,
        family_name=f"Synthétique-{rpps.value[4:10]}",
        given_name=drafting.draws.pick(GIVEN_NAMES, "given", rpps),
        place=place.effecteur_id,
        specialties=place.specialties,
        booking=Booking.ROUTINE,
        modes=keeping.modes,
        visibility=drafting.draws.pick(VISIBILITIES, "visibility", rpps),
        slot_minutes=keeping.slot_minutes,
        hours=hours,
    )


def _as_kept(
    drafting: Drafting, one: PractitionerDraft, keeping: Keeping, name: str
) -> PractitionerDraft:
    draws = drafting.draws
    if not draws.chance(keeping.share, "shared", name):
        return replace(one, booking=None, modes=frozenset(), visibility=frozenset())
    if draws.chance(keeping.walk_in_share, "walk-in", name):
        if keeping.all_day:
            return replace(one, booking=Booking.WALKIN)
        return replace(
            one, booking=Booking.WALKIN, slot_minutes=WALK_IN_MINUTES, hours=WALK_IN_HOURS
        )
    if draws.chance(keeping.visits_share, "visits", name):
        return replace(one, modes=one.modes | {SlotMode.HH})
    return one
