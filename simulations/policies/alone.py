"""A journey by one's own means to one place: the one the planner would choose, found directly.

Without a vehicle there are a handful of ways there and home, all of which are weighed: neither
bounds nor a solver are needed to tell the lightest. Where two weigh the same, the planner says
which it is.
"""

from datetime import datetime

from regulation.kernel.journeys import Budget, JourneyRequest, PairingResult, PlannedJourney
from regulation.kernel.modes import Encounter, SolverStatus
from simulations.policies.sequential import terrain_of
from transport.itinerary import Itinerary, RefusedError, planned_journey
from transport.own_ways import own_ways
from transport.pairing import FleetPlanner
from transport.pharmacies import Pharmacies
from transport.search import lay_out


def pair_alone(
    request: JourneyRequest, alone: FleetPlanner, now: datetime, budget: Budget
) -> PairingResult:
    """Pair a request of one stop as `alone`, which has no fleet, does."""
    found = _by_own_means(request, alone, now)
    return alone.pair((request,), now, budget) if found is None else found


def _by_own_means(
    request: JourneyRequest, alone: FleetPlanner, now: datetime
) -> PairingResult | None:
    """Return the lightest journey, or that there is none; None: the planner is to be asked."""
    (stop,) = request.stops
    if stop.encounter is not Encounter.PATIENT_TRAVELS:
        return None
    laid = lay_out(request, terrain_of(alone, now), Budget())
    if laid is None:
        return None
    ground, builder = laid
    pharmacies = Pharmacies(ground, alone.travel)
    ways = own_ways(ground, pharmacies, 0, pharmacies.halts(0)).complete
    keys = [
        ground.key(0, there.burden + home.burden, there.cost + home.cost) for there, home in ways
    ]
    if not keys:
        return _told(request, ())
    best = min(keys)
    if keys.count(best) > 1:
        return None
    there, home = ways[keys.index(best)]
    chosen = Itinerary(ground=ground, builder=builder, stop=0, outward=there, homeward=home)
    try:
        return _told(request, (planned_journey(chosen),))
    except RefusedError:
        return _told(request, ())


def _told(request: JourneyRequest, journeys: tuple[PlannedJourney, ...]) -> PairingResult:
    return PairingResult(
        journeys={request.request_id: journeys},
        status=SolverStatus.OPTIMAL if journeys else SolverStatus.FEASIBLE,
        wall_ms=0.0,
        bound=None,
        shares={},
    )
