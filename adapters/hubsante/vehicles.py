"""What the exchange says of vehicles and rides, as reports that the rest of the program reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from adapters.hubsante.errors import HubErrorCode, Unacceptable
from adapters.hubsante.forms import Stamp, told
from adapters.hubsante.usecases import Body
from adapters.hubsante.wire.positions import GeoPositionsUpdate, VehiclePosition
from adapters.hubsante.wire.resources import (
    EngagedResource,
    ResourcesInfo,
    ResourcesResponse,
    ResourcesStatus,
    State,
)
from adapters.kit.ground import service_area
from adapters.kit.judgement import Judgement
from regulation.kernel.modes import Mode
from regulation.kernel.observed import CLOCK_SKEW_TOLERANCE
from regulation.kernel.places import Position
from transport.reports import (
    Answer,
    MissionReported,
    MissionStatus,
    Report,
    RideAnswered,
    VehicleEngaged,
    VehicleSeen,
)

SOURCE: Final = "hub"

LONGEST_WAIT: Final[Mapping[str, timedelta | None]] = {
    "DEL0": timedelta(0),
    "ASAP": timedelta(hours=1),
    "30M": timedelta(minutes=30),
    "45M": timedelta(minutes=45),
    "1H": timedelta(hours=1),
    "2H": timedelta(hours=2),
    "4H": timedelta(hours=4),
    "8H": timedelta(hours=8),
    "12H": timedelta(hours=12),
    "24H": timedelta(hours=24),
    "RDV": None,
}
"""The longest wait that each code allows (nomenclature `delai`); RDV is an hour said in words."""

MODES: Final[Mapping[str, Mode]] = {
    "TSU.VSL": Mode.VSL,
    "TSU.AMB": Mode.AMBULANCE,
    "TSU.AMB-GV": Mode.AMBULANCE,
    "TSU.AMB-PV": Mode.AMBULANCE,
    "TSU.AMB-BAR": Mode.AMBULANCE,
    "AUTREVEC.TAXI": Mode.TAXI,
    "AUTREVEC.TRANSP": Mode.PUBLIC_TRANSPORT,
    "AUTREVEC.APIED": Mode.ON_FOOT,
}
"""How a rider moves by vehicle type; the others carry none of our riders. No type says whether a
vehicle takes a wheelchair: the fleet of the territory does."""

IS_FREE: Final[Mapping[str, bool | None]] = {
    "DISPONIBLE": True,
    "INDISPONIBLE": False,
    "INCONNU": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubtful:
    """One part of a message that cannot be trusted, though its form is right."""

    field: str
    reason: str


def reports_of(body: Body, judgement: Judgement) -> Iterator[Report | Doubtful]:
    """Yield what a message tells of vehicles and rides, and what of it is put aside."""
    match body:
        case ResourcesResponse():
            yield _answered(body, judgement)
        case ResourcesInfo():
            for number, resource in enumerate(body.resource):
                yield from _engaged(body, number, resource, judgement)
        case ResourcesStatus():
            field = "resourcesStatus.state.datetime"
            yield MissionReported(
                at=_judged(body.state.datetime, field, judgement),
                source=SOURCE,
                vehicle_id=str(body.resource_id),
                case_ref=str(body.case_id),
                status=MissionStatus(body.state.status),
                is_free=told(body.state.availability),
            )
        case GeoPositionsUpdate():
            for number, position in enumerate(body.position):
                yield _seen(number, position, judgement)
        case _:
            pass  # a message that tells of neither


def _answered(body: ResourcesResponse, judgement: Judgement) -> RideAnswered:
    response = body.response
    deadline = told(response.deadline)
    return RideAnswered(
        at=_judged(response.datetime, "resourcesResponse.response.datetime", judgement),
        source=SOURCE,
        request_id=str(body.request_id),
        answer=Answer(response.answer),
        case_ref=str(body.case_id),
        within=LONGEST_WAIT[deadline] if deadline else None,
    )


def _engaged(
    body: ResourcesInfo, number: int, resource: EngagedResource, judgement: Judgement
) -> Iterator[Report]:
    field = f"resourcesInfo.resource[{number}]"
    request = told(resource.request_id)
    yield VehicleEngaged(
        at=_judged(resource.datetime, f"{field}.datetime", judgement),
        source=SOURCE,
        vehicle_id=str(resource.resource_id),
        vehicle_type=resource.vehicle_type,
        mode=MODES.get(resource.vehicle_type),
        case_ref=str(body.case_id),
        request_id=None if request is None else str(request),
        mission_id=told(resource.mission_id),
    )
    states: tuple[State, ...] = told(resource.state) or ()
    for place, state in enumerate(states):
        yield MissionReported(
            at=_judged(state.datetime, f"{field}.state[{place}].datetime", judgement),
            source=SOURCE,
            vehicle_id=str(resource.resource_id),
            case_ref=str(body.case_id),
            request_id=None if request is None else str(request),
            status=MissionStatus(state.status),
            is_free=told(state.availability),
        )


def _seen(number: int, sent: VehiclePosition, judgement: Judgement) -> Report | Doubtful:
    """A position that cannot be ours says nothing of the others of its message."""
    field = f"geoPositionsUpdate.position[{number}]"
    if not (abs(sent.coord.lat) <= 90 and abs(sent.coord.lon) <= 180):  # noqa: PLR2004  degrees
        return Doubtful(field=f"{field}.coord", reason="n'est pas un lieu sur Terre")
    position = Position(lat=sent.coord.lat, lon=sent.coord.lon)
    if judgement.area is not None and not service_area(judgement.area).contains(position):
        reason = f"est loin du département {judgement.area.code}"
        return Doubtful(field=f"{field}.coord", reason=reason)
    try:
        at = _judged(sent.datetime, f"{field}.datetime", judgement)
    except Unacceptable as refused:
        return Doubtful(field=refused.field, reason=refused.reason)
    return VehicleSeen(
        at=at,
        source=SOURCE,
        vehicle_id=str(sent.resource_id),
        position=position,
        is_free=IS_FREE[told(sent.status) or "INCONNU"],
        heading_deg=told(sent.cap),
        speed_kmh=told(sent.speed),
    )


def _judged(stamp: Stamp, field: str, judgement: Judgement) -> datetime:
    """Return the instant; raise Unacceptable when it is ahead of our clock."""
    if judgement.now is not None and stamp.at - judgement.now > CLOCK_SKEW_TOLERANCE:
        reason = "est dans le futur : l'horloge de l'expéditeur est fausse"
        raise Unacceptable(HubErrorCode.INVALID_MESSAGE, field, reason)
    return stamp.at
