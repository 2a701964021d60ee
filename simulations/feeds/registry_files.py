"""The registries, the duty rota and the declarations of a territory, served beside an editor."""

from functools import partial
from typing import Final

from starlette.routing import Route

from adapters.territory.territory import Territory
from regulation.kernel.time import Clock
from simulations.feeds.access_server import access_table
from simulations.feeds.annuaire_server import AnnuaireServer
from simulations.feeds.declared_extras import declared_extras
from simulations.feeds.faults import FaultBoard
from simulations.feeds.file_server import FileServer
from simulations.feeds.finess_file import finess_file
from simulations.feeds.ror_server import RorServer
from simulations.feeds.rota_files import rota_table
from simulations.registers import Registers

FILES: Final = {
    "finess": finess_file,
    "acceslibre": access_table,
    "rota-csv": rota_table,
    "manual": declared_extras,
}


def registry_routes(territory: Territory, clock: Clock, seed: int) -> list[Route]:
    """Serve the ROR and the Annuaire as they are asked, and each file at its own path."""
    registers, faults = Registers(territory, seed), FaultBoard(seed=seed)
    served = (
        FileServer(f"/{name}", partial(make, registers), clock, faults)
        for name, make in FILES.items()
    )
    return [
        *RorServer(registers, clock, faults).routes(),
        *AnnuaireServer(registers, clock, faults).routes(),
        *(route for one in served for route in one.routes()),
    ]
