"""What the Hub delivers is kept once, answered, and turned into cases and news of rides."""

import pytest

from adapters.hubsante.errors import HubErrorCode
from adapters.hubsante.line import NotNow
from adapters.hubsante.link import Arrival
from adapters.hubsante.outgoing import Sending
from adapters.hubsante.wire.acks import HubError, Reference
from adapters.hubsante.wire.envelope import Kind
from regulation.cases import CaseState, Priority
from regulation.decisions import Actor, Role
from regulation.disclosure import Withdrawal
from regulation.kernel.places import Position
from regulation.messages import Channel, DeliveryState
from regulation.ports import StaleVersion
from services.casework import Casework
from services.deciding import DecisionAsked
from services.exchange.missions import find_mission, request_id_of
from services.store import InMemoryStore, StoreUnavailable
from tests.unit.adapters.hubsante.worlds import fixture, message_of
from tests.unit.services.exchange.hub_world import (
    CASE,
    EVENING,
    LRM,
    US,
    HubWorld,
    enveloped,
    renumbered,
)
from tests.worlds import MINUTE, NOON


@pytest.fixture
def hub() -> HubWorld:
    return HubWorld()


def kept(answers: list[Sending], number: str) -> bool:
    (answer,) = answers
    assert (answer.recipient, answer.kind) == (LRM, Kind.ACK)
    return answer.body == Reference(distribution_id=f"{LRM}_{number}", step="INTEGRE")


def refused(answers: list[Sending]) -> tuple[int, str]:
    (answer,) = answers
    assert (answer.recipient, answer.kind) == (LRM, Kind.ERROR)
    assert isinstance(answer.body, HubError)
    return int(answer.body.error_code.status_code), answer.body.error_cause


async def test_a_regulated_file_opens_a_case_prefilled(hub: HubWorld):
    assert kept(await hub.take(fixture("rs_eda")), "4f6f0d5e-0001")
    with hub.store.reading() as unit:
        case = unit.cases.find(CASE)
        assert case is not None
        assert (case.state, case.need.priority, case.patient.age) == (CaseState.OPEN, "P3", 10)
        assert case.patient.position == Position(lat=43.6, lon=1.44)
        assert case.mobility.home.floor == 3
        assert case.mobility.uses_wheelchair is True
        assert [one.who for one in unit.audit.entries_of(CASE)] == [LRM]
    assert hub.kinds() == ["case.drafted", "case.opened"]


async def test_the_same_delivery_again_changes_nothing_and_is_answered_the_same(hub: HubWorld):
    first = await hub.take(fixture("rs_eda"))
    again = await hub.take(fixture("rs_eda"), given_before=True)
    assert [one.number for one in first] == [one.number for one in again]
    assert hub.kinds() == ["case.drafted", "case.opened"]


async def test_the_same_file_under_another_number_changes_nothing(hub: HubWorld):
    await hub.take(fixture("rs_eda"))
    assert kept(await hub.take(renumbered(fixture("rs_eda"), "other")), "other")
    assert hub.kinds() == ["case.drafted", "case.opened"]


async def test_another_file_under_the_number_of_a_case_is_refused(hub: HubWorld):
    await hub.take(fixture("rs_eda"))
    other = renumbered(fixture("rs_eda"), "other")
    message_of(other)["createCaseHealth"]["patient"][0]["detail"]["age"] = "P11Y"
    assert refused(await hub.take(other))[0] == HubErrorCode.CASE_ALREADY_EXISTS
    assert refused(await hub.take(other))[0] == HubErrorCode.CASE_ALREADY_EXISTS


async def test_a_file_with_holes_waits_for_somebody_to_complete_it(hub: HubWorld):
    document = fixture("rs_eda")
    del message_of(document)["createCaseHealth"]["decision"]
    assert kept(await hub.take(document), "4f6f0d5e-0001")
    with hub.store.reading() as unit:
        (draft,) = unit.drafts.latest(10)
        assert draft.missing == ("need.code",)
        assert unit.cases.find(CASE) is None


async def test_a_file_of_somewhere_else_is_a_draft_and_no_case(hub: HubWorld):
    document = fixture("rs_eda")
    coord = message_of(document)["createCaseHealth"]["location"]["geometry"]["point"]["coord"]
    coord |= {"lat": 48.85, "lon": 2.35}
    await hub.take(document)
    with hub.store.reading() as unit:
        assert unit.drafts.find(CASE) is not None
        assert unit.cases.find(CASE) is None


