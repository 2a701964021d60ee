"""The mock regulation software on a broker: takes its messages, answers them through the Hub."""

import json

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from adapters.hubsante.line import COMING_BACK, EXCHANGE, Around, HubSettings, Line, publish
from adapters.kit.poller import Pace
from simulations.feeds.lrm_software import MockLrm


class LrmPeer:
    """One regulation software at work until stopped; tells whoever writes first of a case."""

    def __init__(
        self, url: str, client_id: str, software: MockLrm, around: Around, pace: Pace = COMING_BACK
    ) -> None:
        self._software = software
        self._clock = around.clock
        self._has_told = False
        settings = HubSettings(url=url, client_id=client_id, pace=pace)
        self._line = Line(settings, [f"{client_id}.message"], around)

    async def run(self) -> None:
        """Work until stopped."""
        await self._line.run(self._take)

    def stop(self) -> None:
        """Take nothing more."""
        self._line.stop()

    async def _take(self, message: AbstractIncomingMessage, channel: AbstractChannel) -> None:
        exchange = await channel.get_exchange(EXCHANGE, ensure=False)
        envelope, now = json.loads(message.body), self._clock.now()
        said = self._software.answer(envelope, now)
        if not self._has_told:
            self._has_told = True
            said += self._software.case(envelope["senderID"], now)
        for answer in said:
            await publish(
                exchange,
                json.dumps(answer).encode(),
                routing_key=self._software.routing_key,
                message_id=answer["distributionID"],
            )
        await message.ack()
