"""Appeals to communities, in memory."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.memory.records import Records
from regulation.marketplace import Appeal, Taking


class InMemoryMarketplace:
    """Appeals among the records of one unit of work: units follow one another."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def put(self, appeal: Appeal) -> None:
        """Keep an appeal; raise ValueError when its id is taken."""
        if appeal.appeal_id in self._records.appeals:
            raise ValueError(f"appeal {appeal.appeal_id} is kept already")
        self._records.appeals[appeal.appeal_id] = appeal

    def find(self, appeal_id: str) -> Appeal | None:
        """Return an appeal, None when there's none of this id."""
        return self._records.appeals.get(appeal_id)

    def take(self, appeal_id: str, taking: Taking) -> bool:
        """Give the patient to this taker, unless another has them or it is too late."""
        appeal = self._records.appeals.get(appeal_id)
        if appeal is None or not appeal.is_open_at(taking.at):
            return False
        self._records.appeals[appeal_id] = replace(appeal, taken=taking)
        return True

    def of_case(self, case_id: str) -> Sequence[Appeal]:
        """Return the appeals made for a case, oldest first."""
        mine = [one for one in self._records.appeals.values() if one.case_id == case_id]
        return tuple(sorted(mine, key=lambda one: (one.asked_at, one.appeal_id)))
