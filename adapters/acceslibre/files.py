"""A file of Acceslibre, read as the adapter reads a download, for `aiguilleur ingest`."""

from collections.abc import Mapping

from adapters.acceslibre.mapping import read_batch
from adapters.kit.defective import PayloadRefused
from adapters.kit.documents import place_document
from adapters.kit.ingest import FileReader, Ingested
from adapters.kit.judgement import Judgement


def read_file(raw: bytes, judgement: Judgement) -> Ingested:
    """Read the exported table, or a page of the API."""
    try:
        reading = read_batch(raw, judgement, {})
    except PayloadRefused as refused:
        return Ingested(objects=(), defects=(refused.defect,))
    objects = tuple(
        {
            **place_document(
                one.record, one.warnings, activity=one.activity or None, others=dict(one.others)
            ),
            "kind": "accessibility",
        }
        for one in reading.places
    )
    return Ingested(objects=objects, defects=reading.defects)


READERS: Mapping[str, FileReader] = {"acceslibre": read_file}
"""Reader of a file by name of feed."""
