"""More supply: places, doctors and vehicles added to a territory, each like one that is there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from adapters.kit.hours import WeeklyHours, parse_hours
from adapters.territory.territory import (
    Commune,
    Practitioner,
    Territory,
    VehicleTemplate,
)
from regulation.effecteurs import CareCode, Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.modes import FLEET_MODES, Mode
from regulation.offers import Booking, SlotMode, Visibility

Hired = Callable[[Territory, int, WeeklyHours | None], Territory]
GENERAL = frozenset({"SM54"})
SLOT_MINUTES, VISIT_MINUTES = 15, 40


def with_vehicles(
    territory: Territory, mode: str, count: int, hours: WeeklyHours | None
) -> Territory:
    """Add vehicles of a mode, at the depots there are in turn; ValueError says what is wrong."""
    if mode not in {str(one) for one in FLEET_MODES}:
        raise ValueError(f"mode : {mode!r} n'est pas un mode de la flotte")
    models = [one for one in territory.fleet if one.mode is Mode(mode)]
    if not models:
        raise ValueError(f"mode : le territoire n'a aucun {mode} pour modèle")
    added = [_vehicle(models[rank % len(models)], rank, hours) for rank in range(count)]
    return replace(territory, fleet=(*territory.fleet, *added))


def _vehicle(model: VehicleTemplate, rank: int, hours: WeeklyHours | None) -> VehicleTemplate:
    name = f"{model.mode}-PLUS-{rank + 1:03}"
    return replace(model, vehicle_id=name, shifts=hours or model.shifts)


def with_mmg(territory: Territory, count: int, hours: WeeklyHours | None) -> Territory:
    """Add MMG in the largest communes that have none, then again in the largest."""
    model = _model(territory, EffecteurKind.MMG)
    there = {one.commune for one in territory.effecteurs if one.kind is EffecteurKind.MMG}
    seats = sorted(territory.communes, key=lambda one: (one.code in there, -one.population))
    duty = next(one.hours for one in territory.duties if one.place == model.effecteur_id)
    for rank in range(count):
        place = _place(model, seats[rank % len(seats)], f"MMG ajoutée {rank + 1}", rank, 0)
        territory = _opened(territory, place, hours or duty, {SlotMode.AMB}, SLOT_MINUTES)
    return territory


def with_hospital_duty(territory: Territory, count: int, hours: WeeklyHours | None) -> Territory:
    """Open a line of duty at the busiest emergency departments, kept with the doctors in town."""
    model = _model(territory, EffecteurKind.MMG)
    busiest = sorted(territory.annual_passages.items(), key=lambda one: (-one[1], one[0]))
    sites = [name for name, _ in busiest[:count]]
    duty = next(one.hours for one in territory.duties if one.place == model.effecteur_id)
    for rank, name in enumerate(sites):
        ed = next(one for one in territory.effecteurs if one.effecteur_id == name)
        place = replace(
            model,
            effecteur_id=_siret(rank, 1),
            name=f"Garde mutualisée {rank + 1}",
            position=ed.position,
            commune=ed.commune,
        )
        territory = _opened(territory, place, hours or duty, {SlotMode.AMB}, SLOT_MINUTES)
    return territory


def with_home_doctors(territory: Territory, count: int, hours: WeeklyHours | None) -> Territory:
    """Add doctors who visit at home, in the largest communes in turn."""
    model = _model(territory, EffecteurKind.SOS)
    seats = sorted(territory.communes, key=lambda one: -one.population)
    always = hours or parse_hours("Mo-Su 08:00-24:00")
    for rank in range(count):
        place = _place(model, seats[rank % len(seats)], f"Visites ajoutées {rank + 1}", rank, 2)
        territory = _opened(territory, place, always, {SlotMode.HH}, VISIT_MINUTES)
    return territory


def with_nurses(territory: Territory, count: int, hours: WeeklyHours | None) -> Territory:
    """Add consultations delegated to nurses (IPA), under protocol, for whoever needs a GP."""
    model = _model(territory, EffecteurKind.MMG)  # open as a duty is: every slot may be taken
    seats = sorted(territory.communes, key=lambda one: -one.population)
    always = hours or parse_hours("Mo-Fr 08:00-19:00; Sa 08:00-13:00; PH off")
    for rank in range(count):
        place = _place(model, seats[rank % len(seats)], f"IPA ajoutée {rank + 1}", rank, 3)
        territory = _opened(territory, place, always, {SlotMode.AMB}, SLOT_MINUTES)
    return territory


def with_paediatric_line(territory: Territory, count: int, hours: WeeklyHours | None) -> Territory:
    """Add doctors on a paediatric duty line, seen from afar."""
    model = _model(territory, EffecteurKind.TELE)
    chief = max(territory.communes, key=lambda one: one.population)
    always = hours or parse_hours("Mo-Su 08:00-24:00")
    for rank in range(count):
        place = replace(
            _place(model, chief, f"Ligne pédiatrique {rank + 1}", rank, 4),
            care=frozenset({CareCode.PAEDIATRIC}),
            min_age=0.0,
        )
        territory = _opened(territory, place, always, {SlotMode.VR}, SLOT_MINUTES)
    return territory


ADDED: Mapping[str, Hired] = {
    "mmg": with_mmg,
    "hospital_duty": with_hospital_duty,
    "home_doctors": with_home_doctors,
    "nurses": with_nurses,
    "paediatric_line": with_paediatric_line,
}
"""What a scenario may add, vehicles apart."""


def _model(territory: Territory, kind: EffecteurKind) -> Effecteur:
    found = next((one for one in territory.effecteurs if one.kind is kind), None)
    if found is None:
        raise ValueError(f"le territoire n'a aucun {kind} pour modèle")
    return found


def _place(model: Effecteur, seat: Commune, name: str, rank: int, family: int) -> Effecteur:
    return replace(
        model,
        effecteur_id=_siret(rank, family),
        name=f"{name} ({seat.name})",
        position=seat.position,
        commune=seat.code,
        synthetic=True,
    )


def _opened(
    territory: Territory,
    place: Effecteur,
    hours: WeeklyHours | None,
    modes: set[SlotMode],
    step: int,
) -> Territory:
    """Add a place with a practitioner who keeps its hours and shares every slot."""
    if hours is None:
        raise ValueError("hours : attendu, le modèle n'en a pas")
    rpps = Identifier(IdKind.RPPS, f"1997{place.effecteur_id.value[3:10]}")
    doctor = Practitioner(
        rpps=rpps,
        family_name="Ajout",
        given_name="Alex",
        place=place.effecteur_id,
        specialties=GENERAL,
        booking=Booking.ROUTINE,
        modes=frozenset(modes),
        visibility=frozenset({Visibility.SNP}),
        slot_minutes=step,
        hours=hours,
    )
    added = replace(place, practitioners=(rpps,))
    return replace(
        territory,
        effecteurs=(*territory.effecteurs, added),
        practitioners=(*territory.practitioners, doctor),
        weekly_hours={**territory.weekly_hours, place.effecteur_id: hours},
    )


def _siret(rank: int, family: int) -> Identifier:
    """A number of nobody's: SIREN in 997, never checked by a registry here."""
    return Identifier(IdKind.SIRET, f"997{family}{rank:05}00001")


def names() -> Iterator[str]:
    """Yield what may be added."""
    yield "vehicles"
    yield from ADDED
