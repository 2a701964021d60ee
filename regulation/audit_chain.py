"""The chain of the audit trail: lines sealed in blocks, each digest made over the one before.

A line changed, added, moved or taken away among those sealed gives other digests from there on. The
last digest, kept elsewhere, also tells whether the end was cut off.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from regulation.audit import AuditEntry
from regulation.kernel.time import require_aware

GENESIS = "0" * 64
"""What the first seal is made over."""

SETTLED = timedelta(minutes=2)
"""Lines younger than this wait: a transaction under way could still add one before them."""

BLOCK = 1_000
"""Lines in a seal, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedEntry:
    """A line and its number, the order in which lines were written."""

    number: int
    entry: AuditEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSeal:
    """`count` lines, numbered from `first` to `last`, under one digest (SHA-256, hexadecimal).

    `purged_at`: when its lines were erased, their time being over; the chain goes on over it.
    """

    rank: int
    first: int
    last: int
    count: int
    digest: str
    sealed_at: datetime
    purged_at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.sealed_at, "seal")


class AuditSeals(Protocol):
    """Keeps the seals of the trail."""

    def settled(self, before: datetime, limit: int) -> Sequence[NumberedEntry]:
        """Return lines under no seal yet and older than this, in order."""
        ...

    def last(self) -> AuditSeal | None:
        """Return the last seal, None when there's none."""
        ...

    def add(self, seal: AuditSeal) -> None:
        """Keep a seal; raise ValueError when another has its rank."""
        ...

    def all(self) -> Sequence[AuditSeal]:
        """Return every seal, in order."""
        ...

    def between(self, first: int, last: int) -> Sequence[NumberedEntry]:
        """Return the lines of these numbers, in order."""
        ...

    def count_after(self, number: int) -> int:
        """Count the lines numbered higher."""
        ...

    def purge(self, seal: AuditSeal, now: datetime) -> None:
        """Erase the lines under a seal, and say so on it."""
        ...


def digest_of(previous: str, lines: Sequence[NumberedEntry]) -> str:
    """Return the digest of some lines over that of the seal before."""
    chain = hashlib.sha256(previous.encode("ascii"))
    for line in lines:
        chain.update(_canonical(line))
    return chain.hexdigest()


def _canonical(line: NumberedEntry) -> bytes:
    entry = line.entry
    told = [
        line.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.who,
        entry.action,
        entry.case_id,
        entry.outcome,
    ]
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"


def seal_settled(seals: AuditSeals, now: datetime) -> AuditSeal | None:
    """Seal the next lines that have settled; None when none has."""
    lines = seals.settled(now - SETTLED, BLOCK)
    if not lines:
        return None
    last = seals.last()
    seal = AuditSeal(
        rank=last.rank + 1 if last else 1,
        first=lines[0].number,
        last=lines[-1].number,
        count=len(lines),
        digest=digest_of(last.digest if last else GENESIS, lines),
        sealed_at=now,
    )
    seals.add(seal)
    return seal


def purge_over(seals: AuditSeals, before: datetime, now: datetime) -> int:
    """Erase the lines sealed before an instant, their time being over; return how many.

    Those of the last seal stay: a database numbers its next line after the last it holds.
    """
    over = [one for one in seals.all()[:-1] if one.purged_at is None and one.sealed_at < before]
    for seal in over:
        seals.purge(seal, now)
    return sum(seal.count for seal in over)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a verification found. `faults` say, in French, where the trail was tampered with."""

    sealed: int
    purged: int
    waiting: int
    head: str
    faults: tuple[str, ...]


def verify(seals: AuditSeals, expected: str | None = None) -> Verified:
    """Recompute the whole chain; `expected` is a digest noted earlier, which must be in it."""
    chain = seals.all()
    faults = list(_faults(seals, chain))
    if expected is not None and expected not in {GENESIS, *(seal.digest for seal in chain)}:
        faults.append(
            "l'empreinte attendue n'est pas dans la chaîne : la fin a été coupée ou refaite"
        )
    kept = [seal for seal in chain if seal.purged_at is None]
    return Verified(
        sealed=sum(seal.count for seal in kept),
        purged=sum(seal.count for seal in chain) - sum(seal.count for seal in kept),
        waiting=seals.count_after(chain[-1].last if chain else 0),
        head=chain[-1].digest if chain else GENESIS,
        faults=tuple(faults),
    )


def _faults(seals: AuditSeals, chain: Sequence[AuditSeal]) -> Iterator[str]:
    previous, reached = GENESIS, 0
    for rank, seal in enumerate(chain, start=1):
        span = f"sceau {seal.rank} (lignes {seal.first} à {seal.last})"
        if seal.rank != rank:
            yield f"il manque un sceau avant le {seal.rank}"
        if stray := len(seals.between(reached + 1, seal.first - 1)):
            yield f"{stray} ligne(s) ajoutée(s) avant le {span}"
        lines = seals.between(seal.first, seal.last)
        if seal.purged_at is not None:
            if lines:
                yield f"des lignes sont revenues sous le {span}, effacé"
        elif len(lines) != seal.count:
            yield f"{span} : {len(lines)} ligne(s) au lieu de {seal.count}"
        elif digest_of(previous, lines) != seal.digest:
            yield f"{span} : une ligne, ou un sceau d'avant, a été modifiée"
        previous, reached = seal.digest, seal.last
