"""Who calls: where they live, how old they are, how they move, what they need."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final, TypeVar

from adapters.territory.territory import Commune, Density, Territory
from regulation.cases import Caller, CareLevel, CareNeed, Case, Patient
from regulation.effecteurs import CareCode
from regulation.kernel.modes import PharmacyNeed
from regulation.mobility import AldAnswers, HomeAnswers, MobilityAnswers
from simulations.draws import Draws
from simulations.figures import Figures
from simulations.territories.sites import site_in

T = TypeVar("T")

MINOR: Final = 18
OLD: Final = 75
SOON: Final = timedelta(hours=4)
ON_FOOT: Final = frozenset({"M0", "M1"})
STAIRS: Final = frozenset({"M0", "M1", "M2"})
KINDS: Final = {Density.DENSE: "dense", Density.INTERMEDIATE: "intermediate"}
SPARSE: Final = "sparse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who calls; `level` is their mobility, M0 (autonomous) to M6 (lying)."""

    commune: Commune
    age: int
    level: str


class People:
    """Draws the people of a territory; each by their number, whoever else is drawn."""

    def __init__(self, territory: Territory, figures: Figures, draws: Draws) -> None:
        self._figures = figures
        self._draws = draws
        self._communes = territory.communes
        self._upto = tuple(accumulate(float(one.population) for one in territory.communes))

    def person(self, number: object) -> Person:
        """Draw somebody."""
        band = self._one_of(self._figures.shares("ages"), "band", number)
        low, _, high = band.partition("-")
        return Person(
            commune=self._commune(number),
            age=self._draws.whole(int(low), int(high), "age", number),
            level=self._one_of(self._figures.mixture("mobility", band), "level", number),
        )

    def case(self, case_id: str, at: datetime, level: CareLevel | None = None) -> Case:
        """Draw the call of somebody at this instant, at a level of care or at any (None); the
        same id gives the same call."""
        who = self.person(case_id)
        site = site_in(who.commune, self._draws, "caller home", case_id)
        return Case(
            case_id=case_id,
            caller=Caller(at=at),
            patient=Patient(age=who.age, position=site.position),
            need=self._need(who, case_id, level),
            mobility=self._answers(who, case_id),
            pharmacy_stop=self._pharmacy(case_id),
        )

    def _need(self, who: Person, number: object, level: CareLevel | None) -> CareNeed:
        code = CareCode(self._one_of(self._figures.shares("needs"), "need", number))
        if code is CareCode.PAEDIATRIC and who.age >= MINOR:
            code = CareCode.GP
        drawn = CareLevel(self._one_of(self._figures.shares("levels"), "care level", number))
        level = level or drawn
        soon = level is CareLevel.R3 and self._chance("care", "soon", number)
        return CareNeed(code=code, care_level=level, deadline=SOON if soon else None)

    def _pharmacy(self, number: object) -> PharmacyNeed:
        certain, likely = (
            self._figures.number("care", name) for name in ("pharmacy_certain", "pharmacy_likely")
        )
        aim = self._draws.unit("pharmacy", number)
        if aim < certain:
            return PharmacyNeed.CERTAIN
        return PharmacyNeed.LIKELY if aim < certain + likely else PharmacyNeed.NONE

    def _answers(self, who: Person, number: object) -> MobilityAnswers:
        kind, old = KINDS.get(who.commune.density, SPARSE), who.age >= OLD
        no_car = "no_car_old" if old else f"no_car_{kind}"
        ill = self._chance("household", "ald_old" if old else "ald", number)
        transit = self._chance("household", f"transit_{kind}", number)
        return MobilityAnswers(
            age=who.age,
            smur_team_needed=False,
            lying_or_semi_sitting=who.level == "M6",
            stretcher_or_carrying=who.level == "M5",
            qualified_supervision=False,
            oxygen=False,
            asepsis=False,
            stays_in_wheelchair=who.level == "M4",
            uses_wheelchair=who.level in {"M3", "M4"},
            walking_aid=who.level in {"M1", "M2"},
            strict_hygiene=False,
            disinfection_risk=False,
            side_effect_risk=False,
            companion_available=who.age < MINOR or self._chance("household", "companion", number),
            bariatric=False,
            own_vehicle_available=not self._chance("household", no_car, number),
            public_transport_possible=transit and who.level in ON_FOOT,
            sharing_excluded=False,
            service_animal=False,
            hospitalised_now=False,
            leave_without_medical_motive=False,
            autonomy="alone" if who.level in ON_FOOT else "with_professional",
            home=self._home(who, number),
            impairments=frozenset(),
            motive=frozenset({"ald"} if ill else {"none"}),
            ald=AldAnswers(
                related=ill, specific_session=False, incapacity=ill and who.level != "M0"
            ),
        )

    def _home(self, who: Person, number: object) -> HomeAnswers:
        dense = who.commune.density is Density.DENSE
        flat = self._chance("household", "flat_dense" if dense else "flat_elsewhere", number)
        highest = int(self._figures.number("household", "highest_floor"))
        return HomeAnswers(
            floor=self._draws.whole(0, highest, "floor", number) if flat else 0,
            lift=flat and self._chance("household", "lift", number),
            steps=0,
            can_use_stairs=who.level in STAIRS,
        )

    def _chance(self, table: str, name: str, number: object) -> bool:
        return self._draws.chance(self._figures.number(table, name), name, number)

    def _commune(self, number: object) -> Commune:
        aim = self._draws.unit("commune", number) * self._upto[-1]
        return _reached(self._communes, self._upto, aim)

    def _one_of(self, shares: Mapping[str, float], *name: object) -> str:
        upto = tuple(accumulate(shares.values()))
        return _reached(tuple(shares), upto, self._draws.unit(*name) * upto[-1])


def _reached(items: Sequence[T], upto: Sequence[float], aim: float) -> T:
    return items[bisect_right(upto, aim)]
