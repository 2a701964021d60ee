"""A delivery of the Hub read from a file, for `aiguilleur ingest`: one object per message."""

from collections.abc import Mapping
from typing import Final

from adapters.hubsante.appointments import TransmittedAppointment, appointment_of
from adapters.hubsante.casefiles import shared_file
from adapters.hubsante.errors import Unacceptable
from adapters.hubsante.forms import to_builtins
from adapters.hubsante.reading import Message, read_delivery
from adapters.hubsante.vehicles import Doubtful, reports_of
from adapters.hubsante.wire.bookings import SasAppointment
from adapters.hubsante.wire.cases import CreateCaseHealth, CreateCaseHealthUpdate
from adapters.kit.ingest import FileReader, Ingested, Json, require_json
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from adapters.kit.reported import report_document
from transport.reports import Report


def read_hub(raw: bytes, judgement: Judgement) -> Ingested:
    """Read an envelope or a bare message; each message is accepted or put aside on its own."""
    delivery = read_delivery(require_json(raw), judgement)
    objects: list[Json] = []
    defects = [fault.defect for fault in delivery.faults]
    for message in delivery.messages:
        try:
            document, doubts = _document(message, judgement)
        except Unacceptable as refused:
            doubts, document = (Doubtful(field=refused.field, reason=refused.reason),), None
        defects += [_defect(message, doubt) for doubt in doubts]
        if document is not None:
            objects.append(document)
    return Ingested(objects=tuple(objects), defects=tuple(defects))


READERS: Final[Mapping[str, FileReader]] = {"hub": read_hub}
"""Reader of a file by name of feed."""


def _document(message: Message, judgement: Judgement) -> tuple[Json | None, tuple[Doubtful, ...]]:
    """Write what a message means and what it says; None when nothing of it can be trusted."""
    found = tuple(reports_of(message.body, judgement))
    doubts = tuple(one for one in found if isinstance(one, Doubtful))
    reports = tuple(one for one in found if not isinstance(one, Doubtful))
    if doubts and not reports:
        return None, doubts
    document = {
        "kind": "hub_message",
        "id": message.header.message_id if message.header else None,
        "use_case": message.use_case.name,
        **_meaning(message, reports, judgement),
        "message": {message.use_case.key: to_builtins(message.body)},
        "source": "hub",
    }
    return document, doubts


def _meaning(message: Message, reports: tuple[Report, ...], judgement: Judgement) -> Json:
    match message.body:
        case CreateCaseHealth() | CreateCaseHealthUpdate():
            shared = shared_file(message.body)
            drafts = [
                {"draft_id": draft, "said": dict(said)} for draft, said in shared.by_draft().items()
            ]
            return {"case_ref": shared.case_ref, "drafts": drafts, "is_closed": shared.is_closed}
        case SasAppointment():
            return {"appointment": _appointment(appointment_of(message.body, judgement))}
        case _:
            return {"reports": [report_document(one) for one in reports]} if reports else {}


def _appointment(read: TransmittedAppointment) -> Json:
    return {
        "id": read.appointment_id,
        "status": read.status,
        "created": read.created_at.isoformat(),
        "start": read.starts_at.isoformat(),
        "end": read.ends_at.isoformat() if read.ends_at else None,
        "category": read.category,
        "practitioner_id": str(read.practitioner) if read.practitioner else None,
        "organization_id": str(read.organization) if read.organization else None,
        "warnings": list(read.warnings),
    }


def _defect(message: Message, doubt: Doubtful) -> Defect:
    return Defect(index=message.index, field=doubt.field, reason=doubt.reason, raw=message.raw)
