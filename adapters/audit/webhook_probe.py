"""Asks a transport company: orders missions of an exercise, and hears what it sends meanwhile.

Nothing is ordered unless told so: then it only listens. Every mission ordered is withdrawn once it
has listened, or is interrupted, so that nobody drives for an audit; one that the company won't let
be withdrawn is named, to be withdrawn by hand.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

import httpx

from adapters.audit.asking import TOO_OFTEN
from adapters.audit.ending import INTERRUPTED, to_its_end
from adapters.audit.exchanges import Evidence, Exchange, Purpose
from adapters.audit.webhook_journal import ORDER, ORDER_HEADER, Company, signed
from regulation.kernel.time import Clock

HEADER: Final = ORDER_HEADER
DEADLINE_S: Final = 10.0
UNKNOWN_SECRET: Final = b"not the secret of anybody"
TAKEN, NOT_AUTHENTIC, LATER = 200, 401, 503
WITHDRAWING_TRIES: Final = 3
PAUSE_S: Final = 2.0
"""Before a withdrawal is tried again: so long, then twice that."""
WITHDRAWN: Final = frozenset({*range(200, 300), HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
"""What is answered to a withdrawal when nothing is left of the mission."""
NEVER_REACHED: Final = frozenset({"connexion : ConnectError", "connexion : ConnectTimeout"})
HALTS: Final = ((43.604, 1.443), (43.611, 1.454))
"""Where the missions of an audit go: two streets of Toulouse, nobody's home (assumption)."""


@dataclass(slots=True, kw_only=True)
class Webhook:
    """Our side: keeps what the company sends. The first delivery it could take is answered 503,
    to see whether it comes again."""

    company: Company
    clock: Clock
    kept: list[Exchange] = field(default_factory=list)
    _has_put_off: bool = False

    def take(self, raw: bytes, signature: str) -> int:
        """Keep a delivery and return what to answer."""
        delivery = self.company.delivery(self.clock.now(), raw, signature, TAKEN)
        status = self._status(delivery)
        self.kept.append(replace(delivery, status=status))
        return status

    def _status(self, delivery: Exchange) -> int:
        if delivery.is_authentic is False or not delivery.signature:
            return NOT_AUTHENTIC
        if not self._has_put_off:
            self._has_put_off = True
            return LATER
        return TAKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Missions to order. `mark` tells this audit's from others; `answer_within` is the deadline."""

    mark: str
    vehicle_id: str
    count: int
    answer_within: timedelta

    def letters(self, now: datetime) -> tuple[dict[str, object], ...]:
        """Write the missions as docs/transporteurs.md has them, of nobody and for nobody."""
        return tuple(self._letter(f"{self.mark}/{rank}/outward", now) for rank in range(self.count))

    def withdrawal(self, mission_id: str, now: datetime) -> dict[str, object]:
        """Write that a mission no longer holds."""
        body = {"what_id": mission_id, "cause": "CANCELLED"}
        return _letter(f"{mission_id}/withdrawn", "Withdrawal", mission_id, body, now)

    def _letter(self, mission_id: str, now: datetime) -> dict[str, object]:
        pickup_at = now + timedelta(hours=2)
        positions = [{"lat": lat, "lon": lon} for lat, lon in HALTS]
        instants = [pickup_at, pickup_at + timedelta(minutes=10)]
        body = {
            "mission_id": mission_id,
            "vehicle_id": self.vehicle_id,
            "mode": "VSL",
            "halts": [
                {"position": where, "at": at.isoformat(), "until": None}
                for where, at in zip(positions, instants, strict=True)
            ],
            "load": {"attendants": 0, "seats": 1, "stretchers": 0, "wheelchairs": 0},
            "equipment": [],
            "crew": 1,
            "shared_allowed": False,
            "driver_info": [],
            "home_access": {"floor": None, "lift": None, "steps": None},
            "contact_phone": None,
            "communication": None,
            "language": None,
            "answer_by": (now + self.answer_within).isoformat(),
        }
        return _letter(f"{mission_id}/transporter", ORDER, mission_id, body, now)


