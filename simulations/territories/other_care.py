"""Drafts what is not general practice: nurses, dentists, laboratories, imaging, specialists."""

from dataclasses import dataclass

from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.places import CommuneCode
from regulation.offers import SlotMode
from simulations.territories.drafts import Drafting, PlaceDraft
from simulations.territories.practices import (
    Keeping,
    office_hours,
    office_spans,
    settle,
)
from simulations.territories.sites import apportion, hubs, site_in

LABORATORY_SPANS = ("07:00-18:00", "07:00-12:00")
OFFICE, OFFICE_AND_HOME = frozenset({SlotMode.AMB}), frozenset({SlotMode.AMB, SlotMode.HH})
OTHER_SPECIALTIES = ("SM04", "SM15", "SM20", "SM34", "SM38")
"""TRE_R38: cardiology, dermatology, gynaecology, ENT, ophthalmology."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profession:
    """A kind of practice: how many there are (a parameter), what it answers, how it works."""

    figure: str
    label: str
    care: CareCode
    kind: EffecteurKind = EffecteurKind.CABINET
    specialties: tuple[str, ...] = ()
    practitioners: int = 1
    slot_minutes: int = 30
    modes: frozenset[SlotMode] = OFFICE
    walk_in: bool = False


PROFESSIONS = (
    Profession(
        figure="nurse_practices",
        label="Cabinet infirmier",
        care=CareCode.NURSE,
        practitioners=2,
        modes=OFFICE_AND_HOME,
    ),
    Profession(
        figure="dental_practices",
        label="Cabinet dentaire",
        care=CareCode.DENTAL,
        practitioners=2,
    ),
    Profession(
        figure="midwife_practices",
        label="Cabinet de sage-femme",
        care=CareCode.MIDWIFE,
        modes=OFFICE_AND_HOME,
    ),
    Profession(
        figure="physio_practices",
        label="Cabinet de kinésithérapie",
        care=CareCode.PHYSIO_RESPIRATORY,
        practitioners=2,
    ),
    Profession(
        figure="paediatric_practices",
        label="Cabinet de pédiatrie",
        care=CareCode.PAEDIATRIC,
        specialties=("SM40",),
        slot_minutes=20,
    ),
    Profession(
        figure="psychiatry_practices",
        label="Cabinet de psychiatrie",
        care=CareCode.PSYCHIATRY,
        specialties=("SM42",),
    ),
    Profession(
        figure="imaging_centres",
        label="Centre d'imagerie",
        care=CareCode.IMAGING,
        kind=EffecteurKind.IMAGERIE,
        specialties=("SM44",),
        practitioners=2,
        slot_minutes=20,
    ),
    Profession(
        figure="laboratory_count",
        label="Laboratoire",
        care=CareCode.LAB,
        kind=EffecteurKind.LABORATOIRE,
        specialties=("SM03",),
        slot_minutes=120,
        walk_in=True,
    ),
    Profession(
        figure="specialist_practices",
        label="Cabinet de spécialiste",
        care=CareCode.OTHER_SPECIALTY,
        specialties=OTHER_SPECIALTIES,
    ),
)


def draft_other_care(drafting: Drafting) -> None:
    """Draft every other practice, shared out by population among the towns."""
    around = hubs(list(drafting.communes.values()), drafting.figures.whole("hub_population"))
    for profession in PROFESSIONS:
        rank = 0
        for code, count in apportion(drafting.figures.whole(profession.figure), around).items():
            for _ in range(count):
                rank += 1
                _practice(drafting, profession, rank, code)


def _practice(drafting: Drafting, profession: Profession, rank: int, code: str) -> None:
    commune = drafting.communes[CommuneCode(code)]
    in_table = profession.kind is EffecteurKind.LABORATOIRE
    numbering = drafting.numbering
    effecteur_id = numbering.finess() if in_table else numbering.siret()
    spans = LABORATORY_SPANS if in_table else office_spans(drafting, str(effecteur_id))
    place = PlaceDraft(
        effecteur_id=effecteur_id,
        kind=profession.kind,
        name=f"{profession.label} synthétique {rank:03} ({commune.name})",
        site=site_in(commune, drafting.draws, profession.figure, rank),
        phone=numbering.phone(),
        care=frozenset({profession.care}),
        specialties=_specialties(profession, rank),
        hours=office_hours(spans),
        recent=profession.kind is not EffecteurKind.CABINET,
    )
    drafting.places.append(place)
    share = 1.0 if profession.walk_in else drafting.figures.number("other_agenda_share")
    keeping = Keeping(
        share=share,
        slot_minutes=profession.slot_minutes,
        modes=profession.modes,
        walk_in_share=1.0 if profession.walk_in else 0.0,
        all_day=profession.walk_in,
    )
    settle(drafting, place, profession.practitioners, keeping, spans)


def _specialties(profession: Profession, rank: int) -> frozenset[str]:
    """Every place has one specialty: the offered ones take turns."""
    if not profession.specialties:
        return frozenset()
    return frozenset({profession.specialties[rank % len(profession.specialties)]})
