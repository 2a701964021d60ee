"""Drafts teleconsultation: platforms reached from home, and booths one is driven to."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.territory.territory import Density
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.offers import SlotMode
from simulations.territories.drafts import GENERAL_PRACTICE, Drafting, PlaceDraft
from simulations.territories.practices import OPEN_TO_ALL, Keeping, practitioner
from simulations.territories.sites import Site, site_in

TELE_SLOT_MINUTES = 15
TELE_HOURS = "Mo-Su 07:00-23:00"
FAR_FROM_DOCTORS = frozenset({Density.SPARSE, Density.VERY_SPARSE})


def draft_teleconsultation(drafting: Drafting) -> None:
    """Draft teleconsultation: platforms reached from home, and booths one is driven to."""
    figures = drafting.figures
    chief = max(drafting.communes.values(), key=lambda commune: commune.population)
    for rank in range(1, figures.whole("tele_platforms") + 1):
        name = f"Téléconsultation synthétique {rank}"
        platform = _tele(drafting, name, site_in(chief, drafting.draws, "tele", rank), TELE_HOURS)
        _remote_doctors(drafting, platform, figures.whole("tele_doctors"), SlotMode.VR)
    pharmacies = _hosts(drafting, EffecteurKind.PHARMACIE, figures.whole("assisted_pharmacies"))
    houses = _hosts(drafting, EffecteurKind.MSP, figures.whole("assisted_msp"))
    for host in (*pharmacies, *houses):
        name = f"Téléconsultation assistée, {host.name}"
        booth = _tele(drafting, name, host.site, host.hours, host.effecteur_id)
        _remote_doctors(drafting, booth, 1, SlotMode.AMB)


def _tele(
    drafting: Drafting, name: str, site: Site, hours: str, host: Identifier | None = None
) -> PlaceDraft:
    place = PlaceDraft(
        effecteur_id=drafting.numbering.siret(),
        kind=EffecteurKind.TELE,
        name=name,
        site=site,
        phone=drafting.numbering.phone(),
        care=frozenset({CareCode.GP}),
        specialties=GENERAL_PRACTICE,
        hours=hours,
        min_age=drafting.figures.whole("tele_min_age"),
        host=host,
    )
    drafting.places.append(place)
    return place


def _remote_doctors(drafting: Drafting, place: PlaceDraft, count: int, mode: SlotMode) -> None:
    keeping = Keeping(share=1, slot_minutes=TELE_SLOT_MINUTES, modes=frozenset({mode}))
    for _ in range(count):
        one = practitioner(drafting, place, keeping)
        drafting.practitioners.append(replace(one, visibility=OPEN_TO_ALL))


def _hosts(drafting: Drafting, kind: EffecteurKind, count: int) -> Sequence[PlaceDraft]:
    """Choose hosts, first outside the dense towns where a booth is of most use (assumption)."""
    drawn = drafting.draws.order(
        [place.effecteur_id for place in drafting.of_kind(kind) if place.hours], "hosts", kind
    )
    places = {place.effecteur_id: place for place in drafting.of_kind(kind)}
    in_order = [places[one] for one in drawn]
    return sorted(in_order, key=lambda one: one.site.commune.density not in FAR_FROM_DOCTORS)[
        :count
    ]