def _letter(number: str, kind: str, about: str, body: object, now: datetime) -> dict[str, object]:
    return {
        "message_id": number,
        "kind": kind,
        "about": about,
        "created_at": now.isoformat(),
        "until": (now + timedelta(hours=2)).isoformat(),
        "body": body,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Postman:
    """Posts letters to the company and keeps what each was answered."""

    http: httpx.AsyncClient
    url: str
    company: Company
    clock: Clock

    async def post(
        self, letter: object, purpose: Purpose = Purpose.ORDER, secret: bytes | None = None
    ) -> Exchange:
        """Post a letter, signed with the company's secret unless another is given."""
        raw, now = json.dumps(letter, ensure_ascii=False).encode(), self.clock.now()
        headers = {"Content-Type": "application/json"}
        key = secret or self.company.secret
        if key is not None:
            headers[HEADER] = signed(raw, key, now)
        sent = Exchange(purpose=purpose, method="POST", url=self.url, at=now, sent=raw)
        try:
            reply = await self.http.post(self.url, content=raw, headers=headers)
        except httpx.HTTPError as error:
            return replace(sent, failure=f"connexion : {type(error).__name__}")
        return replace(sent, status=reply.status_code, body=reply.content[:10_000])


@dataclass(slots=True, kw_only=True)
class Asked:
    """Missions asked for, each noted before its letter leaves, and what letters were answered."""

    missions: dict[str, Exchange | None] = field(default_factory=dict)
    posted: list[Exchange] = field(default_factory=list)

    def may_run(self, mission: str) -> bool:
        """Tell whether somebody may drive for it: taken, or no answer says that it isn't."""
        order = self.missions[mission]
        if order is None or order.status is None:
            return order is None or order.failure not in NEVER_REACHED
        refused = HTTPStatus.BAD_REQUEST <= order.status < HTTPStatus.INTERNAL_SERVER_ERROR
        return not refused or order.status == HTTPStatus.CONFLICT


async def audit_company(
    postman: Postman,
    webhook: Webhook,
    orders: Orders,
    patience_s: float,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Evidence:
    """Order, order once more, try a forged letter, listen, withdraw; nothing is raised.

    Whoever interrupts it gets what was heard so far, once every mission is withdrawn. The forged
    one is too: who takes it by mistake must not drive for it.
    """
    asked, reasons = Asked(), []
    try:
        await _order_all(postman, orders, asked)
        reasons += [TOO_OFTEN] * any(one.is_throttled for one in asked.posted)
        await sleep(patience_s)
    except asyncio.CancelledError:
        reasons.append(INTERRUPTED)
    finally:
        heard = tuple(webhook.kept)
        left = await to_its_end(_withdraw_all(postman, orders, asked, sleep))
    if left:
        reasons.append(f"à retirer à la main : {', '.join(left)}")
    found = Evidence(
        exchanges=tuple(sorted((*asked.posted, *heard), key=lambda one: one.at)),
        is_cut_short=INTERRUPTED in reasons,
    )
    return found.stopped_by(" ; ".join(reasons)) if reasons else found


async def _order_all(postman: Postman, orders: Orders, kept: Asked) -> None:
    """Post the missions, the first one twice and a forged one; no more after a 429."""
    letters = orders.letters(postman.clock.now())
    forged = replace(orders, mark=f"{orders.mark}-faux", count=1).letters(postman.clock.now())
    asked: list[tuple[dict[str, object], Purpose, bytes | None]] = [
        *((letter, Purpose.ORDER, None) for letter in letters),
        *((letter, Purpose.ORDER_AGAIN, None) for letter in letters[:1]),
        *((letter, Purpose.FORGED, UNKNOWN_SECRET) for letter in forged if letters),
    ]
    for letter, purpose, secret in asked:
        mission = str(letter["about"])
        kept.missions.setdefault(mission, None)
        answer = await postman.post(letter, purpose, secret)
        kept.posted.append(answer)
        kept.missions[mission] = kept.missions[mission] or answer
        if answer.is_throttled:
            break


async def _withdraw_all(
    postman: Postman,
    orders: Orders,
    asked: Asked,
    sleep: Callable[[float], Awaitable[None]],
) -> list[str]:
    """Withdraw every mission asked for, whatever was answered; return those that may still run."""
    left = []
    for mission in asked.missions:
        is_withdrawn = False
        for rank in range(WITHDRAWING_TRIES if asked.may_run(mission) else 1):
            await sleep(rank * PAUSE_S)
            letter = orders.withdrawal(mission, postman.clock.now())
            asked.posted.append(await postman.post(letter, Purpose.WITHDRAWAL))
            is_withdrawn = asked.posted[-1].status in WITHDRAWN
            if is_withdrawn:
                break
        if not is_withdrawn and asked.may_run(mission):
            left.append(mission)
    return left
