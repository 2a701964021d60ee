"""What could not be trusted is kept with its raw bytes and the reason, to be replayed later."""

import hashlib
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
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
class Payload:
    """A whole batch as received: a record often makes sense beside its neighbours only.

    `feed` names its reader; `judged_at` is the instant its dates were judged by, None when its
    form alone was.
    """

    feed: str
    raw: bytes
    judged_at: datetime | None

    @property
    def digest(self) -> str:
        """Name of these bytes."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRecord:
    """A defect with where and when it came from; `payload` is the batch, when it was given."""

    source: str
    received_at: datetime
    defect: Defect
    payload: Payload | None = None


class Quarantine(Protocol):
    """Keeps what was put aside."""

    def put(
        self,
        source: str,
        received_at: datetime,
        defects: Iterable[Defect],
        payload: Payload | None = None,
    ) -> None:
        """Keep these defects, once each."""
        ...

    def list_records(self, source: str) -> tuple[QuarantinedRecord, ...]:
        """Everything kept of one source, oldest first."""
        ...

    def list_everything(self) -> tuple[QuarantinedRecord, ...]:
        """Everything kept."""
        ...

    def count(self, source: str) -> int:
        """How many records are kept of one source."""
        ...

    def drop(self, is_settled: Callable[[QuarantinedRecord], bool]) -> int:
        """Forget the settled records; return how many."""
        ...


class Novelty:
    """Remembers the latest defects: a source asked every 30 s repeats itself."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._digests: OrderedDict[bytes, None] = OrderedDict()

    def news(self, source: str, defects: Iterable[Defect]) -> list[Defect]:
        """Return the defects not yet seen of this source; the same one elsewhere is not news."""
        return [defect for defect in defects if self._is_new(source, defect)]

    def forget(self, source: str, defect: Defect) -> None:
        """Take it for news when it comes again: it was settled in the meantime."""
        self._digests.pop(digest_of(source, defect), None)

    def _is_new(self, source: str, defect: Defect) -> bool:
        digest = digest_of(source, defect)
        is_new = digest not in self._digests
        self._digests[digest] = None
        self._digests.move_to_end(digest)
        if len(self._digests) > self._most:
            self._digests.popitem(last=False)
        return is_new


def digest_of(source: str, defect: Defect) -> bytes:
    """Name what makes two defects of a source the same, wherever they stand in a batch."""
    words = (source.encode(), defect.field.encode(), defect.reason.encode(), defect.raw)
    return hashlib.blake2b(b"\0".join(words), digest_size=16).digest()


class InMemoryQuarantine:
    """Keeps the latest records, up to a number: a mad source cannot fill the memory."""

    def __init__(self, *, most: int = 10_000) -> None:
        self._records: deque[QuarantinedRecord] = deque(maxlen=most)
        self._novelty = Novelty(most)
        self._lock = Lock()

    def put(
        self,
        source: str,
        received_at: datetime,
        defects: Iterable[Defect],
        payload: Payload | None = None,
    ) -> None:
        """Keep the defects not kept yet; the oldest go when there are too many."""
        with self._lock:
            self._records.extend(
                QuarantinedRecord(
                    source=source, received_at=received_at, defect=defect, payload=payload
                )
                for defect in self._novelty.news(source, defects)
            )

    def list_records(self, source: str) -> tuple[QuarantinedRecord, ...]:
        """What is still kept of one source, oldest first."""
        return tuple(record for record in self.list_everything() if record.source == source)

    def list_everything(self) -> tuple[QuarantinedRecord, ...]:
        """What is still kept, oldest first."""
        with self._lock:
            return tuple(self._records)

    def count(self, source: str) -> int:
        """How many records are still kept of one source."""
        return sum(record.source == source for record in self.list_everything())

    def drop(self, is_settled: Callable[[QuarantinedRecord], bool]) -> int:
        """Forget the settled records; return how many."""
        with self._lock:
            settled = [record for record in self._records if is_settled(record)]
            kept = (record for record in self._records if not is_settled(record))
            self._records = deque(kept, self._records.maxlen)
            for record in settled:
                self._novelty.forget(record.source, record.defect)
        return len(settled)
