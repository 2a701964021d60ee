"""A courier that keeps what it is given, for the tests and the demonstration."""

from dataclasses import dataclass, field

from regulation.messages import DeliveryFailed, OutgoingMessage


@dataclass(slots=True)
class KeepingCourier:
    """Takes every message, after the failures it was told to begin with."""

    failures: list[DeliveryFailed] = field(default_factory=list)
    taken: list[OutgoingMessage] = field(default_factory=list)

    async def deliver(self, message: OutgoingMessage) -> None:
        """Keep the message, or fail."""
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(message)
