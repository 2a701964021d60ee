"""The simulated demand beside the published figures, each with its gap.

What was put in as it is published is told apart from what comes out otherwise: only the latter is
a check of the rest.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from regulation.cases import CareLevel, Case
from regulation.effecteurs import CareCode
from regulation.kernel.time import Calendar, TimeWindow
from simulations.demand.calls import Demand
from simulations.demand.people import OLD, Person

T = TypeVar("T")

PEOPLE = 4_000
"""People drawn for the figures on people; their standard error is under 2 points."""

SATURDAY, SUNDAY = 5, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A published figure and the simulated one. `is_check`: it was not put in as it is."""

    name: str
    published: float
    simulated: float
    source: str
    is_check: bool

    @property
    def gap(self) -> float:
        """Simulated over published, less one."""
        return self.simulated / self.published - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was simulated: when the calls of whole days came, some of them, and people."""

    instants: Sequence[datetime]
    calls: Sequence[Case]
    days: int
    people: Sequence[Person]
    zone: ZoneInfo
    calendar: Calendar


def sample_of(demand: Demand, window: TimeWindow) -> Sample:
    """Draw when the calls of a period of whole days came, and who made some of them."""
    instants = tuple(demand.arrivals.between(window))
    zone = demand.arrivals.zone
    every = max(1, len(instants) // PEOPLE)
    return Sample(
        instants=instants,
        calls=[demand.call(instant) for instant in instants[::every]],
        days=(window.end.astimezone(zone).date() - window.start.astimezone(zone).date()).days,
        people=[demand.people.person(f"calibration {number}") for number in range(PEOPLE)],
        zone=zone,
        calendar=demand.arrivals.calendar,
    )


def calibration(sample: Sample) -> tuple[Anchor, ...]:
    """Return each anchor of the demand (domain dossier, §5)."""
    return (*_of_people(sample), *_of_periods(sample))


def _of_people(sample: Sample) -> tuple[Anchor, ...]:
    old = [one for one in sample.people if one.age >= OLD]
    ambulatory = [one for one in sample.calls if one.need.care_level is CareLevel.R3]
    return (
        Anchor(
            name="dossiers par jour (moyenne de l'année)",
            published=300_000 / 365,
            simulated=len(sample.instants) / sample.days,
            source="SAMU 31, environ 300 000 dossiers en 2021",
            is_check=False,
        ),
        Anchor(
            name="part des dossiers très graves (R1)",
            published=0.07,
            simulated=_share(sample.calls, lambda one: one.need.care_level is CareLevel.R1),
            source="Haute-Garonne, 2024",
            is_check=False,
        ),
        Anchor(
            name="part de la médecine générale, adultes et enfants (plus de)",
            published=0.80,
            simulated=_share(ambulatory, lambda one: one.need.code in GENERAL),
            source="SAMU 31, 2018",
            is_check=True,
        ),
        Anchor(
            name="part des 75 ans et plus qui ont une limitation physique",
            published=0.505,
            simulated=_share(old, lambda one: one.level != "M0"),
            source="CARE 2015, à domicile",
            is_check=True,
        ),
        Anchor(
            name="part des 75 ans et plus (publiée : passages aux urgences)",
            published=0.14,
            simulated=len(old) / len(sample.people),
            source="DREES",
            is_check=True,
        ),
    )


def _of_periods(sample: Sample) -> tuple[Anchor, ...]:
    rates = _Rates(sample)
    return (
        Anchor(
            name="samedi sur soir de semaine, en appels par heure de permanence",
            published=16 / 9,
            simulated=rates.saturday() / rates.weekday_evening(),
            source="Somme, 2007 : 9 par heure de 20 h à minuit, 16 le samedi",
            is_check=True,
        ),
        Anchor(
            name="dimanche sur soir de semaine, en appels par heure de permanence",
            published=18 / 9,
            simulated=rates.sunday() / rates.weekday_evening(),
            source="Somme, 2007 : 9 par heure de 20 h à minuit, 18 le dimanche",
            is_check=True,
        ),
        Anchor(
            name="part des appels de permanence venus les week-ends et jours fériés",
            published=0.79,
            simulated=rates.weekend_share(),
            source="Gers, 2016",
            is_check=True,
        ),
    )


GENERAL = frozenset({CareCode.GP, CareCode.PAEDIATRIC})


EVENING, NOON, MORNING = 20, 12, 8
"""Hours at which periods of the permanence of care (PDSA) begin or end."""


class _Rates:
    """Calls an hour in the periods of the permanence of care."""

    def __init__(self, sample: Sample) -> None:
        self._sample = sample
        self._walls = [one.astimezone(sample.zone) for one in sample.instants]
        self._weeks = sample.days / 7

    def weekday_evening(self) -> float:
        """From 20 to 24 h, Monday to Friday."""
        evenings = 5 * (24 - EVENING) * self._weeks
        return (
            self._count(lambda wall: wall.weekday() < SATURDAY and wall.hour >= EVENING) / evenings
        )

    def saturday(self) -> float:
        """From 12 to 24 h on Saturdays."""
        hours = (24 - NOON) * self._weeks
        return self._count(lambda wall: wall.weekday() == SATURDAY and wall.hour >= NOON) / hours

    def sunday(self) -> float:
        """From 8 to 20 h on Sundays."""
        hours = (EVENING - MORNING) * self._weeks
        within = range(MORNING, EVENING)
        return self._count(lambda wall: wall.weekday() == SUNDAY and wall.hour in within) / hours

    def weekend_share(self) -> float:
        """Of the calls of the permanence up to midnight, those of weekends and holidays."""
        served = [wall for wall in self._walls if self._is_pdsa(wall)]
        return _share(served, self._is_weekend)

    def _is_pdsa(self, wall: datetime) -> bool:
        return wall.hour >= EVENING or (wall.hour >= MORNING and self._is_weekend(wall))

    def _is_weekend(self, wall: datetime) -> bool:
        holiday = self._sample.calendar.is_public_holiday(wall.date())
        saturday = wall.weekday() == SATURDAY and wall.hour >= NOON
        return holiday or saturday or wall.weekday() == SUNDAY

    def _count(self, holds: Callable[[datetime], bool]) -> int:
        return sum(map(holds, self._walls))


def _share(items: Iterable[T], holds: Callable[[T], bool]) -> float:
    found = [holds(one) for one in items]
    return sum(found) / max(1, len(found))
