"""Slots kept for disabled patients, and patients in excess of agendas: from mocks to snapshot."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from adapters.kit.calendar import PublicHolidays
from adapters.kit.clock import FixedClock
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import InMemoryQuarantine
from adapters.manual.files import read_file
from adapters.sas.gateway import open_offers
from regulation.effecteurs import EffecteurKind
from regulation.offers import Booking
from services.live import LiveOffer
from simulations.agendas import Agendas
from simulations.feeds.declared_extras import declared_extras
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import serve_in_thread
from simulations.registers import Registers
from tests.unit.simulations.demonstration import haute_garonne
from tests.unit.simulations.feeds.registries import AREA, NOW

MONDAY = NOW + timedelta(hours=14, minutes=50)
KEEPING = frozenset({EffecteurKind.MSP, EffecteurKind.CDS})


def registers():
    return Registers(haute_garonne(), seed=1)


async def test_slots_kept_for_disabled_patients_come_through_to_the_snapshot():
    whole, holidays, clock = haute_garonne(), PublicHolidays("31"), FixedClock(MONDAY)
    kept = tuple(one for one in whole.effecteurs if one.kind in KEEPING)
    offer = LiveOffer(replace(whole, effecteurs=kept, duties=()), holidays, clock)
    with serve_in_thread(SasEditor(Agendas(whole, holidays, seed=1), clock).app()) as url:
        async with open_offers(
            url,
            source="editeur",
            directory=offer.directory,
            quarantine=InMemoryQuarantine(),
            draws=np.random.default_rng(1),
        ) as feed:
            await offer.refresh(feed)
    agendas = offer.current().agendas.values()
    shown = [slot for agenda in agendas for slot in agenda.slots.value]
    reserved = [slot for slot in shown if slot.reserved]
    assert 0 < len(reserved) < len(shown) / 4
    assert {slot.booking for slot in reserved} == {Booking.ROUTINE}
    open_to_all = [slot for agenda in agendas for slot in agenda.unreserved().slots.value]
    assert not any(slot.reserved for slot in open_to_all)
    assert len(open_to_all) == len(shown) - len(reserved)


def test_patients_in_excess_of_agendas_come_through_to_the_snapshot():
    clock = FixedClock(MONDAY)
    offer = LiveOffer(haute_garonne(), PublicHolidays("31"), clock)
    reading = offer.hear(declared_extras(registers(), MONDAY))
    assert reading.defects == ()
    extras = offer.current().extras
    assert extras.keys() == {one.declaration.effecteur_id for one in reading.heard} != set()
    for agenda in extras.values():
        (slot,) = agenda.slots.value
        assert slot.booking is Booking.PHONE
        assert 1 <= slot.capacity <= 2
        assert slot.window.contains(MONDAY)


def test_only_who_is_open_declares_until_it_closes():
    offer = LiveOffer(haute_garonne(), PublicHolidays("31"), FixedClock(MONDAY))
    for one in offer.hear(declared_extras(registers(), MONDAY)).heard:
        place = offer.current().effecteurs[one.declaration.effecteur_id]
        told = one.declaration.window
        assert any(
            opened.start <= told.start and told.end <= opened.end for opened in place.open_windows
        )


@pytest.mark.parametrize("hours", [0, 3, 7, 26])
def test_the_same_instant_tells_the_same_and_nothing_is_put_aside(hours: int):
    now = MONDAY + timedelta(hours=hours)
    told = declared_extras(registers(), now)
    assert told == declared_extras(registers(), now)
    read = read_file(told, Judgement(now=now, area=AREA))
    assert read.defects == ()
    assert {one["status"] for one in read.objects} <= {"OPEN"}


def test_who_declares_changes_in_the_day():
    later = MONDAY + timedelta(hours=5)
    assert declared_extras(registers(), MONDAY) != declared_extras(registers(), later)
