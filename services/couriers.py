"""The couriers of a running process: those of the address book, one HTTP client for them all."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from adapters.couriers.book import OTHERS, read_address_book
from adapters.couriers.http import DEADLINE_S, Address, HttpCourier, sms_letter_of
from adapters.couriers.letters import letter_of
from adapters.kit.http import open_client
from regulation.kernel.time import Clock
from regulation.messages import Channel, Courier

Couriers = Callable[[], AbstractAsyncContextManager[Mapping[Channel, Courier]]]
"""Opens the couriers for as long as the context lasts, on the event loop that enters it."""


@asynccontextmanager
async def no_couriers() -> AsyncIterator[Mapping[Channel, Courier]]:
    """Open nothing: what leaves is told by phone."""
    yield {}


def couriers_of(path: Path | None, clock: Clock) -> Couriers:
    """Return what opens the couriers of an address book; raise AddressBookError at once."""
    if path is None:
        return no_couriers
    book = read_address_book(path)

    @asynccontextmanager
    async def opened() -> AsyncIterator[Mapping[Channel, Courier]]:
        async with open_client(timeout_s=DEADLINE_S) as client:
            yield {
                channel: HttpCourier(
                    client=client,
                    clock=clock,
                    by_recipient=_named(recipients),
                    others=recipients.get(OTHERS),
                    write=sms_letter_of if channel is Channel.PATIENT else letter_of,
                )
                for channel, recipients in book.items()
            }

    return opened


def secrets_of(path: Path | None) -> Mapping[str, bytes]:
    """Return what each transport company of an address book signs with; raise AddressBookError."""
    book = {} if path is None else read_address_book(path).get(Channel.TRANSPORTER, {})
    return {who: where.secret for who, where in book.items() if where.secret is not None}


def _named(recipients: Mapping[str, Address]) -> Mapping[str, Address]:
    return {who: where for who, where in recipients.items() if who != OTHERS}
