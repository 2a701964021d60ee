"""Where things are: towns where one settles, shares by population, sectors, points in a town."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from adapters.territory.territory import Commune
from regulation.kernel.places import CommuneCode, Position, crow_distance_m
from simulations.draws import Draws

K = TypeVar("K", bound=str)

KM_PER_DEGREE = 111.2
BUILT_SHARE = 0.6
"""Share of the radius of a commune in which its town is built (assumption)."""

TOWN_KM, TOWN_KM_PER_ROOT = 0.25, 0.2
"""Radius of a town: a least, and so much per square root of thousands of people (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A point in a commune, with its postal address."""

    commune: Commune
    position: Position
    address: str
    postal_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector:
    """A town and the communes nearer to it than to any other seat."""

    seat: Commune
    communes: tuple[Commune, ...]

    @property
    def population(self) -> int:
        """Inhabitants of the sector."""
        return sum(commune.population for commune in self.communes)


def hubs(communes: Sequence[Commune], least: int) -> dict[CommuneCode, int]:
    """Return the people around each town of at least so many, each commune to the nearest."""
    towns = [commune for commune in communes if commune.population >= least]
    around = dict.fromkeys((town.code for town in towns), 0)
    for commune in communes:
        around[_nearest(commune, towns).code] += commune.population
    return around


def apportion(total: int, weights: Mapping[K, float]) -> dict[K, int]:
    """Share a total out by weight, in whole numbers, by largest remainder."""
    whole = sum(weights.values())
    exact = {key: total * weight / whole for key, weight in weights.items()}
    given = {key: int(share) for key, share in exact.items()}
    left = total - sum(given.values())
    by_remainder = sorted(exact, key=lambda key: (given[key] - exact[key], key))
    for key in by_remainder[:left]:
        given[key] += 1
    return given


def sectors(communes: Sequence[Commune], count: int) -> tuple[Sector, ...]:
    """Cut the territory around seats chosen one by one where most people are far from one."""
    seats = [max(communes, key=lambda commune: commune.population)]
    while len(seats) < count:
        seats.append(max(communes, key=lambda one: one.population * _away_m(one, seats)))
    members: dict[CommuneCode, list[Commune]] = {seat.code: [] for seat in seats}
    for commune in communes:
        members[_nearest(commune, seats).code].append(commune)
    return tuple(Sector(seat=seat, communes=tuple(members[seat.code])) for seat in seats)


def site_in(commune: Commune, draws: Draws, *name: object) -> Site:
    """Return a point of the town, denser towards its centre, with an address of no street."""
    bearing, depth, street, number, code = draws.units(5, "site", *name)
    km = depth * town_radius_km(commune)
    east, north = km * math.sin(2 * math.pi * bearing), km * math.cos(2 * math.pi * bearing)
    shrink = math.cos(math.radians(commune.position.lat))
    position = Position(
        lat=round(commune.position.lat + north / KM_PER_DEGREE, 5),
        lon=round(commune.position.lon + east / KM_PER_DEGREE / shrink, 5),
    )
    return Site(
        commune=commune,
        position=position,
        address=f"{1 + int(number * 120)} {STREETS[int(street * len(STREETS))]}",
        postal_code=commune.postal_codes[int(code * len(commune.postal_codes))],
    )


STREETS = ("rue de l'Exemple", "avenue du Modèle", "place Fictive", "chemin de l'Essai")


def town_radius_km(commune: Commune) -> float:
    """Return how far from the centre of the commune its town reaches (assumption)."""
    within = BUILT_SHARE * math.sqrt(commune.area_km2 / math.pi)
    return min(within, TOWN_KM + TOWN_KM_PER_ROOT * math.sqrt(commune.population / 1000))


def _nearest(commune: Commune, towns: Sequence[Commune]) -> Commune:
    return min(towns, key=lambda town: crow_distance_m(commune.position, town.position))


def _away_m(commune: Commune, seats: Sequence[Commune]) -> float:
    return min(crow_distance_m(commune.position, seat.position) for seat in seats)
