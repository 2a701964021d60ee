"""Callers drawn from a seed: where they live, how old, how they move, what they need.

Positions follow the population of the communes; mobility levels by age the derived mix of the
domain dossier §5.3, which is itself an assumption, as are all the shares below.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final, TypeVar

from adapters.territory.territory import Commune, Density, Territory
from regulation.cases import Caller, CareLevel, CareNeed, Case, Patient
from regulation.effecteurs import CareCode
from regulation.kernel.modes import PharmacyNeed
from regulation.mobility import AldAnswers, HomeAnswers, MobilityAnswers
from simulations.draws import Draws
from simulations.territories.sites import site_in

T = TypeVar("T")

AGES: Final[Mapping[tuple[int, int], float]] = {
    (1, 17): 0.20,
    (18, 59): 0.48,
    (60, 74): 0.16,
    (75, 84): 0.10,
    (85, 99): 0.06,
}
ADULT: Final = {"M0": 95, "M1": 3, "M2": 1, "M3": 1}
LEVELS: Final[Mapping[int, Mapping[str, float]]] = {
    1: {"M0": 1},
    18: ADULT,
    60: {"M0": 80, "M1": 12, "M2": 5, "M3": 2, "M4": 0.7, "M5": 0.15, "M6": 0.15},
    75: {"M0": 52, "M1": 25, "M2": 14, "M3": 5, "M4": 2, "M5": 1, "M6": 1},
    85: {"M0": 25, "M1": 30, "M2": 25, "M3": 10, "M4": 4, "M5": 3, "M6": 3},
}
"""By least age of the band. The dossier's "M3+" is M3 here, its "M5+" half M5 and half M6."""

NEEDS: Final = {
    CareCode.GP: 0.85,
    CareCode.PAEDIATRIC: 0.04,
    CareCode.DENTAL: 0.04,
    CareCode.IMAGING: 0.03,
    CareCode.LAB: 0.02,
    CareCode.MIDWIFE: 0.02,
}
CHILDREN_ONLY: Final = CareCode.PAEDIATRIC
PHARMACY: Final = {PharmacyNeed.NONE: 0.4, PharmacyNeed.LIKELY: 0.3, PharmacyNeed.CERTAIN: 0.3}
DEADLINES: Final[Mapping[timedelta | None, float]] = {None: 0.6, timedelta(hours=4): 0.4}
"""None: the default of the care level R3."""

NO_CAR: Final = {Density.DENSE: 0.30, Density.INTERMEDIATE: 0.12}
NO_CAR_ELSEWHERE, NO_CAR_OLD, OLD = 0.08, 0.33, 75
TRANSIT: Final = {Density.DENSE: 0.8, Density.INTERMEDIATE: 0.4}
TRANSIT_ELSEWHERE = 0.1
COMPANION, ALD_OLD, ALD = 0.5, 0.4, 0.1
FLATS: Final = {Density.DENSE: 0.6}
FLATS_ELSEWHERE, LIFT, HIGHEST = 0.15, 0.5, 4
MINOR = 18


def draw_cases(territory: Territory, now: datetime, count: int, seed: int) -> tuple[Case, ...]:
    """Return so many calls of this instant; the first ones are the same whatever the count."""
    weights = {commune: float(commune.population) for commune in territory.communes}
    table = _Weighted(tuple(weights), tuple(accumulate(weights.values())))
    draws = Draws(seed)
    return tuple(_case(table, draws, now, number) for number in range(count))


class _Weighted:
    """Communes with their cumulated population."""

    def __init__(self, communes: Sequence[Commune], upto: Sequence[float]) -> None:
        self._communes, self._upto = communes, upto

    def pick(self, unit: float) -> Commune:
        aim = unit * self._upto[-1]
        return next(one for one, upto in zip(self._communes, self._upto, strict=True) if aim < upto)


def _case(table: _Weighted, draws: Draws, now: datetime, number: int) -> Case:
    commune = table.pick(draws.unit("commune", number))
    low, high = _drawn(AGES, draws, "band", number)
    age = draws.whole(low, high, "age", number)
    code = _drawn(NEEDS, draws, "need", number)
    if code is CHILDREN_ONLY and age >= MINOR:
        code = CareCode.GP
    return Case(
        case_id=f"bench-{number}",
        caller=Caller(at=now),
        patient=Patient(age=age, position=site_in(commune, draws, "caller home", number).position),
        need=CareNeed(
            code=code,
            care_level=CareLevel.R3,
            deadline=_drawn(DEADLINES, draws, "deadline", number),
        ),
        mobility=_answers(draws, commune, low, age, number),
        pharmacy_stop=_drawn(PHARMACY, draws, "pharmacy", number),
    )


def _drawn(shares: Mapping[T, float], draws: Draws, *name: object) -> T:
    aim = draws.unit(*name) * sum(shares.values())
    bounds = zip(shares, accumulate(shares.values()), strict=True)
    return next(one for one, upto in bounds if aim < upto)


def _answers(draws: Draws, commune: Commune, band: int, age: int, number: int) -> MobilityAnswers:
    level = _drawn(LEVELS[band], draws, "level", number)
    old = age >= OLD
    carless = NO_CAR_OLD if old else NO_CAR.get(commune.density, NO_CAR_ELSEWHERE)
    escorted = age < MINOR or draws.chance(COMPANION, "companion", number)
    transit = draws.chance(TRANSIT.get(commune.density, TRANSIT_ELSEWHERE), "transit", number)
    ill = draws.chance(ALD_OLD if old else ALD, "ald", number)
    return MobilityAnswers(
        age=age,
        smur_team_needed=False,
        lying_or_semi_sitting=level == "M6",
        stretcher_or_carrying=level == "M5",
        qualified_supervision=False,
        oxygen=False,
        asepsis=False,
        stays_in_wheelchair=level == "M4",
        uses_wheelchair=level in {"M3", "M4"},
        walking_aid=level in {"M1", "M2"},
        strict_hygiene=False,
        disinfection_risk=False,
        side_effect_risk=False,
        companion_available=escorted,
        bariatric=False,
        own_vehicle_available=not draws.chance(carless, "no car", number),
        public_transport_possible=transit and level in {"M0", "M1"},
        sharing_excluded=False,
        service_animal=False,
        hospitalised_now=False,
        leave_without_medical_motive=False,
        autonomy="alone" if level in {"M0", "M1"} else "with_professional",
        home=_home(draws, commune, level, number),
        impairments=frozenset(),
        motive=frozenset({"ald"} if ill else {"none"}),
        ald=AldAnswers(related=ill, specific_session=False, incapacity=ill and level != "M0"),
    )


def _home(draws: Draws, commune: Commune, level: str, number: int) -> HomeAnswers:
    flat = draws.chance(FLATS.get(commune.density, FLATS_ELSEWHERE), "flat", number)
    return HomeAnswers(
        floor=draws.whole(0, HIGHEST, "floor", number) if flat else 0,
        lift=flat and draws.chance(LIFT, "lift", number),
        steps=0,
        can_use_stairs=level in {"M0", "M1", "M2"},
    )
