"""Appeals to communities, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from adapters.memory.records import Records
from regulation.marketplace import Appeal, Taking
from regulation.ports import StaleVersion


class InMemoryMarketplace:
    """Appeals among the records of one unit of work: units follow one another."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def put(self, appeal: Appeal) -> None:
        """Keep an appeal; raise StaleVersion when its id is taken."""
        if appeal.appeal_id in self._records.appeals:
            raise StaleVersion(f"appeal {appeal.appeal_id} is kept already")
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

    def close(self, appeal_id: str, at: datetime) -> None:
        """Say that an appeal is over, with what was accepted; over already, nothing changes."""
        appeal = self._records.appeals.get(appeal_id)
        if appeal is not None and appeal.closed_at is None:
            self._records.appeals[appeal_id] = replace(appeal, closed_at=at)

    def of_case(self, case_id: str) -> Sequence[Appeal]:
        """Return the appeals made for a case, oldest first."""
        mine = [one for one in self._records.appeals.values() if one.case_id == case_id]
        return tuple(sorted(mine, key=lambda one: (one.asked_at, one.appeal_id)))
