"""Every number the road model rests on, with its source, or marked as an assumption."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from adapters.roads.traffic import DelayByTraffic, SpeedByTraffic, Traffic


class Density(IntEnum):
    """How built-up the surroundings of a settlement are; the number is its row in tables."""

    RURAL = 0
    INTERMEDIATE = 1
    DENSE = 2


# Told of the Toulouse area as orders of magnitude, not measured: centre 18-22 at rush and 25-30
# off it, ring and suburb 35-45, country 55-60.
DENSE: Final = SpeedByTraffic(night=30, day=27.5, rush=20)
INTERMEDIATE: Final = SpeedByTraffic(night=45, day=40, rush=35)
RURAL: Final = SpeedByTraffic(night=60, day=57.5, rush=55)

# Assumptions.
FAST_LINK: Final = SpeedByTraffic(night=105, day=100, rush=90)
RING: Final = SpeedByTraffic(night=70, day=60, rush=40)
OPEN_GROUND: Final = SpeedByTraffic(night=22, day=20, rush=18)
DOOR_S: Final = DelayByTraffic(night=25, day=30, rush=35)
FAST_LINK_ACCESS_S: Final = DelayByTraffic(night=90, day=120, rush=240)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelParameters:
    """Numbers of the road model: km/h along the road, metres, inhabitants (per km2).

    `dense`, `intermediate`, `rural`: speeds by the density around, whose two thresholds are those
    of Eurostat's degree of urbanisation. `road_detour`, `street_detour`, `reach_m`: set by hand on
    the roads of Liechtenstein. The rest is assumed. `fast_link` stands for a motorway between two
    poles, `fast_link_access_s` for reaching and leaving it; a pole is a big place alone in its
    surroundings. `ring` is the road around a city of `ring_population`. Towns of
    `main_road_population` are joined past the villages between them. `open_ground` is the speed
    where no settlement is near, `door_s` is spent at each end. A place is split into nodes of
    `cell_population` spread at `city_per_km2`. `reach_m` is how far a settlement's own streets
    and slowness go; farther than `off_roads_m` from all of them, nothing is said.
    """

    dense: SpeedByTraffic = DENSE
    intermediate: SpeedByTraffic = INTERMEDIATE
    rural: SpeedByTraffic = RURAL
    fast_link: SpeedByTraffic = FAST_LINK
    ring: SpeedByTraffic = RING
    open_ground: SpeedByTraffic = OPEN_GROUND
    door_s: DelayByTraffic = DOOR_S
    fast_link_access_s: DelayByTraffic = FAST_LINK_ACCESS_S

    dense_per_km2: float = 1_500.0
    intermediate_per_km2: float = 300.0
    density_radius_m: float = 3_000.0

    road_detour: float = 1.2
    street_detour: float = 1.3
    fast_link_detour: float = 1.15
    reach_m: float = 2_000.0

    cell_population: int = 10_000
    city_per_km2: float = 4_400.0
    main_road_population: int = 2_000
    ring_population: int = 100_000
    pole_population: int = 10_000
    pole_alone_within_m: float = 12_000.0
    off_roads_m: float = 20_000.0

    def __post_init__(self) -> None:
        for traffic in Traffic:
            speeds = [
                speed.at(traffic)
                for speed in (self.open_ground, self.dense, self.intermediate, self.rural)
            ]
            if speeds != sorted(speeds):
                # a metric needs it: going straight must never beat the streets around one
                raise ValueError(
                    "speeds must satisfy open_ground <= dense <= intermediate <= rural, "
                    f"got {speeds} at {traffic}"
                )
        detours = (self.road_detour, self.street_detour, self.fast_link_detour)
        if min(detours) < 1:
            raise ValueError(f"a detour can't be shorter than the straight line, got {detours}")

    def speed(self, density: Density) -> SpeedByTraffic:
        """Return the speeds on the streets and roads of such surroundings."""
        return (self.rural, self.intermediate, self.dense)[density]
