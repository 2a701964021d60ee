"""What a scenario takes over of fares: the search is told no more of them than what is paid."""

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from regulation.kernel.modes import Mode
from simulations.policies.choosing import LeveredPricing, Levers
from tests.unit.transport.pairing_worlds import HERE, NOON, short_trips

METRES = np.arange(1, 20_000, 41, dtype=np.int64)


def priced(case: Any, verdict: Any, at: datetime) -> Any:
    return short_trips


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("cents", [0, 1500])
def test_nobody_pays_less_than_the_least_that_is_said_they_pay(*, local: bool, cents: int):
    levers = LeveredPricing(priced, Levers(reimbursed_cents=cents), local)
    anybody: Any = None
    rate = levers(anybody, anybody, NOON)(Mode.TAXI, NOON, 1, (HERE, HERE))
    paid, totals = rate.cents(METRES)
    for each, least in zip((paid, totals - paid), rate.least(METRES), strict=True):
        longer = np.minimum.accumulate(each[::-1])[::-1]
        assert np.all(least <= longer)
