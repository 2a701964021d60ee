"""What effecteurs declare of themselves, in memory: the last word of each."""

from collections.abc import Sequence
from datetime import datetime

from adapters.memory.records import Records
from regulation.declarations import Declaration


class InMemoryDeclarations:
    """Declarations among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def put(self, declaration: Declaration) -> bool:
        """Keep the last word of an effecteur; tell whether it was the last."""
        name = str(declaration.effecteur_id)
        known = self._records.declarations.get(name)
        if known is not None and known.observed_at > declaration.observed_at:
            return False
        self._records.declarations[name] = declaration
        return True

    def valid_at(self, now: datetime) -> Sequence[Declaration]:
        """Return those still to be believed, by effecteur."""
        kept = sorted(self._records.declarations.items())
        return tuple(one for _, one in kept if one.valid_until > now)

    def forget(self, before: datetime) -> int:
        """Erase what was over by then, who declared it included; return how many."""
        kept = self._records.declarations
        over = [name for name, one in kept.items() if one.valid_until <= before]
        for name in over:
            del kept[name]
        return len(over)
