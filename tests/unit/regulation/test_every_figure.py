"""Each figure of the tariffs and of who pays counts: without it a bill is another, or refused."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any

import pytest

from adapters.kit.calendar import PublicHolidays
from regulation.funding import franchise_cents
from regulation.kernel.modes import Mode
from regulation.pricing import RIDES, estimate, own_costs
from regulation.rules import RuleBook
from regulation.rules.conditions import ConditionError
from regulation.tariffs import Ride, RideMode, pharmacy_fee_cents, price_ride
from tests.unit.regulation.worlds import no_need, rules, verdict_of

DAY = datetime(2026, 12, 1, 10, tzinfo=UTC)
NIGHT = datetime(2026, 12, 1, 22, tzinfo=UTC)
SATURDAY = datetime(2026, 12, 5, 14, tzinfo=UTC)
SUNDAY = datetime(2026, 12, 6, 10, tzinfo=UTC)
LATER = datetime(2027, 2, 2, 10, tzinfo=UTC)
"""The taxi's note on certified geolocation holds from 2027."""
CALENDAR = PublicHolidays()
DEPARTMENTS = ("01", "09", "11", "31", "32", "65", "81", "82")
HELPED: dict[str, Any] = {"walking_aid": True, "autonomy": "with_professional"}
NEVER_APPLIED = {"franchise.year_cap"}
"""What was kept back already is not known: whether the cap is reached is asked instead."""

Check = Callable[[RuleBook], object]


def rides() -> Iterator[Ride]:
    """Rides of every kind that a bill can tell."""
    for mode in RideMode:
        for at in (DAY, NIGHT, SATURDAY, SUNDAY, LATER):
            yield Ride(mode=mode, km=Decimal(6), at=at, department="31")
        yield Ride(mode=mode, km=Decimal(6), at=DAY, department="31", tpmr=True)
        yield Ride(mode=mode, km=Decimal(6), at=DAY, department="31", patients=2)
        yield Ride(mode=mode, km=Decimal(6), at=DAY, department="31", approach_km=Decimal(2))
        yield Ride(mode=mode, km=Decimal(6), at=DAY, department="31", tolls_cents=100)
        for km in (6, 60):
            yield Ride(mode=mode, km=Decimal(km), at=DAY, department="31", empty_leg=True)
    taxi = Ride(mode=RideMode.TAXI, km=Decimal(40), at=DAY, department="31")
    yield from (replace(taxi, department=one) for one in DEPARTMENTS)
    yield replace(taxi, urban_centre="Toulouse")
    yield from (replace(taxi, patients=2, alone_km=Decimal(km)) for km in (20, 30))
    yield replace(taxi, at=NIGHT.replace(hour=18, minute=30), minutes=61)


def bill(ride: Ride, book: RuleBook) -> object:
    return price_ride(ride, book, CALENDAR)


def estimated(mode: Mode, book: RuleBook) -> object:
    return estimate(mode, book, DAY)


def duty_fee(at: datetime, book: RuleBook) -> object:
    return pharmacy_fee_cents(at, book, CALENDAR)


def percent(motive: str, book: RuleBook) -> object:
    answers = no_need(**HELPED, motive=frozenset({motive}))
    return verdict_of(answers, book, DAY).funding.percent


def franchise(book: RuleBook) -> object:
    return franchise_cents(no_need().facts(), book, DAY)


def checks() -> Iterator[Check]:
    """Whatever the figures of both families end up in."""
    yield from (partial(bill, ride) for ride in rides())
    yield from (partial(estimated, mode) for mode in RIDES)
    yield partial(own_costs, at=DAY)
    yield from (partial(duty_fee, at) for at in (NIGHT, SUNDAY))
    motives = ("hospitalisation", "chemo_radio_dialysis", "work_accident", "summons")
    yield from (partial(percent, motive) for motive in motives)
    yield franchise


def outcomes(book: RuleBook) -> list[object]:
    """What each check comes to; a refusal is told by its words."""

    def of(check: Check) -> object:
        try:
            return check(book)
        except (LookupError, ValueError) as refused:
            return f"{type(refused).__name__}: {refused}"

    return [of(check) for check in checks()]


@cache
def in_force() -> list[object]:
    """What each check comes to under the rules in force."""
    return outcomes(rules())


FIGURES = sorted(
    {
        (one.name, one.scope)
        for one in rules().parameters
        if one.family in {"tarifs", "prise_en_charge"} and one.name not in NEVER_APPLIED
    }
)


def without(name: str, scope: str) -> object:
    """What each check comes to without the figure; a switch is turned the other way instead."""
    parameters = []
    for one in rules().parameters:
        if (one.name, one.scope) != (name, scope):
            parameters.append(one)
        elif isinstance(one.value, bool):
            parameters.append(replace(one, value=not one.value))
    try:
        return outcomes(replace(rules(), parameters=tuple(parameters)))
    except ConditionError as refused:
        return str(refused)


@pytest.mark.parametrize(("name", "scope"), FIGURES)
def test_without_the_figure_something_costs_otherwise_or_is_refused(name, scope):
    assert without(name, scope) != in_force()
