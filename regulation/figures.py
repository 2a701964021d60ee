"""What the figures that the program reads must be to be read, and which of them may stop."""

from collections.abc import Mapping

from regulation.mobility import VehicleClass
from regulation.rules.words import Shape
from regulation.tariffs import RideMode

_NEEDED = ("included", "increase.night", "increase.rest_day")
_AT_WILL = (
    "urban",
    "tpmr",
    "empty_leg.near",
    "empty_leg.far",
    "empty_leg.far_from",
    "majority",
    "sharing.alone",
    "sharing.alone_from",
)
_LISTS = {"sharing": Shape.LIST, "short_trip": Shape.PAIRS}
_WORDS = ("urban_centres", "tolls", "approach", "note")
_OF_EACH_MODE = dict.fromkeys(("forfait", "km", *_NEEDED, *_AT_WILL), Shape.WHOLE) | _LISTS
_OTHERS = (
    "period.night_from",
    "period.night_until",
    "period.saturday_from",
    "pharmacy_fee.night",
    "pharmacy_fee.rest_day",
    "franchise.trip",
    "franchise.day_cap",
    "franchise.year_cap",
    "estimate.forfait",
    "estimate.km",
    "own_car.km",
    "public_transport.ticket",
    "social.ride",
    "social.ticket",
    "pharmacy_stake.likely",
    "pharmacy_stake.certain",
    "walk_max_metres",
    "pharmacies_on_the_way",
    "weight",
)

_COVERAGE = tuple(f"coverage.{one}" for one in ("standard", "full", "sessions", "summons"))

_NUMBERS = (
    *(f"boarding_minutes.{one}" for one in VehicleClass),
    "deadline_minutes.R2",
    "deadline_minutes.R3",
    "care_length_minutes",
    "ed_length_minutes",
    "pharmacy_minutes",
    "doors_open_before_minutes",
    "max_wait_home_minutes",
    "walkin_horizon_minutes",
    "lost_position_margin_minutes",
    "max_aboard_minutes",
    "shared.extra_km_per_rider",
    "arrive_before_minutes",
    "transit_access_minutes",
    "transit_factor",
    "walk_speed_km_h",
    "visit_reach_km",
    "driving_age",
)

SHAPES: Mapping[str, Shape] = {
    **{f"{m.lower()}.{one}": shape for m in RideMode for one, shape in _OF_EACH_MODE.items()},
    **dict.fromkeys(_OTHERS, Shape.WHOLE),
    **dict.fromkeys(_NUMBERS, Shape.NUMBER),
    **dict.fromkeys(_COVERAGE, Shape.PERCENT),
    **dict.fromkeys(("objective.burden_step", "sparing.gain_cents"), Shape.COUNT),
    **dict.fromkeys(("sparing.time_divisor", "sparing.nearest_places"), Shape.COUNT),
    **dict.fromkeys(
        ("walkin_step_minutes", "minor_age", "walking_age", "franchise.adult_age"), Shape.COUNT
    ),
    "search_horizons_hours": Shape.RISING,
}
"""Figures, and effects of rules, by what they must be: nothing is ever cut off a price. A number
not named here is at least 0."""

MAY_END: Mapping[str, str] = {
    f"{mode.lower()}.{one}": f"{mode.lower()}.{'forfait' if one in _NEEDED else one}"
    for mode in RideMode
    for one in ("forfait", "km", *_NEEDED, *_AT_WILL, *_LISTS, *_WORDS)
}
"""Figures that may stop: a ride without a tariff is refused with the reason, what adds to a price
stops at will; what a tariff can't be read without lasts as long as its forfait."""
