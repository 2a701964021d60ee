"""What each leg costs one person, and who bears it: the rates of the joint search.

It is asked hundreds of times for one decision, so what does not depend on the distance is worked
out once by mode, riders, hour and big city; many distances are priced at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import numpy as np

from regulation.assessment import ARRETE, read_class
from regulation.entitlement import Funding, FundingPayer
from regulation.fares import Hours, Period, Terms
from regulation.funding import franchise_cents, reimbursed_modes
from regulation.kernel.modes import Mode, Payer
from regulation.kernel.places import Position
from regulation.kernel.time import PARIS, Calendar
from regulation.kernel.travel import Cents, LegPrice, LegRate, LegRates
from regulation.mobility import MobilityAnswers, VehicleClass
from regulation.rules import RuleBook
from regulation.rules.conditions import Facts
from regulation.tariffs import NoTariffError, RideMode, Tariff, read_hours, read_tariff

RIDES: Mapping[Mode, tuple[RideMode, bool]] = {
    Mode.TAXI: (RideMode.TAXI, False),
    Mode.TAXI_TPMR: (RideMode.TAXI, True),
    Mode.VSL: (RideMode.VSL, False),
    Mode.VSL_TPMR: (RideMode.VSL, True),
    Mode.AMBULANCE: (RideMode.AMBULANCE, False),
}
"""Modes with a tariff: which one, and whether with the TPMR supplement."""

SECONDS_PER_HOUR = 3600

Amount = TypeVar("Amount", int, Cents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How a price is split: the percentage borne for the patient, less the franchise in cents."""

    payer: Payer
    percent: int = 0
    franchise: int = 0

    def split(self, total: int) -> LegPrice:
        """Split a price in cents; the part borne is rounded half up."""
        borne = max(0, self._beyond_franchise(total))
        return LegPrice(
            total_cents=total,
            patient_cents=total - borne,
            am_cents=borne if self.payer is Payer.CPAM else 0,
            payer=self.payer,
        )

    def left(self, totals: Cents) -> Cents:
        """Cents of each price that the patient pays, as `split` does."""
        if not self.percent:  # nothing is borne, so that no franchise is owed
            return totals
        return totals - np.maximum(0, self._beyond_franchise(totals))

    def _beyond_franchise(self, total: Amount) -> Amount:
        return (total * self.percent + 50) // 100 - self.franchise


@dataclass(frozen=True, slots=True)
class RideRate:
    """Rate of a ride with a tariff, or of one estimated."""

    terms: Terms
    share: Share

    def of(self, distance_m: int) -> LegPrice:
        """Price one ride."""
        return self.share.split(self.terms.total_cents(distance_m))

    def cents(self, distances_m: Cents) -> tuple[Cents, Cents]:
        """Price many rides."""
        totals = self.terms.totals(distances_m)
        return self.share.left(totals), totals

    def least(self, distances_m: Cents) -> tuple[Cents, Cents]:
        """What is paid of the least prices: of a higher price nobody pays less."""
        totals = self.terms.least_totals(distances_m)
        paid = self.share.left(totals)
        return paid, totals - paid


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCosts:
    """Cents of the ways without a tariff: assumptions of the rule book."""

    car_km: int
    ticket: int
    social_ride: int
    social_ticket: int

    def price(self, mode: Mode, distance_m: int, share: Share) -> LegPrice:
        """Price a way without a tariff; walking, and the visit of a team, cost nothing here."""
        match mode:
            case Mode.OWN_CAR | Mode.COMPANION_CAR:
                return share.split(self.petrol(distance_m))
            case Mode.PUBLIC_TRANSPORT:
                return share.split(self.ticket)
            case Mode.SOCIAL:
                return LegPrice(
                    total_cents=self.social_ride,
                    patient_cents=self.social_ticket,
                    am_cents=0,
                    payer=Payer.COLLECTIVITE,
                )
            case _:
                return OUT_OF_POCKET.split(0)

    def petrol(self, distances_m: Amount) -> Amount:
        """Cents of the kilometres of one's own car, rounded half up."""
        return (self.car_km * distances_m + 500) // 1000


