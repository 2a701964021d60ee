"""What another value of one figure would have changed: last week's cases answered again, twice.

Each is answered on what its answer rested on, under the rules in force and under the rules tried;
what differs is then of the figure alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from statistics import median
from typing import Any, TypeVar

from regulation.decisions import Decision
from regulation.kernel.ids import Identifier
from regulation.kernel.modes import LegKind
from regulation.proposals import OrientationProposal
from regulation.rules import RuleBook, UnknownParameterError
from services.basis import Grounds, read_grounds
from services.replaying import Place, answer_again
from services.store import Store, Unit

T = TypeVar("T")

MOST_REPLAYED = 20
"""Assumption: cases answered again for one preview, spread evenly over the period."""


Answer = Sequence[OrientationProposal]
"""The proposals to one case, in order; there is always one."""


class Changed(StrEnum):
    """How far the first proposal of a case changes, the farthest first; OTHERS: it does not, what
    follows it does."""

    PLACE = "PLACE"
    TIME = "TIME"
    JOURNEY = "JOURNEY"
    OTHERS = "OTHERS"
    NOTHING = "NOTHING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The first proposals under some rules: the middle delay and way, what they cost in all.

    `delay_s`, `road_m` None: nobody is seen, or goes anywhere. `spared`: cases in which one more
    proposal, that costs the patient less, follows those ranked.
    """

    delay_s: int | None
    road_m: int | None
    public_cents: int
    patient_cents: int
    late_min: int
    spared: int
    places: Mapping[Identifier, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What the figure tried changes. `decided`: decisions of the period; `lost`: those picked
    whose grounds are no longer kept, or that today's rules cannot answer."""

    decided: int
    replayed: int
    lost: int
    changed: Mapping[Changed, int]
    before: Told
    after: Told


def preview(
    store: Store, place: Place, tried: RuleBook, since: datetime, most: int = MOST_REPLAYED
) -> Preview:
    """Answer cases decided since then again, under the rules in force and under those tried.

    Raise what the rules tried raise when a figure cannot be what it is told to be.
    """
    with store.reading() as unit:
        decisions = unit.journal.decisions_since(since)
        picked = spread(decisions, most)
        seen: dict[str, Any] = {}
        grounds = [one for one in (_grounds(unit, told, seen) for told in picked) if one]
    before, after, kept = [], [], []
    for one in grounds:
        answer = _answered_or_not(one, place.rules, place)
        if answer is not None:
            kept.append(one)
            before.append(answer)
            after.append(_answered(one, tried, place))
    pairs = list(zip(before, after, strict=True))
    return Preview(
        decided=len(decisions),
        replayed=len(kept),
        lost=len(picked) - len(kept),
        changed=Counter(how_far(was, now) for was, now in pairs),
        before=_told(before, kept),
        after=_told(after, kept),
    )


def spread(decisions: Sequence[T], most: int) -> Sequence[T]:
    """Pick so many, evenly spread; all of them when there are no more."""
    count = len(decisions)
    if count <= most:
        return decisions
    return tuple(decisions[rank * count // most] for rank in range(most))


def how_far(was: Answer, now: Answer) -> Changed:
    """Tell how far an answer is from another."""
    first = _how_far(was[0], now[0])
    if first is not Changed.NOTHING:
        return first
    same = len(was) == len(now) and all(
        _how_far(*both) is Changed.NOTHING for both in zip(was, now, strict=True)
    )
    return Changed.NOTHING if same else Changed.OTHERS


def spares(answer: Answer) -> bool:
    """Tell whether one more proposal, that costs the patient less, follows those ranked."""
    return any(one.spares_cents for one in answer)


def _how_far(was: OrientationProposal, now: OrientationProposal) -> Changed:
    if (was.kind, _place_of(was)) != (now.kind, _place_of(now)):
        return Changed.PLACE
    if was.care != now.care or was.slot != now.slot:
        return Changed.TIME
    return Changed.NOTHING if was.legs == now.legs else Changed.JOURNEY


def _grounds(unit: Unit, decision: Decision, seen: dict[str, Any]) -> Grounds | None:
    try:
        shown = unit.journal.get_orientation(decision.orientation_id)
        if shown.basis is None:
            return None
        return read_grounds(decision.case_id, shown.basis, unit.archive, seen)
    except LookupError:
        return None


def _answered_or_not(grounds: Grounds, rules: RuleBook, place: Place) -> Answer | None:
    try:
        return _answered(grounds, rules, place)
    except UnknownParameterError:
        return None


def _answered(grounds: Grounds, rules: RuleBook, place: Place) -> Answer:
    return answer_again(replace(grounds, rulebook=rules), place).proposals


def _told(answers: Sequence[Answer], grounds: Sequence[Grounds]) -> Told:
    proposals = [first for first, *_ in answers]
    paired = zip(proposals, grounds, strict=True)
    delays = [
        (one.care.start - ground.held.now).total_seconds() for one, ground in paired if one.care
    ]
    prices = [leg.price for one in proposals for leg in one.legs]
    return Told(
        delay_s=_middle(delays),
        road_m=_middle([metres for one in proposals for metres in _outward_m(one)]),
        public_cents=sum(price.am_cents for price in prices),
        patient_cents=sum(price.patient_cents for price in prices),
        late_min=sum(one.objective.get("late_min", 0) for one in proposals),
        spared=sum(map(spares, answers)),
        places=Counter(place for one in proposals if (place := _place_of(one)) is not None),
    )


def _outward_m(one: OrientationProposal) -> Iterator[int]:
    return (leg.distance_m for leg in one.legs if leg.kind is LegKind.OUTWARD)


def _middle(values: Sequence[float]) -> int | None:
    return round(median(values)) if values else None


def _place_of(one: OrientationProposal) -> Identifier | None:
    return one.effecteur.effecteur.effecteur_id if one.effecteur else None
