"""The regulator's own choice: what stands against it, what it costs more."""

from html import unescape

import pytest

from services.console.own_choice import (
    UNKNOWN,
    Wish,
    effecteurs_like,
    read_wish,
    vehicles_like,
)
from services.store import Store
from tests.unit.services.console.html import Elements
from tests.unit.services.console.screens import Screen, picks
from tests.worlds import MMG_ID, PLACES, SURGERY_ID, TAXI, VSL, offer


async def proposed(screen: Screen, **wish: str) -> str:
    data = {**screen.fields, **{name.replace("_", "-"): value for name, value in wish.items()}}
    return unescape((await screen.client.post("/appel/propositions", data=data)).text)


async def test_the_price_of_deviating_is_told_and_the_choice_joins_the_list(screen: Screen):
    html = await proposed(screen, mon_effecteur=f"Cabinet de l'Est [{SURGERY_ID}]")
    assert "Écart avec la première : soin 2 h 00 plus tard" in html
    last = picks(Elements(html))[-1]
    assert last["value"] == f"CONSULTATION|{SURGERY_ID}|moi"
    assert last["data-rank"] == "3"


async def test_a_place_the_rules_exclude_is_refused_with_the_rule(screen: Screen):
    screen.fields["need.code"] = "PAEDIATRIC"
    html = await proposed(screen, mon_effecteur=str(SURGERY_ID))
    assert "moi" not in [(one["value"] or "").rpartition("|")[2] for one in picks(Elements(html))]
    assert "mark late" in html


async def test_a_vehicle_that_does_not_suit_says_why(screen: Screen):
    screen.fields["mobility.oxygen"] = "true"
    html = await proposed(screen, mon_vehicule="TAXI-1")
    assert "l'état du patient demande ambulance" in html


async def test_a_vehicle_nobody_has_is_said_to_be_unknown(screen: Screen):
    assert "Véhicule inconnu" in await proposed(screen, mon_vehicule="FUSEE-1")


async def test_a_place_nobody_knows_is_said_to_be_unknown(screen: Screen):
    assert "Effecteur inconnu" in await proposed(screen, mon_effecteur="n'importe quoi")


async def test_a_red_flag_leaves_no_choice(screen: Screen):
    screen.fields["need.priority"] = "P0"
    html = await proposed(screen, mon_effecteur=str(MMG_ID))
    assert "ne laisse pas de choix" in html
    assert len(picks(Elements(html))) == 1


async def test_the_chosen_vehicle_drives(screen: Screen):
    html = await proposed(screen, mon_vehicule="TAXI-1")
    assert "taxi TAXI-1" in html


async def test_the_own_choice_is_decided_with_a_reason_only(screen: Screen, store: Store):
    html = await proposed(screen, mon_effecteur=str(SURGERY_ID))
    screen.choose(picks(Elements(html))[-1])
    wish = {"mon-effecteur": str(SURGERY_ID)}
    assert (await screen.decide(**wish)).status_code == 422
    assert (await screen.decide(**wish, motif="Connaissance du terrain")).status_code == 200
    with store.unit() as unit:
        (decision,) = unit.journal.decisions_of("appel-page")
        booked = unit.bookings.find_booking("appel-page")
    assert decision.rank == 2  # the very journey that was already proposed there
    assert booked is not None
    assert booked.effecteur_id == SURGERY_ID


@pytest.mark.parametrize(
    ("effecteur", "vehicle", "wish"),
    [
        ("", "", None),
        ("MMG du Nord [LOCAL:mmg]", "", Wish(effecteur_id=MMG_ID)),
        ("LOCAL:mmg", " VSL-1 ", Wish(effecteur_id=MMG_ID, vehicle_id="VSL-1")),
        ("Dr House", "", Wish(effecteur_id=UNKNOWN)),
    ],
)
def test_a_wish_is_read_as_it_is_typed(effecteur, vehicle, wish):
    assert read_wish(effecteur, vehicle) == wish


def test_names_are_suggested_by_their_words():
    assert effecteurs_like("nord mmg", offer()) == [f"{PLACES[MMG_ID].name} [{MMG_ID}]"]
    assert effecteurs_like("", offer()) == []
    assert vehicles_like("tax", (VSL, TAXI)) == ["TAXI-1"]
    assert vehicles_like("", (VSL, TAXI)) == []
