"""Cases that a regulation shares: RS-EDA, and RS-EDA-MAJ for what changes afterwards."""

from msgspec import UNSET, UnsetType

from adapters.hubsante.codes import (
    AttributionCode,
    CareLevelCode,
    CaseStatusCode,
    InterventionCode,
    OriginCode,
    PerimeterCode,
    PriorityCode,
)
from adapters.hubsante.forms import (
    CaseId,
    EventCode,
    MotiveCode,
    OwnerId,
    PlaceCode,
    RiskCode,
    Stamp,
)
from adapters.hubsante.wire.part import Wire
from adapters.hubsante.wire.people import (
    AdditionalInformation,
    Alert,
    CaseDecision,
    CasePatient,
    MedicalNote,
    Note,
)
from adapters.hubsante.wire.places import ExternalInfo, Location


class RiskThreat(Wire, frozen=True):
    """A risk."""

    code: RiskCode
    label: str


class WhatsHappen(Wire, frozen=True):
    """What happens."""

    code: EventCode
    label: str


class LocationKind(Wire, frozen=True):
    """The kind of place."""

    code: PlaceCode
    label: str


class HealthMotive(Wire, frozen=True):
    """Why somebody calls."""

    code: MotiveCode
    label: str


class CaseDetails(Wire, frozen=True):
    """How the regulation rates the case."""

    status: CaseStatusCode | UnsetType = UNSET
    attribution: AttributionCode | UnsetType = UNSET
    priority: PriorityCode | UnsetType = UNSET
    care_level: CareLevelCode | UnsetType = UNSET


class Qualification(Wire, frozen=True):
    """What the case is about."""

    origin: OriginCode | UnsetType = UNSET
    risk_threat: tuple[RiskThreat, ...] | UnsetType = UNSET
    whats_happen: WhatsHappen | UnsetType = UNSET
    location_kind: LocationKind | UnsetType = UNSET
    health_motive: HealthMotive | UnsetType = UNSET
    details: CaseDetails | UnsetType = UNSET


class CreateCaseHealth(Wire, frozen=True):
    """RS-EDA: a case is shared."""

    case_id: CaseId
    creation: Stamp
    qualification: Qualification
    location: Location
    owner: OwnerId
    sender_case_id: str | UnsetType = UNSET
    perimeter: PerimeterCode | UnsetType = UNSET
    intervention_type: InterventionCode | UnsetType = UNSET
    initial_alert: Alert | UnsetType = UNSET
    patient: tuple[CasePatient, ...] | UnsetType = UNSET
    medical_note: tuple[MedicalNote, ...] | UnsetType = UNSET
    decision: tuple[CaseDecision, ...] | UnsetType = UNSET
    additional_information: AdditionalInformation | UnsetType = UNSET


class UpdatedDetails(Wire, frozen=True):
    """How the regulation now rates the case."""

    status: CaseStatusCode | UnsetType = UNSET
    priority: PriorityCode | UnsetType = UNSET
    care_level: CareLevelCode | UnsetType = UNSET


class UpdatedQualification(Wire, frozen=True):
    """What may change in what the case is about."""

    risk_threat: tuple[RiskThreat, ...] | UnsetType = UNSET
    details: UpdatedDetails | UnsetType = UNSET


class UpdatedLocation(Wire, frozen=True):
    """What may change in the place: the place itself may not."""

    external_info: tuple[ExternalInfo, ...] | UnsetType = UNSET


class UpdatedAlert(Wire, frozen=True):
    """What may be added to the first call."""

    notes: tuple[Note, ...] | UnsetType = UNSET


class CreateCaseHealthUpdate(Wire, frozen=True):
    """RS-EDA-MAJ: what has changed in a shared case."""

    case_id: CaseId
    sender_case_id: str | UnsetType = UNSET
    perimeter: PerimeterCode | UnsetType = UNSET
    qualification: UpdatedQualification | UnsetType = UNSET
    location: UpdatedLocation | UnsetType = UNSET
    initial_alert: UpdatedAlert | UnsetType = UNSET
    owner: OwnerId | UnsetType = UNSET
    patient: tuple[CasePatient, ...] | UnsetType = UNSET
    medical_note: tuple[MedicalNote, ...] | UnsetType = UNSET
    decision: tuple[CaseDecision, ...] | UnsetType = UNSET
    freetext: str | UnsetType = UNSET
    additional_information: AdditionalInformation | UnsetType = UNSET
