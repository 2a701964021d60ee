"""Messages as the desk sees them, over HTTP and from the command line."""

from pathlib import Path

import httpx
import pytest

from regulation.messages import DeliveryState
from services.schemas.messages import CaseMessageOut, MessageOut
from services.store import Store, open_store
from tests.contract.samples import NOON
from tests.contract.test_messages import WITHDRAWN, claim, found, keep, message
from tests.unit.services.command_line import CommandLine, aiguilleur, is_refused
from tests.unit.services.steps import decide, proposed
from tests.unit.services.test_outgoing import CALLER, PHONE

__all__ = ["aiguilleur"]
ASKED = {"message_id": "m-1"}


def kill(store: Store, message_id: str = "m-1") -> None:
    claim(store)
    with store.unit() as unit:
        unit.outbox.mark_failed(message_id, "HTTP 410", again_at=None)


async def test_dead_messages_are_listed_and_sent_again_once(
    client: httpx.AsyncClient, store: Store
):
    keep(store, message())
    assert (await client.get("/messages")).json() == []
    kill(store)
    (dead,) = (await client.get("/messages")).json()
    MessageOut.model_validate(dead)
    assert (dead["state"], dead["last_error"]) == ("DEAD", "HTTP 410")
    headers = {"Actor-Id": "LOCAL:dr-1"}
    first = await client.post("/messages/resend", json=ASKED, headers=headers)
    again = await client.post("/messages/resend", json=ASKED, headers=headers)
    assert (first.status_code, first.json()["state"]) == (200, "WAITING")
    assert again.json() == first.json()
    with store.reading() as unit:
        last = unit.events.after(0)[-1].event
        lines = [(one.who, one.action, one.outcome) for one in unit.audit.entries_of("case-1")]
    assert (last.kind, last.facts) == (
        "message.resent",
        {"message_id": "m-1", "who": "LOCAL:dr-1"},
    )
    assert lines == [("LOCAL:dr-1", "RESEND", "DONE"), ("LOCAL:dr-1", "RESEND", "REPEATED")]


async def test_what_would_be_read_last_though_it_no_longer_holds_is_not_sent_again(
    client: httpx.AsyncClient, store: Store
):
    keep(store, message())
    kill(store)
    keep(store, message("m-2", body=WITHDRAWN))
    claim(store)
    with store.unit() as unit:
        unit.outbox.mark_sent("m-2", NOON)
    answer = await client.post("/messages/resend", json=ASKED)
    assert (answer.status_code, answer.json()["field"]) == (409, "message_id")
    assert found(store).state is DeliveryState.DEAD


async def test_the_message_of_a_ride_given_to_another_vehicle_can_be_sent_again(
    client: httpx.AsyncClient, store: Store
):
    again = "appel-1:1~2/outward/transporter"
    keep(store, message(again))
    kill(store, again)
    answer = await client.post("/messages/resend", json={"message_id": again})
    assert (answer.status_code, answer.json()["state"]) == (200, "WAITING")


async def test_a_message_that_is_not_there_is_said_so(client: httpx.AsyncClient):
    answer = await client.post("/messages/resend", json=ASKED)
    assert (answer.status_code, answer.json()["field"]) == (404, "message_id")


async def test_a_person_s_number_is_shown_with_their_case_alone(
    client: httpx.AsyncClient, store: Store
):
    await proposed(client, caller=CALLER)
    await decide(client)
    waiting = await client.get("/messages", params={"state": "WAITING"})
    assert len(waiting.json()) == 5
    assert PHONE not in waiting.text
    answer = await client.get("/cases/appel-1/messages", headers={"Actor-Id": "LOCAL:dr-2"})
    for one in answer.json():
        CaseMessageOut.model_validate(one)
    assert PHONE in answer.text
    with store.reading() as unit:
        last = unit.audit.entries_of("appel-1")[-1]
    assert (last.who, last.action) == ("LOCAL:dr-2", "READ")


async def test_messages_of_a_case_nobody_opened(client: httpx.AsyncClient):
    answer = await client.get("/cases/nulle-part/messages")
    assert (answer.status_code, answer.json()["field"]) == (404, "case_id")


@pytest.fixture
def dead_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path}/store.db"
    monkeypatch.setenv("AIGUILLEUR_DATABASE_URL", url)
    store = open_store(url)
    keep(store, message())
    kill(store)
    store.close()
    return url


def test_the_command_line_lists_dead_messages_and_sends_one_again(
    aiguilleur: CommandLine, dead_letter: str
):
    (dead,) = aiguilleur.run("outbox", "list", "--format", "json").document
    assert (dead["message_id"], dead["last_error"]) == ("m-1", "HTTP 410")
    told = aiguilleur.run("outbox", "list").out
    assert "mort, 1 essai : HTTP 410" in told
    assert "1 message mort.\nRenvoyer : aiguilleur outbox resend" in told
    assert "le retente jusqu'au" in aiguilleur.run("outbox", "resend", "m-1").out
    assert "Rien n'est renvoyé : " in aiguilleur.run("outbox", "resend", "m-1").out
    waiting = aiguilleur.run("outbox", "list", "--state", "WAITING").out
    assert waiting.endswith("1 message en attente.\n")
    assert aiguilleur.run("outbox", "list", "--format", "json").document == []
    store = open_store(dead_letter)
    with store.reading() as unit:
        assert len(unit.outbox.in_state(DeliveryState.WAITING)) == 1
    store.close()


def test_the_command_line_names_a_message_that_is_not_there(
    aiguilleur: CommandLine, dead_letter: str
):
    assert is_refused(aiguilleur.run("outbox", "resend", "m-9"), "MESSAGE_ID")
