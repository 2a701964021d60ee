"""What an answer rests on is told in words; the code of a rule is for those who keep it."""

import re
from pathlib import Path

import pytest
from markupsafe import Markup, escape

from regulation import eligibility
from regulation.eligibility import Exclusion
from regulation.lexicon import LEFT_OUT
from services.console.grounds import EXAMPLES, left_out, terms_told, without_code
from tests.unit.services.console.screens import Screen
from tests.worlds import MMG_AT_14, MMG_ID, PHARMACY_ID, TinyWorld, offer


def excluded(reason: str, rule_id: str = "ELIG-AGE", place: object = MMG_ID) -> Exclusion:
    return Exclusion(effecteur_id=place, rule_id=rule_id, reason=reason, source="essai")  # type: ignore[arg-type]


def test_places_left_out_for_one_reason_are_told_by_it_once():
    found = list(left_out([excluded("fermé"), excluded("fermé", place=PHARMACY_ID)], offer()))
    assert [(one.count, one.words) for one in found] == [(2, "fermé")]
    assert found[0].examples == (("MMG du Nord", ""), ("Pharmacie du Sud", ""))


def test_places_left_out_by_one_rule_for_reasons_of_their_own_keep_each_its_own():
    apart = [excluded("pas avant 6 ans"), excluded("pas avant 18 ans", place=PHARMACY_ID)]
    (found,) = left_out(apart, offer())
    assert found.words == LEFT_OUT["ELIG-AGE"]
    assert [reason for _, reason in found.examples] == ["pas avant 6 ans", "pas avant 18 ans"]


def test_a_rule_nobody_named_is_still_told_in_words():
    apart = [excluded("un", "LOCALE-1"), excluded("deux", "LOCALE-1")]
    (found,) = left_out(apart, offer())
    assert found.words == "à chacun sa raison"


def test_the_rarest_reason_comes_first_and_few_places_are_named():
    many = [excluded("fermé")] * (EXAMPLES + 3)
    found = list(left_out([*many, excluded("loin", "ELIG-VISITE")], offer()))
    assert [one.count for one in found] == [1, EXAMPLES + 3]
    assert len(found[1].examples) == EXAMPLES


def test_each_way_of_leaving_a_place_out_has_its_words():
    source = Path(eligibility.__file__).read_text(encoding="utf-8")
    assert set(re.findall(r"ELIG-[A-Z-]+", source)) == set(LEFT_OUT)


def test_a_sentence_is_told_without_the_code_of_its_rule_which_a_pointer_shows():
    told = without_code("Un mineur ne voyage jamais seul. [ACC-MINEUR]")
    assert told == '<span title="règle ACC-MINEUR">Un mineur ne voyage jamais seul.</span>'


@pytest.mark.parametrize("text", ["Sans code", "Prévoir [un fauteuil]", "Dossier [A]"])
def test_a_sentence_that_cites_no_rule_is_left_as_it_is(text: str):
    assert without_code(text) == text


def test_what_a_sentence_holds_is_never_markup():
    told = without_code("<b>gras</b> [ACC-MINEUR]")
    assert isinstance(told, Markup)
    assert str(escape("<b>gras</b>")) in told


def test_what_a_proposal_weighed_is_told_in_words_and_units():
    weighed = {
        "late_min": 70,
        "delay_s": 1800,
        "own_pay_cents": 1250,
        "missed_pharmacy": 500,
        "fleet_m": 12_340,
        "beyond_agenda": 1,
        "stale_source": 0,
    }
    assert list(terms_told(weighed)) == [
        ("retard", "1 h 10"),
        ("attente du soin", "30 min"),
        ("reste à charge", "12,50 €"),
        ("pharmacie manquée", "50 %"),
        ("chemin ajouté aux véhicules", "12,3 km"),
        ("en sus de l'agenda", "1"),
    ]


CITED_ASIDE = re.compile(r'title="règle ([A-Z0-9-]+)"')


def said(html: str) -> str:
    """What a person reads of a page."""
    return re.sub(r"<[^>]*>", "", html)


async def test_the_regulator_reads_no_code_of_a_rule(screen: Screen, world: TinyWorld):
    world.offer.publish(offer(MMG_AT_14))
    screen.fields["patient.age"] = "12"
    html = (await screen.client.post("/appel/propositions", data=screen.fields)).text
    codes = CITED_ASIDE.findall(html)
    assert {"ELIG-DISPO-INCONNUE", "ACC-MINEUR"} <= set(codes)
    assert [one for one in codes if one in said(html)] == []


async def test_a_red_flag_is_told_in_words(screen: Screen):
    screen.fields["need.priority"] = "P0"
    html = (await screen.client.post("/appel/lecture", data=screen.fields)).text
    (code,) = CITED_ASIDE.findall(html)
    assert code not in said(html)
