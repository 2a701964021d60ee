"""A message sent again by hand just as its case is cancelled does not leave."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from regulation.messages import Channel, DeliveryState
from services.correspondence import Correspondence
from services.refusals import Conflict
from services.store import Store
from tests.contract.samples import HOUR, NOON
from tests.contract.test_messages import claim, found, keep, message


@dataclass(frozen=True)
class Meanwhile:
    """A clock; each time it is read, somebody else has just withdrawn what did not leave."""

    store: Store

    def now(self) -> datetime:
        with self.store.unit() as other:
            other.outbox.withdraw("case-1", Channel.TRANSPORTER)
        return NOON


@pytest.mark.parametrize("store", ["postgres"], indirect=True)  # the others let one in at a time
def test_what_is_withdrawn_while_somebody_sends_it_again_stays_withdrawn(store: Store):
    keep(store, message())
    claim(store)
    with store.unit() as unit:
        unit.outbox.mark_failed("m-1", "HTTP 410", again_at=None)
    with pytest.raises(Conflict):
        Correspondence(store, Meanwhile(store)).resend("m-1", "LOCAL:dr-1")
    assert found(store).state is DeliveryState.WITHDRAWN
    assert claim(store, NOON + HOUR) == []
