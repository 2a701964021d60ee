"""A file of the Annuaire, read as the adapter reads an answer, for `aiguilleur ingest`."""

from collections.abc import Mapping

from adapters.annuaire.mapping import SOURCE, Activity, Listed, read_page
from adapters.kit.defective import PayloadRefused
from adapters.kit.documents import instant_document, place_document
from adapters.kit.ingest import FileReader, Ingested, Json, require_json
from adapters.kit.judgement import Judgement


def read_file(raw: bytes, judgement: Judgement) -> Ingested:
    """Read a bundle, or a resource alone; a document that is neither is put aside whole."""
    body = require_json(raw)
    try:
        reading = read_page(body, judgement, {})
    except PayloadRefused as refused:
        return Ingested(objects=(), defects=(refused.defect,))
    structures = (
        place_document(one.record, one.warnings, active=one.active, sectors=list(one.sectors))
        for one in reading.structures
    )
    people = (_practitioner(one, judgement) for one in reading.practitioners)
    others = ({"kind": "activity", **_activity(one), "source": SOURCE} for one in reading.strangers)
    return Ingested(objects=(*structures, *people, *others), defects=reading.defects)


READERS: Mapping[str, FileReader] = {SOURCE: read_file}
"""Reader of a file by name of feed."""


def _practitioner(one: Listed, judgement: Judgement) -> Json:
    return {
        "kind": "practitioner",
        "id": str(one.number),
        "active": one.active,
        "activities": [_activity(activity) for activity in one.activities],
        "source": SOURCE,
        "observed_at": instant_document(judgement.now),
        "warnings": list(one.warnings),
    }


def _activity(activity: Activity) -> Json:
    return {
        "id": f"LOCAL:{activity.activity_id}",
        "practitioner": activity.practitioner or None,
        "profession": activity.profession or None,
        "specialties": sorted(activity.specialties),
        "organization": activity.organization or None,
        "active": activity.active,
    }
