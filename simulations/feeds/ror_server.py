"""A mock ROR: tokens, the four headers, pages, increments; and its faults."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from regulation.effecteurs import EffecteurKind
from regulation.kernel.time import Clock
from simulations.feeds.boards import victims
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.misbehaving import SLOW_S, Answer, Responder, fhir_answer, outcome_answer
from simulations.feeds.ror_resources import bundle, resources
from simulations.feeds.spoilt_records import Json
from simulations.registers import Entry, Registers

SHARES = {
    EffecteurKind.ED: 1.0,
    EffecteurKind.MMG: 1.0,
    EffecteurKind.MSP: 0.95,
    EffecteurKind.CDS: 0.9,
    EffecteurKind.SOS: 1.0,
    EffecteurKind.CABINET: 0.6,
}
"""Share of each kind of place the register has (assumption)."""

ACCESS_CODES = ("1", "2", "3", "4", "4", "5", "6")
UNRELIABLE_SHARE = 0.1
TOKEN_LIFE = timedelta(minutes=5)
PAGE_SIZE = 200
HEADERS = (
    "ror-profil-utilisateur-code",
    "ror-profil-utilisateur-system",
    "ror-role-metier-code",
    "ror-role-metier-system",
)
_SINCE = re.compile(r"_lastUpdated ge (?P<instant>\S+?)( |\)|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who may ask for a token."""

    client_id: str = "demo"
    secret: str = "demo"  # noqa: S105  the mock's own, on loopback


