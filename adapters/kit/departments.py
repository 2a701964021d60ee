"""Departments: which postal codes and which legal time are theirs."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from regulation.kernel.time import PARIS

_CODE = re.compile(r"0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|97[1-6]")
_ZONES = {
    "971": ZoneInfo("America/Guadeloupe"),
    "972": ZoneInfo("America/Martinique"),
    "973": ZoneInfo("America/Cayenne"),
    "974": ZoneInfo("Indian/Reunion"),
    "975": ZoneInfo("America/Miquelon"),
    "976": ZoneInfo("Indian/Mayotte"),
}
FRENCH_ZONES = (PARIS, *_ZONES.values())
"""Every legal time a SAS agenda can be written in."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department by its INSEE code."""

    code: str

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code) or self.code == "20":
            raise ValueError(f"{self.code!r} n'est pas le code INSEE d'un département")

    @property
    def zone(self) -> ZoneInfo:
        """Its legal time."""
        return _ZONES.get(self.code, PARIS)

    @property
    def postal_prefix(self) -> str:
        """First digits of its postal codes."""
        return "20" if self.code in {"2A", "2B"} else self.code

    def has_postal_code(self, postal_code: str) -> bool:
        """Tell whether the postal code is one of the department's.

        A few communes are served by the post office of the neighbouring department; they are
        refused here and show in the quarantine, never silently.
        """
        return postal_code.startswith(self.postal_prefix)


def legal_offsets(instant: datetime, department: Department | None) -> frozenset[timedelta]:
    """Offsets in force at that instant there, or anywhere in France; UTC is always plain."""
    zones = FRENCH_ZONES if department is None else (department.zone,)
    offsets = (instant.astimezone(zone).utcoffset() for zone in zones)
    return frozenset({timedelta(0)} | {offset for offset in offsets if offset is not None})


_SUMMER_AND_WINTER = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
OFFSETS_IN_USE = frozenset().union(*(legal_offsets(day, None) for day in _SUMMER_AND_WINTER))
"""Every offset of a French legal time, whatever the date; any other is nobody's here."""
