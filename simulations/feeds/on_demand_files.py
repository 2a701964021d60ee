"""Services on demand and taxis of a territory, as GOFS-lite, GTFS-Flex and le.taxi write them.

One service serves the sparse communes round the chief town: a day ahead, or two hours when they
are near (assumption). Its numbers are of the synthetic kind, its zone the box of its communes.
"""

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from adapters.territory.territory import Territory
from regulation.kernel.modes import Mode
from simulations.registers import Registers

ZONE: Final = "campagne"
PHONE: Final = "+33536490100"
TTL_S: Final = 86_400
RULES: Final[Sequence[Mapping[str, Any]]] = (
    {"booking_type": 1, "prior_notice_duration_min": 120},
    {"booking_type": 2, "prior_notice_last_day": 1, "prior_notice_last_time": "17:00:00"},
)
"""Two hours before within the zone, the day before by five to elsewhere."""
FREE_SHARE: Final = 0.4
"""Share of taxis that are free (assumption)."""


def gofs_zip(registers: Registers, now: datetime) -> bytes:
    """Write every file of the service, in one archive."""
    rules = [
        {"from_zone_ids": [ZONE], "to_zone_ids": [ZONE], "phone_number": PHONE, **RULES[0]},
        {"from_zone_ids": [ZONE], "phone_number": PHONE, **RULES[1]},
    ]
    types = [
        {
            "vehicle_type_id": "minibus",
            "max_capacity": 8,
            "wheelchair_boarding": "boarding_accessible_with_assistance",
        }
    ]
    calendar = {
        "calendar_id": "semaine",
        "days": ["mon", "tue", "wed", "thu", "fri"],
        "start_date": f"{now:%Y%m%d}",
        "end_date": f"{now + timedelta(days=365):%Y%m%d}",
    }
    operation = {
        "from_zone_id": ZONE,
        "to_zone_id": ZONE,
        "calendars": ["semaine"],
        "vehicle_type_id": ["minibus"],
        "start_pickup_window": "07:00:00",
        "end_pickup_window": "19:00:00",
    }
    service = {
        "language": "fr",
        "timezone": "Europe/Paris",
        "name": f"Transport à la demande synthétique ({registers.territory.name})",
        "phone_number": PHONE,
    }
    return _zipped(
        {
            "system_information.json": _file(service, now),
            "zones.json": _file({"zones": _zones(registers.territory)}, now),
            "vehicle_types.json": _file({"vehicle_types": types}, now),
            "calendars.json": _file({"calendars": [calendar]}, now),
            "operating_rules.json": _file({"operating_rules": [operation]}, now),
            "booking_rules.json": _file({"booking_rules": rules}, now),
        }
    )


def gtfs_flex_zip(_registers: Registers, _now: datetime) -> bytes:
    """Write the tables of the same service."""
    rules = [
        {"booking_rule_id": name, "phone_number": PHONE, **rule}
        for name, rule in zip(("deux-heures", "la-veille"), RULES, strict=True)
    ]
    trip = {"route_id": "tad", "service_id": "semaine", "trip_id": "tad-1"}
    trips = [trip | {"wheelchair_accessible": 1}]
    stop = {
        "trip_id": "tad-1",
        "location_id": ZONE,
        "start_pickup_drop_off_window": "07:00:00",
        "end_pickup_drop_off_window": "19:00:00",
    }
    stops = [
        stop | {"stop_sequence": 1, "pickup_type": 2, "pickup_booking_rule_id": "deux-heures"},
        stop | {"stop_sequence": 2, "drop_off_type": 2, "drop_off_booking_rule_id": "deux-heures"},
    ]
    return _zipped(
        {
            "booking_rules.txt": _table(rules),
            "trips.txt": _table(trips),
            "stop_times.txt": _table(stops),
        }
    )


def free_taxis(registers: Registers, now: datetime) -> bytes:
    """Write the answer of `GET /taxis`: each taxi at its rank, free or not this minute."""
    draws = registers.draws
    taxis = [one for one in registers.territory.fleet if one.mode in {Mode.TAXI, Mode.TAXI_TPMR}]
    told = [
        {
            "id": one.vehicle_id,
            "position": {"lat": one.depot.lat, "lon": one.depot.lon},
            "status": "free"
            if draws.chance(FREE_SHARE, "taxi", one.vehicle_id, f"{now:%Y%m%d%H%M}")
            else "occupied",
            "vehicle": {
                "nb_seats": one.capacity.seats,
                "characteristics": ["vasp_handicap"] if one.mode is Mode.TAXI_TPMR else [],
            },
        }
        for one in taxis
    ]
    return json.dumps({"data": told}).encode()


def _zones(territory: Territory) -> Mapping[str, object]:
    lats = [one.position.lat for one in territory.communes]
    lons = [one.position.lon for one in territory.communes]
    west, east, south, north = min(lons), max(lons), min(lats), max(lats)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    feature = {
        "zone_id": ZONE,
        "type": "Feature",
        "properties": {"name": territory.name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    return {"type": "FeatureCollection", "features": [feature]}


def _file(data: object, now: datetime) -> bytes:
    told = {"last_updated": now.isoformat(timespec="seconds"), "ttl": TTL_S, "version": "1.0"}
    return json.dumps(told | {"data": data}, ensure_ascii=False).encode()


def _table(rows: Sequence[Mapping[str, Any]]) -> bytes:
    names = dict.fromkeys(name for row in rows for name in row)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(names), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Write an archive, the same bytes for the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()
