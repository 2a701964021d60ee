"""A mock transport company: takes missions, answers, says where it is, and misbehaves on demand.

It knows no network: it is handed letters, and asked what it has to send at an instant.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from regulation.kernel.places import Position
from simulations.feeds.boards import Board

Json = dict[str, Any]
SIGNATURE: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
STATUSES: Final = ("DECLENCHE", "DEPART", "ARRIVEE", "PEC", "TRANSP", "DESTIN", "FINPEC")
ANSWERS_AFTER: Final = timedelta(seconds=3)
STEP: Final = timedelta(seconds=4)
POSITION_EVERY: Final = timedelta(seconds=10)
SENT_AGAIN_AFTER: Final = timedelta(seconds=2)
WORTHLESS_AFTER: Final = timedelta(seconds=30)
OLD: Final = timedelta(minutes=10)
LATE: Final = timedelta(seconds=15)


class TransporterFault(StrEnum):
    """What this company does wrong, by name."""

    SILENT = "silent"
    LATE_ANSWER = "late_answer"
    ORDERS_500 = "500"
    ORDERS_429 = "429"
    TAKES_FORGED = "takes_forged"
    TWO_WORDS = "two_words"
    UNSIGNED = "unsigned"
    WRONG_SECRET = "wrong_secret"  # noqa: S105  the name of a fault
    OLD_SIGNATURE = "old_signature"
    TRUNCATED = "truncated"
    SCHEMA_DRIFT = "schema_drift"
    UNKNOWN_CODE = "unknown_code"
    NO_ZONE = "no_zone"
    CLOCK_SKEW = "clock_skew"
    DUPLICATE = "duplicate"
    SAME_NUMBER = "same_number"
    GIVES_UP = "gives_up"
    OUT_OF_ORDER = "out_of_order"
    WRONG_MISSION = "wrong_mission"
    NO_VEHICLE = "no_vehicle"
    STARTS_UNASKED = "starts_unasked"
    STALE = "stale"
    RARE = "rare"


TOLD: Final[Mapping[TransporterFault, str]] = {
    TransporterFault.SILENT: "prend la mission et n'y répond jamais",
    TransporterFault.LATE_ANSWER: "répond quinze secondes trop tard",
    TransporterFault.ORDERS_500: "tombe en erreur à chaque mission (HTTP 500)",
    TransporterFault.ORDERS_429: "se dit trop sollicité à chaque mission (HTTP 429)",
    TransporterFault.TAKES_FORGED: "prend une mission mal signée",
    TransporterFault.TWO_WORDS: "accepte, puis refuse la même mission",
    TransporterFault.UNSIGNED: "n'envoie pas de signature",
    TransporterFault.WRONG_SECRET: "signe d'un autre secret",
    TransporterFault.OLD_SIGNATURE: "date ses signatures de dix minutes plus tôt",
    TransporterFault.TRUNCATED: "coupe chaque envoi aux deux tiers",
    TransporterFault.SCHEMA_DRIFT: "renomme `vehicle_id` en `vehicule`",
    TransporterFault.UNKNOWN_CODE: "invente un état, `EN_ROUTE`",
    TransporterFault.NO_ZONE: "oublie le décalage des instants",
    TransporterFault.CLOCK_SKEW: "a une horloge en avance de dix minutes",
    TransporterFault.DUPLICATE: "redit chaque événement sous un autre message_id",
    TransporterFault.SAME_NUMBER: "donne le même message_id à tous ses envois",
    TransporterFault.GIVES_UP: "ne renvoie pas ce qui a été répondu 503",
    TransporterFault.OUT_OF_ORDER: "dit la prise en charge avant l'arrivée sur place",
    TransporterFault.WRONG_MISSION: "parle d'une mission que personne n'a demandée",
    TransporterFault.NO_VEHICLE: "accepte sans dire quel véhicule",
    TransporterFault.STARTS_UNASKED: "part sans avoir accepté",
    TransporterFault.STALE: "envoie des positions vieilles de trois minutes",
    TransporterFault.RARE: "n'envoie une position que toutes les trois minutes",
}
"""What the company does, in French, for the page of the faults."""

_REFUSALS = {
    TransporterFault.ORDERS_500: HTTPStatus.INTERNAL_SERVER_ERROR,
    TransporterFault.ORDERS_429: HTTPStatus.TOO_MANY_REQUESTS,
}
STALE_BY: Final = timedelta(minutes=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A delivery ready to be sent: `due_at` is when, `made_at` when it was written."""

    made_at: datetime
    due_at: datetime
    number: str
    raw: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An event that the company will tell; `at` is when it is true."""

    at: datetime
    event: Json


class MockTransporter:
    """One company and its one vehicle, which drives round its base. `secret` signs both ways."""

    def __init__(
        self,
        company: str,
        secret: bytes,
        base: Position,
        board: Board[TransporterFault] | None = None,
        *,
        vehicle_id: str = "VSL-1",
    ) -> None:
        self.company = company
        self._secret = secret
        self._base = base
        self._board = board or Board[TransporterFault]()
        self._vehicle_id = vehicle_id
        self._taken: dict[str, str] = {}
        self._planned: list[Planned] = []
        self._again: list[Outgoing] = []
        self._sent = 0
        self._next_position: datetime | None = None

    @property
    def is_free(self) -> bool:
        """Tell whether it has nothing more to do for any mission."""
        return not self._planned

    def take(self, raw: bytes, signature: str, now: datetime) -> HTTPStatus:
        """Take a letter: a mission is answered later, its withdrawal ends it; once each."""
        shown = self._board.shown
        if not self._is_signed(raw, signature) and TransporterFault.TAKES_FORGED not in shown:
            return HTTPStatus.UNAUTHORIZED
        for fault, status in _REFUSALS.items():
            if fault in shown:
                return status
        letter = json.loads(raw)
        mission = letter["body"].get("mission_id")
        if mission is None:
            ended = str(letter["body"].get("what_id"))
            self._planned = [one for one in self._planned if one.event.get("mission_id") != ended]
        elif letter["message_id"] not in self._taken:
            self._taken[letter["message_id"]] = mission
            self._vehicle_id = letter["body"].get("vehicle_id") or self._vehicle_id
            self._planned += self._life(mission, letter["body"], now)
        return HTTPStatus.NO_CONTENT

    def due(self, now: datetime) -> list[Outgoing]:
        """Return what is to be sent by now, once each."""
        events = [one for one in self._planned if one.at <= now]
        self._planned = [one for one in self._planned if one.at > now]
        sent = [self._written(one.event, now) for one in sorted(events, key=lambda one: one.at)]
        sent += [self._written(event, now) for event in self._positions(now)]
        if TransporterFault.DUPLICATE in self._board.shown:
            sent += [self._numbered(json.loads(one.raw)["events"], now) for one in sent]
        sent += [one for one in self._again if one.due_at <= now and not _is_worthless(one, now)]
        self._again = [one for one in self._again if one.due_at > now]
        return sent

    def signature(self, raw: bytes, now: datetime) -> str:
        """Sign what is about to be sent, as the fault of the moment has it."""
        shown = self._board.shown
        if TransporterFault.UNSIGNED in shown:
            return ""
        secret = b"autre" if TransporterFault.WRONG_SECRET in shown else self._secret
        dated = now - OLD if TransporterFault.OLD_SIGNATURE in shown else now
        seconds = int(dated.timestamp())
        return f"t={seconds},v1={_digest(raw, secret, seconds)}"

    def answered(self, sent: Outgoing, status: int, now: datetime) -> None:
        """Hear what a delivery was answered: what was not kept is sent again as it was."""
        is_lost = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        if is_lost and TransporterFault.GIVES_UP not in self._board.shown:
            self._again.append(replace(sent, due_at=now + SENT_AGAIN_AFTER))

    def _is_signed(self, raw: bytes, signature: str) -> bool:
        found = SIGNATURE.fullmatch(signature)
        return found is not None and hmac.compare_digest(
            found[2], _digest(raw, self._secret, int(found[1]))
        )

    def _life(self, mission: str, order: Json, now: datetime) -> Iterator[Planned]:
        """What will be told of a mission, from the answer to the end of the ride."""
        shown = self._board.shown
        at = now + ANSWERS_AFTER
        if TransporterFault.LATE_ANSWER in shown:
            at = datetime.fromisoformat(order["answer_by"]) + LATE
        answer: Json = {"type": "answer", "mission_id": mission, "answer": "ACCEPTEE"}
        if TransporterFault.NO_VEHICLE not in shown:
            answer |= {"vehicle_id": self._vehicle_id, "wait_minutes": 20}
        if TransporterFault.SILENT in shown:
            return
        if TransporterFault.STARTS_UNASKED not in shown:
            yield Planned(at=at, event=answer)
        if TransporterFault.TWO_WORDS in shown:
            refusal = {"type": "answer", "mission_id": mission, "answer": "REFUSEE"}
            yield Planned(at=at + STEP, event=refusal)
        statuses: Sequence[str] = STATUSES
        if TransporterFault.OUT_OF_ORDER in shown:
            statuses = ("DECLENCHE", "DEPART", "PEC", "ARRIVEE", "TRANSP", "DESTIN", "FINPEC")
        for rank, status in enumerate(statuses, start=1):
            told = {"type": "status", "mission_id": mission, "vehicle_id": self._vehicle_id}
            yield Planned(at=at + rank * STEP, event=told | {"status": status})

    def _positions(self, now: datetime) -> Iterator[Json]:
        """Where the vehicle is, each time one is due; nothing before the first instant asked."""
        shown = self._board.shown
        every = STALE_BY if TransporterFault.RARE in shown else POSITION_EVERY
        if self._next_position is None:
            self._next_position = now
        if now < self._next_position:
            return
        self._next_position = now + every
        turn = (now.timestamp() % 600) / 600
        yield {
            "type": "position",
            "vehicle_id": self._vehicle_id,
            "lat": round(self._base.lat + 0.01 * turn, 6),
            "lon": round(self._base.lon + 0.01 * (1 - turn), 6),
            "available": self.is_free,
            "at": now - STALE_BY if TransporterFault.STALE in shown else now,
        }

    def _written(self, event: Json, now: datetime) -> Outgoing:
        """Write an event as it happened, spoilt by the fault of the moment."""
        shown, told = self._board.shown, dict(event)
        at = told.get("at", now)
        if TransporterFault.CLOCK_SKEW in shown:
            at += OLD
        told["at"] = at.isoformat(timespec="seconds")
        if TransporterFault.NO_ZONE in shown:
            told["at"] = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
        _spoil(told, shown)
        return self._numbered([told], now)

    def _numbered(self, events: list[Json], now: datetime) -> Outgoing:
        self._sent += 1
        same = TransporterFault.SAME_NUMBER in self._board.shown
        number = "envoi-1" if same else f"envoi-{self._sent}"
        raw = json.dumps({"message_id": number, "events": events}).encode()
        if TransporterFault.TRUNCATED in self._board.shown:
            raw = raw[: len(raw) * 2 // 3]
        return Outgoing(made_at=now, due_at=now, number=number, raw=raw)


def _is_worthless(one: Outgoing, now: datetime) -> bool:
    """Where the vehicle was half a minute ago helps nobody: it is not sent again."""
    return b'"type": "position"' in one.raw and now - one.made_at > WORTHLESS_AFTER


def _spoil(told: Json, shown: frozenset[TransporterFault]) -> None:
    if TransporterFault.SCHEMA_DRIFT in shown and "vehicle_id" in told:
        told["vehicule"] = told.pop("vehicle_id")
    if TransporterFault.UNKNOWN_CODE in shown and told.get("status") == "TRANSP":
        told["status"] = "EN_ROUTE"
    if TransporterFault.WRONG_MISSION in shown and told.get("status") == "FINPEC":
        told["mission_id"] = f"{told['mission_id']}-autre"


def _digest(raw: bytes, secret: bytes, seconds: int) -> str:
    return hmac.new(secret, f"{seconds}.".encode() + raw, hashlib.sha256).hexdigest()
