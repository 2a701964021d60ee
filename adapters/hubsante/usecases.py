"""The use cases of the exchange, by the key that announces each in a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from adapters.hubsante.forms import decoder
from adapters.hubsante.wire import acks, bookings, cases, findings, positions, resources

Body = (
    cases.CreateCaseHealth
    | cases.CreateCaseHealthUpdate
    | resources.ResourcesRequest
    | resources.ResourcesResponse
    | resources.ResourcesInfo
    | resources.ResourcesStatus
    | resources.ResourcesEngagement
    | positions.GeoPositionsUpdate
    | positions.GeoResourcesDetails
    | positions.GeoResourcesRequest
    | bookings.SasAppointment
    | findings.InterventionReport
    | findings.DocumentLink
    | acks.Reference
    | acks.HubError
    | Mapping[str, Any]
)
"""What a message says; the mapping is a test of the connection, which says nothing."""


@dataclass(frozen=True, slots=True)
class UseCase:
    """One use case: its name in the guides, its key in messages, and its reader."""

    name: str
    key: str
    kind: type
    decoder: msgspec.json.Decoder[Body]


def _use_case(name: str, key: str, kind: type) -> UseCase:
    return UseCase(name, key, kind, decoder(kind))


USE_CASES: Final[Mapping[str, UseCase]] = {
    one.key: one
    for one in (
        _use_case("RS-EDA", "createCaseHealth", cases.CreateCaseHealth),
        _use_case("RS-EDA-MAJ", "createCaseHealthUpdate", cases.CreateCaseHealthUpdate),
        _use_case("RS-DR", "resourcesRequest", resources.ResourcesRequest),
        _use_case("RS-RR", "resourcesResponse", resources.ResourcesResponse),
        _use_case("RS-RI", "resourcesInfo", resources.ResourcesInfo),
        _use_case("RS-SR", "resourcesStatus", resources.ResourcesStatus),
        _use_case("RS-ER", "resourcesEngagement", resources.ResourcesEngagement),
        _use_case("GEO-POS", "geoPositionsUpdate", positions.GeoPositionsUpdate),
        _use_case("GEO-RES", "geoResourcesDetails", positions.GeoResourcesDetails),
        _use_case("GEO-REQ", "geoResourcesRequest", positions.GeoResourcesRequest),
        _use_case("RS-SAS-RDV", "appointment", bookings.SasAppointment),
        _use_case("RS-BPV", "interventionReport", findings.InterventionReport),
        _use_case("RS-URL", "documentLink", findings.DocumentLink),
        _use_case("RC-REF", "reference", acks.Reference),
        _use_case("RS-ERROR", "error", acks.HubError),
        _use_case("TECHNICAL", "technical", dict[str, Any]),
        _use_case("TECHNICAL_NOREQ", "technicalNoreq", dict[str, Any]),
    )
}

ELSEWHERE: Final = frozenset({"createCase", "resourcesInfoCisu", "emsi", "rpis", "customContent"})
"""Use cases of the exchange that are between fire services and SAMU, or summaries of activity."""
