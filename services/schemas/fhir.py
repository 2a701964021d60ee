"""What goes out to agendas, in FHIR R4."""

from regulation.appointments import KeptAppointment
from regulation.kernel.ids import IdKind
from regulation.kernel.time import PARIS
from services.schemas.orientation import Json

FHIR_JSON = "application/fhir+json"
PROFESSIONALS = "urn:oid:1.2.250.1.71.4.2.1"
OPERATOR = "http://interopsante.org/fhir/StructureDefinition/FrAppointmentOperator"


def outcome_out(code: str, field: str, reason: str) -> Json:
    """Say what is wrong with a request, naming the element and never its content."""
    issue: dict[str, object] = {
        "severity": "error",
        "code": code,
        "diagnostics": f"{field}: {reason}",
    }
    if field != "document":
        issue["expression"] = [f"Appointment.{field}"]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def appointment_out(kept: KeptAppointment) -> Json:
    """Write the last state of an appointment, as it was told."""
    told = kept.appointment
    document: dict[str, object] = {
        "resourceType": "Appointment",
        "id": kept.appointment_id,
        "meta": {
            "versionId": str(kept.version),
            "lastUpdated": kept.received_at.astimezone(PARIS).isoformat(timespec="milliseconds"),
        },
        "extension": [
            {"url": OPERATOR, "valueReference": {"identifier": {"value": told.operator}}}
        ],
        "identifier": [{"system": told.system, "value": told.value}],
        "status": told.status.value,
        "start": told.window.start.astimezone(PARIS).isoformat(timespec="milliseconds"),
        "end": told.window.end.astimezone(PARIS).isoformat(timespec="milliseconds"),
    }
    practitioner = told.practitioner
    if practitioner is not None:
        prefixed = practitioner.value
        if practitioner.kind is IdKind.RPPS:
            prefixed = f"8{practitioner.value}"
        actor = {"identifier": {"system": PROFESSIONALS, "value": prefixed}}
        document["participant"] = [{"actor": actor, "status": "accepted"}]
    return document
