"""A delivery read from a file, for `aiguilleur ingest`: one object per event."""

from collections.abc import Mapping
from typing import Final

from adapters.kit.defective import Defective
from adapters.kit.ingest import FileReader, Ingested, require_json
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from adapters.kit.reported import report_document
from adapters.transporter.mapping import read_delivery


def read_transporter(raw: bytes, judgement: Judgement) -> Ingested:
    """Read a delivery; each event is accepted or put aside on its own."""
    body = require_json(raw)
    try:
        reading = read_delivery(body, judgement)
    except Defective as fault:
        defect = Defect(index=None, field=fault.field, reason=fault.reason, raw=body)
        return Ingested(objects=(), defects=(defect,))
    return Ingested(
        objects=tuple(report_document(report) for _, report in reading.reports),
        defects=reading.defects,
    )


READERS: Final[Mapping[str, FileReader]] = {"transporter": read_transporter}
"""Reader of a file by name of feed."""
