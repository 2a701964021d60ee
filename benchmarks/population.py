"""Callers for measurements: the people of the simulated demand, all to be seen (R3) at once."""

from datetime import datetime

from adapters.territory.territory import Territory
from regulation.cases import CareLevel, Case
from simulations.demand.parameters import read_demand
from simulations.demand.people import People
from simulations.draws import Draws


def draw_cases(territory: Territory, now: datetime, count: int, seed: int) -> tuple[Case, ...]:
    """Return so many calls of this instant; the first ones are the same whatever the count."""
    people = People(territory, read_demand(), Draws(seed))
    return tuple(people.case(f"bench-{number}", now, level=CareLevel.R3) for number in range(count))
