"""What a record is judged on besides its form: only what one was told."""

from dataclasses import dataclass
from datetime import datetime

from adapters.kit.departments import Department
from regulation.kernel.ids import CheckDigits
from regulation.kernel.time import TimeWindow, require_aware


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """None means not told, hence not judged.

    `now`: what is over is refused; `window`: what begins outside was not asked for;
    `area`: a place elsewhere is refused. `digits` says what a wrong check digit of a national
    number is; published samples have wrong ones.
    """

    now: datetime | None = None
    window: TimeWindow | None = None
    area: Department | None = None
    digits: CheckDigits = CheckDigits.WARN

    def __post_init__(self) -> None:
        if self.now is not None:
            require_aware(self.now, "now")


FORM_ONLY = Judgement()
