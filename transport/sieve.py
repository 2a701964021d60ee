"""Care stops left out before anything is asked of the roads: what they bring by themselves is
already no better than the journeys in hand."""

from collections.abc import Iterator
from math import ceil, floor

from regulation.kernel.journeys import CareStop, JourneyRequest
from regulation.kernel.modes import Encounter, Tier
from regulation.kernel.objective import Key
from transport.frontier import in_hand, last_of
from transport.live_fleet import Epoch
from transport.ways import Scales


def worth_a_look(
    request: JourneyRequest, scales: Scales, epoch: Epoch, alternatives: int
) -> Iterator[CareStop]:
    """Yield the stops to which a journey could be better than those in hand: than the one to the
    same place, and than that to the last of the places asked for."""
    known = in_hand(request, scales.objective)
    threshold = last_of(known, alternatives)
    for stop in request.stops:
        bars = [key for key in (known.get(stop.place_id), threshold) if key is not None]
        if not bars or least_key(stop, scales, epoch) < min(bars):
            yield stop


def least_key(stop: CareStop, scales: Scales, epoch: Epoch) -> Key:
    """Key of a journey that would take no time and cost nothing, care itself aside."""
    sums = scales.objective.tiers(stop.penalties)
    if stop.encounter is Encounter.PATIENT_TRAVELS:
        care_s = ceil(epoch.seconds(stop.end)) - floor(epoch.seconds(stop.start))
        sums[Tier.BURDEN] += scales.away * care_s
    return scales.objective.rank_key(sums)
