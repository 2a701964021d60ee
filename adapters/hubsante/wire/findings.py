"""Reports of crews and links to documents: RS-BPV, RS-URL."""

from typing import Annotated

from msgspec import UNSET, UnsetType

from adapters.hubsante.codes import PatientSourceCode, RoleCode, SexCode, VitalCode
from adapters.hubsante.forms import CaseId, PatientId, Stamp
from adapters.hubsante.wire.part import AT_LEAST_ONE, Wire


class Redactor(Wire, frozen=True):
    """Who wrote the report."""

    role: RoleCode
    label: str | UnsetType = UNSET


class ExternalId(Wire, frozen=True):
    """A number that somebody else gives the patient."""

    source: PatientSourceCode
    value: str


class ReportedPatient(Wire, frozen=True):
    """Of whom it was written; `height` in centimetres, `weight` in kilograms."""

    patient_id: PatientId
    last_name: str
    first_name: str
    birth_name: str | UnsetType = UNSET
    birth_date: str | UnsetType = UNSET
    age: str | UnsetType = UNSET
    sex: SexCode | UnsetType = UNSET
    external_id: tuple[ExternalId, ...] | UnsetType = UNSET
    height: int | UnsetType = UNSET
    weight: int | UnsetType = UNSET


class Vital(Wire, frozen=True):
    """One measure."""

    type: VitalCode
    value: str
    precision: str | UnsetType = UNSET


class Evaluation(Wire, frozen=True):
    """What the crew found and did."""

    procedure: tuple[str, ...] | UnsetType = UNSET
    main_diagnosis: str | UnsetType = UNSET
    associated_diagnosis: tuple[str, ...] | UnsetType = UNSET
    parameter: tuple[Vital, ...] | UnsetType = UNSET
    medical_history: str | UnsetType = UNSET
    treatment: str | UnsetType = UNSET
    freetext: tuple[str, ...] | UnsetType = UNSET


class InterventionReport(Wire, frozen=True):
    """RS-BPV: the report of a crew."""

    case_id: CaseId
    report_id: str
    redactor: Redactor
    creation: Stamp
    patient: ReportedPatient
    evaluation: Evaluation | UnsetType = UNSET


class Document(Wire, frozen=True):
    """One document."""

    url: str
    document_type: str | UnsetType = UNSET


class DocumentLink(Wire, frozen=True):
    """RS-URL: where documents of a case are."""

    case_id: CaseId
    document: Annotated[tuple[Document, ...], AT_LEAST_ONE]
    patient_id: PatientId | UnsetType = UNSET
    code: str | UnsetType = UNSET
