"""Patients, callers and what was noted and decided of them, as RS-EDA and RS-EDA-MAJ say it."""

from typing import Annotated

from msgspec import UNSET, UnsetType

from adapters.hubsante.codes import (
    CallerCode,
    CareLevelCode,
    ChannelCode,
    CommunicationCode,
    ContactCode,
    DecisionCode,
    LanguageCode,
    MeansCode,
    OrientationCode,
    RoleCode,
    SexCode,
)
from adapters.hubsante.forms import DayText, DiagnosisCode, HubAge, NoteId, PatientId, Stamp
from adapters.hubsante.wire.findings import ExternalId
from adapters.hubsante.wire.part import AT_MOST_THREE, Wire
from adapters.hubsante.wire.places import ExternalLocation


class DetailedName(Wire, frozen=True):
    """A name, whole and in parts."""

    complete: str
    last_name: str | UnsetType = UNSET
    first_name: str | UnsetType = UNSET


class CallerContact(Wire, frozen=True):
    """How a caller calls."""

    channel: ChannelCode
    type: ContactCode
    detail: str


class Caller(Wire, frozen=True):
    """Who calls."""

    caller_contact: CallerContact
    callback_contact: CallerContact | UnsetType = UNSET
    language: LanguageCode | UnsetType = UNSET
    type: CallerCode | UnsetType = UNSET
    communication: CommunicationCode | UnsetType = UNSET
    freetext: str | UnsetType = UNSET
    detailed_name: DetailedName | UnsetType = UNSET


class Note(Wire, frozen=True):
    """Something written during the call."""

    creation: Stamp | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class Alert(Wire, frozen=True):
    """The first call."""

    reception: Stamp
    caller: Caller
    notes: tuple[Note, ...] | UnsetType = UNSET


class PersonalContact(Wire, frozen=True):
    """How a practitioner is reached."""

    type: ContactCode
    detail: str


class GeneralPractitioner(Wire, frozen=True):
    """The patient's own doctor."""

    detailed_name: DetailedName
    rpps_id: str | UnsetType = UNSET
    contact: tuple[PersonalContact, ...] | UnsetType = UNSET


class AdministrativeFile(Wire, frozen=True):
    """The patient for the administration."""

    external_id: tuple[ExternalId, ...] | UnsetType = UNSET
    general_practitioner: GeneralPractitioner | UnsetType = UNSET


class StrictFeatures(Wire, frozen=True):
    """The patient for the national identity."""

    birth_name: str | UnsetType = UNSET
    birth_date: DayText | UnsetType = UNSET
    sex: SexCode | UnsetType = UNSET


class Identity(Wire, frozen=True):
    """Who the patient is."""

    strict_features: StrictFeatures | UnsetType = UNSET
    non_strict_features: DetailedName | UnsetType = UNSET


class PatientDetail(Wire, frozen=True):
    """How the patient is; `height` in centimetres, `weight` in kilograms."""

    weight: float | UnsetType = UNSET
    height: float | UnsetType = UNSET
    age: HubAge | UnsetType = UNSET
    care_level: CareLevelCode | UnsetType = UNSET
    medical_history: str | UnsetType = UNSET
    treatment: str | UnsetType = UNSET


class Diagnosis(Wire, frozen=True):
    """A diagnosis that is thought of."""

    code: DiagnosisCode
    label: str


class Hypothesis(Wire, frozen=True):
    """What is thought of."""

    main_diagnosis: Diagnosis | UnsetType = UNSET
    other_diagnosis: tuple[Diagnosis, ...] | UnsetType = UNSET


class CasePatient(Wire, frozen=True):
    """One patient of a case."""

    patient_id: PatientId
    administrative_file: AdministrativeFile | UnsetType = UNSET
    identity: Identity | UnsetType = UNSET
    detail: PatientDetail | UnsetType = UNSET
    hypothesis: Hypothesis | UnsetType = UNSET


class Operator(Wire, frozen=True):
    """Who notes or decides."""

    role: RoleCode
    label: str | UnsetType = UNSET


class MedicalNote(Wire, frozen=True):
    """What a doctor or an assistant noted."""

    operator: Operator
    medical_note_id: NoteId
    freetext: str
    patient_id: PatientId | UnsetType = UNSET
    creation: Stamp | UnsetType = UNSET


class Destination(Wire, frozen=True):
    """Where a patient is sent."""

    external_location_id: tuple[ExternalLocation, ...] | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class CaseDecision(Wire, frozen=True):
    """What was decided."""

    creation: Stamp
    operator: Operator
    decision_type: DecisionCode
    patient_id: str | UnsetType = UNSET
    resource_type: MeansCode | UnsetType = UNSET
    medical_transport: bool | UnsetType = UNSET
    orientation_type: OrientationCode | UnsetType = UNSET
    destination: Destination | UnsetType = UNSET


class CustomEntry(Wire, frozen=True):
    """Something the schema has no field for, by a key both sides know."""

    key: str
    value: str
    label: str | UnsetType = UNSET
    freetext: str | UnsetType = UNSET


class AdditionalInformation(Wire, frozen=True):
    """What the schema has no field for."""

    custom_map: Annotated[tuple[CustomEntry, ...], AT_MOST_THREE] | UnsetType = UNSET
