"""What still waits to be told to the person when their case is closed."""

import httpx
import pytest

from regulation.disclosure import CancelledNotice, PatientNotice
from regulation.messages import Delivery, DeliveryState
from services.store import Store
from tests.unit.services.steps import decide, proposed, proposed_again
from tests.unit.services.test_outgoing import (
    BY,
    CALLER,
    decided_anew,
    kept,
    leave,
    sms_of_case,
    told_and_sent,
    told_with_another_number,
)
from tests.worlds import MINUTE, NOON

WAITING, SENT, WITHDRAWN = DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.WITHDRAWN


async def closed(client: httpx.AsyncClient) -> None:
    assert (await client.post("/cases/appel-1/close", json=BY)).status_code == 200


async def test_an_sms_that_still_waits_when_its_case_is_closed_is_never_sent(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, caller=CALLER)
    await decide(client)
    await closed(client)
    assert sms_of_case(store) == [(WITHDRAWN, PatientNotice, False)]
    assert not [one for one in taken(store) if isinstance(one.message.body, PatientNotice)]


async def test_an_sms_nobody_took_is_not_sent_again_once_its_case_is_closed(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, caller=CALLER)
    await decide(client)
    (sms,) = (one for one in kept(store) if isinstance(one.message.body, PatientNotice))
    with store.unit() as unit:
        unit.outbox.mark_failed(sms.message.message_id, "no", again_at=None)
    await closed(client)
    await client.post("/messages/resend", json={"message_id": sms.message.message_id})
    assert sms_of_case(store) == [(WITHDRAWN, PatientNotice, False)]


async def test_what_the_person_already_has_stays_as_it_is_when_their_case_is_closed(
    client: httpx.AsyncClient, store: Store
):
    await told_and_sent(client, store)
    await closed(client)
    assert sms_of_case(store) == [(SENT, PatientNotice, False)]


@pytest.mark.parametrize("under_way", [False, True], ids=["nothing else leaves", "one may leave"])
async def test_whoever_believes_what_is_cancelled_is_told_so_though_the_case_is_closed(
    client: httpx.AsyncClient, store: Store, *, under_way: bool
):
    await told_and_sent(client, store)
    await proposed_again(client)
    told_with_another_number(store, "+33561999999")
    await decided_anew(client)
    if under_way:
        leave(store, sent=False)
    await closed(client)
    assert sms_of_case(store)[1:] == [
        (WAITING, CancelledNotice, None),
        (WITHDRAWN, PatientNotice, False),
    ]


def taken(store: Store) -> list[Delivery]:
    with store.unit() as unit:
        return list(unit.outbox.claim(NOON + MINUTE, lease=MINUTE, limit=99))
