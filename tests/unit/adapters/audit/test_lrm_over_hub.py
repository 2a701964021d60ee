"""A regulation software is asked over a real broker, through the Hub."""

import asyncio

from adapters.audit.checks import Verdict
from adapters.audit.hub_probe import HubManner, audit_over_hub
from adapters.audit.hub_scenario import HubParties
from adapters.audit.lrm import checks
from adapters.audit.report import examine
from simulations.feeds.lrm_peer import LrmPeer
from simulations.feeds.lrm_software import LrmFault, MockLrm
from tests.unit.adapters.hubsante.lines import CLOCK, LRM, QUICK, US, around, hub

PARTIES = HubParties(us=US, lrm=LRM, mark="audit-essai")
MANNER = HubManner(pause_s=0.05, patience_s=10.0)


async def failed(url: str, *faults: LrmFault) -> set[str]:
    """Names of the checks that fail when this software is asked over the Hub."""
    async with hub(url):
        peer = LrmPeer(url, LRM, MockLrm(LRM, faults), around("lrm"), QUICK)
        task = asyncio.create_task(peer.run())
        evidence = await audit_over_hub(url, PARTIES, MANNER, CLOCK)
        peer.stop()
        await task
    audit = examine(checks(None), evidence, profile="lrm", target=url, at=CLOCK.now())
    return {one.check.check_id for one in audit.outcomes if one.verdict is Verdict.FAIL}


async def test_a_conforming_software_passes_over_a_real_broker(rabbitmq_url: str):
    assert await failed(rabbitmq_url) == set()


async def test_a_software_that_takes_the_same_appointment_twice_is_found(rabbitmq_url: str):
    assert await failed(rabbitmq_url, LrmFault.TWICE_CREATED) == {"conflit"}


async def test_a_broker_nobody_reaches_is_said_to_be_so():
    evidence = await audit_over_hub("amqp://127.0.0.1:9/", PARTIES, MANNER, CLOCK)
    assert evidence.stopped is not None
    assert "courtier" in evidence.stopped
