"""Every message that leaves has its words, for whoever has to know what left."""

from typing import get_args

from regulation.disclosure import Body
from regulation.messages import Channel, DeliveryState
from services.letters import SAYS, STATES, TO


def test_every_message_every_recipient_and_every_fate_has_its_words():
    assert set(SAYS) == set(get_args(Body))
    assert set(TO) == set(Channel)
    assert set(STATES) == set(DeliveryState)
