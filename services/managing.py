"""What whoever manages a territory settles by hand: kept before it is published, found again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final

from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.gestures import Gesture, GestureKind
from regulation.kernel.time import Clock
from regulation.pair_verdicts import Pair, PairSays, Verdicts, read_pair, verdicts_of
from services.runtime import Sources
from services.store import Store, Unit

TERRITORY: Final = "territory"
"""Stands for what the territory settles in the audit trail."""
ACTIONS: Final[Mapping[GestureKind, AuditAction]] = {
    GestureKind.PAIR_JUDGED: AuditAction.JUDGE_PAIR,
    GestureKind.LINK_WITHDRAWN: AuditAction.WITHDRAW_LINKS,
    GestureKind.RECORDS_REPLAYED: AuditAction.REREAD,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPair:
    """A pair that somebody decided on, and the gesture that is in force."""

    pair: Pair
    says: PairSays
    gesture: Gesture


@dataclass(slots=True, kw_only=True)
class ManagingDesk:
    """Takes the gestures of managers, and learns of those that other processes took."""

    store: Store
    sources: Sources
    clock: Clock
    _published: Verdicts = field(default_factory=dict)
    _telling: Lock = field(default_factory=Lock)

    def judge(self, pair: Pair, says: PairSays, who: str) -> None:
        """Keep what somebody decided of two records, then publish."""
        self._record(GestureKind.PAIR_JUDGED, pair.about, says, who)
        self.restore()

    def judged(self) -> Sequence[JudgedPair]:
        """Return the pairs decided on, the latest decision first."""
        found = (
            JudgedPair(pair=read_pair(about), says=PairSays(one.said), gesture=one)
            for about, one in self._last_words().items()
        )
        settled = [one for one in found if one.says is not PairSays.OPEN]
        return sorted(settled, key=lambda one: one.gesture.at, reverse=True)

    def restore(self) -> int:
        """Publish the decisions on pairs that are in force, when they are news."""
        with self._telling:  # what is published last was read last
            verdicts = verdicts_of(self._last_words())
            if verdicts == self._published:
                return 0
            self.sources.judge_pairs(verdicts)
            self._published = verdicts
            return len(verdicts)

    def withdraw_links(self, purpose: str, subject: str, who: str) -> None:
        """Withdraw every link given so far to speak for somebody."""
        self._record(GestureKind.LINK_WITHDRAWN, _link_about(purpose, subject), "", who)

    def withdrawn_at(self, purpose: str, subject: str) -> datetime | None:
        """Return when the links of somebody were last withdrawn, None when they never were."""
        with self.store.reading() as unit:
            about = _link_about(purpose, subject)
            last = unit.gestures.last_word(GestureKind.LINK_WITHDRAWN, about)
        return last.at if last else None

    def note_reread(self, source: str, recovered: int, who: str) -> None:
        """Keep that what was put aside of a source was read again, and how much was recovered."""
        self._record(GestureKind.RECORDS_REPLAYED, source, str(recovered), who)

    def note_tried(self, who: str) -> None:
        """Leave the line of somebody who tries a figure: last week's cases are read for it."""
        with self.store.unit() as unit:
            _note(unit, AuditAction.TRY_FIGURE, self.clock.now(), who)

    def latest(self, limit: int) -> Sequence[Gesture]:
        """Return the last gestures, latest first."""
        with self.store.reading() as unit:
            return unit.gestures.latest(limit)

    def _last_words(self) -> Mapping[str, Gesture]:
        with self.store.reading() as unit:
            return unit.gestures.last_words(GestureKind.PAIR_JUDGED)

    def _record(self, kind: GestureKind, about: str, said: str, who: str) -> None:
        gesture = Gesture(at=self.clock.now(), who=who, kind=kind, about=about, said=said)
        with self.store.unit() as unit:
            unit.gestures.record(gesture)
            _note(unit, ACTIONS[kind], gesture.at, who)


def _note(unit: Unit, action: AuditAction, at: datetime, who: str) -> None:
    done = AuditOutcome.DONE
    unit.audit.record(AuditEntry(at=at, who=who, action=action, case_id=TERRITORY, outcome=done))


def _link_about(purpose: str, subject: str) -> str:
    return f"{purpose}/{subject}"
