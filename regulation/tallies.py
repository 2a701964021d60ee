"""How orientations went, by profile and commune, and how evenly they were shared out.

Computed from what was decided and answered, of nobody: a group of few cases is told to be small,
and nothing more.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from regulation.kernel.ids import Identifier
from regulation.mobility import VehicleClass

SMALLEST_GROUP = 5
"""Assumption: what is measured of fewer cases could be somebody's."""

K = TypeVar("K")


class MissionFate(StrEnum):
    """What became of the request of a ride; SILENT: its answer is overdue."""

    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    SILENT = "SILENT"
    AWAITED = "AWAITED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedMission:
    """A ride that a transport company was asked for."""

    company: str
    fate: MissionFate


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientedCase:
    """What is counted of one case: where it stands in the groups, and how it went.

    `profile` is the physical need, None while not settled; `care_at` None: nobody is seen (advice,
    AMU); `road_m` is the way to the place of care, None when one doesn't go.
    """

    profile: VehicleClass | None
    commune: str
    asked_at: datetime
    care_at: datetime | None
    road_m: int | None
    chosen: Identifier | None
    proposed: frozenset[Identifier]
    missions: tuple[AskedMission, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The middle and the ninth decile of a measure (nearest rank), in its own unit."""

    median: int
    p90: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTally:
    """How the cases of a group went. `cases` None: fewer than SMALLEST_GROUP, of which nothing
    else is told; `delay_s`, `road_m` None: too few of them were seen, or went anywhere."""

    cases: int | None
    delay_s: Spread | None = None
    road_m: Spread | None = None
    missions: Mapping[MissionFate, int] | None = None

    @property
    def refusal_share(self) -> float | None:
        """Share refused among the missions answered for or overdue; None when there are too few."""
        if self.missions is None:
            return None
        settled = sum(self.missions.values()) - self.missions.get(MissionFate.AWAITED, 0)
        if settled < SMALLEST_GROUP:
            return None
        return self.missions.get(MissionFate.REFUSED, 0) / settled


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceShare:
    """How often an effecteur was proposed, and chosen."""

    effecteur_id: Identifier
    proposed: int
    chosen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyShare:
    """What became of the missions that a company was asked for; perhaps none."""

    company: str
    missions: Mapping[MissionFate, int]

    @property
    def asked(self) -> int:
        """How many it was asked for."""
        return sum(self.missions.values())


def tally_by(
    cases: Iterable[OrientedCase], group_of: Callable[[OrientedCase], K]
) -> Mapping[K, GroupTally]:
    """Tell how the cases of each group went."""
    groups: dict[K, list[OrientedCase]] = {}
    for one in cases:
        groups.setdefault(group_of(one), []).append(one)
    return {key: tally(members) for key, members in groups.items()}


def tally(cases: Sequence[OrientedCase]) -> GroupTally:
    """Tell how a group of cases went."""
    if len(cases) < SMALLEST_GROUP:
        return GroupTally(cases=None)
    seen = [_seconds(one.care_at - one.asked_at) for one in cases if one.care_at is not None]
    return GroupTally(
        cases=len(cases),
        delay_s=_spread(seen),
        road_m=_spread([one.road_m for one in cases if one.road_m is not None]),
        missions=Counter(mission.fate for one in cases for mission in one.missions),
    )


def place_shares(cases: Iterable[OrientedCase]) -> Sequence[PlaceShare]:
    """Tell how often each place that was proposed was chosen, the most chosen first."""
    proposed: Counter[Identifier] = Counter()
    chosen: Counter[Identifier] = Counter()
    for one in cases:
        proposed.update(one.proposed)
        chosen.update([one.chosen] if one.chosen else [])
    shares = (
        PlaceShare(effecteur_id=place, proposed=proposed[place], chosen=chosen[place])
        for place in proposed.keys() | chosen.keys()
    )
    return sorted(shares, key=lambda one: (-one.chosen, -one.proposed, one.effecteur_id))


def company_shares(
    cases: Iterable[OrientedCase], companies: Iterable[str]
) -> Sequence[CompanyShare]:
    """Tell what became of what each company was asked for, those asked for nothing included."""
    asked: dict[str, Counter[MissionFate]] = {name: Counter() for name in companies}
    for one in cases:
        for mission in one.missions:
            asked.setdefault(mission.company, Counter())[mission.fate] += 1
    shares = (CompanyShare(company=name, missions=counts) for name, counts in asked.items())
    return sorted(shares, key=lambda one: (-one.asked, one.company))


def gini(counts: Iterable[int]) -> float | None:
    """Gini index: 0 when all have as much, near 1 when one has everything; None of nothing."""
    ordered = sorted(counts)
    total, size = sum(ordered), len(ordered)
    if not total:
        return None
    weighed = sum((2 * rank - size - 1) * count for rank, count in enumerate(ordered, 1))
    return weighed / (size * total)


def _spread(values: Sequence[int]) -> Spread | None:
    if len(values) < SMALLEST_GROUP:
        return None
    ordered = sorted(values)
    return Spread(median=_ranked(ordered, 0.5), p90=_ranked(ordered, 0.9))


def _ranked(ordered: Sequence[int], share: float) -> int:
    return ordered[math.ceil(share * len(ordered)) - 1]


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
