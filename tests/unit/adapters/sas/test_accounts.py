"""Accounts of regulators (INT_R02): opened, taken back, said again after a failure."""

import json

import httpx
import numpy as np
import pytest

from adapters.kit.failures import FeedFailure
from adapters.kit.http import open_client
from adapters.sas.accounts import AccountDesk, RegulatorAccount, practitioner_of
from tests.unit.adapters.sas.worlds import NOW, query

WITH_CARD = RegulatorAccount(
    number="3990000001/0001",
    has_card=True,
    last_name="Fictive",
    first_name="Régulatrice",
    email="regulatrice@exemple.invalid",
)
WITHOUT = RegulatorAccount(
    number="2f0c7a54-1d1b-4f5e-9f3e-5f0b1c2d3e4f",
    has_card=False,
    last_name="Fictif",
    first_name="Arm",
    email="arm@exemple.invalid",
)


class Editor:
    """Answers with these statuses in turn, and keeps what it was told."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = list(statuses)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(self._statuses.pop(0))


async def no_pause(_seconds: float) -> None:
    """Pauses are not what is tested."""


def desk(editor: Editor) -> AccountDesk:
    http = open_client(
        base_url="https://editeur.example/fhir/",
        timeout_s=7,
        transport=httpx.MockTransport(editor),
    )
    return AccountDesk(http, query(), draws=np.random.default_rng(1), sleep=no_pause)


async def test_an_account_is_opened_by_a_conditional_put():
    editor = Editor(201)
    await desk(editor).grant(WITH_CARD, NOW)
    (request,) = editor.asked
    assert request.method == "PUT"
    assert request.url.path == "/fhir/Practitioner"
    assert request.url.params["identifier"] == "urn:oid:1.2.250.1.71.4.2.1|3990000001/0001"
    told = json.loads(request.content)
    assert told["active"] is True
    assert told["identifier"][0]["system"] == "urn:oid:1.2.250.1.71.4.2.1"


async def test_rights_are_taken_back_by_the_same_way_never_by_deleting():
    editor = Editor(200)
    await desk(editor).revoke(WITHOUT, NOW)
    (request,) = editor.asked
    assert (request.method, json.loads(request.content)["active"]) == ("PUT", False)
    assert request.url.params["identifier"].startswith("urn:oid:1.2.250.1.213.3.6|")


async def test_an_editor_that_is_away_is_told_again():
    editor = Editor(500, 503, 200)
    await desk(editor).grant(WITHOUT, NOW)
    assert len(editor.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 422])
async def test_a_refusal_is_not_repeated(status: int):
    editor = Editor(status)
    with pytest.raises(FeedFailure, match=str(status)):
        await desk(editor).grant(WITHOUT, NOW)
    assert len(editor.asked) == 1


def test_an_editor_is_told_no_more_than_the_profile_asks_for():
    told = practitioner_of(WITHOUT, active=True)
    assert told.keys() == {
        *("resourceType", "meta", "identifier", "active", "name", "telecom"),
    }
    assert told["identifier"] == [
        {
            "type": {
                "coding": [
                    {
                        "system": "http://interopsante.org/fhir/CodeSystem/fr-v2-0203",
                        "code": "INTRN",
                    }
                ]
            },
            "system": "urn:oid:1.2.250.1.213.3.6",
            "value": WITHOUT.number,
        }
    ]
