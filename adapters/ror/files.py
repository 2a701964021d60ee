"""A file of the ROR, read as the adapter reads an answer, for `aiguilleur ingest`."""

from collections.abc import Mapping

from adapters.kit.defective import PayloadRefused
from adapters.kit.documents import instant_document, place_document
from adapters.kit.ingest import FileReader, Ingested, Json, require_json
from adapters.kit.judgement import Judgement
from adapters.kit.opening import hours_document
from adapters.ror.capacity import BedCount
from adapters.ror.mapping import RorPlace, read_page


def read_file(raw: bytes, judgement: Judgement) -> Ingested:
    """Read a bundle, or a resource alone; a document that is neither is put aside whole."""
    body = require_json(raw)
    try:
        reading = read_page(body, judgement, {})
    except PayloadRefused as refused:
        return Ingested(objects=(), defects=(refused.defect,))
    objects = tuple(_document(place) for place in reading.places)
    return Ingested(objects=objects, defects=reading.defects)


READERS: Mapping[str, FileReader] = {"ror": read_file}
"""Reader of a file by name of feed."""


def _document(place: RorPlace) -> Json:
    return place_document(
        place.record,
        place.warnings,
        hours=[hours_document(row) for row in place.rows],
        closures=[
            {"start": one.start.isoformat(), "end": one.end.isoformat()} for one in place.closures
        ],
        capacity=[_beds(one) for one in place.beds],
        activities=list(place.activities),
        sensitive=place.sensitive,
    )


def _beds(beds: BedCount) -> Json:
    return {
        "status": beds.status or None,
        "nature": beds.nature or None,
        "gender": beds.gender or None,
        "count": beds.count,
        "observed_at": instant_document(beds.observed_at),
    }
