"""The example calls, with the town a caller would say."""

import json
from pathlib import Path

from adapters.territory.folder import read_territory
from adapters.territory.territory import Territory
from benchmarks.operator import Call
from regulation.kernel.places import Position, crow_distance_m
from simulations.territories.catalogue import folder_of

EXAMPLES = Path(__file__).parents[2] / "examples"
TEN = (
    "accident-du-travail-dentaire",
    "ald-taxi-conventionne",
    "alitee-visite-a-domicile",
    "cheville-enfant",
    "drapeau-rouge",
    "fauteuil-electrique-mmg",
    "fievre-adulte-en-voiture",
    "mobilite-inconnue",
    "nourrisson-bronchiolite",
    "sourde-transports-en-commun",
)


def example(name: str) -> Call:
    """Read an example call."""
    call: Call = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return call


def towns() -> Territory:
    """The territory in which towns are looked for."""
    return read_territory(folder_of("haute_garonne"))


def town_of(call: Call, territory: Territory) -> str:
    """The commune of the patient, by its name."""
    told = call["patient"]["position"]
    if "insee" in told:
        return next(one.name for one in territory.communes if one.code == told["insee"])
    here = Position(lat=told["lat"], lon=told["lon"])
    return min(territory.communes, key=lambda one: crow_distance_m(one.position, here)).name
