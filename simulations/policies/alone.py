"""A journey by one's own means to one place: the one the planner would choose, found directly.

Without a vehicle there are a handful of ways there and home, all of which are weighed: neither
bounds nor a solver are needed to tell the lightest. Where two weigh the same, the planner says
which it is.
"""

from dataclasses import replace
from datetime import datetime

from regulation.kernel.journeys import JourneyRequest, PlannedJourney
from regulation.kernel.modes import OWN_MODES, Encounter, SolverStatus
from regulation.kernel.pairings import PairingResult
from regulation.kernel.planner import Budget
from simulations.policies.sequential import terrain_of
from transport.chunk import ChunkBuilder
from transport.ground import Ground
from transport.itinerary import Itinerary, RefusedError, planned_journey
from transport.own_ways import leads_there, own_ways
from transport.pairing import FleetPlanner
from transport.pharmacies import Pharmacies
from transport.search import lay_out


def pair_alone(
    request: JourneyRequest, alone: FleetPlanner, now: datetime, budget: Budget
) -> PairingResult:
    """Pair a request of one stop as `alone`, which has no fleet, does."""
    found = _lightest(request, alone, now)
    if found is None:
        return alone.pair((request,), now, budget)
    return PairingResult(
        journeys={request.request_id: found},
        status=SolverStatus.OPTIMAL if found else SolverStatus.FEASIBLE,
        wall_ms=0.0,
        bound=None,
        shares={},
    )


def _lightest(
    request: JourneyRequest, alone: FleetPlanner, now: datetime
) -> tuple[PlannedJourney, ...] | None:
    """Return the lightest journey, if any; None: the planner is to be asked.

    Who does not get there is told so before pharmacies, and the ways home by each, are laid out.
    """
    (stop,) = request.stops
    if stop.encounter is not Encounter.PATIENT_TRAVELS:
        return None
    if not request.needs.modes & OWN_MODES:
        return ()
    terrain = terrain_of(alone, now)
    laid = lay_out(replace(request, pharmacies=()), terrain, Budget())
    if laid is None or not leads_there(laid[0], 0):
        return ()
    ground, builder = lay_out(request, terrain, Budget()) or laid
    return _chosen(ground, builder, Pharmacies(ground, alone.travel))


def _chosen(
    ground: Ground, builder: ChunkBuilder, pharmacies: Pharmacies
) -> tuple[PlannedJourney, ...] | None:
    ways = own_ways(ground, pharmacies, 0, pharmacies.halts(0)).complete
    keys = [
        ground.key(0, there.burden + home.burden, there.cost + home.cost) for there, home in ways
    ]
    if not keys:
        return ()
    lightest = min(keys)
    if keys.count(lightest) > 1:
        return None
    there, home = ways[keys.index(lightest)]
    chosen = Itinerary(ground=ground, builder=builder, stop=0, outward=there, homeward=home)
    try:
        return (planned_journey(chosen),)
    except RefusedError:
        return ()
