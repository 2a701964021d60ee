"""What the figures that the program reads must be: whole numbers, and which of them may stop."""

from collections.abc import Mapping

from regulation.rules.words import Whole
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
_LISTS = {"sharing": Whole.LIST, "short_trip": Whole.PAIRS}
_WORDS = ("urban_centres", "tolls", "approach", "note")
_OF_EACH_MODE = dict.fromkeys(("forfait", "km", *_NEEDED, *_AT_WILL), Whole.ONE) | _LISTS
_OTHERS = (
    "period.night_from",
    "period.night_until",
    "period.saturday_from",
    "pharmacy_fee.night",
    "pharmacy_fee.rest_day",
    "coverage.standard",
    "coverage.full",
    "coverage.sessions",
    "coverage.summons",
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
    "objective.burden_step",
    "walk_max_metres",
    "pharmacies_on_the_way",
    "weight",
)

WHOLE: Mapping[str, Whole] = {
    **{f"{m.lower()}.{one}": shape for m in RideMode for one, shape in _OF_EACH_MODE.items()},
    **dict.fromkeys(_OTHERS, Whole.ONE),
}
"""Figures, and effects of rules, in whole numbers: nothing is ever cut off a price."""

MAY_END: Mapping[str, str] = {
    f"{mode.lower()}.{one}": f"{mode.lower()}.{'forfait' if one in _NEEDED else one}"
    for mode in RideMode
    for one in ("forfait", "km", *_NEEDED, *_AT_WILL, *_LISTS, *_WORDS)
}
"""Figures that may stop: a ride without a tariff is refused with the reason, what adds to a price
stops at will; what a tariff can't be read without lasts as long as its forfait."""
