"""What is said in few words, of what the rules say at length."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.entitlement import Document, Funding, FundingPayer
from regulation.kernel.time import TimeWindow
from regulation.marketplace import slot_id_of
from regulation.offers import Booking
from regulation.proposals import ProposalKind, ProposedSlot
from services.console.saying import say_paid, say_proposal, sum_up
from services.console.words import said_clock
from tests.contract.samples import PROPOSAL
from tests.unit.services.console.screens import Screen
from tests.worlds import MINUTE, NOON

AT_LENGTH = "une phrase de six lignes, que l'on déplie"


def funding(
    *,
    covered: bool | None,
    payer: FundingPayer = FundingPayer.NONE,
    document: Document = Document.NONE,
    percent: int | None = None,
    percent_at_most: int | None = None,
) -> Funding:
    return Funding(
        covered=covered,
        payer=payer,
        document=document,
        sentence=AT_LENGTH,
        fired=(),
        percent=percent,
        percent_at_most=percent_at_most,
    )


CPAM, SITE = FundingPayer.CPAM, FundingPayer.ETABLISSEMENT
PRESCRIBED, AGREED = Document.PRESCRIPTION_TRANSPORT, Document.DAP


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (funding(covered=None), "Prise en charge à établir."),
        (funding(covered=False), "Transport non pris en charge."),
        (
            funding(covered=True, payer=CPAM, document=PRESCRIBED, percent=55, percent_at_most=100),
            "Pris en charge à 55 % au moins, sur prescription.",
        ),
        (
            funding(covered=True, payer=CPAM, document=AGREED, percent=100, percent_at_most=100),
            "Pris en charge à 100 %, sur accord préalable.",
        ),
        (
            funding(covered=True, payer=CPAM, document=Document.CONVOCATION, percent=100),
            "Pris en charge à 100 %, sur convocation.",
        ),
        (
            funding(covered=True, payer=SITE, document=PRESCRIBED),
            "Pris en charge par l'établissement, sur prescription.",
        ),
    ],
)
def test_who_pays_is_said_in_a_few_words(told: Funding, said: str):
    assert sum_up(told) == said


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            funding(covered=True, payer=CPAM, document=PRESCRIBED, percent=55, percent_at_most=55),
            "Le transport est pris en charge à 55 %, sur prescription.",
        ),
        (
            funding(covered=True, payer=CPAM, document=AGREED, percent=100, percent_at_most=100),
            "Le transport est pris en charge à 100 %, sur accord préalable.",
        ),
        (
            funding(covered=True, payer=SITE),
            "Le transport est pris en charge par l'établissement.",
        ),
        (funding(covered=False), "Le transport n'est pas remboursé."),
    ],
)
def test_the_caller_is_told_how_much_of_the_transport_is_paid_and_on_which_paper(
    told: Funding, said: str
):
    assert say_paid(told) == said


def slot(booking: Booking) -> ProposedSlot:
    assert PROPOSAL.slot is not None
    return replace(PROPOSAL.slot, booking=booking)


ACCEPTED = replace(slot(Booking.ROUTINE), slot_id=slot_id_of("appel-1/cpts"))


@pytest.mark.parametrize(
    ("kind", "way_in", "said"),
    [
        (ProposalKind.CONSULTATION, slot(Booking.ROUTINE), "On demande pour vous un rendez-vous"),
        (ProposalKind.CONSULTATION, ACCEPTED, "Vous avez rendez-vous"),
        (ProposalKind.CONSULTATION, slot(Booking.WALKIN), "Présentez-vous"),
        (ProposalKind.CONSULTATION, slot(Booking.PHONE), "On demande s'ils peuvent vous prendre"),
        (ProposalKind.CONSULTATION, None, "Présentez-vous"),
        (ProposalKind.ED, None, "On vous oriente vers les urgences"),
        (ProposalKind.HOME_VISIT, None, "On demande qu'un soignant passe chez vous"),
        (ProposalKind.TELECONSULTATION, None, "On demande pour vous une téléconsultation"),
        (ProposalKind.ASSISTED_TELECONSULTATION, None, "On demande pour vous une téléconsultation"),
    ],
)
def test_the_caller_is_promised_no_place_that_has_not_agreed(
    kind: ProposalKind, way_in: ProposedSlot | None, said: str
):
    proposal = replace(PROPOSAL, kind=kind, slot=way_in)
    assert say_proposal(proposal, NOON).startswith(said)


def test_the_caller_is_promised_no_vehicle_before_its_company_confirms():
    said = say_proposal(PROPOSAL, NOON)
    assert "doit venir vous chercher" in said
    assert "si le transporteur confirme" in said


def test_the_caller_is_told_the_day_of_a_way_there_that_is_not_that_of_care():
    night = NOON + timedelta(hours=11, minutes=15)
    there = replace(PROPOSAL.legs[0], pickup_at=night - timedelta(minutes=45))
    home = replace(PROPOSAL.legs[1], dropoff_at=night + timedelta(hours=1), will_call=False)
    care = TimeWindow(night, night + timedelta(minutes=20))
    said = say_proposal(replace(PROPOSAL, care=care, legs=(there, home)), NOON)
    plain = said.replace("\N{NO-BREAK SPACE}", " ")
    assert "rendez-vous demain à 0 h 15" in plain
    assert "vous chercher aujourd'hui à 23 h 30" in plain
    assert "chez vous vers 1 h 15" in plain


async def test_the_reasons_of_who_pays_are_folded_behind_the_few_words(screen: Screen):
    shown = (await screen.client.post("/appel/lecture", data=screen.fields)).text
    folded = re.search(r'<details class="payer">(.*?)</details>', shown, re.DOTALL)
    assert folded is not None
    summary, _, behind = folded[1].partition("</summary>")
    assert "Transport non pris en charge." in summary
    assert "une consultation ordinaire" not in summary
    assert "une consultation ordinaire" in behind


async def test_nothing_is_to_confirm_by_a_doctor_before_anything_is_told(screen: Screen):
    assert "à confirmer par un médecin" not in (await screen.client.get("/")).text
    screen.fields["mobility.oxygen"] = "unknown"
    told = (await screen.client.post("/appel/lecture", data=screen.fields)).text
    assert "à confirmer par un médecin" in told


def test_a_time_to_be_read_aloud_is_not_cut_at_the_end_of_a_line():
    assert said_clock(NOON + 5 * MINUTE).split(" ") == ["13\xa0h\xa005"]
    assert said_clock(NOON + timedelta(hours=1)) == "14\xa0heures"


async def test_while_a_red_flag_stands_nobody_is_told_how_to_come(screen: Screen):
    screen.fields["need.priority"] = "P0"
    told = (await screen.client.post("/appel/lecture", data=screen.fields)).text
    assert "à l'aide médicale urgente d'en décider" in html.unescape(told)
    assert "Restez en ligne" in told
    assert "vous accompagner" not in told
    screen.fields["need.priority"] = "P2"
    assert (
        "vous accompagner" in (await screen.client.post("/appel/lecture", data=screen.fields)).text
    )


@pytest.mark.parametrize(
    ("car", "transit", "said"),
    [
        ("true", "false", "Vous pouvez venir par vos propres moyens."),
        ("false", "true", "Vous pouvez venir par vos propres moyens."),
        ("false", "false", "Votre état ne demande pas de transport sanitaire."),
        ("unknown", "unknown", "par vos propres moyens, si vous en avez."),
        ("", "false", "par vos propres moyens, si vous en avez."),
    ],
)
async def test_who_has_no_means_is_not_told_to_come_by_their_own(
    screen: Screen, car: str, transit: str, said: str
):
    screen.fields |= {"mobility.autonomy": "alone", "mobility.walking_aid": "false"}
    screen.fields["mobility.impairments"] = "none"
    screen.fields["mobility.own_vehicle_available"] = car
    screen.fields["mobility.public_transport_possible"] = transit
    told = (await screen.client.post("/appel/lecture", data=screen.fields)).text
    assert said in html.unescape(told)


@pytest.mark.parametrize(
    ("companion", "said"),
    [
        ("true", "Vous pouvez venir par vos propres moyens."),
        ("false", "Votre état ne demande pas de transport sanitaire."),
        ("unknown", "par vos propres moyens, si vous en avez."),
    ],
)
async def test_a_car_is_no_means_for_a_child_whom_nobody_drives(
    screen: Screen, companion: str, said: str
):
    screen.fields |= {"patient.age": "10", "mobility.autonomy": "alone"}
    screen.fields |= {"mobility.walking_aid": "false", "mobility.impairments": "none"}
    screen.fields |= {"mobility.own_vehicle_available": "true"}
    screen.fields["mobility.companion_available"] = companion
    told = (await screen.client.post("/appel/lecture", data=screen.fields)).text
    assert said in html.unescape(told)
