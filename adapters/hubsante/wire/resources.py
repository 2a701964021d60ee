"""Vehicles asked for, answered for, engaged and on their way: RS-DR, RS-RR, RS-RI, RS-SR, RS-ER."""

from typing import Annotated

from msgspec import UNSET, UnsetType

from adapters.hubsante.codes import (
    AnswerCode,
    ContactCode,
    ConventionCode,
    CrewCode,
    DeadlineCode,
    PurposeCode,
    RequestStatusCode,
    StatusCode,
    VehicleTypeCode,
)
from adapters.hubsante.forms import CaseId, InseeCode, RequestId, ResourceId, Stamp
from adapters.hubsante.wire.part import AT_LEAST_ONE, Wire


class Request(Wire, frozen=True):
    """What is asked, and how soon."""

    request_id: RequestId
    datetime: Stamp
    purpose: PurposeCode
    convention: ConventionCode | UnsetType = UNSET
    deadline: DeadlineCode | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class ResourcesRequest(Wire, frozen=True):
    """RS-DR: somebody asks for a vehicle, or no longer does."""

    case_id: CaseId
    request: Request
    status: RequestStatusCode | UnsetType = UNSET


class Response(Wire, frozen=True):
    """What was answered."""

    datetime: Stamp
    answer: AnswerCode
    deadline: DeadlineCode | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class ResourcesResponse(Wire, frozen=True):
    """RS-RR: the answer to a request."""

    case_id: CaseId
    request_id: RequestId
    response: Response


class Team(Wire, frozen=True):
    """Who is aboard."""

    medical_level: CrewCode | UnsetType = UNSET
    name: str | UnsetType = UNSET


class State(Wire, frozen=True):
    """How far a vehicle has got."""

    datetime: Stamp
    status: StatusCode
    availability: bool | UnsetType = UNSET


class Contact(Wire, frozen=True):
    """How the vehicle is reached."""

    type: ContactCode | UnsetType = UNSET
    details: str | UnsetType = UNSET


class EngagedResource(Wire, frozen=True):
    """One vehicle engaged."""

    datetime: Stamp
    resource_id: ResourceId
    vehicle_type: VehicleTypeCode
    request_id: RequestId | UnsetType = UNSET
    mission_id: str | UnsetType = UNSET
    org_id: str | UnsetType = UNSET
    patient_id: str | UnsetType = UNSET
    center_name: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    center_city: InseeCode | UnsetType = UNSET
    team: Team | UnsetType = UNSET
    state: tuple[State, ...] | UnsetType = UNSET
    contact: Contact | UnsetType = UNSET
    freetext: tuple[str, ...] | UnsetType = UNSET


class ResourcesInfo(Wire, frozen=True):
    """RS-RI: the vehicles engaged on a case."""

    case_id: CaseId
    resource: Annotated[tuple[EngagedResource, ...], AT_LEAST_ONE]


class ResourcesStatus(Wire, frozen=True):
    """RS-SR: one vehicle has got further."""

    case_id: CaseId
    resource_id: ResourceId
    state: State


class PlannedResource(Wire, frozen=True):
    """One vehicle planned, which has no number yet."""

    vehicle_type: VehicleTypeCode
    name: str | UnsetType = UNSET
    team: Team | UnsetType = UNSET
    freetext: tuple[str, ...] | UnsetType = UNSET


class ResourcesEngagement(Wire, frozen=True):
    """RS-ER: the vehicles planned for a case."""

    case_id: CaseId
    resource: Annotated[tuple[PlannedResource, ...], AT_LEAST_ONE]
