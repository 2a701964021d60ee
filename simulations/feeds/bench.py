"""Every mock system of a territory on one address: agendas, registries, rotas, transport.

The editor of agendas and the registries share one board of faults (`/_faults`); the transport
company (`/transporter/_faults`), the regulation software (`/lrm/_faults`) and the door of mutual
TLS (`/mtls/_faults`) have their own.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from adapters.territory.territory import Territory
from regulation.kernel.modes import Mode
from regulation.kernel.time import Clock
from simulations.agendas import Agendas
from simulations.feeds.access_server import AccessApi, access_table
from simulations.feeds.annuaire_server import AnnuaireServer
from simulations.feeds.ban_server import BanServer
from simulations.feeds.boards import Board
from simulations.feeds.declared_extras import declared_extras
from simulations.feeds.fault_desk import FaultDesk
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.file_server import FileServer, half_of_lines, header_alone, nothing, twice
from simulations.feeds.finess_file import finess_file
from simulations.feeds.hub_bench import HubBench
from simulations.feeds.mutual_tls import DoorFault
from simulations.feeds.on_demand_files import free_taxis, gofs_zip, gtfs_flex_zip
from simulations.feeds.register_file import fragile_persons
from simulations.feeds.ror_server import RorServer
from simulations.feeds.rota_files import rota_calendar, rota_table
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.transporter_company import MockTransporter, TransporterFault
from simulations.feeds.transporter_server import TransporterServer
from simulations.registers import Registers

FILES: Final = {
    "finess": finess_file,
    "rota-ics": rota_calendar,
    "rota-csv": rota_table,
    "acceslibre": access_table,
    "gofs": gofs_zip,
    "gtfs-flex": gtfs_flex_zip,
    "letaxi": free_taxis,
    "manual": declared_extras,
    "ccas": fragile_persons,
}
TABLES: Final = frozenset({"finess", "rota-ics", "rota-csv", "acceslibre", "ccas"})
SPOILERS: Final = {
    Fault.SCHEMA_DRIFT: half_of_lines(lambda line: line.translate(bytes.maketrans(b",;:", b"|||"))),
    Fault.DUPLICATE: twice,
    Fault.EMPTY: header_alone,
}
"""What is done to the lines of the files that are texts."""
SPOILERS_OF_OTHERS: Final = {Fault.EMPTY: nothing}
PATHS: Final = {
    "sas-ps, sas-cpts": "/Slot",
    "sas-sos": "/Schedule",
    "sas-appointment": "/Appointment",
    "ror": "/ror/HealthcareService",
    "annuaire": "/annuaire/fhir/v2/Organization",
    "acceslibre (API)": "/acceslibre/api/erps/",
    "ban": "/geocodage/search",
    "transporter": "/transporter/missions",
    **{name: f"/{name}" for name in FILES},
}
"""Where each feed is asked, as `aiguilleur feeds serve` says it."""


def company_of(
    territory: Territory, secret: bytes, board: Board[TransporterFault]
) -> MockTransporter:
    """Make a transport company of the territory, one with a VSL or an ambulance if there is."""
    taxis = {Mode.TAXI, Mode.TAXI_TPMR}
    first = min(territory.fleet, key=lambda one: (one.mode in taxis, one.vehicle_id))
    return MockTransporter(first.provider, secret, first.depot, board, vehicle_id=first.vehicle_id)


def bench_app(
    agendas: Agendas,
    registers: Registers,
    clock: Clock,
    faults: FaultBoard,
    *,
    transporter: TransporterServer,
    hub: HubBench | None = None,
    door: Board[DoorFault] | None = None,
) -> Starlette:
    """Put every mock server on one application.

    `hub` None: there is no broker to work on; `door` None: no door stands before it.
    """
    files = [
        FileServer(
            f"/{name}",
            partial(make, registers),
            clock,
            faults,
            spoilers=SPOILERS if name in TABLES else SPOILERS_OF_OTHERS,
        )
        for name, make in FILES.items()
    ]
    routes: list[Route | Mount] = [
        *SasEditor(agendas, clock, faults).routes(),
        *RorServer(registers, clock, faults).routes(),
        *AnnuaireServer(registers, clock, faults).routes(),
        *BanServer(registers.territory, clock, faults).routes(),
        *AccessApi(registers, clock, faults).routes(),
        *(route for one in files for route in one.routes()),
        Mount("/transporter", routes=transporter.routes()),
    ]
    if hub is not None:
        routes.append(Mount("/lrm", routes=hub.routes()))
    if door is not None:
        routes.append(Mount("/mtls", routes=FaultDesk(door, DoorFault).routes()))

    @asynccontextmanager
    async def at_work(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(transporter.telling(app))
            if hub is not None:
                await stack.enter_async_context(hub.at_work())
            yield

    return Starlette(routes=routes, lifespan=at_work)
