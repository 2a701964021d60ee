"""What a record is judged on besides its form: only what one was told."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from adapters.kit.defective import Defective
from adapters.kit.departments import Department
from regulation.kernel.ids import CheckDigits
from regulation.kernel.time import PARIS, TimeWindow, require_aware

NOT_DATED = datetime(1970, 1, 1, tzinfo=UTC)
"""Instant of facts read without being told when: LOST at any real one, never taken for fresh."""


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

    @property
    def seen_at(self) -> datetime:
        """When what is read is taken to be said; long ago when nobody told."""
        return NOT_DATED if self.now is None else self.now

    @property
    def zone(self) -> ZoneInfo:
        """Legal time of the area; of Paris when none was told."""
        return PARIS if self.area is None else self.area.zone

    def require_area(self, postal_code: str, field: str) -> None:
        """Raise Defective for a postal code of elsewhere; one that is not told is not judged."""
        if self.area is not None and postal_code and not self.area.has_postal_code(postal_code):
            reason = f"{postal_code} n'est pas un code postal du département {self.area.code}"
            raise Defective(field, reason)


FORM_ONLY = Judgement()
