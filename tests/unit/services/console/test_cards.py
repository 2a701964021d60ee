"""One key an answer: cards fill the form so that the rules have no question left."""

import pytest

from adapters.rulebook.reader import load_rulebook
from regulation.questionnaire import FAMILY, answers_filled
from regulation.rules import RuleBook
from services.console.cards import CARDS, CARDS_OF, MEANS, MOVING, NO_KEY, RIDE, Card
from services.console.fields import FIELDS
from services.console.form import BETWEEN, read_answers
from services.console.reading import read_call
from tests.worlds import NOON


@pytest.fixture(scope="module")
def rulebook() -> RuleBook:
    return load_rulebook()


def ticked(card: Card, filled: dict[str, str], keys: str) -> dict[str, str]:
    """What the page does with the keys of an answer."""
    options = [one for one in card.options if one.key in keys]
    told = dict(filled)
    if card.many and NO_KEY not in keys and "?" not in keys:
        none = next(one for one in card.options if one.key == NO_KEY)
        told |= {name: value for name, value in none.fills.items() if value == "false"}
    for one in options:
        for name, value in one.fills.items():
            held = told.get(name, "") if card.many and FIELDS[name].kind == "set" else ""
            told[name] = BETWEEN.join(filter(None, (held, value)))
    return told


def asked(rulebook: RuleBook, age: str, **answers: str) -> tuple[dict[str, str], list[str]]:
    """Answer each card as told, `n` or `?` to the others; return the form and the cards."""
    filled, cards = {"patient.age": age}, []
    while (card := read_call(filled, rulebook, NOON).next_card) is not None:
        usual = NO_KEY if any(one.key == NO_KEY for one in card.options) else "?"
        filled = ticked(card, filled, answers.get(card.card_id.replace("-", "_"), usual))
        cards.append(card.card_id)
        assert len(cards) < 20, cards
    return filled, cards


def test_every_question_of_the_rules_has_its_cards(rulebook: RuleBook):
    for question in rulebook.family(FAMILY, NOON):
        wanted = {f"mobility.{name}" for name in answers_filled(question)} - {"mobility.age"}
        filled = {name for card in CARDS_OF.get(question.rule.rule_id, ()) for name in card.fills}
        assert wanted <= filled, question.rule.rule_id


def test_every_answer_of_a_card_is_admitted():
    for card in CARDS:
        for option in card.options:
            assert set(option.fills) <= set(FIELDS)
            told = {"patient.age": "40", **option.fills}
            known = read_answers(told)
            assert known != read_answers({"patient.age": "40"}), (card.card_id, option.key)


def test_keys_of_a_card_are_distinct():
    for card in CARDS:
        keys = [one.key for one in card.options]
        assert len(keys) == len(set(keys)), card.card_id


def test_a_clear_case_is_settled_in_a_few_keys(rulebook: RuleBook):
    filled, cards = asked(rulebook, "34", deplacement="1", moyens="1")
    assert cards == ["deplacement", "trajet", "deficience", "motif", "moyens"]
    reading = read_call(filled, rulebook, NOON)
    assert reading.way == "Moyens personnels ou transports en commun"


def test_somebody_carried_is_asked_no_more_about_aids(rulebook: RuleBook):
    filled, cards = asked(rulebook, "88", deplacement="7")
    assert cards == ["deplacement", "trajet", "motif", "hospitalise"]
    assert read_call(filled, rulebook, NOON).way == "Ambulance"


def test_an_escort_is_asked_for_once_there_is_a_car_to_drive(rulebook: RuleBook):
    _, cards = asked(rulebook, "0.5", deplacement="3", aide="n", moyens="1", accompagnant="o")
    assert cards[-2:] == ["moyens", "accompagnant"]


def test_nothing_known_still_ends_and_says_so(rulebook: RuleBook):
    unknown = {card.card_id.replace("-", "_"): "?" for card in CARDS}
    filled, _ = asked(rulebook, "79", **unknown)
    reading = read_call(filled, rulebook, NOON)
    assert reading.way == "Transport à établir"
    assert reading.paid == "unknown"


def test_several_things_ticked_leave_the_others_denied():
    filled = ticked(RIDE, {}, "23")
    answers = read_answers(filled)
    assert (answers.qualified_supervision, answers.oxygen) == (True, True)
    assert (answers.smur_team_needed, answers.asepsis) == (False, False)


def test_answers_are_recalled_in_the_words_of_the_card(rulebook: RuleBook):
    filled, _ = asked(rulebook, "72", deplacement="4", aide="o", etage="2", ascenseur="o")
    said = [one.said for one in read_call(filled, rulebook, NOON).recalled]
    assert said[:3] == ["Avec un professionnel", "canne : oui", "trajet : rien de cela"]
    assert "étage : 2" in said


def test_an_answer_given_elsewhere_is_recalled_too(rulebook: RuleBook):
    filled = {"patient.age": "40", "mobility.home.floor": "14", "mobility.oxygen": "true"}
    said = [one.said for one in read_call(filled, rulebook, NOON).recalled]
    assert said == ["trajet : oxygène", "étage : étage du domicile : 14"]


def test_a_wrong_answer_counts_as_not_given_while_typing():
    answers = read_answers(
        {
            "patient.age": "40",
            "mobility.home.floor": "haut",
            "mobility.home.lift": "true",
            "mobility.impairments": "motor,magic",
            "mobility.stays_in_wheelchair": "true",
            "mobility.uses_wheelchair": "false",
        }
    )
    assert answers.home.floor is None
    assert answers.home.lift is True
    assert answers.impairments is None
    assert answers.uses_wheelchair is None


def test_means_are_no_question_of_the_rules():
    assert MEANS.card_id not in {card.card_id for cards in CARDS_OF.values() for card in cards}
    assert MOVING.card_id == "deplacement"
