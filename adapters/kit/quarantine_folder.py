"""The quarantine on disk: lines to read, payloads to replay, nothing lost at a restart."""

import base64
import fcntl
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.kit.quarantine import Defect, Novelty, Payload, QuarantinedRecord

PAYLOADS, LOCK = "payloads", ".lock"


class FolderQuarantine:
    """Keeps one file of JSON lines per source and day, raw bytes in base64, and the payloads.

    Several processes may share the folder: what one put aside, another finds and does not repeat.
    The raw bytes may name practitioners: the folder is for operators only and is to be emptied on
    the schedule of the register of processing.
    """

    def __init__(self, folder: Path, *, most_seen: int = 10_000) -> None:
        self._folder = folder
        self._novelty = Novelty(most_seen)

    def put(
        self,
        source: str,
        received_at: datetime,
        defects: Iterable[Defect],
        payload: Payload | None = None,
    ) -> None:
        """Append the defects not kept yet to the source's file of the day."""
        news = self._novelty.news(source, defects)
        if not news:
            return
        with self._alone():
            news = self._not_kept(source, news)
            if payload is not None and news:
                self._keep(payload)
            folder = self._folder_of(source)
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / f"{received_at:%Y-%m-%d}.jsonl").open("a", encoding="utf-8") as file:
                file.writelines(_to_line(source, received_at, one, payload) for one in news)

    def _not_kept(self, source: str, defects: Iterable[Defect]) -> list[Defect]:
        """Return those that no process put aside."""
        kept = {_what(one.defect) for one in self.list_records(source)}
        return [one for one in defects if _what(one) not in kept]

    def list_records(self, source: str) -> tuple[QuarantinedRecord, ...]:
        """Everything kept of one source, oldest first."""
        return tuple(self._read(self._folder_of(source)))

    def list_everything(self) -> tuple[QuarantinedRecord, ...]:
        """Everything kept, source by source."""
        return tuple(record for folder in self._folders() for record in self._read(folder))

    def count(self, source: str) -> int:
        """How many records are kept of one source, whichever process put them aside."""
        files = self._folder_of(source).glob("*.jsonl")
        return sum(path.read_bytes().count(b"\n") for path in files)

    def drop(self, is_settled: Callable[[QuarantinedRecord], bool]) -> int:
        """Forget the settled records, and the payloads nobody refers to; return how many."""
        with self._alone():
            files = [path for folder in self._folders() for path in sorted(folder.glob("*.jsonl"))]
            dropped = sum(self._drop_from(path, is_settled) for path in files)
            self._drop_payloads()
        return dropped

    def _drop_from(self, path: Path, is_settled: Callable[[QuarantinedRecord], bool]) -> int:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = []
        for line in lines:
            record = self._from_line(line)
            if is_settled(record):
                self._novelty.forget(record.source, record.defect)
            else:
                kept.append(line)
        if not kept:
            path.unlink()
        elif len(kept) < len(lines):
            aside = path.with_suffix(".new")
            aside.write_text("".join(kept), encoding="utf-8")
            aside.replace(path)
        return len(lines) - len(kept)

    def _folders(self) -> list[Path]:
        found = (path for path in self._folder.glob("*") if path.is_dir())
        return sorted(path for path in found if path.name != PAYLOADS)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep the other processes from writing meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

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


def _what(defect: Defect) -> tuple[str, str, bytes]:
    """What makes two defects the same, wherever they stand."""
    return defect.field, defect.reason, defect.raw


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
