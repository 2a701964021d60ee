"""Drafts the fleet: companies, depots, room and equipment, shifts as the parameters list them."""

from collections.abc import Mapping
from dataclasses import dataclass

from regulation.kernel.modes import Mode
from simulations.territories.drafts import Drafting
from simulations.territories.sites import apportion, hubs, site_in

EquipmentShares = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What a kind of vehicle offers; the shares of equipment are assumptions.

    A taxi or VSL seats three beside its driver, an ambulance a companion beside the stretcher.
    """

    figure: str
    company: str
    seats: int = 0
    attendants: int = 0
    stretchers: int = 0
    wheelchairs: int = 0
    crew: int = 1
    equipment: EquipmentShares = ()


MODELS: Mapping[Mode, Model] = {
    Mode.TAXI: Model(
        figure="fleet_taxi",
        company="Taxis synthétiques",
        seats=3,
        equipment=(("WHEELCHAIR_FOLDED", 0.85), ("SERVICE_ANIMAL", 1.0), ("CHILD_SEAT", 0.25)),
    ),
    Mode.TAXI_TPMR: Model(
        figure="fleet_taxi_tpmr",
        company="Taxis TPMR synthétiques",
        seats=3,
        wheelchairs=1,
        equipment=(
            ("WHEELCHAIR_FOLDED", 1.0),
            ("SERVICE_ANIMAL", 1.0),
            ("CHILD_SEAT", 0.25),
            ("BARIATRIC", 0.15),
        ),
    ),
    Mode.VSL: Model(
        figure="fleet_vsl",
        company="Ambulances synthétiques",
        seats=3,
        equipment=(("WHEELCHAIR_FOLDED", 1.0), ("SERVICE_ANIMAL", 0.9), ("CHILD_SEAT", 0.5)),
    ),
    Mode.VSL_TPMR: Model(
        figure="fleet_vsl_tpmr",
        company="Ambulances synthétiques",
        seats=2,
        wheelchairs=1,
        equipment=(("WHEELCHAIR_FOLDED", 1.0), ("SERVICE_ANIMAL", 0.9), ("CHILD_SEAT", 0.5)),
    ),
    Mode.AMBULANCE: Model(
        figure="fleet_ambulance",
        company="Ambulances synthétiques",
        attendants=1,
        stretchers=1,
        crew=2,
        equipment=(
            ("OXYGEN", 1.0),
            ("WHEELCHAIR_FOLDED", 0.5),
            ("CHILD_SEAT", 0.7),
            ("BARIATRIC", 0.15),
        ),
    ),
    Mode.SOCIAL: Model(
        figure="fleet_social",
        company="Transport solidaire synthétique",
        seats=4,
        equipment=(("WHEELCHAIR_FOLDED", 0.7), ("SERVICE_ANIMAL", 0.8)),
    ),
}
SOCIAL_TPMR_SHARE = 0.4
"""Share of the social vehicles that load a wheelchair, asked for the day before (assumption)."""


def draw_fleet(drafting: Drafting) -> list[dict[str, str]]:
    """Return the rows of fleet.csv, by mode."""
    rows: list[dict[str, str]] = []
    for mode, model in MODELS.items():
        rows += _vehicles(drafting, mode, model)
    return rows


def _vehicles(drafting: Drafting, mode: Mode, model: Model) -> list[dict[str, str]]:
    shifts = _shifts(drafting.figures.lines(model.figure))
    towns = _depots(drafting, len(shifts))
    order = drafting.draws.order(range(len(shifts)), "shifts", mode)
    return [
        _vehicle(drafting, mode, rank, towns[rank], shifts[order[rank]])
        for rank in range(len(shifts))
    ]


def _shifts(lines: tuple[str, ...]) -> list[str]:
    """Read `50 Mo-Fr 06:30-18:30; PH off`: so many vehicles with those hours."""
    shifts: list[str] = []
    for line in lines:
        count, _, hours = line.partition(" ")
        shifts += [hours] * int(count)
    return shifts


def _depots(drafting: Drafting, count: int) -> list[str]:
    """Share the depots out by population, so that a company is where its neighbours call."""
    around = hubs(list(drafting.communes.values()), drafting.figures.whole("hub_population"))
    return [code for code, share in apportion(count, around).items() for _ in range(share)]


def _vehicle(drafting: Drafting, mode: Mode, rank: int, town: str, shifts: str) -> dict[str, str]:
    model, draws = MODELS[mode], drafting.draws
    company = 1 + rank // drafting.figures.whole("company_size")
    commune = next(one for code, one in drafting.communes.items() if code == town)
    depot = site_in(commune, draws, "depot", model.company, company, town).position
    tpmr = mode is Mode.SOCIAL and draws.chance(SOCIAL_TPMR_SHARE, "social TPMR", rank)
    equipment = [
        word
        for word, share in model.equipment
        if draws.chance(share, "equipment", mode, rank, word)
    ]
    return {
        "vehicle_id": f"{mode}-{rank + 1:03}",
        "mode": mode,
        "provider": f"{model.company} {company:02}",
        "seats": str(model.seats),
        "attendants": str(model.attendants),
        "stretchers": str(model.stretchers),
        "wheelchairs": str(model.wheelchairs + int(tpmr)),
        "equipment": " ".join(equipment),
        "crew": str(model.crew),
        "depot_commune": town,
        "depot_lat": f"{depot.lat:.5f}",
        "depot_lon": f"{depot.lon:.5f}",
        "notice_minutes": str(_notice(drafting, mode, tpmr=tpmr)),
        "shifts": shifts,
    }


def _notice(drafting: Drafting, mode: Mode, *, tpmr: bool) -> int:
    if mode is not Mode.SOCIAL:
        return 0
    name = "social_tpmr_notice_minutes" if tpmr else "social_notice_minutes"
    return drafting.figures.whole(name)
