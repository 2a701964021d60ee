"""The quarantine on disk: lines to read, payloads to replay, nothing lost at a restart."""

import base64
import fcntl
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.kit.quarantine import Defect, Payload, QuarantinedRecord, digest_of

log = logging.getLogger(__name__)

PAYLOADS, LOCK = "payloads", ".lock"


class FolderQuarantine:
    """Keeps one file of JSON lines per source and day, raw bytes in base64, and the payloads.

    Several processes may share the folder: what one put aside, another finds and does not repeat.
    The raw bytes may name practitioners: the folder is for operators only and is to be emptied on
    the schedule of the register of processing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, _Kept] = {}

    def put(
        self,
        source: str,
        received_at: datetime,
        defects: Iterable[Defect],
        payload: Payload | None = None,
    ) -> None:
        """Append the defects not kept yet to the source's file of the day.

        A folder that can't be written is logged: what a feed says well is not lost for it.
        """
        told = {digest_of(source, one): one for one in defects}
        try:
            if not told.keys() <= self._kept(source).digests:
                with self._alone():
                    news = told.keys() - self._kept(source).digests
                    self._append(
                        source, received_at, [told[one] for one in told if one in news], payload
                    )
        except OSError as error:
            log.warning("what %s sent was not put aside: %s", source, error.strerror)

    def _append(
        self,
        source: str,
        received_at: datetime,
        news: Sequence[Defect],
        payload: Payload | None,
    ) -> None:
        if payload is not None and news:
            self._keep(payload)
        folder = self._folder_of(source)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{received_at:%Y-%m-%d}.jsonl"
        cut = b"" if _read(path)[-1:] in {b"", b"\n"} else b"\n"  # a line that was cut short
        lines = "".join(_to_line(source, received_at, one, payload) for one in news)
        with path.open("ab") as file:
            file.write(cut + lines.encode())

    def _kept(self, source: str) -> "_Kept":
        """What the files of a source hold, read again only when they changed."""
        files = sorted(self._folder_of(source).glob("*.jsonl"))
        state = tuple(_state(path) for path in files)
        known = self._known.get(source)
        if known is None or known.state != state:
            defects = (_defect(one) for path in files for one in _documents(path))
            digests = frozenset(digest_of(source, one) for one in defects)
            known = self._known[source] = _Kept(state, digests)
        return known

    def list_records(self, source: str) -> tuple[QuarantinedRecord, ...]:
        """Everything kept of one source, oldest first."""
        return tuple(self._records(self._folder_of(source)))

    def list_everything(self) -> tuple[QuarantinedRecord, ...]:
        """Everything kept, source by source."""
        return tuple(record for folder in self._folders() for record in self._records(folder))

    def count(self, source: str) -> int:
        """How many records are kept of one source, whichever process put them aside."""
        return len(self._kept(source).digests)

    def drop(self, is_settled: Callable[[QuarantinedRecord], bool]) -> int:
        """Forget the settled records, and the payloads nobody refers to; return how many."""
        with self._alone():
            files = [path for folder in self._folders() for path in sorted(folder.glob("*.jsonl"))]
            dropped = sum(self._drop_from(path, is_settled) for path in files)
            self._drop_payloads()
        return dropped

    def _drop_from(self, path: Path, is_settled: Callable[[QuarantinedRecord], bool]) -> int:
        lines = _read(path).splitlines(keepends=True)
        kept = [one for one in lines if not self._is_settled(one, is_settled)]
        if not kept:
            path.unlink()
        elif len(kept) < len(lines):
            aside = path.with_suffix(".new")
            aside.write_bytes(b"".join(kept))
            aside.replace(path)
        return len(lines) - len(kept)

    def _is_settled(self, line: bytes, is_settled: Callable[[QuarantinedRecord], bool]) -> bool:
        document = _document(line)
        return document is not None and is_settled(self._record(document))

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

    def _records(self, folder: Path) -> Iterator[QuarantinedRecord]:
        for path in sorted(folder.glob("*.jsonl")):
            yield from map(self._record, _documents(path))

    def _record(self, document: Mapping[str, Any]) -> QuarantinedRecord:
        return QuarantinedRecord(
            source=document["source"],
            received_at=datetime.fromisoformat(document["received_at"]),
            defect=_defect(document),
            payload=self._payload(document["payload"]),
        )

    def _payload(self, told: dict[str, Any] | None) -> Payload | None:
        if told is None:
            return None
        at = told["judged_at"]
        return Payload(
            feed=told["feed"],
            raw=_read(self._folder / PAYLOADS / told["digest"]),
            judged_at=datetime.fromisoformat(at) if at else None,
        )

    def _folder_of(self, source: str) -> Path:
        """A source's name may hold an address: its folder is named so that it stays a folder."""
        safe = "".join(char if char.isalnum() or char in "-_" else "_" for char in source)
        return self._folder / f"{safe[:48]}-{hashlib.sha256(source.encode()).hexdigest()[:8]}"


State = tuple[str, int, int]
"""Name, size and last change of a file."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The defects found in the files of a source when they were in this state."""

    state: tuple[State, ...]
    digests: frozenset[bytes]


def _state(path: Path) -> State:
    try:
        found = path.stat()
    except FileNotFoundError:  # another process settled the last of it
        return path.name, 0, 0
    return path.name, found.st_size, found.st_mtime_ns


def _read(path: Path) -> bytes:
    """Read a file; one that another process has just taken away is empty."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _documents(path: Path) -> Iterator[Mapping[str, Any]]:
    """Read the lines of a file; one that was cut short, by a full disk, is passed over."""
    found = map(_document, _read(path).splitlines())
    return (one for one in found if one is not None)


def _document(line: bytes) -> Mapping[str, Any] | None:
    try:
        document: Mapping[str, Any] = json.loads(line)
    except ValueError:
        return None
    return document


def _defect(document: Mapping[str, Any]) -> Defect:
    return Defect(
        index=document["index"],
        field=document["field"],
        reason=document["reason"],
        raw=base64.b64decode(document["raw"]),
    )


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