async def test_a_case_that_becomes_grave_is_handed_over_whatever_was_under_way(hub: HubWorld):
    await hub.take(fixture("rs_eda"))
    assert kept(await hub.take(fixture("rs_eda_maj")), "4f6f0d5e-0002")
    with hub.store.reading() as unit:
        case = unit.cases.find(CASE)
        assert case is not None
        assert (case.state, case.need.priority) == (CaseState.HANDED_TO_AMU, Priority.P1)
        assert case.journal[-1].actor == LRM
    assert hub.kinds()[-1] == "case.handed_to_amu"


async def test_what_a_case_held_is_given_back_when_it_is_handed_over(hub: HubWorld):
    await hub.take(fixture("rs_eda"))
    hub.clock.at = NOON + MINUTE
    work = Casework(hub.world.runtime(), hub.store)
    recorded = work.propose(CASE, "dr-1")
    rank = next(one.rank for one in recorded.orientation.proposals if one.slot and one.legs)
    asked = DecisionAsked(
        case_id=CASE,
        rank=rank,
        motive="essai",
        actor=Actor(actor_id="LOCAL:dr-1", role=Role.REGULATING_DOCTOR),
        idempotency_key="cle-1",
    )
    held = work.decide(asked)
    assert held.booking is not None
    hub.clock.at = EVENING
    await hub.take(fixture("rs_eda_maj"))
    with hub.store.reading() as unit:
        case = unit.cases.find(CASE)
        assert case is not None
        assert case.state is CaseState.HANDED_TO_AMU
        assert unit.bookings.find_booking(CASE) is None
        assert unit.promises.rides_of(CASE) == ()
        kept = unit.outbox.of_case(CASE)
        assert sum(isinstance(one.message.body, Withdrawal) for one in kept) >= 1
        (sms,) = (one for one in kept if one.message.channel is Channel.PATIENT)
        assert sms.state is DeliveryState.WITHDRAWN


async def test_an_update_fills_the_holes_of_a_draft(hub: HubWorld):
    document = fixture("rs_eda")
    del message_of(document)["createCaseHealth"]["qualification"]["details"]
    await hub.take(document)
    with hub.store.reading() as unit:
        assert unit.cases.find(CASE) is None
    body = {"caseId": CASE, "qualification": {"details": {"careLevel": "R3", "priority": "P3"}}}
    await hub.take(enveloped("createCaseHealthUpdate", body, "later"))
    with hub.store.reading() as unit:
        assert unit.cases.find(CASE) is not None


async def test_a_patient_who_joins_a_case_has_a_draft_with_what_is_common(hub: HubWorld):
    await hub.take(fixture("rs_eda"))
    second = {"patientId": f"{LRM}.patient.DRFR153102633200193.2", "detail": {"age": "P60Y"}}
    body = {"caseId": CASE, "patient": [second]}
    await hub.take(enveloped("createCaseHealthUpdate", body, "later"))
    with hub.store.reading() as unit:
        joined = unit.drafts.find(f"{CASE}.2")
        assert joined is not None
        assert joined.said["patient.age"] == 60.0
        assert joined.said["patient.position.lat"] == 43.6
        assert "patient.sex" not in joined.said
        assert "mobility.uses_wheelchair" not in joined.said


async def test_an_update_of_a_case_never_shared_is_refused(hub: HubWorld):
    code, cause = refused(await hub.take(fixture("rs_eda_maj")))
    assert code == HubErrorCode.WRONG_MESSAGE_SEQUENCE
    assert cause.startswith("caseId: ")
    await hub.take(fixture("rs_eda"))
    assert kept(await hub.take(fixture("rs_eda_maj")), "4f6f0d5e-0002")


async def test_what_a_transporter_tells_is_news_once(hub: HubWorld):
    await hub.take(fixture("rs_eda"))
    await hub.take(fixture("rs_ri"))
    await hub.take(renumbered(fixture("rs_ri"), "again"))
    await hub.take(enveloped("resourcesStatus", fixture("rs_sr")["resourcesStatus"], "status"))
    assert hub.kinds()[2:] == ["ride.engaged", "ride.status"]  # the second status is of 21:06


