"""The regulator's own choice: what stands against it, what it costs more."""

from dataclasses import replace
from html import unescape

import pytest

from adapters.territory.cells import Cell
from adapters.territory.territory import Commune, Density
from regulation.effecteurs import Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.places import CommuneCode
from services.console.own_choice import (
    UNKNOWN,
    Wish,
    effecteurs_like,
    read_wish,
    vehicles_like,
)
from services.ground import Ground
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


TOWN = CommuneCode("31555")
GROUND = Ground(
    cells=tuple(
        Cell(
            rings=(),
            commune=Commune(
                code=CommuneCode(code),
                name=name,
                population=1,
                postal_codes=(),
                position=PLACES[MMG_ID].position,
                area_km2=1,
                density=Density.DENSE,
            ),
        )
        for code, name in ((TOWN, "Saint-Orens"), ("31001", "Loin"))
    )
)


def suggested(typed: str, *places: Effecteur) -> list[str]:
    there = {one.effecteur_id: one for one in places}
    return effecteurs_like(typed, replace(offer(), effecteurs=there), GROUND)


def a_place(number: str, kind: EffecteurKind, name: str, commune: str = TOWN) -> Effecteur:
    return replace(
        PLACES[MMG_ID],
        effecteur_id=Identifier.parse(f"LOCAL:{number}"),
        kind=kind,
        name=name,
        commune=CommuneCode(commune),
    )


HOSPITAL = a_place("ch", EffecteurKind.ED, "HOPITAL PURPAN")
CENTRE_OF_CARE = a_place("cds", EffecteurKind.CDS, "La Passerelle", "31001")
ON_DUTY = a_place("mmg", EffecteurKind.MMG, "Permanence du soir")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("urgences", "HOPITAL PURPAN (Urgences, Saint-Orens) [LOCAL:ch]"),
        ("hôpital st orens", "HOPITAL PURPAN (Urgences, Saint-Orens) [LOCAL:ch]"),
        ("cds", "La Passerelle (Centre de santé, Loin) [LOCAL:cds]"),
        ("mmg", "Permanence du soir (Maison médicale de garde, Saint-Orens) [LOCAL:mmg]"),
        (
            "maison médicale",
            "Permanence du soir (Maison médicale de garde, Saint-Orens) [LOCAL:mmg]",
        ),
        ("passerelle loin", "La Passerelle (Centre de santé, Loin) [LOCAL:cds]"),
    ],
)
def test_places_are_suggested_by_their_name_their_kind_and_their_commune(typed, found):
    assert suggested(typed, HOSPITAL, CENTRE_OF_CARE, ON_DUTY) == [found]


def test_what_is_suggested_is_read_back_as_that_place():
    (only,) = suggested("urgences", HOSPITAL, CENTRE_OF_CARE)
    assert read_wish(only, "") == Wish(effecteur_id=HOSPITAL.effecteur_id)


def test_a_place_named_so_comes_before_those_of_that_kind():
    named = a_place("cabinet", EffecteurKind.CABINET, "Cabinet des Urgences du quotidien")
    assert suggested("urgences", HOSPITAL, named)[0].startswith(named.name)


def test_a_place_of_no_known_commune_is_suggested_by_its_kind():
    away = a_place("loin", EffecteurKind.ED, "Purpan", "99999")
    assert suggested("urgences", away) == ["Purpan (Urgences) [LOCAL:loin]"]


def test_nothing_typed_suggests_nothing():
    assert suggested("", HOSPITAL) == []
    assert vehicles_like("tax", (VSL, TAXI)) == ["TAXI-1"]
    assert vehicles_like("", (VSL, TAXI)) == []
