"""The live offer: what sources and people say reaches the snapshot, and leaves it in time."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.kit.calendar import PublicHolidays
from adapters.kit.defective import PayloadRefused
from adapters.kit.quarantine import InMemoryQuarantine
from adapters.rota.gateway import LaidDown, RotaRegistry
from regulation.effecteurs import Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.offers import Booking
from regulation.review import Doubts
from services.live import LiveOffer
from tests.unit.simulations.feeds.registries import (
    AREA,
    NOW,
    Clock,
    hasty,
    some_of_haute_garonne,
)

HEADER = "date,start,end,finess,name,tel,address,type,booking\n"
OPEN_UNTIL = timedelta(hours=2)


class Desk:
    """A live offer of a small territory with a rota laid down as a file."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.path = folder / "garde.csv"
        self.offer = LiveOffer(some_of_haute_garonne(), PublicHolidays("31"), self.clock)
        self.rota = RotaRegistry(
            LaidDown(self.path),
            feed=hasty("adapters.rota", "rota-csv"),
            area=AREA,
            quarantine=InMemoryQuarantine(),
        )

    def lay_down(self, *rows: str) -> None:
        self.path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")

    def refresh(self) -> None:
        asyncio.run(self.offer.refresh_places(self.rota))

    def place(self, place: Identifier) -> Effecteur:
        return self.offer.current().effecteurs[place]

    def declare(self, place: Identifier, status: str, until: datetime) -> None:
        told = {
            "effecteur_id": str(place),
            "status": status,
            "observed_at": self.clock.at.isoformat(),
            "valid_until": until.isoformat(),
        }
        self.offer.hear(json.dumps([told]).encode())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def some(kind: EffecteurKind, desk: Desk) -> Effecteur:
    """A place of the kind that is known to be open now."""
    places = desk.offer.current().effecteurs.values()
    return next(
        one
        for one in places
        if one.kind is kind and any(window.contains(NOW) for window in one.open_windows)
    )


def duty_of(place: Effecteur, booking: str = "") -> str:
    return f"2026-11-22,20:00,08:00,{place.effecteur_id.value},{place.name},,,PHARMACIE,{booking}"


def test_without_any_source_the_places_are_those_of_the_territory(desk: Desk) -> None:
    territory = some_of_haute_garonne()
    assert desk.offer.current().effecteurs.keys() == {
        one.effecteur_id for one in territory.effecteurs
    }
    assert desk.offer.review().doubtful == ()
    assert desk.offer.health() == ()


def test_a_duty_that_a_rota_declares_is_in_the_snapshot_with_its_origin(desk: Desk) -> None:
    pharmacy = _pharmacy(desk)
    assert desk.offer.doubts() is None
    desk.lay_down(duty_of(pharmacy))
    desk.refresh()
    assert desk.offer.doubts() == Doubts()
    night = NOW.replace(hour=23)
    place = desk.place(pharmacy.effecteur_id)
    assert any(window.contains(night) for window in place.open_windows)
    origins = desk.offer.current().origins[pharmacy.effecteur_id]
    assert [one.source for one in origins if one.fact == "duty"] == ["rota-csv"]


def test_a_duty_without_appointment_is_a_range_in_which_to_come(desk: Desk) -> None:
    pharmacy = _pharmacy(desk)
    desk.lay_down(duty_of(pharmacy, "WALKIN"))
    desk.refresh()
    (slot,) = desk.offer.current().agendas[pharmacy.effecteur_id].slots.value
    assert slot.booking is Booking.WALKIN
    assert slot.window.contains(NOW.replace(hour=23))


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_duty_goes_once_its_rota_has_been_lost_for_too_long(desk: Desk, *, is_lost: bool) -> None:
    pharmacy = _pharmacy(desk)
    last = duty_of(pharmacy).replace("2026-11-22", "2026-12-20")
    desk.lay_down(duty_of(pharmacy), last)
    desk.refresh()
    if is_lost:
        desk.path.unlink()
    desk.clock.at = datetime.fromisoformat("2026-12-20T23:00:00+01:00")
    desk.refresh()
    place = desk.place(pharmacy.effecteur_id)
    is_open = any(window.contains(desk.clock.at) for window in place.open_windows)
    assert is_open is not is_lost


def test_what_declares_itself_closed_is_shut_until_its_declaration_expires(desk: Desk) -> None:
    emergency = some(EffecteurKind.ED, desk)
    desk.declare(emergency.effecteur_id, "CLOSED", NOW + OPEN_UNTIL)
    shut = desk.place(emergency.effecteur_id).open_windows
    assert not any(window.contains(NOW) for window in shut)
    assert any(window.contains(NOW + OPEN_UNTIL + timedelta(minutes=1)) for window in shut)


def test_an_expired_declaration_is_forgotten(desk: Desk) -> None:
    emergency = some(EffecteurKind.ED, desk)
    desk.declare(emergency.effecteur_id, "CLOSED", NOW + OPEN_UNTIL)
    assert emergency.effecteur_id in desk.offer.declarations()
    desk.clock.at = NOW + OPEN_UNTIL
    assert desk.offer.declarations() == {}


def test_a_declaration_gives_the_snapshot_another_id(desk: Desk) -> None:
    before = desk.offer.current().snapshot_id
    desk.declare(some(EffecteurKind.ED, desk).effecteur_id, "SATURATED", NOW + OPEN_UNTIL)
    assert desk.offer.current().snapshot_id != before


def test_declarations_that_cannot_be_read_change_nothing(desk: Desk) -> None:
    before = desk.offer.current()
    with pytest.raises(PayloadRefused):
        desk.offer.hear(b"[{")
    assert desk.offer.current() is before


def test_hours_in_which_no_pharmacy_is_declared_are_told_ahead(desk: Desk) -> None:
    pharmacies = [
        one
        for one in desk.offer.current().effecteurs.values()
        if one.kind is EffecteurKind.PHARMACIE
    ]
    for one in pharmacies:
        desk.declare(one.effecteur_id, "CLOSED", NOW + OPEN_UNTIL)
    told = desk.offer.review().alerts
    assert any(alert.window.start == NOW for alert in told)


def _pharmacy(desk: Desk) -> Effecteur:
    """A pharmacy that nothing says to be open tonight."""
    night = NOW.replace(hour=23)
    return next(
        one
        for one in desk.offer.current().effecteurs.values()
        if one.kind is EffecteurKind.PHARMACIE
        and not any(window.contains(night) for window in one.open_windows)
    )