OUT_OF_POCKET = Share(payer=Payer.PATIENT)
NOBODY_KNOWS = Share(payer=Payer.UNKNOWN)


@dataclass(frozen=True, slots=True)
class OwnRate:
    """Rate of a way without a tariff; one's own means are paid for where they are prescribed."""

    costs: OwnCosts
    mode: Mode
    share: Share

    def of(self, distance_m: int) -> LegPrice:
        """Price one way."""
        return self.costs.price(self.mode, distance_m, self.share)

    def cents(self, distances_m: Cents) -> tuple[Cents, Cents]:
        """Price many ways."""
        if self.mode in {Mode.OWN_CAR, Mode.COMPANION_CAR}:
            totals = self.costs.petrol(distances_m)
            return self.share.left(totals), totals
        price = self.of(0)
        return (
            np.full_like(distances_m, price.patient_cents),
            np.full_like(distances_m, price.total_cents),
        )

    def least(self, distances_m: Cents) -> tuple[Cents, Cents]:
        """A longer way never costs less."""
        paid, totals = self.cents(distances_m)
        return paid, totals - paid


class PersonRates:
    """Rates of the legs of one person. A fare that isn't known is estimated high, its payer
    UNKNOWN, and counted wholly on the patient: it never looks free."""

    __slots__ = (
        "_alike",
        "_calendar",
        "_centres",
        "_department",
        "_hours",
        "_is_urban",
        "_own",
        "_own_rates",
        "_periods",
        "_rates",
        "_rulebook",
        "_shares",
        "_tariffs",
    )

    def __init__(
        self,
        *,
        rulebook: RuleBook,
        calendar: Calendar,
        department: str,
        is_urban: Callable[[Position], str | None],
        shares: Mapping[Mode, Share],
        at: datetime,
    ) -> None:
        self._rulebook = rulebook
        self._calendar = calendar
        self._department = department
        self._is_urban = is_urban
        self._shares = shares
        self._hours: Hours = read_hours(rulebook, at)
        self._own = own_costs(rulebook, at)
        self._centres: dict[Position, str | None] = {}
        self._tariffs: dict[tuple[RideMode, date], Tariff | None] = {}
        self._periods: dict[int, tuple[date, Period]] = {}
        self._rates: dict[tuple[Mode, int, tuple[date, Period], str | None], RideRate] = {}
        self._alike: dict[RideRate, RideRate] = {}
        self._own_rates: dict[Mode, OwnRate] = {}

    def __call__(
        self, mode: Mode, depart_at: datetime, riders: int, between: tuple[Position, Position]
    ) -> LegRate:
        """Return the rate of one of the `riders`; rates that price alike are the same object."""
        if mode not in RIDES:
            return self._own_rate(mode)
        ride_mode, _ = RIDES[mode]
        origin, destination = between
        is_taxi = ride_mode is RideMode.TAXI
        centre = self.zone(origin) or self.zone(destination) if is_taxi else None
        key = (mode, riders, self.period(depart_at), centre)
        rate = self._rates.get(key)
        if rate is None:
            rate = self._rate(mode, riders, depart_at, centre)
            rate = self._rates[key] = self._alike.setdefault(rate, rate)
        return rate

    def _own_rate(self, mode: Mode) -> OwnRate:
        if mode not in self._own_rates:
            share = self._shares.get(mode, OUT_OF_POCKET)
            self._own_rates[mode] = OwnRate(self._own, mode, share)
        return self._own_rates[mode]

    def zone(self, position: Position) -> str | None:
        """Return the big city a position lies in; None outside all of them."""
        if position not in self._centres:
            self._centres[position] = self._is_urban(position)
        return self._centres[position]

    def period(self, at: datetime) -> tuple[date, Period]:
        """Return the day in France, and what its hour does to prices."""
        hour = int(at.timestamp()) // SECONDS_PER_HOUR
        if hour not in self._periods:
            local = at.astimezone(PARIS)
            self._periods[hour] = local.date(), self._hours.period_at(local, self._calendar)
        return self._periods[hour]

    def _rate(self, mode: Mode, riders: int, at: datetime, centre: str | None) -> RideRate:
        ride_mode, tpmr = RIDES[mode]
        tariff = self._tariff(ride_mode, at)
        if tariff is not None:
            _, period = self.period(at)
            try:
                terms = tariff.terms(period, urban_centre=centre, tpmr=tpmr, patients=riders)
            except NoTariffError:
                pass
            else:
                return RideRate(terms, self._shares[mode])
        return RideRate(estimate(mode, self._rulebook, at), NOBODY_KNOWS)

    def _tariff(self, mode: RideMode, at: datetime) -> Tariff | None:
        key = (mode, at.astimezone(PARIS).date())
        if key not in self._tariffs:
            try:
                found: Tariff | None = read_tariff(mode, self._department, self._rulebook, at)
            except NoTariffError:
                found = None
            self._tariffs[key] = found
        return self._tariffs[key]


