"""The places of a territory whose ways are worth remembering before the first call."""

from collections.abc import Sequence

from regulation.kernel.places import Position
from services.bootstrap import Parts


def fixed_places(parts: Parts) -> Sequence[Position]:
    """Return the places of a territory that stay where they are: of care, pharmacies, depots."""
    effecteurs = parts.offer.current().effecteurs.values()
    depots = (vehicle.depot for vehicle in parts.desk.vehicles(parts.clock.now()))
    return tuple(dict.fromkeys((*(one.position for one in effecteurs), *depots)))
