"""Drafts the pharmacies and the rota of their duty, sector by sector."""

from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.places import CommuneCode
from simulations.territories.drafts import Drafting, DutyDraft, PlaceDraft
from simulations.territories.sites import Sector, apportion, sectors, site_in

LICENCE_FIRST, LICENCE_NEXT = 2500, 4500
"""Inhabitants for a first pharmacy and for each further one (CSP art. L5125-4)."""

VILLAGE_LEAST, VILLAGE_WEIGHT = 1200, 0.7
"""Villages below the threshold that kept theirs: smallest, and their weight (assumption)."""

HOURS = (
    "Mo-Fr 08:30-12:30,14:00-19:30; Sa 09:00-12:30; PH off",
    "Mo-Fr 09:00-19:30; Sa 09:00-19:00; PH off",
    "Mo-Sa 08:30-20:00; PH off",
)
DUTY_HOURS = "Mo-Fr 19:30-32:30; Sa 12:30-32:30; Su,PH 08:30-32:30"
"""A duty week: every night, Saturday from noon, Sundays and public holidays (assumption)."""


def draft_pharmacies(drafting: Drafting) -> None:
    """Draft the pharmacies by commune, then their duty by sector."""
    weights = {
        code: weight
        for code, commune in drafting.communes.items()
        if (weight := _weight(commune.population))
    }
    rank = 0
    for code, count in apportion(drafting.figures.whole("pharmacy_count"), weights).items():
        for _ in range(count):
            rank += 1
            drafting.places.append(_pharmacy(drafting, rank, code))
    for sector in sectors(list(drafting.communes.values()), drafting.figures.whole("mmg_count")):
        _rota(drafting, sector)


def _weight(population: int) -> float:
    if population >= LICENCE_FIRST:
        return 1 + (population - LICENCE_FIRST) / LICENCE_NEXT
    return VILLAGE_WEIGHT if population >= VILLAGE_LEAST else 0.0


def _pharmacy(drafting: Drafting, rank: int, code: CommuneCode) -> PlaceDraft:
    commune = drafting.communes[code]
    return PlaceDraft(
        effecteur_id=drafting.numbering.finess(),
        kind=EffecteurKind.PHARMACIE,
        name=f"Pharmacie synthétique {rank:03} ({commune.name})",
        site=site_in(commune, drafting.draws, "pharmacy", code, rank),
        phone=drafting.numbering.phone(),
        care=frozenset({CareCode.PHARMACY}),
        hours=drafting.draws.pick(HOURS, "pharmacy hours", rank),
    )


def _rota(drafting: Drafting, sector: Sector) -> None:
    """Share the weeks out: as many pharmacies on duty at once as the sector has people for."""
    codes = {commune.code for commune in sector.communes}
    mine = [
        place.effecteur_id
        for place in drafting.of_kind(EffecteurKind.PHARMACIE)
        if place.site.commune.code in codes
    ]
    if not mine:
        return
    at_once = max(1, round(sector.population / drafting.figures.number("duty_inhabitants")))
    weeks = -(-len(mine) // at_once)
    for turn, place in enumerate(drafting.draws.order(mine, "duty", sector.seat.code)):
        drafting.duties.append(
            DutyDraft(place=place, hours=DUTY_HOURS, every_weeks=weeks, week=turn % weeks)
        )
