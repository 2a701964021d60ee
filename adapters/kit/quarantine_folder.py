"""The quarantine on disk: lines to read, payloads to replay, nothing lost at a restart."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.kit.quarantine import Defect, Novelty, Payload, QuarantinedRecord

PAYLOADS = "payloads"


class FolderQuarantine:
    """Keeps one file of JSON lines per source and day, raw bytes in base64, and the payloads.

    The raw bytes may name practitioners: the folder is for operators only and is to be emptied on
    the schedule of the register of processing.
    """

    def __init__(self, folder: Path, *, most_seen: int = 10_000) -> None:
        self._folder = folder
        self._novelty = Novelty(most_seen)
        self._counts: dict[str, int] = {}

    def put(
        self,
        source: str,
        received_at: datetime,
        defects: Iterable[Defect],
        payload: Payload | None = None,
    ) -> None:
        """Append the defects not kept yet by this process to the source's file of the day."""
        news = self._novelty.news(source, defects)
        if not news:
            return
        if payload is not None:
            self._keep(payload)
        before = self.count(source)
        folder = self._folder_of(source)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{received_at:%Y-%m-%d}.jsonl").open("a", encoding="utf-8") as file:
            file.writelines(_to_line(source, received_at, one, payload) for one in news)
        self._counts[source] = before + len(news)

    def list_records(self, source: str) -> tuple[QuarantinedRecord, ...]:
        """Everything kept of one source, oldest first."""
        return tuple(self._read(self._folder_of(source)))

    def list_everything(self) -> tuple[QuarantinedRecord, ...]:
        """Everything kept, source by source."""
        folders = sorted(path for path in self._folder.glob("*") if path.name != PAYLOADS)
        return tuple(record for folder in folders for record in self._read(folder))

    def count(self, source: str) -> int:
        """How many records are kept of one source, whichever process put them aside."""
        if source not in self._counts:
            self._counts[source] = len(self.list_records(source))
        return self._counts[source]

    def drop(self, is_settled: Callable[[QuarantinedRecord], bool]) -> int:
        """Forget the settled records, and the payloads nobody refers to; return how many."""
        dropped = 0
        for folder in {self._folder_of(one.source) for one in self.list_everything()}:
            for path in sorted(folder.glob("*.jsonl")):
                lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
                kept = []
                for line in lines:
                    record = self._from_line(line)
                    if is_settled(record):
                        self._novelty.forget(record.source, record.defect)
                    else:
                        kept.append(line)
                dropped += len(lines) - len(kept)
                path.write_text("".join(kept), encoding="utf-8")
                if not kept:
                    path.unlink()
        self._counts.clear()
        self._drop_payloads()
        return dropped

    def _drop_payloads(self) -> None:
        wanted = {one.payload.digest for one in self.list_everything() if one.payload}
        for path in (self._folder / PAYLOADS).glob("*"):
            if path.name not in wanted:
                path.unlink()

    def _keep(self, payload: Payload) -> None:
        path = self._folder / PAYLOADS / payload.digest
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(payload.raw)

    def _read(self, folder: Path) -> Iterator[QuarantinedRecord]:
        for path in sorted(folder.glob("*.jsonl")):
            for line in path.read_text(encoding="utf-8").splitlines():
                yield self._from_line(line)

    def _from_line(self, line: str) -> QuarantinedRecord:
        document = json.loads(line)
        defect = Defect(
            index=document["index"],
            field=document["field"],
            reason=document["reason"],
            raw=base64.b64decode(document["raw"]),
        )
        return QuarantinedRecord(
            source=document["source"],
            received_at=datetime.fromisoformat(document["received_at"]),
            defect=defect,
            payload=self._payload(document["payload"]),
        )

    def _payload(self, told: dict[str, Any] | None) -> Payload | None:
        if told is None:
            return None
        at = told["judged_at"]
        return Payload(
            feed=told["feed"],
            raw=(self._folder / PAYLOADS / told["digest"]).read_bytes(),
            judged_at=datetime.fromisoformat(at) if at else None,
        )

    def _folder_of(self, source: str) -> Path:
        """A source's name may hold an address: its folder is named so that it stays a folder."""
        safe = "".join(char if char.isalnum() or char in "-_" else "_" for char in source)
        return self._folder / f"{safe[:48]}-{hashlib.sha256(source.encode()).hexdigest()[:8]}"


def _to_line(source: str, received_at: datetime, defect: Defect, payload: Payload | None) -> str:
    document = {
        "source": source,
        "received_at": received_at.isoformat(),
        "index": defect.index,
        "field": defect.field,
        "reason": defect.reason,
        "raw": base64.b64encode(defect.raw).decode("ascii"),
        "payload": None if payload is None else _payload_document(payload),
    }
    return json.dumps(document, ensure_ascii=False) + "\n"


def _payload_document(payload: Payload) -> dict[str, str | None]:
    at = payload.judged_at
    return {
        "feed": payload.feed,
        "digest": payload.digest,
        "judged_at": at.isoformat() if at else None,
    }
