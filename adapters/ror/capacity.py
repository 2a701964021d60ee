"""Bed counts of hospital units: read and shown, never taken for a slot."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from adapters.kit.defective import Defective
from adapters.kit.fhir import Extension, code_of, named
from regulation.kernel.time import require_aware

_EXTENSION = "ror-location-supported-capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class BedCount:
    """How many beds or places (`nature`, TRE_R329) are in a state (`status`, TRE_R330).

    `count` is None when it is not told: unknown, not none.
    """

    status: str
    nature: str
    gender: str
    count: int | None
    observed_at: datetime | None


def bed_counts(extensions: Iterable[Extension]) -> tuple[BedCount, ...]:
    """Read every count of a location; raise Defective naming the one at fault."""
    return tuple(_counts(extensions))


def _counts(extensions: Iterable[Extension]) -> Iterator[BedCount]:
    for index, told in enumerate(named(extensions, _EXTENSION)):
        field = f"{_EXTENSION}[{index}]"
        parts = {one.url: one for one in told.extension}
        count = parts.get("nbCapacity", Extension()).value_integer
        if count is not None and count < 0:
            raise Defective(f"{field}.nbCapacity", f"{count} lits")
        yield BedCount(
            status=_code(parts.get("capacityStatus")),
            nature=_code(parts.get("capacityType")),
            gender=_code(parts.get("genderCapacityAvailable")),
            count=count,
            observed_at=_instant(parts.get("capacityUpdateDate"), field),
        )


def _code(told: Extension | None) -> str:
    return code_of(told.value_codeable_concept, "") if told else ""


def _instant(told: Extension | None, field: str) -> datetime | None:
    if told is None or not told.value_date_time:
        return None
    try:
        return require_aware(datetime.fromisoformat(told.value_date_time), field)
    except ValueError:
        raise Defective(
            f"{field}.capacityUpdateDate", "n'est pas un instant avec son décalage"
        ) from None