class RorServer:
    """The register and its authorization server, under one address.

    `says_empty`, settable while it runs: every search finds nothing, with all the marks of success.
    """

    says_empty = False

    def __init__(
        self,
        registers: Registers,
        clock: Clock,
        faults: FaultBoard | None = None,
        *,
        client: Client | None = None,
        slow_s: float = SLOW_S,
        largest_page: int = PAGE_SIZE,
    ) -> None:
        self._largest_page = largest_page
        self._registers = registers
        self._clock = clock
        self._client = client or Client()
        self._responder = Responder(clock, faults, slow_s=slow_s)
        self._granted: dict[str, datetime] = {}
        self._known = tuple(registers.known_by("ror", SHARES))

    def routes(self) -> list[Route]:
        """The addresses this server answers."""
        return [
            Route("/ror/token", self.grant, methods=["POST"]),
            Route("/ror/HealthcareService", self.search, methods=["GET"]),
        ]

    async def grant(self, request: Request) -> Response:
        """Give a token to who names the client and its secret."""
        form = await request.form()
        told = (form.get("grant_type"), form.get("client_id"), form.get("client_secret"))
        if told != ("client_credentials", self._client.client_id, self._client.secret):
            return self._responder.send(
                Answer(b'{"error":"invalid_client"}', "application/json", HTTPStatus.UNAUTHORIZED)
            )
        now = self._clock.now()
        token = f"jeton-{len(self._granted)}-{now:%H%M%S}"
        self._granted[token] = now + TOKEN_LIFE
        grant = {"access_token": token, "token_type": "Bearer", "expires_in": 300}
        return self._responder.send(Answer(msgspec.json.encode(grant), "application/json"))

    async def search(self, request: Request) -> Response:
        """Answer one page, or show the fault of the moment."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        good_until = self._granted.get(token)
        if good_until is None or good_until < self._clock.now():
            return self._refuse("security", "the token is not known, or has expired")
        missing = next((name for name in HEADERS if name not in request.headers), None)
        if missing is not None:
            return self._refuse("security", f"{missing}: this header is required")
        return await self._responder.answer(request, lambda: fhir_answer(self._page(request)))

    def _refuse(self, code: str, text: str) -> Response:
        return self._responder.send(outcome_answer(code, text, HTTPStatus.UNAUTHORIZED))

    def _page(self, request: Request) -> Json:
        query = request.query_params
        size = min(_size(query), self._largest_page)
        now, first = self._clock.now(), int(query.get("_offset", "0"))
        since = _since(query.get("_filter", ""))
        found = [one for one in self._known if self._has_changed(one, since, now)]
        if self.says_empty or Fault.EMPTY in self._responder.shown:
            found = []
        page = found[first : first + size]
        links = {"self": str(request.url)}
        if first + size < len(found):
            others = [(name, told) for name, told in query.multi_items() if name != "_offset"]
            following = urlencode([*others, ("_offset", str(first + size))])
            links["next"] = f"{request.url.replace(query=following)}"
        base = str(request.base_url).rstrip("/") + "/ror"
        written = [r for entry in page for r in self._resources(entry, now)]
        return bundle(self._spoilt(written), len(found), links, now, base)

    def _spoilt(self, written: list[Json]) -> list[Json]:
        return spoil(written, self._responder.shown, self._responder.seed)

    def _has_changed(self, entry: Entry, since: datetime | None, now: datetime) -> bool:
        return since is None or self._registers.changed_at("ror", entry, now) >= since

    def _resources(self, entry: Entry, now: datetime) -> list[Json]:
        draws, name = self._registers.draws, entry.effecteur.effecteur_id
        number = f"{draws.whole(0, 9_999_999, 'ror number', name):07}"
        return list(
            resources(
                entry,
                number,
                self._registers.changed_at("ror", entry, now),
                draws.pick(ACCESS_CODES, "ror access", name),
                reliable=not draws.chance(UNRELIABLE_SHARE, "ror unreliable", name),
            )
        )


def _size(query: Mapping[str, str]) -> int:
    size = int(query.get("_count", str(PAGE_SIZE)))
    if size < 1:
        raise ValueError(f"_count: {size} is not a size of page")
    return size


def _since(told: str) -> datetime | None:
    if not told:
        return None
    found = _SINCE.search(told)
    if found is None:
        raise ValueError("_filter: only `_lastUpdated ge` is supported")
    return datetime.fromisoformat(found["instant"])


def _empty_elements(offer: Json) -> None:
    offer["name"] = ""


def _past(offer: Json) -> None:
    """A closure that ends before it begins."""
    offer["notAvailable"] = [{"during": {"start": "2026-01-02", "end": "2026-01-01"}}]


def _wrong_zone(offer: Json) -> None:
    """The owner's clock is a season ahead."""
    changed = datetime.fromisoformat(offer["meta"]["lastUpdated"])
    offer["meta"]["lastUpdated"] = (changed + timedelta(days=500)).isoformat()


def _schema_drift(offer: Json) -> None:
    """The next version of the format writes hours as a text."""
    offer["availableTime"] = "Lu-Ve 9h-19h"


def _phantom(offer: Json) -> None:
    """Leads to a place that the server does not send."""
    offer["location"] = [{"reference": "Location/ailleurs"}]
    offer.pop("providedBy", None)


OFFER_FAULTS: Mapping[Fault, Callable[[Json], None]] = {
    Fault.EMPTY_ELEMENTS: _empty_elements,
    Fault.PAST: _past,
    Fault.WRONG_ZONE: _wrong_zone,
    Fault.SCHEMA_DRIFT: _schema_drift,
    Fault.PHANTOM: _phantom,
}


def spoil(written: list[Json], shown: frozenset[Fault], seed: int) -> list[Json]:
    """Spoil half of the offers, drawn by the seed, so that the rest must be kept."""
    offers = [one for one in written if one["resourceType"] == "HealthcareService"]
    for fault in shown & OFFER_FAULTS.keys():
        for offer in victims(offers, fault, seed, _id):
            OFFER_FAULTS[fault](offer)
    again = victims(offers, Fault.DUPLICATE, seed, _id) if Fault.DUPLICATE in shown else []
    return [*written, *again]


def _id(resource: Json) -> str:
    return str(resource["id"])
