"""Who rides: the room and the care one person takes aboard, without medicine."""

from dataclasses import dataclass

from regulation.kernel.modes import Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Room taken or offered aboard. A stretcher is never replaced by a seat."""

    attendants: int = 0
    seats: int = 0
    stretchers: int = 0
    wheelchairs: int = 0

    def __post_init__(self) -> None:
        if min(self.attendants, self.seats, self.stretchers, self.wheelchairs) < 0:
            raise ValueError(f"negative room: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiderNeeds:
    """What carrying this person takes, whatever the reason; `not_by`: vehicles that will not.

    Others who ride along make the way at most `max_detour_m` longer (None: however much).
    """

    load: Load
    modes: frozenset[Mode]
    equipment: frozenset[str] = frozenset()
    crew: int = 1
    shared_allowed: bool = False
    boarding_s: int = 180
    alighting_s: int = 120
    max_aboard_s: int = 2 * 3600
    max_detour_m: int | None = None
    not_by: frozenset[str] = frozenset()
