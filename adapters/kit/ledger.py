"""The last good word of a registry, record by record; a load that empties it is not believed."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Generic, TypeVar

Record = TypeVar("Record")

LEAST_SHARE = 0.5
"""A whole load with less than this share of the records known is a truncated file or a changed
format, far more likely than half a territory closing overnight (assumption)."""


class Ledger(Generic[Record]):
    """Records by their own number. Readers get a mapping that never changes under them."""

    def __init__(self, *, least_share: float = LEAST_SHARE) -> None:
        self._least_share = least_share
        self._records: Mapping[str, Record] = MappingProxyType({})

    @property
    def records(self) -> Mapping[str, Record]:
        """What is known now."""
        return self._records

    def replace(self, records: Mapping[str, Record], in_doubt: Iterable[str] = ()) -> str:
        """Take a whole load; return why it was not believed, or nothing.

        Records `in_doubt`, put aside in this load, keep their last good word: it ages.
        """
        kept = {name: self._records[name] for name in in_doubt if name in self._records}
        merged = {**kept, **records}
        if len(merged) < self._least_share * len(self._records):
            return f"{len(merged)} fiches là où {len(self._records)} étaient connues : pas cru"
        self._records = MappingProxyType(merged)
        return ""

    def merge(self, records: Mapping[str, Record], gone: Iterable[str] = ()) -> None:
        """Take what has changed since the last load; `gone` are known to have left."""
        left = set(gone)
        known = {name: one for name, one in self._records.items() if name not in left}
        self._records = MappingProxyType({**known, **records})
