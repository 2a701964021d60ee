"""Messages to the outside: kept with their unit, taken by one sender, in order, until sent."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from regulation.cases import Sex
from regulation.disclosure import (
    AppointmentNotice,
    Body,
    CancelledNotice,
    Cause,
    ComingNotice,
    Halt,
    HomeAccess,
    LateNotice,
    Meeting,
    MissionOrder,
    PatientNotice,
    PharmacyNotice,
    RideNotice,
    UnsureNotice,
    Withdrawal,
)
from regulation.effecteurs import CareCode
from regulation.kernel.modes import LegKind, Mode
from regulation.kernel.riders import Load
from regulation.kernel.time import TimeWindow
from regulation.messages import Channel, Delivery, DeliveryState, OutgoingMessage
from regulation.offers import SlotMode
from services.store import Store
from tests.contract.samples import CASE, HOME, HOUR, MINUTE, MMG, MMG_ID, NOON

LEASE = timedelta(seconds=30)
WITHDRAWN = Withdrawal(what_id="case-1:1/outward", cause=Cause.REPLACED)
ORDER = MissionOrder(
    mission_id="case-1:1/outward",
    vehicle_id="AMB-1",
    mode=Mode.AMBULANCE,
    halts=(Halt(position=HOME, at=NOON), Halt(position=MMG, at=NOON + HOUR, until=NOON + 2 * HOUR)),
    load=Load(stretchers=1, attendants=1),
    equipment=frozenset({"OXYGEN", "BARIATRIC"}),
    crew=2,
    shared_allowed=False,
    driver_info=("Parler lentement.",),
    home_access=HomeAccess(floor=3, lift=False),
    contact_phone="+33500000000",
    communication="MUET",
    language="fr",
    answer_by=NOON + 5 * MINUTE,
)
APPOINTMENT = AppointmentNotice(
    appointment_id="case-1:1",
    slot_id="slot-1",
    source="sas-ps",
    effecteur_id=str(MMG_ID),
    window=TimeWindow(NOON, NOON + HOUR),
    mode=SlotMode.AMB,
    need=CareCode.GP,
    specialty=None,
    age=0.25,
    sex=Sex.F,
    arrives_by=Mode.AMBULANCE,
    premises_needs=frozenset({"STEP_FREE"}),
    companion=True,
    communication=None,
    language=None,
)
VISIT = PharmacyNotice(
    visit_id="case-1:1/pharmacy",
    earliest=NOON,
    latest=NOON + HOUR,
    premises_needs=frozenset(),
    communication=None,
    language="ar",
)
NOTICE = PatientNotice(
    notice_id="case-1:1/patient",
    place_name="MMG d'essai",
    place=MMG,
    care_at=NOON,
    outward_mode=None,
    pickup_at=None,
    home_at=NOON + HOUR,
    language=None,
    meeting=Meeting.VISIT,
)
HOMEWARD = RideNotice(
    notice_id="case-1:1~2/return/patient",
    way=LegKind.RETURN,
    mode=Mode.TAXI,
    pickup_at=NOON,
    arrives_at=NOON + HOUR,
    language=None,
)
CANCELLED = CancelledNotice(
    notice_id="case-1:1/patient/cancelled", place_name="MMG d'essai", care_at=NOON, language=None
)
COMING = ComingNotice(
    notice_id="case-1:1/outward/patient/coming",
    company="Ambulances d'essai",
    mode=Mode.TAXI_TPMR,
    pickup_at=NOON,
    is_later=False,
    language=None,
)
UNSURE = UnsureNotice(
    notice_id="case-1:1/outward/patient/unsure", pickup_at=NOON, is_sought=True, language="fr"
)
LATE = LateNotice(
    notice_id="case-1:1/return/patient/late",
    way=LegKind.RETURN,
    promised_at=NOON,
    expected_at=NOON + HOUR,
    language=None,
)
BODIES = (ORDER, APPOINTMENT, VISIT, NOTICE, CANCELLED, HOMEWARD, COMING, UNSURE, LATE, WITHDRAWN)


def message(message_id: str = "m-1", about: str = "mission-1", body: Body = ORDER):
    return OutgoingMessage(
        message_id=message_id,
        case_id="case-1",
        channel=Channel.TRANSPORTER,
        recipient="Ambulances d'essai",
        about=about,
        body=body,
        created_at=NOON,
        until=NOON + HOUR,
    )


def keep(store: Store, *messages: OutgoingMessage) -> None:
    with store.unit() as unit:
        if unit.cases.find("case-1") is None:
            unit.cases.add(CASE)
        unit.outbox.put(*messages)


def claim(store: Store, now: datetime = NOON, limit: int = 10) -> list[str]:
    with store.unit() as unit:
        taken = unit.outbox.claim(now, lease=LEASE, limit=limit)
    return [delivery.message.message_id for delivery in taken]


def found(store: Store, message_id: str = "m-1") -> Delivery:
    with store.reading() as unit:
        delivery = unit.outbox.find(message_id)
    assert delivery is not None
    return delivery


@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
def test_a_message_comes_back_whole(store: Store, body: Body):
    keep(store, message(body=body))
    kept = found(store)
    assert kept.message == message(body=body)
    assert (kept.state, kept.attempts, kept.due_at) == (DeliveryState.WAITING, 0, NOON)


def test_an_id_is_given_to_one_message_only(store: Store):
    keep(store, message())
    with pytest.raises(ValueError, match="m-1"):
        keep(store, message())


def test_of_messages_put_together_all_are_kept_in_their_order_or_none(store: Store):
    keep(store, message("m-2"), message("m-1"))
    with pytest.raises(ValueError, match="m-1"):
        keep(store, message("m-3"), message("m-1"))
    with store.reading() as unit:
        kept = unit.outbox.of_case("case-1")
    assert [one.message.message_id for one in kept] == ["m-2", "m-1"]


def test_a_message_taken_by_a_sender_is_not_taken_by_another_until_its_lease_ends(store: Store):
    keep(store, message())
    assert claim(store) == ["m-1"]
    assert claim(store, NOON + LEASE / 2) == []
    assert claim(store, NOON + LEASE) == ["m-1"]
    assert found(store).attempts == 2


def test_a_message_sent_is_not_sent_again(store: Store):
    keep(store, message())
    claim(store)
    with store.unit() as unit:
        unit.outbox.mark_sent("m-1", NOON + MINUTE)
    assert claim(store, NOON + HOUR) == []
    sent = found(store)
    assert (sent.state, sent.sent_at) == (DeliveryState.SENT, NOON + MINUTE)


def test_a_message_that_failed_is_tried_again_when_said_and_not_before(store: Store):
    keep(store, message())
    claim(store)
    with store.unit() as unit:
        unit.outbox.mark_failed("m-1", "HTTP 503", again_at=NOON + 2 * MINUTE)
    assert claim(store, NOON + MINUTE) == []
    assert found(store).last_error == "HTTP 503"
    assert claim(store, NOON + 2 * MINUTE) == ["m-1"]


def test_a_sender_that_was_slow_does_not_undo_what_another_settled(store: Store):
    keep(store, message())
    with store.unit() as unit:
        assert unit.outbox.mark_sent("m-1", NOON)
        assert not unit.outbox.mark_sent("m-1", NOON + HOUR)
        assert not unit.outbox.mark_failed("m-1", "HTTP 500", again_at=NOON)
        assert not unit.outbox.mark_failed("m-1", "HTTP 500", again_at=None)
    settled = found(store)
    assert (settled.state, settled.sent_at, settled.last_error) == (DeliveryState.SENT, NOON, "")


def test_a_dead_message_waits_for_a_person_and_can_be_sent_again(store: Store):
    keep(store, message())
    claim(store)
    with store.unit() as unit:
        unit.outbox.mark_failed("m-1", "HTTP 410", again_at=None)
    assert claim(store, NOON + HOUR) == []
    with store.unit() as unit:
        (dead,) = unit.outbox.in_state(DeliveryState.DEAD)
        assert dead.last_error == "HTTP 410"
        again = unit.outbox.resend("m-1", at=NOON + HOUR, until=NOON + 2 * HOUR)
    assert (again.state, again.attempts) == (DeliveryState.WAITING, 1)
    assert claim(store, NOON + HOUR) == ["m-1"]
    assert found(store).message.until == NOON + 2 * HOUR


@pytest.mark.parametrize("message_id", ["m-1", "m-9"])
def test_only_a_dead_message_can_be_sent_again(store: Store, message_id: str):
    keep(store, message())
    with pytest.raises(LookupError), store.unit() as unit:
        unit.outbox.resend(message_id, at=NOON, until=NOON)


def test_what_waits_on_a_channel_about_a_case_is_withdrawn_and_nothing_else_is(store: Store):
    sms = {
        name: replace(message(name, name, NOTICE), channel=Channel.PATIENT)
        for name in ("sent", "dead", "tried", "waits")
    }
    elsewhere = replace(message("elsewhere", "elsewhere"), case_id="case-2")
    with store.unit() as unit:
        unit.cases.add(replace(CASE, case_id="case-2"))
    keep(store, *sms.values(), message("order", "mission-1"))
    keep(store, replace(elsewhere, channel=Channel.PATIENT))
    with store.unit() as unit:
        unit.outbox.claim(NOON, lease=LEASE, limit=3)
        unit.outbox.mark_sent("sent", NOON)
        unit.outbox.mark_failed("dead", "no", again_at=None)
        unit.outbox.withdraw("case-1", Channel.PATIENT)
    states = {name: found(store, name).state for name in (*sms, "order", "elsewhere")}
    assert states == {
        "sent": DeliveryState.SENT,
        "dead": DeliveryState.WITHDRAWN,
        "tried": DeliveryState.WITHDRAWN,
        "waits": DeliveryState.WITHDRAWN,
        "order": DeliveryState.WAITING,
        "elsewhere": DeliveryState.WAITING,
    }
    known = {name for name in states if found(store, name).may_be_known}
    assert known == {"sent", "dead", "tried"}
    with store.unit() as unit, pytest.raises(LookupError, match="no dead message"):
        unit.outbox.resend("dead", at=NOON, until=NOON + HOUR)
    assert claim(store, NOON + HOUR) == ["order", "elsewhere"]


def test_what_left_while_it_was_withdrawn_is_known_to_have(store: Store):
    keep(store, message())
    claim(store)
    with store.unit() as unit:
        unit.outbox.withdraw("case-1", Channel.TRANSPORTER)
        assert not unit.outbox.mark_failed("m-1", "late", again_at=NOON + HOUR)
        assert unit.outbox.mark_sent("m-1", NOON)
    assert found(store).state is DeliveryState.SENT


def test_of_what_waits_only_what_is_named_is_withdrawn(store: Store):
    keep(store, message("m-1"), message("m-2", "other"))
    with store.unit() as unit:
        unit.outbox.withdraw("case-1", Channel.TRANSPORTER, only={"m-2"})
    assert claim(store) == ["m-1"]
    assert found(store, "m-2").state is DeliveryState.WITHDRAWN


def test_what_was_sent_again_then_withdrawn_before_it_left_may_still_be_known(store: Store):
    keep(store, message())
    claim(store)
    with store.unit() as unit:
        unit.outbox.mark_failed("m-1", "not taken within 30 s", again_at=None)
        unit.outbox.resend("m-1", at=NOON, until=NOON + HOUR)
        unit.outbox.withdraw("case-1", Channel.TRANSPORTER)
    assert found(store).may_be_known


def test_what_may_be_leaving_when_it_is_withdrawn_leaves_before_what_follows(store: Store):
    keep(store, message("m-1"), replace(message("m-0", "m-0"), case_id="case-1"))
    with store.unit() as unit:
        unit.cases.add(replace(CASE, case_id="case-2"))
    claim(store, limit=1)
    with store.unit() as unit:
        unit.outbox.withdraw("case-1", Channel.TRANSPORTER)
    keep(
        store,
        message("cancelled"),
        message("decided anew", "mission-2"),
        replace(message("regulation"), channel=Channel.REGULATION),
        replace(message("elsewhere", "elsewhere"), case_id="case-2"),
    )
    assert claim(store, NOON + LEASE / 2) == ["regulation", "elsewhere"]
    with store.unit() as unit:
        unit.outbox.mark_sent("m-1", NOON + LEASE / 2)
    assert claim(store, NOON + LEASE / 2) == ["cancelled", "decided anew"]


def test_what_died_with_its_sender_when_it_is_withdrawn_holds_up_what_follows_for_a_lease(
    store: Store,
):
    keep(store, message("m-1"))
    claim(store)
    with store.unit() as unit:
        unit.outbox.withdraw("case-1", Channel.TRANSPORTER)
    keep(store, message("m-2"))
    assert claim(store, NOON + LEASE / 2) == []
    assert claim(store, NOON + LEASE) == ["m-2"]


def test_what_waits_to_be_tried_much_later_holds_up_nothing_once_withdrawn(store: Store):
    keep(store, message("m-1"))
    claim(store)
    with store.unit() as unit:
        unit.outbox.mark_failed("m-1", "HTTP 503", again_at=NOON + 5 * MINUTE)
        unit.outbox.withdraw("case-1", Channel.TRANSPORTER)
    keep(store, message("m-2"))
    assert claim(store) == ["m-2"]


def test_what_is_withdrawn_keeps_nothing_behind_it_waiting(store: Store):
    keep(store, message("m-1"))
    with store.unit() as unit:
        unit.outbox.withdraw("case-1", Channel.TRANSPORTER)
    keep(store, message("m-2"))
    assert claim(store) == ["m-2"]


def test_what_is_about_the_same_thing_leaves_in_order(store: Store):
    keep(store, message("m-1"), message("m-2", body=WITHDRAWN), message("m-3", "mission-2"))
    assert claim(store) == ["m-1", "m-3"]
    with store.unit() as unit:
        unit.outbox.mark_sent("m-1", NOON)
    assert claim(store) == ["m-2"]


def test_another_channel_is_not_kept_waiting(store: Store):
    keep(store, message("m-1"), replace(message("m-2"), channel=Channel.REGULATION))
    assert claim(store) == ["m-1", "m-2"]


def test_no_more_is_taken_than_asked(store: Store):
    keep(store, *(message(f"m-{number}", about=f"{number}") for number in range(5)))
    assert claim(store, limit=2) == ["m-0", "m-1"]
    assert claim(store, limit=9) == ["m-2", "m-3", "m-4"]


def test_messages_are_found_by_case_and_counted(store: Store):
    keep(store, message("m-1"), message("m-2", "other"))
    with store.unit() as unit:
        unit.outbox.mark_sent("m-1", NOON)
        assert [one.message.message_id for one in unit.outbox.of_case("case-1")] == ["m-1", "m-2"]
        assert list(unit.outbox.of_case("case-2")) == []
        assert unit.outbox.counts() == {
            (Channel.TRANSPORTER, DeliveryState.SENT): 1,
            (Channel.TRANSPORTER, DeliveryState.WAITING): 1,
        }


def test_a_message_received_twice_is_admitted_once(store: Store):
    with store.unit() as unit:
        assert unit.inbox.admit("transporteur", "r-1", NOON)
        assert not unit.inbox.admit("transporteur", "r-1", NOON)
    with store.unit() as unit:
        assert not unit.inbox.admit("transporteur", "r-1", NOON + MINUTE)
        assert unit.inbox.admit("hub", "r-1", NOON)


def admit_in_vain(store: Store) -> None:
    with store.unit() as unit:
        unit.inbox.admit("hub", "r-1", NOON)
        raise LookupError


def test_a_message_whose_effect_was_undone_is_admitted_again(store: Store):
    with pytest.raises(LookupError):
        admit_in_vain(store)
    with store.unit() as unit:
        assert unit.inbox.admit("hub", "r-1", NOON)


def test_what_a_recipient_is_told_is_found_as_long_as_it_is_of_use(store: Store):
    other = replace(message("m-2", about="other"), recipient="Une autre société")
    over = replace(message("m-3", about="over"), until=NOON - HOUR)
    keep(store, message(), other, over)
    with store.unit() as unit:
        unit.outbox.mark_sent("m-1", NOON)
    channel, recipient = message().channel, message().recipient
    with store.reading() as unit:
        found = unit.outbox.of_recipient(channel, recipient, since=NOON)
        everything = unit.outbox.of_recipient(channel, recipient, since=NOON - 2 * HOUR)
    assert [one.message.message_id for one in found] == ["m-1"]
    assert [one.message.message_id for one in everything] == ["m-1", "m-3"]
