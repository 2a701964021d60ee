"""One turn of duty: who, where, from when to when; and what a rota adds up to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from adapters.kit.defective import Defective
from adapters.kit.ground import is_in_france
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from regulation.kernel.ids import Identifier, IdKind, check
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from regulation.offers import Booking

LONGEST_TURN = timedelta(days=14)
"""Longer than a fortnight without a break is a mistake of the rota (assumption)."""

_POSTAL_CODE = re.compile(r"\b(?P<code>\d{5})\b")
_KINDS = {
    "mmg": "MMG",
    "maison medicale de garde": "MMG",
    "maison médicale de garde": "MMG",
    "pharmacie": "PHARMACIE",
    "pharmacie de garde": "PHARMACIE",
    "ambulance": "AMBULANCE",
    "garde ambulancière": "AMBULANCE",
    "unite_mobile": "UNITE_MOBILE",
    "unité mobile": "UNITE_MOBILE",
    "unite mobile": "UNITE_MOBILE",
}


class Over(Defective):
    """A turn that is over: put aside in a file one is asked about, passed over day by day."""


class DutyKind(StrEnum):
    """Whose duty it is."""

    MMG = "MMG"
    PHARMACIE = "PHARMACIE"
    AMBULANCE = "AMBULANCE"
    UNITE_MOBILE = "UNITE_MOBILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyTurn:
    """One turn, in UTC.

    `number` is the place's own, None when the rota does not give it. A `cancelled` turn takes back
    what was announced; one that is not `confirmed` is announced, and counts for nothing. `booking`
    is how one gets in, None when it is not told.
    """

    uid: str
    sequence: int
    window: TimeWindow
    kind: DutyKind | None
    number: Identifier | None
    name: str
    address: str
    phone: str | None
    position: Position | None
    booking: Booking | None
    remark: str = ""
    cancelled: bool = False
    confirmed: bool = True
    warnings: tuple[str, ...] = ()

    @property
    def postal_code(self) -> str:
        """Postal code of the address; empty when there is none."""
        found = _POSTAL_CODE.search(self.address)
        return found["code"] if found else ""

    @property
    def counts(self) -> bool:
        """Tell whether somebody is on duty by this turn."""
        return self.confirmed and not self.cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaReading:
    """What one rota says. `over` are the turns put aside for being past, and for nothing else."""

    turns: tuple[DutyTurn, ...]
    defects: tuple[Defect, ...]
    over: tuple[Defect, ...]

    @classmethod
    def of(
        cls, turns: tuple[DutyTurn, ...], aside: Iterable[tuple[Defect, Defective]]
    ) -> "RotaReading":
        """Sort what was put aside, in the order of the file."""
        in_order = sorted(aside, key=lambda one: one[0].index or 0)
        return cls(
            turns=turns,
            defects=tuple(defect for defect, fault in in_order if not isinstance(fault, Over)),
            over=tuple(defect for defect, fault in in_order if isinstance(fault, Over)),
        )

    def everything_aside(self) -> tuple[Defect, ...]:
        """What was put aside, past or at fault, in the order of the file."""
        return tuple(sorted((*self.defects, *self.over), key=lambda one: one.index or 0))


def kind_of(written: str, warnings: list[str]) -> DutyKind | None:
    """Read whose duty it is; None, and told, when the word is not known."""
    word = written.strip().lower()
    if not word:
        return None
    if word.replace(" ", "_").upper() in DutyKind.__members__:
        return DutyKind(word.replace(" ", "_").upper())
    if word in _KINDS:
        return DutyKind(_KINDS[word])
    warnings.append(f"le genre de garde {written[:24]!r} est inconnu")
    return None


def number_of(
    written: str, kind: IdKind, field: str, judgement: Judgement, warnings: list[str]
) -> Identifier | None:
    """Read the number of the place, bare or as KIND:value; None when there is none."""
    if not written:
        return None
    try:
        bare = written.replace(" ", "")
        number = Identifier.parse(bare) if ":" in bare else Identifier(kind, bare)
        warning = check(number, judgement.digits)
    except ValueError as error:
        raise Defective(field, str(error)) from None
    warnings.extend([warning] if warning else [])
    return number


def turn_window(start: datetime, end: datetime, field: str, judgement: Judgement) -> TimeWindow:
    """Return the window of a turn; raise Defective when it is impossible, or over."""
    if end <= start:
        raise Defective(field, f"{end.isoformat()} n'est pas après le début")
    if end - start > LONGEST_TURN:
        raise Defective(field, f"dure {end - start}: plus de {LONGEST_TURN.days} jours")
    if judgement.now is not None and end <= judgement.now:
        raise Over(field, "est passé")
    return TimeWindow(start, end)


def judged_place(turn: DutyTurn, judgement: Judgement) -> DutyTurn:
    """Return the turn; raise Defective when it is not where it should be."""
    judgement.require_area(turn.postal_code, "address")
    if turn.position is not None and not is_in_france(turn.position):
        where = f"lat={turn.position.lat:g}, lon={turn.position.lon:g}"
        raise Defective("geo", f"{where} n'est pas en France")
    return turn
