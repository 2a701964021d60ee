"""What was asked, and what came back: the evidence every check rests on."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from adapters.audit.trees import Json, leaves
from regulation.kernel.ids import Identifier
from regulation.kernel.time import TimeWindow


class Purpose(StrEnum):
    """Why a question was asked."""

    SEARCH = "search"
    AGAIN = "again"
    NARROW = "narrow"
    ALONE = "alone"
    NOTHING = "nothing"
    MALFORMED = "malformed"
    BOOKING = "booking"
    BOOKING_AGAIN = "booking_again"
    CANCELLING = "cancelling"
    NO_CERTIFICATE = "no_certificate"
    OTHER_NAME = "other_name"
    OTHER_UNIT = "other_unit"
    FILE = "file"
    CREATE = "create"
    CREATE_AGAIN = "create_again"
    UPDATE = "update"
    UPDATE_UNKNOWN = "update_unknown"
    INCOMPLETE = "incomplete"
    ZULU = "zulu"
    UNASKED = "unasked"
    LINK = "link"
    ORDER = "order"
    ORDER_AGAIN = "order_again"
    FORGED = "forged"
    WITHDRAWAL = "withdrawal"
    DELIVERY = "delivery"


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One question and its answer.

    `failure` says in a word why there is no answer (then `status` is None). `asked` and `window`
    are what a search was about, `elapsed_s` the time to the last byte, `clock` the server's own
    Date header, None when it gave none. A DELIVERY goes the other way: `body` is what the audited
    system sent, `status` what it was answered, `signature` what it was signed with.
    `is_authentic`: the signature is the one the shared secret gives; None: no secret to tell.
    """

    purpose: Purpose
    method: str
    url: str
    at: datetime
    asked: tuple[Identifier, ...] = ()
    window: TimeWindow | None = None
    sent: bytes = b""
    status: int | None = None
    body: bytes = b""
    content_type: str = ""
    elapsed_s: float = 0.0
    clock: datetime | None = None
    retry_after: str | None = None
    failure: str | None = None
    signature: str = ""
    is_authentic: bool | None = None

    @cached_property
    def document(self) -> Json | None:
        """The answer as a JSON object, None when it isn't one."""
        try:
            read = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return read if isinstance(read, dict) else None

    @property
    def is_throttled(self) -> bool:
        """Tell whether the server said it was asked too often: it says nothing of the question."""
        return self.status == TOO_MANY

    @property
    def is_answered(self) -> bool:
        """Tell whether it is a 200 with a JSON object, from which resources may be read."""
        return self.status == OK and self.document is not None

    @cached_property
    def resources(self) -> tuple["Placed", ...]:
        """Resources of the bundle, in order; empty when there is no bundle."""
        return tuple(
            Placed(exchange=self, where=leaf.where, resource=leaf.value)
            for leaf in leaves(self.document, "entry.resource")
            if isinstance(leaf.value, dict)
        )

    @property
    def is_shut_out(self) -> bool:
        """Tell whether nobody let us in: no connection, no right to ask, or nothing there.

        A 400 or a 404 that isn't JSON is of the door, not of the service behind it: a proxy that
        asks for a certificate, an address mistyped.
        """
        if self.status is None:
            return (self.failure or "").startswith(NO_CONNECTION)
        at_the_door = self.status in AT_THE_DOOR and self.document is None
        return at_the_door or self.status in NO_RIGHT


OK = 200
TOO_MANY = 429
NO_CONNECTION = "connexion : "
"""Begins the failure of a question that found nobody to answer, or was hung up on."""
NO_RIGHT = frozenset({401, 403, 407, 495, 496})
"""Who asks isn't let in; 495, 496: nginx, of a certificate."""
AT_THE_DOOR = frozenset({400, 404})
STRANGERS = frozenset({Purpose.NO_CERTIFICATE, Purpose.OTHER_NAME, Purpose.OTHER_UNIT})
"""Questions that should be turned away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A resource, and where it stands in which answer."""

    exchange: Exchange
    where: str
    resource: Json

    @property
    def kind(self) -> str:
        """Its `resourceType`."""
        return str(self.resource.get("resourceType", ""))

    @property
    def id(self) -> str:
        """Its logical id, empty when it has none."""
        return str(self.resource.get("id", ""))

    @property
    def reference(self) -> str:
        """How others of the bundle refer to it."""
        return f"{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Every exchange of an audit, in order.

    `stopped` says why the audit broke off before its end, None when it didn't. `is_encrypted`:
    the address is one of https; `is_local`: it leads to this machine; `is_file`: it was recorded,
    by whom and of what nobody knows; `is_cut_short`: it was interrupted while it listened, what
    hasn't come might have.
    """

    exchanges: tuple[Exchange, ...]
    stopped: str | None = None
    is_encrypted: bool = False
    is_local: bool = True
    is_file: bool = False
    is_cut_short: bool = False

    @property
    def is_shut_out(self) -> bool:
        """Tell whether questions were asked and not one let in: nothing is known of the system."""
        asked = [one for one in self.exchanges if one.purpose not in STRANGERS]
        return bool(asked) and all(one.is_shut_out for one in asked)

    def of(self, *purposes: Purpose) -> tuple[Exchange, ...]:
        """Return the exchanges of these purposes."""
        return tuple(one for one in self.exchanges if one.purpose in purposes)

    def stopped_by(self, reason: str) -> "Evidence":
        """Return the same, broken off."""
        return replace(self, stopped=reason)

    def with_exchanges(self, more: Sequence[Exchange]) -> "Evidence":
        """Return the same with these exchanges at the end."""
        return replace(self, exchanges=(*self.exchanges, *more))

    def searches(self) -> tuple[Exchange, ...]:
        """Return the answered searches of the whole period."""
        asked = self.of(Purpose.SEARCH, Purpose.FILE)
        return tuple(one for one in asked if one.is_answered)

    def resources(self, *kinds: str) -> Iterator[Placed]:
        """Yield the resources of these kinds in the answered searches."""
        for search in self.searches():
            yield from (one for one in search.resources if one.kind in kinds)


def slots_by_id(exchange: Exchange) -> dict[str, Placed]:
    """Return the slots of an answer by id; of a slot given twice, the last."""
    return {one.id: one for one in exchange.resources if one.kind == "Slot"}
