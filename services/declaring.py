"""What effecteurs declare of themselves: kept before it is published, found again at a restart."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from adapters.kit.defective import PayloadRefused
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from adapters.manual.mapping import read_batch
from regulation.kernel.time import Clock
from services.errors import BadInput
from services.runtime import Sources
from services.store import Store

KEPT_AFTER: Final = timedelta(days=1)
"""Assumption: how long after its end a declaration is still kept, to be looked into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """How many declarations were taken, and what was put aside."""

    accepted: int
    defects: tuple[Defect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationDesk:
    """Takes declarations made by hand."""

    store: Store
    sources: Sources
    clock: Clock

    def hear(self, raw: bytes) -> Declared:
        """Keep and publish declarations as sent; raise BadInput when there are none."""
        now = self.clock.now()
        try:
            reading = read_batch(raw, Judgement(now=now))
        except PayloadRefused as refused:
            raise BadInput(refused.defect.field, refused.defect.reason) from None
        told = [one.declaration for one in reading.heard]
        with self.store.unit() as unit:
            unit.declarations.forget(now - KEPT_AFTER)
            last = [one for one in told if unit.declarations.put(one)]
        for one in last:
            self.sources.declare(one)
        return Declared(accepted=len(told), defects=reading.defects)

    def restore(self) -> int:
        """Publish again what is still to be believed; return how many there are."""
        with self.store.reading() as unit:
            kept = unit.declarations.valid_at(self.clock.now())
        for one in kept:
            self.sources.declare(one)
        return len(kept)
