"""Rows of fleet.csv."""

from collections.abc import Container
from datetime import timedelta

from adapters.kit.hours import parse_hours
from adapters.kit.rows import Row
from adapters.territory.places import read_commune_code, read_position
from adapters.territory.territory import VehicleTemplate
from regulation.kernel.modes import FLEET_MODES, Mode
from regulation.kernel.places import CommuneCode
from regulation.kernel.riders import Load
from transport.fleet import EQUIPMENT

FLEET_COLUMNS = (
    "vehicle_id",
    "mode",
    "provider",
    "seats",
    "attendants",
    "stretchers",
    "wheelchairs",
    "equipment",
    "crew",
    "depot_commune",
    "depot_lat",
    "depot_lon",
    "notice_minutes",
    "shifts",
)
MAX_ROOM, MAX_CREW, MAX_NOTICE_MIN = 20, 5, 7 * 24 * 60


def read_vehicle(row: Row, communes: Container[CommuneCode]) -> VehicleTemplate:
    """Read a row of fleet.csv; the depot is in a commune of the territory."""
    mode = row.one_of("mode", Mode)
    if mode not in FLEET_MODES:
        row.refuse(
            "mode", f"{mode} n'est pas un mode de la flotte : {', '.join(sorted(FLEET_MODES))}"
        )
    read_commune_code(row, "depot_commune", communes)
    return VehicleTemplate(
        vehicle_id=row.text("vehicle_id"),
        mode=mode,
        provider=row.text("provider"),
        capacity=_capacity(row),
        equipment=_equipment(row),
        crew=row.whole("crew", 1, MAX_CREW),
        shifts=row.read("shifts", parse_hours),
        depot=read_position(row, "depot_lat", "depot_lon"),
        notice=timedelta(minutes=row.whole("notice_minutes", 0, MAX_NOTICE_MIN)),
    )


def _capacity(row: Row) -> Load:
    capacity = Load(
        seats=row.whole("seats", 0, MAX_ROOM),
        attendants=row.whole("attendants", 0, MAX_ROOM),
        stretchers=row.whole("stretchers", 0, MAX_ROOM),
        wheelchairs=row.whole("wheelchairs", 0, MAX_ROOM),
    )
    if not capacity.seats + capacity.stretchers + capacity.wheelchairs:
        row.refuse("seats", "le véhicule n'a de place pour aucun patient")
    return capacity


def _equipment(row: Row) -> frozenset[str]:
    words = frozenset(row.words("equipment"))
    if unknown := words - EQUIPMENT:
        wanted = ", ".join(sorted(EQUIPMENT))
        row.refuse("equipment", f"{', '.join(sorted(unknown))} n'est pas parmi {wanted}")
    return words
