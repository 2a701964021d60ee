"""Rota files, read as the adapter reads a download, for `aiguilleur ingest`."""

from collections.abc import Callable, Mapping
from functools import partial

from adapters.kit.defective import PayloadRefused
from adapters.kit.documents import instant_document, position_document
from adapters.kit.ingest import FileReader, Ingested, Json
from adapters.kit.judgement import Judgement
from adapters.rota.events import read_calendar
from adapters.rota.tables import read_rota
from adapters.rota.turns import DutyTurn, RotaReading

Reader = Callable[[bytes, Judgement], RotaReading]
FORMATS: Mapping[str, Reader] = {"rota-ics": read_calendar, "rota-csv": read_rota}


def read_file(raw: bytes, judgement: Judgement, *, feed: str) -> Ingested:
    """Read a rota; a recurring event gives one object a turn."""
    try:
        reading = FORMATS[feed](raw, judgement)
    except PayloadRefused as refused:
        return Ingested(objects=(), defects=(refused.defect,))
    objects = tuple(_document(turn, feed, judgement) for turn in reading.turns)
    return Ingested(objects=objects, defects=reading.everything_aside())


READERS: Mapping[str, FileReader] = {feed: partial(read_file, feed=feed) for feed in FORMATS}
"""Reader of a file by name of feed."""


def _document(turn: DutyTurn, feed: str, judgement: Judgement) -> Json:
    start, end = (
        instant.astimezone(judgement.zone) for instant in (turn.window.start, turn.window.end)
    )
    return {
        "kind": "duty",
        "id": f"LOCAL:{feed}/{turn.uid}@{start:%Y%m%dT%H%M}",
        "uid": turn.uid,
        "sequence": turn.sequence,
        "type": turn.kind.value if turn.kind else None,
        "effecteur_id": str(turn.number) if turn.number else None,
        "name": turn.name or None,
        "address": turn.address or None,
        "phone": turn.phone,
        "position": position_document(turn.position),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "booking": turn.booking.value if turn.booking else None,
        "cancelled": turn.cancelled,
        "confirmed": turn.confirmed,
        "remark": turn.remark or None,
        "source": feed,
        "observed_at": instant_document(judgement.now),
        "warnings": list(turn.warnings),
    }
