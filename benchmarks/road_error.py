"""The road model against real roads: calibrated on Liechtenstein alone, the others held out."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from adapters.roads.assembly import assemble
from adapters.roads.extract import NamedPlace, read_extract
from adapters.roads.graph import RoadGraph
from adapters.roads.ground import points_of
from adapters.roads.highways import RoadClass
from adapters.roads.model import RoadModel
from adapters.roads.network import RoadNetwork
from adapters.roads.places import Place
from regulation.kernel.places import Position
from regulation.kernel.time import PARIS
from regulation.kernel.travel import TravelTimes

EXTRACTS = Path(__file__).parents[2] / "shared/data/osm"
CALIBRATED_ON, HELD_OUT = "liechtenstein", ("andorra", "monaco")
INSTANTS = {
    "nuit": datetime(2026, 11, 24, 3, tzinfo=PARIS),
    "jour": datetime(2026, 11, 24, 12, tzinfo=PARIS),
    "pointe": datetime(2026, 11, 24, 18, tzinfo=PARIS),
}
GUESSED_POPULATION = {
    "city": 100_000,
    "town": 5_000,
    "suburb": 3_000,
    "village": 800,
    "hamlet": 80,
}
"""Assumption, for places whose population isn't on the map; other kinds are left out."""
STREETS = (
    RoadClass.TERTIARY,
    RoadClass.UNCLASSIFIED,
    RoadClass.RESIDENTIAL,
    RoadClass.LIVING_STREET,
)
TOO_NEAR_M = 500
"""Pairs nearer than this by the real road are left out: a relative error says nothing there."""
SEED = 2026

Ways = NDArray[np.float64]
"""Two rows: seconds, metres."""


@dataclass(frozen=True, slots=True)
class Country:
    """The roads of an extract and its named places."""

    graph: RoadGraph
    network: RoadNetwork
    places: list[NamedPlace]

    @classmethod
    def read(cls, name: str) -> "Country":
        drawn = read_extract(EXTRACTS / f"{name}.osm.pbf")
        graph = assemble(drawn, name)
        settled = [place for place in drawn.places if place.kind in GUESSED_POPULATION]
        return cls(graph, RoadNetwork.build(graph), settled)

    def model(self) -> RoadModel:
        places = [
            Place(
                position=place.position,
                population=place.population or GUESSED_POPULATION[place.kind],
            )
            for place in self.places
        ]
        return RoadModel.from_places(places)

    def samples(self) -> dict[str, list[Position]]:
        on_street = np.zeros(len(self.graph.lat), dtype=bool)
        on_street[self.graph.tail[np.isin(self.graph.road_class, STREETS)]] = True
        drawn = np.random.default_rng(SEED).choice(np.flatnonzero(on_street), 300, replace=False)
        streets = [Position(lat=self.graph.lat[i], lon=self.graph.lon[i]) for i in drawn]
        return {"rues": streets, "lieux": [place.position for place in self.places]}


def compare(countries: dict[str, Country]) -> None:
    """Print the errors by country, sample and traffic, beside those of a naive rule."""
    detour, speed_kmh = _naive_fit(countries[CALIBRATED_ON])
    print(
        f"règle naïve: vol d'oiseau x {detour:.2f} à {speed_kmh:.0f} km/h, calée de même, de jour"
    )
    for name, country in countries.items():
        role = "calage" if name == CALIBRATED_ON else "jamais vu"
        model = country.model()
        for sample, here in country.samples().items():
            for hour, at in INSTANTS.items():
                real, kept = _real_ways(country, here, at)
                minutes, km = np.median(real[0]) / 60, np.median(real[1]) / 1000
                print(f"{name} ({role}), {sample}, {hour}: {real.shape[1]} trajets, ", end="")
                print(f"médianes {minutes:.1f} min et {km:.1f} km")
                _print_errors("modèle", _ways(model, here, at)[:, kept], real)
                if hour == "jour":
                    _print_errors("naïf", _straight(here, detour, speed_kmh)[:, kept], real)


def _ways(times: TravelTimes, here: list[Position], at: datetime) -> Ways:
    matrix = times.matrix(here, here, at)
    return np.stack([matrix.durations_s.ravel(), matrix.distances_m.ravel()]).astype(np.float64)


def _real_ways(
    country: Country, here: list[Position], at: datetime
) -> tuple[Ways, NDArray[np.bool_]]:
    ways = _ways(country.network, here, at)
    kept = ways[1] > TOO_NEAR_M
    return ways[:, kept], kept


def _straight(here: list[Position], detour: float, speed_kmh: float) -> Ways:
    along_m = cdist(points_of(here), points_of(here)).ravel() * detour
    return np.stack([along_m * 3.6 / speed_kmh, along_m])


def _naive_fit(country: Country) -> tuple[float, float]:
    """Median detour and median speed along the road between the streets of a country by day."""
    here = country.samples()["rues"]
    real, kept = _real_ways(country, here, INSTANTS["jour"])
    straight_m = _straight(here, 1.0, 1.0)[1, kept]
    return float(np.median(real[1] / straight_m)), float(np.median(3.6 * real[1] / real[0]))


def _print_errors(who: str, told: Ways, real: Ways) -> None:
    parts = []
    for quantity, said, true in zip(("durée", "longueur"), told, real, strict=True):
        error = (said - true) / true
        parts.append(
            f"{quantity} biais {np.median(error):+.0%}, écart médian {np.median(abs(error)):.0%}, "
            f"p90 {np.percentile(abs(error), 90):.0%}, r {np.corrcoef(said, true)[0, 1]:.2f}"
        )
    print(f"  {who:<7} {' | '.join(parts)}")
