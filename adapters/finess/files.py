"""A FINESS file, read as the adapter reads a download, for `aiguilleur ingest`."""

from collections.abc import Mapping

from adapters.finess.mapping import read_file
from adapters.kit.documents import place_document
from adapters.kit.ingest import FileReader, Ingested
from adapters.kit.judgement import Judgement


def read_download(raw: bytes, judgement: Judgement) -> Ingested:
    """Read the file; a place elsewhere than in the area, when one is told, is put aside."""
    reading = read_file(raw, judgement, {})
    objects = tuple(
        place_document(
            one.record,
            one.warnings,
            category=one.category or None,
            category_label=one.category_label or None,
            legal_entity=f"FINESS:{one.legal_entity}" if one.legal_entity else None,
        )
        for one in reading.places
    )
    return Ingested(objects=objects, defects=reading.defects)


READERS: Mapping[str, FileReader] = {"finess": read_download}
"""Reader of a file by name of feed."""
