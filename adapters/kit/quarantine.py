"""What could not be trusted is kept with its raw bytes and the reason, to be replayed later."""

import base64
import hashlib
import json
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Why a record was put aside.

    `index` is its place in the batch, None when the batch as a whole is at fault; `raw` its bytes
    as received.
    """

    index: int | None
    field: str
    reason: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRecord:
    """A defect with where and when it came from."""

    source: str
    received_at: datetime
    defect: Defect


class Quarantine(Protocol):
    """Keeps what was put aside."""

    def put(self, source: str, received_at: datetime, defects: Iterable[Defect]) -> None:
        """Keep these defects, once each."""
        ...

    def list_records(self, source: str) -> tuple[QuarantinedRecord, ...]:
        """Everything kept of one source, oldest first."""
        ...


class _Seen:
    """Remembers the latest defects: a source asked every 30 s repeats itself."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._digests: OrderedDict[bytes, None] = OrderedDict()

    def news(self, source: str, defects: Iterable[Defect]) -> list[Defect]:
        """Return the defects not yet seen of this source; the same one elsewhere is not news."""
        return [defect for defect in defects if self._is_new(source, defect)]

    def _is_new(self, source: str, defect: Defect) -> bool:
        words = (source.encode(), defect.field.encode(), defect.reason.encode(), defect.raw)
        digest = hashlib.blake2b(b"\0".join(words), digest_size=16).digest()
        is_new = digest not in self._digests
        self._digests[digest] = None
        self._digests.move_to_end(digest)
        if len(self._digests) > self._most:
            self._digests.popitem(last=False)
        return is_new


class InMemoryQuarantine:
    """Keeps the latest records, up to a number: a mad source cannot fill the memory."""

    def __init__(self, *, most: int = 10_000) -> None:
        self._records: deque[QuarantinedRecord] = deque(maxlen=most)
        self._seen = _Seen(most)

    def put(self, source: str, received_at: datetime, defects: Iterable[Defect]) -> None:
        """Keep the defects not kept yet; the oldest go when there are too many."""
        self._records.extend(
            QuarantinedRecord(source=source, received_at=received_at, defect=defect)
            for defect in self._seen.news(source, defects)
        )

    def list_records(self, source: str) -> tuple[QuarantinedRecord, ...]:
        """What is still kept of one source, oldest first."""
        return tuple(record for record in self._records if record.source == source)


class FolderQuarantine:
    """Keeps one file of JSON lines per source and day, raw bytes in base64.

    The raw bytes may name practitioners: the folder is for operators only and is to be emptied on
    the schedule of the register of processing.
    """

    def __init__(self, folder: Path, *, most_seen: int = 10_000) -> None:
        self._folder = folder
        self._seen = _Seen(most_seen)

    def put(self, source: str, received_at: datetime, defects: Iterable[Defect]) -> None:
        """Append the defects not kept yet by this process to the source's file of the day."""
        lines = [_to_line(received_at, one) for one in self._seen.news(source, defects)]
        if not lines:
            return
        folder = self._folder_of(source)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{received_at:%Y-%m-%d}.jsonl").open("a", encoding="utf-8") as file:
            file.writelines(lines)

    def list_records(self, source: str) -> tuple[QuarantinedRecord, ...]:
        """Everything kept of one source, oldest first."""
        return tuple(self._read(source))

    def _read(self, source: str) -> Iterator[QuarantinedRecord]:
        for path in sorted(self._folder_of(source).glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                yield _from_line(source, line)

    def _folder_of(self, source: str) -> Path:
        """A source's name may hold an address: its folder is named so that it stays a folder."""
        safe = "".join(char if char.isalnum() or char in "-_" else "_" for char in source)
        return self._folder / f"{safe[:48]}-{hashlib.sha256(source.encode()).hexdigest()[:8]}"


def _to_line(received_at: datetime, defect: Defect) -> str:
    document = {
        "received_at": received_at.isoformat(),
        "index": defect.index,
        "field": defect.field,
        "reason": defect.reason,
        "raw": base64.b64encode(defect.raw).decode("ascii"),
    }
    return json.dumps(document, ensure_ascii=False) + "\n"


def _from_line(source: str, line: str) -> QuarantinedRecord:
    document = json.loads(line)
    defect = Defect(
        index=document["index"],
        field=document["field"],
        reason=document["reason"],
        raw=base64.b64decode(document["raw"]),
    )
    received_at = datetime.fromisoformat(document["received_at"])
    return QuarantinedRecord(source=source, received_at=received_at, defect=defect)
