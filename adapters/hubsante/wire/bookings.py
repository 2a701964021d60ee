"""Appointments sent down to the regulation software: RS-SAS-RDV."""

from msgspec import UNSET, UnsetType

from adapters.hubsante.codes import AppointmentCode, CategoryCode, MethodCode
from adapters.hubsante.forms import PrefixedRpps, Stamp
from adapters.hubsante.wire.part import Wire


class Practitioner(Wire, frozen=True):
    """Who receives."""

    rpps_id: PrefixedRpps
    last_name: str
    first_name: str
    speciality_code: str | UnsetType = UNSET
    speciality_url: str | UnsetType = UNSET
    profession_code: str | UnsetType = UNSET
    profession_url: str | UnsetType = UNSET


class Organization(Wire, frozen=True):
    """Where one is received; `organization_id` is prefixed (1 FINESS, 3 SIRET)."""

    organization_id: str
    name: str


class Regulator(Wire, frozen=True):
    """Who booked: what the software pairs the appointment with its call by."""

    regulator_name: str
    regulator_firstname: str
    regulator_email: str
    regulator_id: str | UnsetType = UNSET


class SasAppointment(Wire, frozen=True):
    """RS-SAS-RDV: an appointment, neither its patient nor its case."""

    appointment_id: str
    method: MethodCode
    created: Stamp
    start: Stamp
    status: AppointmentCode
    regulator: Regulator
    end: Stamp | UnsetType = UNSET
    orientation_category: CategoryCode | UnsetType = UNSET
    practitioner: Practitioner | UnsetType = UNSET
    organization: Organization | UnsetType = UNSET
