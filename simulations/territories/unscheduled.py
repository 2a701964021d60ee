"""Drafts what answers at odd hours: CPTS, the MMG and their turns, SOS Médecins."""

from dataclasses import replace

from adapters.territory.territory import Commune
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.offers import Booking, SlotMode, Visibility
from simulations.territories.drafts import (
    ALWAYS_OPEN,
    GENERAL_PRACTICE,
    Drafting,
    DutyDraft,
    PlaceDraft,
    PractitionerDraft,
)
from simulations.territories.practices import OPEN_TO_ALL, Keeping, practitioner
from simulations.territories.sites import Site, sectors, site_in

MMG_SLOT_MINUTES, SOS_VISIT_MINUTES, SOS_SLOT_MINUTES = 15, 40, 20
WALK_IN_MINUTES = 30
SNP = frozenset({Visibility.SNP})
SOS_SHIFTS = ("Mo-Su 08:00-16:00", "Mo-Su 16:00-24:00", "Mo-Su 00:00-08:00")
"""Shifts of the visiting doctors, as many on each (assumption)."""

SOS_OFFICE_HOURS = "Mo-Su 09:00-24:00"
SOS_OFFICE_DOCTORS = 4


def town_seats(drafting: Drafting, count: int) -> list[Commune]:
    """Return where so many things go: some in the chief town, the others one by sector."""
    in_chief = min(count, drafting.figures.whole("chief_town_mmg"))
    found = sectors(list(drafting.communes.values()), count - in_chief + 1)
    return [found[0].seat] * in_chief + [sector.seat for sector in found[1:]]


def draft_cpts(drafting: Drafting) -> None:
    """Draft the CPTS: they gather practices, nobody is seen there, so they answer no need."""
    for rank, seat in enumerate(town_seats(drafting, drafting.figures.whole("cpts_count")), 1):
        drafting.places.append(
            PlaceDraft(
                effecteur_id=drafting.numbering.finess(),
                kind=EffecteurKind.CPTS,
                name=f"CPTS synthétique {rank:02} ({seat.name})",
                site=site_in(seat, drafting.draws, "CPTS", rank),
                phone=drafting.numbering.phone(),
                care=frozenset(),
            )
        )


def draft_mmg(drafting: Drafting) -> None:
    """Draft the MMG, their duty hours and the doctors of the neighbourhood who take turns."""
    figures = drafting.figures
    seats = town_seats(drafting, figures.whole("mmg_count"))
    walk_ins = round(figures.number("mmg_walk_in_share") * len(seats))
    order = drafting.draws.order(range(len(seats)), "walk-in MMG")
    for rank, seat in enumerate(seats):
        place = _mmg(drafting, rank + 1, seat)
        drafting.places.append(place)
        drafting.duties.append(DutyDraft(place=place.effecteur_id, hours=figures.text("mmg_hours")))
        _take_turns(drafting, place, walk_in=order.index(rank) < walk_ins)


def _mmg(drafting: Drafting, rank: int, seat: Commune) -> PlaceDraft:
    return PlaceDraft(
        effecteur_id=drafting.numbering.siret(),
        kind=EffecteurKind.MMG,
        name=f"MMG synthétique {rank:02} ({seat.name})",
        site=site_in(seat, drafting.draws, "MMG", rank),
        phone=drafting.numbering.phone(),
        care=frozenset({CareCode.GP}),
        specialties=GENERAL_PRACTICE,
        recent=True,
    )


def _take_turns(drafting: Drafting, place: PlaceDraft, *, walk_in: bool) -> None:
    offices = {
        draft.effecteur_id: draft
        for draft in drafting.places
        if CareCode.GP in draft.care and draft.kind is not EffecteurKind.MMG
    }
    near = sorted(
        (one for one in drafting.practitioners if one.place in offices),
        key=lambda one: (_apart(offices[one.place].site, place.site), one.rpps),
    )
    for doctor in near[: drafting.figures.whole("mmg_practitioners")]:
        drafting.practitioners.append(_on_duty(doctor, place, walk_in=walk_in))


def _on_duty(doctor: PractitionerDraft, place: PlaceDraft, *, walk_in: bool) -> PractitionerDraft:
    return replace(
        doctor,
        place=place.effecteur_id,
        booking=Booking.WALKIN if walk_in else Booking.ROUTINE,
        modes=frozenset({SlotMode.AMB}),
        visibility=SNP,
        slot_minutes=WALK_IN_MINUTES if walk_in else MMG_SLOT_MINUTES,
        hours="",
    )


def draft_sos(drafting: Drafting) -> None:
    """Draft SOS Médecins of the chief town: visits day and night, and a consultation point."""
    chief = max(drafting.communes.values(), key=lambda commune: commune.population)
    visits = _sos(drafting, chief, "visites", ALWAYS_OPEN)
    office = _sos(drafting, chief, "consultations", SOS_OFFICE_HOURS)
    drafting.places += [visits, office]
    visiting = Keeping(share=1, slot_minutes=SOS_VISIT_MINUTES, modes=frozenset({SlotMode.HH}))
    for rank in range(drafting.figures.whole("sos_doctors")):
        shift = SOS_SHIFTS[rank % len(SOS_SHIFTS)]
        one = practitioner(drafting, visits, visiting, hours=shift)
        drafting.practitioners.append(replace(one, visibility=SNP))
    seeing = Keeping(share=1, slot_minutes=SOS_SLOT_MINUTES)
    for _ in range(SOS_OFFICE_DOCTORS):
        one = practitioner(drafting, office, seeing)
        drafting.practitioners.append(replace(one, visibility=OPEN_TO_ALL))


def _sos(drafting: Drafting, chief: Commune, what: str, hours: str) -> PlaceDraft:
    return PlaceDraft(
        effecteur_id=drafting.numbering.siret(),
        kind=EffecteurKind.SOS,
        name=f"SOS Médecins synthétique, {what} ({chief.name})",
        site=site_in(chief, drafting.draws, "SOS", what),
        phone=drafting.numbering.phone(),
        care=frozenset({CareCode.GP}),
        specialties=GENERAL_PRACTICE,
        hours=hours,
        recent=True,
    )


def _apart(a: Site, b: Site) -> float:
    return (a.position.lat - b.position.lat) ** 2 + (a.position.lon - b.position.lon) ** 2
