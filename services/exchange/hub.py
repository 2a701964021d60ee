"""Deliveries of the Hub: each kept whole in one unit of work, or refused with its number."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from adapters.hubsante.errors import Fault, HubErrorCode, Unacceptable
from adapters.hubsante.line import JSON, NotNow
from adapters.hubsante.link import Arrival
from adapters.hubsante.outgoing import LONGEST_LIFE, Sending, error, reference
from adapters.hubsante.reading import Delivery, find_distribution_id, read_delivery
from adapters.hubsante.usecases import Body
from adapters.hubsante.wire.envelope import Envelope, Kind
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect, Payload, Quarantine
from regulation.kernel.time import Clock
from regulation.ports import StaleVersion
from services.exchange.hub_effects import SOURCE, Aside, HubEffects
from services.store import Store, StoreUnavailable
from transport.reports import VehicleSeen

log = logging.getLogger(__name__)

ANSWERED: Final = frozenset({Kind.REPORT, Kind.UPDATE, Kind.CANCEL})
"""What is acknowledged; an acknowledgement or an error is answered by nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubReception:
    """Takes what the Hub delivers for one client; `seen` is told where vehicles are."""

    store: Store
    effects: HubEffects
    quarantine: Quarantine
    clock: Clock
    seen: Callable[[Sequence[VehicleSeen]], object]

    async def take(self, arrival: Arrival) -> Sequence[Sending]:
        """Keep a delivery and return what to answer; raise NotNow when it can't be kept yet."""
        now = self.clock.now()
        try:
            return await asyncio.to_thread(self._take, arrival, now)
        except (StoreUnavailable, StaleVersion):  # the case is held by somebody else meanwhile
            raise NotNow from None
        except Exception as fault:
            if not arrival.given_before:
                raise
            # Given twice already: kept aside with its bytes, to be read again once we are mended.
            log.error("a delivery is put aside: %s", type(fault).__name__)  # noqa: TRY400  no message
            reason = f"ne peut être pris : {type(fault).__name__}, une faute de notre côté"
            return self._refuse(arrival, HubErrorCode.INTERNAL_CLIENT_ERROR, "document", reason)

    def _take(self, arrival: Arrival, now: datetime) -> list[Sending]:
        if arrival.content_type != JSON:
            reason = f"n'est pas {JSON}, la seule forme lue ici"
            code = HubErrorCode.NOT_ALLOWED_CONTENT_TYPE
            return self._refuse(arrival, code, "content_type", reason)
        delivery = read_delivery(arrival.raw, Judgement(now=now))
        if delivery.faults:
            return self._refuse_all(arrival, delivery.faults)
        if delivery.envelope is None:
            code = HubErrorCode.UNRECOGNIZED_MESSAGE_FORMAT
            return self._refuse(arrival, code, "document", "n'a pas d'enveloppe")
        return self._keep(arrival, delivery, delivery.envelope, now)

    def _keep(
        self, arrival: Arrival, delivery: Delivery, envelope: Envelope, now: datetime
    ) -> list[Sending]:
        """Keep every message of the envelope, or none of them."""
        asides: list[Aside] = []
        try:
            with self.store.unit() as unit:
                if unit.inbox.admit(SOURCE, envelope.distribution_id, now):
                    asides = [
                        self.effects.apply(unit, message, envelope.sender_id, now)
                        for message in delivery.messages
                    ]
        except Unacceptable as refused:
            return self._refuse(arrival, refused.code, refused.field, refused.reason)
        self._tell_aside(arrival, asides)
        if envelope.distribution_kind not in ANSWERED:
            return []
        kept = reference(envelope.distribution_id, "INTEGRE")
        return [_sending(envelope.distribution_id, envelope.sender_id, Kind.ACK, kept, now)]

    def _tell_aside(self, arrival: Arrival, asides: Sequence[Aside]) -> None:
        sightings = [one for aside in asides for one in aside.sightings]
        if sightings:
            self.seen(sightings)
        defects = [
            Defect(index=index, field=doubt.field, reason=doubt.reason, raw=arrival.raw)
            for index, aside in enumerate(asides)
            for doubt in aside.doubts
        ]
        self._put_aside(arrival, defects)

    def _refuse(
        self, arrival: Arrival, code: HubErrorCode, field: str, reason: str
    ) -> list[Sending]:
        defect = Defect(index=None, field=field, reason=reason, raw=arrival.raw)
        return self._refuse_all(arrival, [Fault(code=code, defect=defect)])

    def _refuse_all(self, arrival: Arrival, faults: Sequence[Fault]) -> list[Sending]:
        """Put a delivery aside, and tell its sender what is wrong with it, if we know them."""
        self._put_aside(arrival, [one.defect for one in faults])
        number = find_distribution_id(arrival.raw)
        sender = "" if number is None else number.partition("_")[0]
        if number is None or not sender:
            return []
        told = error(number, faults[0].code, faults[0].cause)
        return [_sending(number, sender, Kind.ERROR, told, self.clock.now())]

    def _put_aside(self, arrival: Arrival, defects: Sequence[Defect]) -> None:
        if defects:
            now = self.clock.now()
            payload = Payload(feed=SOURCE, raw=arrival.raw, judged_at=now)
            self.quarantine.put(SOURCE, now, defects, payload)


def _sending(number: str, recipient: str, kind: Kind, body: Body, now: datetime) -> Sending:
    """The answer to one delivery has one number, however often it is sent."""
    return Sending(
        number=f"{kind.value.lower()}-{number}",
        recipient=recipient,
        kind=kind,
        body=body,
        until=now + LONGEST_LIFE,
    )
