"""Reading again what was put aside, once the reader or the source is mended."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from adapters.kit.ingest import FileReader, Ingested, UnreadableFile
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Payload, QuarantinedRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One payload read again: what it gives now, and the records that are no longer at fault."""

    source: str
    payload: Payload
    found: Ingested
    recovered: tuple[QuarantinedRecord, ...]


def replay(
    records: Iterable[QuarantinedRecord], reader_of: Callable[[str], FileReader]
) -> Iterator[Replayed]:
    """Read each payload once more, its dates judged by the instant they were judged by.

    Records kept without their payload cannot be read alone, and are left.
    """
    batches: dict[tuple[str, str], list[QuarantinedRecord]] = {}
    for record in records:
        if record.payload is not None:
            batches.setdefault((record.source, record.payload.digest), []).append(record)
    for (source, _), kept in batches.items():
        payload = kept[0].payload
        assert payload is not None
        found = _read_again(payload, reader_of(payload.feed))
        faults = {(one.index, one.raw) for one in found.defects}
        recovered = tuple(one for one in kept if (one.defect.index, one.defect.raw) not in faults)
        yield Replayed(source=source, payload=payload, found=found, recovered=recovered)


def _read_again(payload: Payload, reader: FileReader) -> Ingested:
    try:
        return reader(payload.raw, Judgement(now=payload.judged_at))
    except UnreadableFile as error:
        return Ingested(objects=(), defects=(error.as_defect(payload.raw),))