async def test_a_status_finds_the_mission_its_vehicle_was_engaged_on(hub: HubWorld):
    await hub.take(fixture("rs_eda"))
    engaged = fixture("rs_ri")
    resource = message_of(engaged)["resourcesInfo"]["resource"][0]
    mission = "appel-193/1/outward"
    resource["requestId"] = request_id_of(US, mission)
    message_of(engaged)["resourcesInfo"]["caseId"] = CASE
    await hub.take(engaged)
    hub.clock.at = hub.clock.at.replace(hour=21, minute=7)
    await hub.take(enveloped("resourcesStatus", fixture("rs_sr")["resourcesStatus"], "status"))
    with hub.store.reading() as unit:
        told = [one.event for one in unit.events.after(0) if one.event.kind == "ride.status"]
    assert [one.facts["status"] for one in told] == ["DECLENCHE", "ETAPE1"]
    assert told[0].facts["mission_id"] == mission


async def test_positions_go_to_whoever_follows_vehicles_and_the_impossible_ones_aside(
    hub: HubWorld,
):
    hub.clock.at = hub.clock.at.replace(hour=20, minute=25)
    body = fixture("geo_pos")["geoPositionsUpdate"]
    body["position"][1]["datetime"] = body["position"][0]["datetime"]
    assert kept(await hub.take(enveloped("geoPositionsUpdate", body, "p")), "p")
    assert [one.vehicle_id for one in hub.seen] == [f"{LRM}.resource.VSL4"]
    (record,) = hub.quarantine.list_records("hub")
    assert record.defect.field == "geoPositionsUpdate.position[1].coord"


async def test_a_message_at_fault_is_put_aside_and_its_sender_told(hub: HubWorld):
    document = fixture("rs_rr")
    message_of(document)["resourcesResponse"]["response"]["answer"] = "PEUT-ETRE"
    code, cause = refused(await hub.take(document))
    assert code == HubErrorCode.INVALID_MESSAGE
    assert cause.startswith("resourcesResponse.response.answer: ")
    assert len(hub.quarantine.list_records("hub")) == 1


async def test_an_expired_message_is_refused(hub: HubWorld):
    hub.clock.at = hub.clock.at.replace(day=30)
    assert refused(await hub.take(fixture("rs_rr")))[0] == (
        HubErrorCode.EXPIRED_MESSAGE_BEFORE_ROUTING
    )


async def test_what_names_nobody_is_put_aside_without_an_answer(hub: HubWorld):
    assert await hub.take(b"[]") == []
    assert await hub.take(fixture("rs_sr")) == []
    assert len(hub.quarantine.list_records("hub")) == 2


async def test_an_acknowledgement_and_an_error_are_answered_by_nothing(hub: HubWorld):
    assert await hub.take(fixture("rc_ref")) == []
    assert await hub.take(fixture("rs_error")) == []


async def test_xml_is_refused_by_its_content_type(hub: HubWorld):
    arrival = Arrival(raw=b"<x/>", content_type="application/xml", given_before=False)
    assert await hub.reception().take(arrival) == []
    (record,) = hub.quarantine.list_records("hub")
    assert record.defect.field == "content_type"


class AwayStore(InMemoryStore):
    def __init__(self, why: Exception) -> None:
        super().__init__()
        self.why = why

    def unit(self):
        raise self.why


class BrokenStore(InMemoryStore):
    def unit(self):
        raise ZeroDivisionError("Patiente Fictive")


@pytest.mark.parametrize("why", [StoreUnavailable("away"), StaleVersion("a lock not given")])
@pytest.mark.parametrize("given_before", [False, True])
async def test_a_database_that_is_away_or_busy_leaves_the_message_with_the_broker(
    why: Exception, *, given_before: bool
):
    hub = HubWorld(store=AwayStore(why))
    with pytest.raises(NotNow):
        await hub.take(fixture("rs_rr"), given_before=given_before)


async def test_a_fault_of_ours_is_tried_once_more_then_put_aside_and_said(caplog):
    hub = HubWorld(store=BrokenStore())
    with pytest.raises(ZeroDivisionError):
        await hub.take(fixture("rs_rr"))
    code, cause = refused(await hub.take(fixture("rs_rr"), given_before=True))
    assert code == HubErrorCode.INTERNAL_CLIENT_ERROR
    assert "Fictive" not in cause + caplog.text
    (record,) = hub.quarantine.list_records("hub")
    assert record.payload is not None
    assert record.payload.raw  # to be read again once we are mended


def test_a_mission_is_numbered_so_that_its_request_leads_back_to_it():
    for mission in ("appel-193/1/outward", "a_b.c/2/return", "x"):
        number = request_id_of(US, mission)
        assert find_mission(US, number) == mission
        assert find_mission("fr.health.other", number) is None
    assert find_mission(US, "fr.health.samu310.request.42") is None
