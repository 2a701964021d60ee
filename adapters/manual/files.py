"""A file of declarations, read as the adapter reads what is sent, for `aiguilleur ingest`."""

from collections.abc import Mapping

from adapters.kit.defective import PayloadRefused
from adapters.kit.ingest import FileReader, Ingested, Json, require_json
from adapters.kit.judgement import Judgement
from adapters.manual.mapping import Heard, read_batch


def read_file(raw: bytes, judgement: Judgement) -> Ingested:
    """Read declarations; one that has expired is told as UNKNOWN, with what it said."""
    try:
        reading = read_batch(require_json(raw), judgement)
    except PayloadRefused as refused:
        return Ingested(objects=(), defects=(refused.defect,))
    objects = tuple(_document(one, judgement) for one in reading.heard)
    return Ingested(objects=objects, defects=reading.defects)


READERS: Mapping[str, FileReader] = {"manual": read_file}
"""Reader of a file by name of feed."""


def _document(one: Heard, judgement: Judgement) -> Json:
    told = one.declaration
    now = judgement.now
    status = told.status if now is None else told.status_at(max(now, told.observed_at))
    return {
        "kind": "capacity",
        "id": str(told.effecteur_id),
        "effecteur_id": str(told.effecteur_id),
        "status": status.value,
        "declared_status": told.status.value,
        "waiting_minutes": told.waiting_minutes,
        "n_waiting": told.waiting,
        "extra_patients": told.extra_patients,
        "observed_at": told.observed_at.isoformat(),
        "valid_until": told.valid_until.isoformat(),
        "declared_by": told.declared_by or None,
        "message": one.message or None,
        "source": "manual",
        "warnings": list(one.warnings),
    }
