"""Read the JSON form of the dynamic instances: riders with the instant at which they call."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from adapters.darp.errors import InstanceError
from adapters.darp.instances import Car, Instance, Place, assemble
from adapters.kit.refused_values import reason
from regulation.kernel.riders import Load


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Point(_Payload):
    x_coord: float
    y_coord: float


class _Statics(_Payload):
    number_of_vehicles: int
    vehicle_capacity: int
    max_ride_time: float
    max_route_time: float
    planing_horizon: float
    depot_location: _Point


class _Request(_Payload):
    id: int
    pickup_location: _Point
    delivery_location: _Point
    pickup_lower_tw: float
    pickup_upper_tw: float
    pickup_service_time: float
    delivery_lower_tw: float
    delivery_upper_tw: float
    delivery_service_time: float
    load: int
    arrival_time: float


class _Document(_Payload):
    static_info: _Statics
    requests: tuple[_Request, ...]


def read_dynamic(path: Path, text: str) -> Instance:
    """Read the text of the file; raise InstanceError naming the field at fault."""
    try:
        document = _Document.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "document"
        raise InstanceError(path, f"{field}: {reason(first)}") from None
    fixed, requests = document.static_info, document.requests
    car = Car(capacity=Load(seats=fixed.vehicle_capacity), max_duration=fixed.max_route_time)
    places = [
        _depot(fixed, 0),
        *(_pickup(request, fixed) for request in requests),
        *(_delivery(request, len(requests)) for request in requests),
        _depot(fixed, 2 * len(requests) + 1),
    ]
    cars = [car] * fixed.number_of_vehicles
    releases = tuple(request.arrival_time for request in requests)
    return assemble(path, places, cars, counts_seats=True, releases=releases)


def _depot(fixed: _Statics, number: int) -> Place:
    spot = fixed.depot_location
    return Place(
        number=number,
        x=spot.x_coord,
        y=spot.y_coord,
        service=0,
        open=0,
        close=fixed.planing_horizon,
    )


def _pickup(request: _Request, fixed: _Statics) -> Place:
    spot = request.pickup_location
    return Place(
        number=request.id,
        x=spot.x_coord,
        y=spot.y_coord,
        service=request.pickup_service_time,
        open=request.pickup_lower_tw,
        close=request.pickup_upper_tw,
        load=Load(seats=request.load),
        max_aboard=fixed.max_ride_time,
    )


def _delivery(request: _Request, riders: int) -> Place:
    spot = request.delivery_location
    return Place(
        number=request.id + riders,
        x=spot.x_coord,
        y=spot.y_coord,
        service=request.delivery_service_time,
        open=request.delivery_lower_tw,
        close=request.delivery_upper_tw,
    )
