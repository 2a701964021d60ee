"""What the mock editor writes and the adapter reads are the same slots, whatever the slots."""

import string
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.kit.defective import PayloadRefused
from adapters.kit.ingest import UnreadableFile
from adapters.kit.judgement import FORM_ONLY, Judgement
from adapters.sas.files import READERS
from adapters.sas.mapping import read_bundle
from adapters.sas.places import Flow
from regulation import offers
from regulation.offers import Booking, SlotMode, Visibility
from simulations.agendas import AgendaSlot
from simulations.feeds.faults import Fault
from simulations.feeds.sas_bundles import (
    entry,
    practitioner_resource,
    role_resource,
    schedule_resource,
    searchset,
    slot_resource,
)
from simulations.feeds.spoiling import spoil
from simulations.feeds.spoilt_records import SLOT_FAULTS
from tests.unit.simulations.feeds.agendas import CABINET, DOCTOR_A, NOW, practice, two_doctors

BASE = "http://editor"
EVER = st.datetimes(datetime(2001, 1, 1), datetime(2098, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WORDS = st.text(string.ascii_letters + " éèàç'\"\\/", min_size=1, max_size=40).filter(str.strip)


@st.composite
def agenda_slots(draw) -> AgendaSlot:
    start = draw(EVER).replace(microsecond=0)
    booking = draw(st.sampled_from([Booking.ROUTINE, Booking.WALKIN]))
    url = f"https://agenda.example/rdv/{draw(st.integers(0, 10**9))}"
    return AgendaSlot(
        slot_id=draw(st.text(string.ascii_letters + string.digits + "-.", min_size=1, max_size=64)),
        practitioner=DOCTOR_A,
        place_id=CABINET,
        start=start,
        end=start + timedelta(minutes=draw(st.integers(1, 24 * 60))),
        modes=draw(st.frozensets(st.sampled_from(SlotMode), min_size=1)),
        booking=booking,
        visibility=draw(st.frozensets(st.sampled_from(Visibility), min_size=1)),
        specialties=draw(st.frozensets(st.sampled_from(["SM54", "SM40", "SM05"]))),
        reason=draw(st.just("") | WORDS),
        booking_url=url if booking is Booking.ROUTINE else None,
        reserved=draw(st.booleans()),
    )


def document(slots) -> dict[str, Any]:
    found = practice(DOCTOR_A, CABINET)
    included = [schedule_resource(found), practitioner_resource(found), role_resource(found)]
    entries = [entry(BASE, slot_resource(slot), "match") for slot in slots]
    entries += [entry(BASE, resource, "include") for resource in included]
    return searchset(entries, len(slots), f"{BASE}/Slot", NOW)


def read(bundle, judgement=FORM_ONLY):
    raw = msgspec.json.encode(bundle)
    return read_bundle(raw, flow=Flow.PS, source="editor", judgement=judgement)


def same(mapped: offers.Slot, slot: AgendaSlot) -> bool:
    return (
        mapped.slot_id == f"LOCAL:editor/{slot.slot_id}"
        and (mapped.window.start, mapped.window.end) == (slot.start, slot.end)
        and (mapped.effecteur_id, mapped.practitioner) == (slot.place_id, slot.practitioner)
        and (mapped.modes, mapped.booking) == (slot.modes, slot.booking)
        and (mapped.visibility, mapped.specialties) == (slot.visibility, slot.specialties)
        and (mapped.reason, mapped.booking_url) == (slot.reason, slot.booking_url)
        and mapped.reserved is slot.reserved
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(agenda_slots(), max_size=5, unique_by=lambda slot: slot.slot_id))
def test_the_adapter_reads_what_the_editor_wrote(slots):
    reading = read(document(slots))
    assert (reading.defects, len(reading.offers)) == ((), len(slots))
    assert all(same(o.slot, slot) for o, slot in zip(reading.offers, slots, strict=True))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(agenda_slots(), min_size=1, max_size=4, unique_by=lambda slot: slot.slot_id),
    st.sampled_from(sorted({*SLOT_FAULTS, Fault.DUPLICATE, Fault.WRONG_PREFIX})),
)
def test_whatever_the_fault_every_slot_is_kept_as_it_was_or_put_aside(slots, fault):
    bundle = document(slots)
    spoil(bundle, [fault], seed=1)
    reading = read(bundle)
    known = {f"LOCAL:editor/{slot.slot_id}" for slot in slots}
    assert {offer.slot.slot_id for offer in reading.offers} <= known
    aside = {defect.index for defect in reading.defects}
    sent = {i for i, e in enumerate(bundle["entry"]) if e["resource"]["resourceType"] == "Slot"}
    assert sent == {offer.index for offer in reading.offers} | (aside & sent)
    assert not ({offer.index for offer in reading.offers} & aside)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["entry", "resource", "id", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)
GARBAGE = st.binary(max_size=60) | JSON.map(msgspec.json.encode)


@settings(max_examples=150, deadline=None)
@given(GARBAGE, st.sampled_from(sorted(READERS)))
def test_garbage_is_put_aside_or_refused_and_never_crashes(raw, feed):
    try:
        found = READERS[feed](raw, Judgement(now=NOW))
    except UnreadableFile:
        return
    assert found.objects == ()


PATHS = ("meta", "serviceType", "specialty", "appointmentType", "schedule", "start", "end", "id")


@settings(max_examples=150, deadline=None)
@given(JSON, st.sampled_from([*PATHS, "status", "comment", "resourceType"]))
def test_any_value_anywhere_in_a_slot_is_put_aside_or_read(value, element):
    bundle = document(two_doctors().slots[:1])
    bundle["entry"][0]["resource"][element] = value
    try:
        reading = read(bundle)
    except PayloadRefused:
        return
    assert len(reading.offers) + (0 in {defect.index for defect in reading.defects}) == 1


@settings(max_examples=80, deadline=None)
@given(st.binary(min_size=1, max_size=4), st.integers(0, 10_000))
def test_bytes_damaged_on_the_way_never_invent_a_slot(damage, position):
    slots = two_doctors().slots[:2]
    raw = bytearray(msgspec.json.encode(document(slots)))
    at = position % len(raw)
    raw[at : at + len(damage)] = damage
    try:
        reading = read_bundle(bytes(raw), flow=Flow.PS, source="editor", judgement=FORM_ONLY)
    except PayloadRefused:
        return
    assert len(reading.offers) <= len(slots)
