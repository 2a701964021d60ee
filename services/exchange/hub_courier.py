"""What leaves by the Hub: appointments to the regulation software, requests of ambulances."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from adapters.hubsante.codes import CategoryCode, MethodCode
from adapters.hubsante.link import HubPublisher
from adapters.hubsante.outgoing import (
    AppointmentToSend,
    NamedPlace,
    RideToAsk,
    Sending,
    appointment,
    ride_request,
)
from adapters.hubsante.usecases import Body
from adapters.hubsante.wire.envelope import Kind
from adapters.kit.failures import FeedFailure
from regulation.disclosure import AppointmentNotice, MissionOrder, Withdrawal
from regulation.effecteurs import Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.modes import Mode
from regulation.messages import Channel, Courier, DeliveryFailed, OutgoingMessage
from services.exchange.missions import request_id_of
from services.hub_place import HubPlace

CATEGORIES: Final[Mapping[EffecteurKind, CategoryCode]] = {
    EffecteurKind.CABINET: "PS",
    EffecteurKind.MSP: "MSP",
    EffecteurKind.CDS: "CDS",
    EffecteurKind.SOS: "SOS",
    EffecteurKind.CPTS: "CPTS",
}
"""Categories of orientation (RS-SAS-RDV); of another kind of place nothing is said."""
PREFIXES: Final = {IdKind.FINESS: "1", IdKind.SIRET: "3"}
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9-]")

FindMessage = Callable[[str], OutgoingMessage | None]
"""The message of that id, if it was ever put in the outbox."""
FindEffecteur = Callable[[Identifier], Effecteur | None]
IsShared = Callable[[str], bool]
"""Whether a regulation shared the case of that id over the Hub."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubCourier:
    """Sends over the Hub what it has a message for; `others` takes the rest, None: nobody."""

    place: HubPlace
    publisher: HubPublisher
    find_message: FindMessage
    find_effecteur: FindEffecteur
    is_shared: IsShared
    others: Courier | None = None

    async def deliver(self, message: OutgoingMessage) -> None:
        """Return once the broker has it; raise DeliveryFailed when it hasn't."""
        try:
            body = self._body(message)
        except ValueError as refused:
            raise DeliveryFailed(
                f"aucun message du Hub ne peut le dire : {refused}", permanent=True
            ) from None
        if body is None:
            await self._by_others(message)
            return
        try:
            await self.publisher.send(self._sending(message, body))
        except FeedFailure as failure:
            raise DeliveryFailed(str(failure), permanent=not failure.retryable) from None

    async def _by_others(self, message: OutgoingMessage) -> None:
        if self.others is None:
            raise DeliveryFailed("ne se dit pas par le Hub : appeler", permanent=True)
        await self.others.deliver(message)

    def _sending(self, message: OutgoingMessage, body: Body) -> Sending:
        """The number is that of our message: sent again, it is recognised."""
        number = _NOT_PLAIN.sub(lambda found: f"_{ord(found[0]):02x}", message.message_id)
        return Sending(
            number=number,
            recipient=self.place.recipient,
            kind=Kind.REPORT,
            body=body,
            until=message.until,
        )

    def _body(self, message: OutgoingMessage) -> Body | None:
        """Write the message of the exchange; None when it has none for this."""
        told, is_withdrawn = message.body, False
        if isinstance(told, Withdrawal):
            first = self.find_message(f"{message.about}/{message.channel.lower()}")
            if first is None:
                return None
            message, told, is_withdrawn = first, first.body, True
        if isinstance(told, AppointmentNotice):
            return self._appointment(message, told, is_withdrawn=is_withdrawn)
        if isinstance(told, MissionOrder) and told.mode is Mode.AMBULANCE:
            return self._ride(message, told, is_withdrawn=is_withdrawn)
        return None

    def _appointment(
        self, message: OutgoingMessage, told: AppointmentNotice, *, is_withdrawn: bool
    ) -> Body:
        method: MethodCode = "UpdateAppointment" if is_withdrawn else "CreateAppointment"
        effecteur_id = Identifier.parse(told.effecteur_id)
        effecteur = self.find_effecteur(effecteur_id)
        prefix = PREFIXES.get(effecteur_id.kind)
        return appointment(
            AppointmentToSend(
                appointment_id=told.appointment_id,
                method=method,
                status="cancelled" if is_withdrawn else "booked",
                created_at=message.created_at,
                starts_at=told.window.start,
                ends_at=told.window.end,
                category=None if effecteur is None else CATEGORIES.get(effecteur.kind),
                practitioner=None,
                place=None
                if effecteur is None or prefix is None
                else NamedPlace(number=prefix + effecteur_id.value, name=effecteur.name),
                regulator=self.place.regulator,
            )
        )

    def _ride(
        self, message: OutgoingMessage, told: MissionOrder, *, is_withdrawn: bool
    ) -> Body | None:
        """Ask for an ambulance of a case the regulation shared; of another it knows nothing."""
        if not self.is_shared(message.case_id):
            return None
        ride = RideToAsk(
            case_ref=message.case_id,
            request_id=request_id_of(self.place.line.client_id, told.mission_id),
            asked_at=message.created_at,
            mode=told.mode,
            pickup_at=told.halts[0].at,
        )
        try:
            return ride_request(ride, cancelled=is_withdrawn)
        except ValueError:
            return None


def by_hub(
    opened: Mapping[Channel, Courier], make: Callable[[Courier | None], Courier]
) -> Mapping[Channel, Courier]:
    """Return the couriers with the Hub in front of those of regulations and transporters."""
    fronted = (Channel.REGULATION, Channel.TRANSPORTER)
    return {**opened, **{channel: make(opened.get(channel)) for channel in fronted}}
