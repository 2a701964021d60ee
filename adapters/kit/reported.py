"""Reports of transporters as documents, the same whichever adapter read them."""

from dataclasses import fields
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from adapters.kit.ingest import Json
from regulation.kernel.places import Position
from transport.reports import MissionReported, Report, RideAnswered, VehicleEngaged, VehicleSeen

KINDS: Final = {
    RideAnswered: "ride_answer",
    VehicleEngaged: "vehicle_engaged",
    MissionReported: "mission_status",
    VehicleSeen: "vehicle_position",
}


def report_document(report: Report) -> Json:
    """Write a report: instants with their offset, durations in seconds, null for what is unknown.

    The fields are those of the report, so that nothing it says is lost on the way out.
    """
    said = {one.name: _value(getattr(report, one.name)) for one in fields(report)}
    return {"kind": KINDS[type(report)], **said}


def _value(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case timedelta():
            return int(value.total_seconds())
        case Position():
            return {"lat": value.lat, "lon": value.lon}
        case Enum():
            return value.value
        case _:
            return value
