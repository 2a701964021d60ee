"""Accounts of regulators at an editor (INT_R02): opened when one logs in, closed at once.

An editor lets a regulator book with these rights only when they arrive by the national platform
(`origin=sas`). Every request is a conditional PUT: unknown to the editor, it creates; said twice,
it changes nothing; so it may be said again after any failure.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import httpx

from adapters.kit.failures import FeedFailure
from adapters.kit.http import Question, Reply, ask, require_ok
from adapters.kit.manifest import Query
from adapters.kit.retry import Draws, Sleep, with_retries

PROFESSIONALS: Final = "urn:oid:1.2.250.1.71.4.2.1"
REGULATORS: Final = "urn:oid:1.2.250.1.213.3.6"
NUMBER_TYPES: Final = "http://interopsante.org/fhir/CodeSystem/fr-v2-0203"
PROFILE: Final = (
    "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/FrPractitionerRegul"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegulatorAccount:
    """All that an editor is told of a regulator.

    `number` is their IDNPS, or a UUID for one who has no professional card.
    """

    number: str
    has_card: bool
    last_name: str
    first_name: str
    email: str

    @property
    def system(self) -> str:
        """Who gives the number."""
        return PROFESSIONALS if self.has_card else REGULATORS


def practitioner_of(account: RegulatorAccount, *, active: bool) -> dict[str, object]:
    """Write the account as a Practitioner; not active, its rights are taken back."""
    kind = "IDNPS" if account.has_card else "INTRN"
    return {
        "resourceType": "Practitioner",
        "meta": {"source": REGULATORS, "profile": [PROFILE]},
        "identifier": [
            {
                "type": {"coding": [{"system": NUMBER_TYPES, "code": kind}]},
                "system": account.system,
                "value": account.number,
            }
        ],
        "active": active,
        "name": [{"family": account.last_name, "given": [account.first_name]}],
        "telecom": [{"system": "email", "value": account.email}],
    }


class AccountDesk:
    """Opens and closes accounts at one editor."""

    def __init__(
        self, http: httpx.AsyncClient, query: Query, *, draws: Draws, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._http = http
        self._query = query
        self._draws = draws
        self._sleep = sleep

    async def grant(self, account: RegulatorAccount, now: datetime) -> None:
        """Return once the editor knows the regulator; raise FeedFailure."""
        await self._put(account, now, active=True)

    async def revoke(self, account: RegulatorAccount, now: datetime) -> None:
        """Return once the rights are taken back; raise FeedFailure: then it is to be said again."""
        await self._put(account, now, active=False)

    async def _put(self, account: RegulatorAccount, now: datetime, *, active: bool) -> None:
        number = quote(f"{account.system}|{account.number}", safe=":/")
        question = Question(
            url=f"Practitioner?identifier={number}",
            method="PUT",
            content=json.dumps(practitioner_of(account, active=active)).encode(),
            headers={"Content-Type": "application/fhir+json"},
        )
        attempt = partial(self._attempt, question, now)
        await with_retries(attempt, self._query.retries, self._draws, self._sleep)

    async def _attempt(self, question: Question, now: datetime) -> Reply:
        reply = await ask(
            self._http,
            question,
            deadline_s=self._query.timeout_s,
            most_bytes=self._query.most_bytes,
        )
        if reply.status in {HTTPStatus.CREATED, HTTPStatus.NO_CONTENT}:
            return reply
        if reply.status == HTTPStatus.CONFLICT:
            raise FeedFailure("HTTP 409: l'éditeur modifie ce compte lui-même", retryable=True)
        return require_ok(reply, now)
