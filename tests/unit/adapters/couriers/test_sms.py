"""What an SMS says of a vehicle since it was asked for, in letters that every SMS holds 160 of."""

from dataclasses import replace
from itertools import product

import pytest

from adapters.couriers.sms import ToThePerson, sms_of
from regulation.disclosure import Meeting
from regulation.kernel.modes import LegKind, Mode
from tests.contract.samples import HOUR, NOON
from tests.contract.test_messages import CANCELLED, COMING, HOMEWARD, LATE, NOTICE, UNSURE

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet of 3GPP TS 23.038: with any other character, an SMS holds 70 and not 160."""

LONGEST = sms_of(
    replace(
        NOTICE,
        meeting=Meeting.ON_TOP,
        outward_mode=Mode.TAXI_TPMR,
        pickup_at=NOON - HOUR,
        replaces=True,
        calls_home=True,
    )
)
CARRIED = [mode for mode in Mode if mode is not Mode.CARE_TEAM]
EVERY: list[ToThePerson] = [
    CANCELLED,
    COMING,
    replace(COMING, mode=None),
    LATE,
    replace(LATE, way=LegKind.OUTWARD, expected_at=NOON + 12 * HOUR),
    replace(LATE, expected_at=NOON),
    UNSURE,
    replace(UNSURE, is_sought=False),
    replace(UNSURE, is_sought=None, way=LegKind.RETURN),
    *(replace(COMING, mode=mode, is_later=True) for mode in CARRIED),
    *(replace(HOMEWARD, mode=mode, way=way) for mode, way in product(CARRIED, LegKind)),
    *(
        replace(NOTICE, meeting=meeting, outward_mode=mode, pickup_at=NOON, replaces=True)
        for meeting, mode in product([*Meeting, None], CARRIED)
    ),
    replace(NOTICE, calls_home=True),
]


@pytest.mark.parametrize("notice", EVERY, ids=sms_of)
def test_every_word_of_ours_is_of_the_alphabet_of_sms_and_no_sms_is_longer_than_the_first(
    notice: ToThePerson,
):
    assert set(sms_of(notice)) <= GSM_7
    assert len(sms_of(notice)) <= len(LONGEST)


def test_an_sms_says_which_company_agreed_to_come():
    assert sms_of(COMING) == (
        "Ambulances d'essai a accepté votre aller : départ prévu le 28/11 à 13h00 en taxi adapté. "
        "Si votre état change : appelez le 15."
    )


def test_an_sms_says_that_a_company_comes_later_and_in_what_only_when_that_is_known():
    assert sms_of(replace(COMING, is_later=True, mode=None)).startswith(
        "Ambulances d'essai a accepté votre aller, plus tard que prévu : "
        "départ au plus tard le 28/11 à 13h00. "
    )


@pytest.mark.parametrize(
    ("is_sought", "said"),
    [
        (True, "Un autre véhicule est cherché."),
        (False, "Le transporteur doit encore confirmer."),
        (None, "Rappelez pour savoir qui vient."),
    ],
)
@pytest.mark.parametrize("way", [LegKind.OUTWARD, LegKind.RETURN])
def test_an_sms_says_that_a_ride_is_no_longer_agreed_to(
    said: str, way: LegKind, *, is_sought: bool | None
):
    name = "retour" if way is LegKind.RETURN else "aller"
    assert sms_of(replace(UNSURE, is_sought=is_sought, way=way)) == (
        f"Votre {name} prévu le 28/11 à 13h00 n'est plus confirmé. {said} "
        "Si votre état change : appelez le 15."
    )


@pytest.mark.parametrize(("after", "soonest"), [(1, "14h00"), (12, "le 29/11 à 01h00")])
def test_an_sms_says_when_a_late_vehicle_can_be_there_at_the_soonest(after: int, soonest: str):
    assert sms_of(replace(LATE, expected_at=NOON + after * HOUR)) == (
        "Retard : le véhicule de votre retour, prévu le 28/11 à 13h00, n'est pas attendu "
        f"avant {soonest} environ. Si votre état change : appelez le 15."
    )


def test_an_sms_says_that_a_vehicle_said_to_be_late_is_not():
    assert sms_of(replace(LATE, way=LegKind.OUTWARD, expected_at=NOON)) == (
        "Le véhicule de votre aller est de nouveau attendu le 28/11 à 13h00, comme prévu. "
        "Si votre état change : appelez le 15."
    )
