"""Drafts general practice: MSP, CDS and cabinets, with the published density of doctors."""

from collections.abc import Mapping

from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.places import CommuneCode
from simulations.territories.drafts import GENERAL_PRACTICE, Drafting, PlaceDraft
from simulations.territories.practices import Keeping, office_hours, office_spans, settle
from simulations.territories.sites import apportion, hubs, site_in

GP_SLOT_MINUTES = 15
CABINET_SIZES = (1, 1, 1, 2, 2, 2, 3, 3, 4)
"""Doctors of a cabinet, each entry as likely (assumption)."""

MSP_LEAST_DOCTORS = 3


def draft_general_practice(drafting: Drafting) -> None:
    """Draft every general practitioner of the territory, in MSP, CDS and cabinets."""
    figures = drafting.figures
    around = hubs(list(drafting.communes.values()), figures.whole("hub_population"))
    population = sum(around.values())
    doctors = apportion(round(figures.number("gp_density") * population / 100_000), around)
    left = dict(doctors)
    rural = {code: people**0.5 for code, people in around.items() if _is_roomy(doctors[code])}
    for code, count in apportion(figures.whole("msp_count"), rural).items():
        _houses(drafting, EffecteurKind.MSP, code, count, left)
    for code, count in apportion(figures.whole("cds_count"), _above(around, left)).items():
        _houses(drafting, EffecteurKind.CDS, code, count, left)
    for code, remaining in left.items():
        _cabinets(drafting, code, remaining)


def _is_roomy(doctors: int) -> bool:
    return doctors >= MSP_LEAST_DOCTORS


def _above(
    around: Mapping[CommuneCode, int], left: Mapping[CommuneCode, int]
) -> dict[CommuneCode, float]:
    return {code: people for code, people in around.items() if _is_roomy(left[code])}


def _houses(
    drafting: Drafting,
    kind: EffecteurKind,
    code: CommuneCode,
    count: int,
    left: dict[CommuneCode, int],
) -> None:
    most = drafting.figures.whole("msp_gps" if kind is EffecteurKind.MSP else "cds_gps")
    for rank in range(count):
        rest_of_town = count - rank - 1  # each later house keeps a doctor at least
        doctors = max(1, min(most, left[code] - rest_of_town))
        left[code] -= doctors
        _office(drafting, kind, code, doctors, drafting.numbering.finess())


def _cabinets(drafting: Drafting, code: CommuneCode, doctors: int) -> None:
    rank = 0
    while doctors > 0:
        size = min(doctors, drafting.draws.pick(CABINET_SIZES, "cabinet", code, rank))
        _office(drafting, EffecteurKind.CABINET, code, size, drafting.numbering.siret())
        doctors -= size
        rank += 1


def _office(
    drafting: Drafting,
    kind: EffecteurKind,
    code: CommuneCode,
    doctors: int,
    effecteur_id: Identifier,
) -> None:
    figures, commune = drafting.figures, drafting.communes[code]
    rank = 1 + len(drafting.of_kind(kind))
    spans = office_spans(drafting, str(effecteur_id))
    told = not drafting.draws.chance(
        figures.number("unknown_hours_share"), "hours known", effecteur_id
    )
    place = PlaceDraft(
        effecteur_id=effecteur_id,
        kind=kind,
        name=f"{kind.capitalize() if kind is EffecteurKind.CABINET else kind} synthétique "
        f"{rank:03} ({commune.name})",
        site=site_in(commune, drafting.draws, kind, code, rank),
        phone=drafting.numbering.phone(),
        care=frozenset({CareCode.GP}),
        specialties=GENERAL_PRACTICE,
        hours=office_hours(spans) if told else "",
        recent=kind is not EffecteurKind.CABINET,
    )
    drafting.places.append(place)
    keeping = Keeping(
        share=figures.number("gp_agenda_share"),
        slot_minutes=GP_SLOT_MINUTES,
        visits_share=figures.number("home_visit_share"),
        walk_in_share=figures.number("walk_in_share"),
    )
    settle(drafting, place, doctors, keeping, spans)