def rates_for(  # noqa: PLR0917  one person, one rule book, one place and instant
    case_age: float,
    answers: MobilityAnswers,
    funding: Funding,
    rulebook: RuleBook,
    calendar: Calendar,
    at: datetime,
    department: str,
    is_urban: Callable[[Position], str | None],
) -> LegRates:
    """Make the rates of one person, of this age in years, under the rules of the instant.

    `is_urban` names the big city a position lies in, None outside all of them.
    """
    return PersonRates(
        rulebook=rulebook,
        calendar=calendar,
        department=department,
        is_urban=is_urban,
        shares=_shares(case_age, answers, funding, rulebook, at),
        at=at,
    )


def estimate(mode: Mode, rulebook: RuleBook, at: datetime) -> Terms:
    """Terms of a ride without a known tariff: not below the dearest tariff known."""
    return Terms(
        forfait=int(rulebook.number("estimate.forfait", at, mode)),
        included_m=0,
        km_cents=int(rulebook.number("estimate.km", at, mode)),
    )


def own_costs(rulebook: RuleBook, at: datetime) -> OwnCosts:
    """Read what the ways without a tariff cost."""
    return OwnCosts(
        car_km=int(rulebook.number("own_car.km", at)),
        ticket=int(rulebook.number("public_transport.ticket", at)),
        social_ride=int(rulebook.number("social.ride", at)),
        social_ticket=int(rulebook.number("social.ticket", at)),
    )


def _shares(
    age: float, answers: MobilityAnswers, funding: Funding, rulebook: RuleBook, at: datetime
) -> Mapping[Mode, Share]:
    """Who bears a ride, by mode: a covered transport is only that of the class prescribed."""
    if funding.covered is False:
        return dict.fromkeys(RIDES, OUT_OF_POCKET)
    reading = read_class(ARRETE, answers.facts(), rulebook, at)
    certain, possible = (
        _paid_for(one, rulebook, at) for one in (reading.certain, reading.possible)
    )
    if funding.covered is None:
        return dict.fromkeys({*RIDES, *certain, *possible}, NOBODY_KNOWS)
    facts = {
        **answers.facts(),
        "age": age,
        "vehicle_class": reading.settled,
        "at_least": reading.certain,
    }
    paid = _paid_share(facts, funding, rulebook, at)
    out_of_pocket = dict.fromkeys(RIDES, OUT_OF_POCKET)
    return out_of_pocket | dict.fromkeys(possible, NOBODY_KNOWS) | dict.fromkeys(certain, paid)


def _paid_for(vehicle_class: VehicleClass, rulebook: RuleBook, at: datetime) -> frozenset[Mode]:
    return frozenset(map(Mode, reimbursed_modes(vehicle_class, rulebook, at)))


def _paid_share(facts: Facts, funding: Funding, rulebook: RuleBook, at: datetime) -> Share:
    """The rate certain of the cover, less the franchise unless the facts exempt from it.

    Where an answer can still better them, the patient is told the most that is left to pay.
    """
    if funding.payer is FundingPayer.ETABLISSEMENT:
        return Share(payer=Payer.ETABLISSEMENT, percent=100)
    if funding.percent is None:
        return NOBODY_KNOWS
    franchise = franchise_cents(facts, rulebook, at)
    return Share(payer=Payer.CPAM, percent=funding.percent, franchise=franchise)
