"""The HTTP courier: each message to its recipient's address, signed, its fate told apart."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from adapters.couriers.http import Address, HttpCourier, sms_letter_of
from adapters.couriers.sms import sms_of
from adapters.kit.clock import FixedClock
from adapters.kit.http import open_client
from regulation.disclosure import Meeting, RideNotice
from regulation.kernel.modes import LegKind, Mode
from regulation.messages import Channel, DeliveryFailed
from simulations.feeds.recipient import Recipient
from tests.contract.samples import HOUR, NOON
from tests.contract.test_messages import BODIES, CANCELLED, NOTICE, message

SECRET = b"un secret d'essai"


def courier_to(
    recipient: Recipient | httpx.MockTransport, secret: bytes | None = None
) -> HttpCourier:
    transport = (
        recipient
        if isinstance(recipient, httpx.MockTransport)
        else httpx.ASGITransport(app=recipient.app())
    )
    return HttpCourier(
        client=open_client(timeout_s=2.0, transport=transport),
        clock=FixedClock(NOON),
        by_recipient={"Ambulances d'essai": Address(url="http://essai/missions", secret=secret)},
    )


@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
async def test_what_is_posted_is_the_body_of_its_type_and_the_same_each_time(body):
    recipient = Recipient()
    courier = courier_to(recipient)
    for _ in range(2):
        await courier.deliver(message(body=body))
    first, second = recipient.bytes_received
    assert first == second
    letter = json.loads(first)
    assert set(letter) == {"message_id", "kind", "about", "created_at", "until", "body"}
    assert letter["kind"] == type(body).__name__
    assert recipient.headers[0]["idempotency-key"] == letter["message_id"] == "m-1"


@pytest.mark.requirement("transporteurs@signature", "transporteurs@ordre")
async def test_a_letter_is_signed_with_the_secret_of_its_recipient():
    recipient = Recipient()
    await courier_to(recipient, SECRET).deliver(message())
    told = dict(
        part.split("=", 1) for part in recipient.headers[0]["aiguilleur-signature"].split(",")
    )
    signed = f"{told['t']}.".encode() + recipient.bytes_received[0]
    assert told["t"] == str(int(NOON.timestamp()))
    assert told["v1"] == hmac.new(SECRET, signed, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
async def test_a_refusal_is_not_asked_again(status: int):
    with pytest.raises(DeliveryFailed, match=f"HTTP {status}") as failed:
        await courier_to(Recipient(troubles=[status])).deliver(message())
    assert failed.value.permanent


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_a_trouble_that_may_pass_is_asked_again(status: int):
    with pytest.raises(DeliveryFailed, match=f"HTTP {status}") as failed:
        await courier_to(Recipient(troubles=[status])).deliver(message())
    assert not failed.value.permanent


@pytest.mark.requirement("transporteurs@idempotence")
async def test_a_recipient_that_already_has_it_has_it():
    recipient = Recipient(troubles=[409])
    await courier_to(recipient).deliver(message())
    assert not recipient.received  # it is not sent again


async def test_a_recipient_that_cannot_be_reached_may_be_later():
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    with pytest.raises(DeliveryFailed) as failed:
        await courier_to(httpx.MockTransport(unreachable)).deliver(message())
    assert not failed.value.permanent


async def test_a_recipient_without_an_address_is_said_so():
    other = replace(message(), recipient="Taxis d'ailleurs")
    with pytest.raises(DeliveryFailed, match="aucune adresse") as failed:
        await courier_to(Recipient()).deliver(other)
    assert failed.value.permanent


async def test_whoever_has_no_line_goes_to_the_address_of_all_the_others():
    recipient = Recipient()
    courier = replace(courier_to(recipient), others=Address(url="http://essai/autres"))
    await courier.deliver(replace(message(), recipient="Taxis d'ailleurs"))
    assert recipient.received == {"m-1": 1}


def test_an_sms_says_where_when_and_how_in_french():
    assert sms_of(replace(BOOKED, outward_mode=Mode.TAXI_TPMR)) == (
        "Rendez-vous le 28/11 à 13h00 : MMG d'essai. "
        "Départ prévu le 28/11 à 12h00 en taxi adapté. Le transporteur doit encore confirmer. "
        "Retour prévu vers 14h00. Si votre état change : appelez le 15."
    )


BOOKED = replace(
    NOTICE, meeting=Meeting.APPOINTMENT, outward_mode=Mode.ON_FOOT, pickup_at=NOON - HOUR
)


def test_an_sms_to_who_goes_by_their_own_means_speaks_of_no_transporter():
    said = sms_of(BOOKED)
    assert "Départ prévu le 28/11 à 12h00 à pied." in said
    assert "transporteur" not in said


@pytest.mark.parametrize(
    ("meeting", "said"),
    [
        (
            Meeting.ASKED,
            "Rendez-vous demandé le 28/11 à 13h00, allez-y sauf avis contraire : MMG d'essai.",
        ),
        (Meeting.WALKIN, "Présentez-vous le 28/11 vers 13h00, sans rendez-vous : MMG d'essai."),
        (Meeting.UNBOOKED, "Passage prévu le 28/11 vers 13h00 : MMG d'essai."),
        (
            Meeting.ON_TOP,
            "Prévu le 28/11 vers 13h00, si le lieu confirme pouvoir vous prendre : MMG d'essai.",
        ),
        (Meeting.VISIT, "Le soignant est attendu le 28/11 vers 13h00 : MMG d'essai."),
        (Meeting.REMOTE, "Téléconsultation prévue le 28/11 à 13h00 : MMG d'essai."),
        (
            Meeting.REMOTE_HELPED,
            "Téléconsultation, avec une aide sur place, prévue le 28/11 à 13h00 : MMG d'essai.",
        ),
        (None, "Prévu le 28/11 à 13h00 : MMG d'essai."),
    ],
)
def test_an_sms_promises_no_more_than_how_one_is_received(meeting: Meeting | None, said: str):
    assert sms_of(replace(NOTICE, meeting=meeting)).startswith(said)


def test_an_sms_to_who_calls_to_be_fetched_home_tells_no_hour_of_it():
    said = sms_of(replace(BOOKED, calls_home=True))
    assert "Pour le retour : rappelez quand vous sortez." in said
    assert "14h00" not in said


def test_an_sms_tells_the_day_of_a_way_home_after_midnight():
    late = replace(BOOKED, care_at=NOON + 10 * HOUR, home_at=NOON + 12 * HOUR)
    assert "Retour prévu le 29/11 vers 01h00." in sms_of(late)


@pytest.mark.parametrize(
    ("hour", "said"),
    [(0, "02h30 (heure d'été)"), (1, "02h30 (heure d'hiver)"), (2, "03h30 :")],
)
def test_an_sms_tells_which_hour_it_is_the_night_when_one_comes_twice(hour: int, said: str):
    at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    assert said in sms_of(replace(BOOKED, care_at=at))


def test_an_sms_says_that_it_replaces_what_was_told_before():
    said = sms_of(replace(BOOKED, replaces=True))
    assert said.startswith(
        "Changement : ceci remplace ce qui vous a été annoncé. Rendez-vous le 28/11 à 13h00"
    )


def test_an_sms_says_what_is_cancelled():
    assert sms_of(CANCELLED) == (
        "Annulé : ce qui était prévu le 28/11 à 13h00 (MMG d'essai), soins et trajets. "
        "Si votre état change : appelez le 15."
    )


@pytest.mark.parametrize(("way", "said"), [(LegKind.OUTWARD, "aller"), (LegKind.RETURN, "retour")])
def test_an_sms_tells_what_changes_of_a_ride(way: LegKind, said: str):
    notice = RideNotice(
        notice_id="case-1:1~2/return/patient",
        way=way,
        mode=Mode.TAXI,
        pickup_at=NOON,
        arrives_at=NOON + HOUR,
        language=None,
    )
    assert sms_of(notice) == (
        f"Votre {said} change : départ prévu le 28/11 à 13h00 en taxi, arrivée vers 14h00. "
        "Le transporteur doit encore confirmer. Si votre état change : appelez le 15."
    )


async def test_a_gateway_of_sms_is_given_a_number_and_a_text():
    recipient = Recipient()
    courier = replace(
        courier_to(recipient), others=Address(url="http://essai/sms"), write=sms_letter_of
    )
    sms = replace(message(body=NOTICE), channel=Channel.PATIENT, recipient="+33600000000")
    await courier.deliver(sms)
    (letter,) = recipient.effects.values()
    assert set(letter) == {"message_id", "to", "text"}
    assert letter["to"] == "+33600000000"
