"""Premises against needs: four values for each, and unknown is never turned into another."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.effecteurs import Accessibility, Accessible
from regulation.kernel.observed import Observed
from regulation.premises import FIELDS, NAMES, PremisesFacts, premises_rules
from tests.unit.regulation.worlds import NOON, rules, rules_without

OK, HELP, NO, UNKNOWN = Accessible
SCHEMA = Path(__file__).parents[4] / "shared/data/interop/acceslibre"
HEALTH_FIELDS = {
    "accueil_salle_consultation_accessible",
    "accueil_soignant_experience",
    "accueil_prise_en_charge_patients",
}
"""Added to Acceslibre in May 2026, not exported yet."""
DAY = timedelta(days=1)
LEVEL = {"entree_plain_pied": True}
STEPS = {"entree_plain_pied": False, "entree_marches": 3, "entree_ascenseur": False}
STEPPED = {**STEPS, "entree_marches_rampe": "aucune", "entree_aide_humaine": False}
PATH = {"cheminement_ext_presence": True}
INNER = {**LEVEL, "accueil_cheminement_plain_pied": False}
flags = st.sampled_from([True, False])
ramps = st.sampled_from(["aucune", "amovible", "fixe"])
ANSWERS = {
    "cheminement_ext_presence": flags,
    "cheminement_ext_plain_pied": flags,
    "cheminement_ext_ascenseur": flags,
    "cheminement_ext_rampe": ramps,
    "cheminement_ext_terrain_stable": flags,
    "entree_plain_pied": flags,
    "entree_marches": st.sampled_from([0, 1, 4]),
    "entree_marches_rampe": ramps,
    "entree_ascenseur": flags,
    "entree_aide_humaine": flags,
    "entree_largeur_mini": st.sampled_from([70, 80, 90]),
    "entree_reperage": flags,
    "entree_balise_sonore": flags,
    "cheminement_ext_bande_guidage": flags,
    "accueil_cheminement_plain_pied": flags,
    "accueil_cheminement_ascenseur": flags,
    "accueil_cheminement_rampe": ramps,
    "accueil_retrecissement": flags,
    "accueil_personnels": st.sampled_from(["aucun", "non-formés", "formés"]),
    "accueil_salle_consultation_accessible": flags,
    "sanitaires_adaptes": flags,
    "stationnement_pmr": flags,
    "stationnement_ext_pmr": flags,
    "accueil_equipements_malentendants": st.sampled_from([(), ("bim",)]),
    "accueil_prise_en_charge_patients": st.sampled_from([(), ("materiel_auscultation",)]),
}
told = st.fixed_dictionaries({}, optional=ANSWERS)
needs = st.sampled_from(sorted(NAMES))
WHEELCHAIR = frozenset({"STEP_FREE", "WIDTH_80", "PMR_PARKING"})
STAYS_IN_IT = WHEELCHAIR | {"ADAPTED_TOILET", "TRANSFER_HELP"}
WALKER, STRETCHER = frozenset({"STEP_FREE"}), frozenset({"STRETCHER_ACCESS"})


def verdict(need, fields, having=None, book=None):
    """Verdict of a need of somebody who has these needs, or this one alone."""
    asked = frozenset({need}) if having is None else having
    return premises_rules(book or rules(), NOON).verdict(need, asked, fields)[0]


@pytest.mark.parametrize(
    ("need", "fields", "expected"),
    [
        ("STEP_FREE", {}, UNKNOWN),
        ("STEP_FREE", LEVEL, OK),
        ("STEP_FREE", {"entree_pmr": True, **STEPPED}, OK),
        ("STEP_FREE", {**STEPPED, "entree_marches_rampe": "fixe"}, OK),
        ("STEP_FREE", {**STEPPED, "entree_marches_rampe": "amovible"}, HELP),
        ("STEP_FREE", {**STEPPED, "entree_ascenseur": True}, OK),
        ("STEP_FREE", {**STEPPED, "entree_aide_humaine": True}, HELP),
        ("STEP_FREE", {**STEPPED, "entree_marches": 1}, OK),
        ("STEP_FREE", STEPPED, NO),
        ("STEP_FREE", {**LEVEL, **PATH}, UNKNOWN),
        ("STEP_FREE", {**LEVEL, **PATH, "cheminement_ext_plain_pied": True}, OK),
        ("STEP_FREE", {**LEVEL, **PATH, "cheminement_ext_ascenseur": True}, OK),
        ("STEP_FREE", {**LEVEL, **PATH, "cheminement_ext_rampe": "amovible"}, HELP),
        (
            "STEP_FREE",
            {
                **LEVEL,
                **PATH,
                "cheminement_ext_plain_pied": False,
                "cheminement_ext_ascenseur": False,
                "cheminement_ext_rampe": "aucune",
                "cheminement_ext_nombre_marches": 4,
            },
            NO,
        ),
        ("STEP_FREE", {**LEVEL, **PATH, "cheminement_ext_terrain_stable": False}, NO),
        ("STEP_FREE", {**LEVEL, **PATH, "cheminement_ext_retrecissement": True}, NO),
        ("STEP_FREE", {**LEVEL, **PATH, "cheminement_ext_devers": "important"}, NO),
        (
            "STEP_FREE",
            {
                **LEVEL,
                **PATH,
                "cheminement_ext_plain_pied": True,
                "cheminement_ext_pente_presence": True,
                "cheminement_ext_pente_degre_difficulte": "légère",
            },
            OK,
        ),
        (
            "STEP_FREE",
            {
                **LEVEL,
                **PATH,
                "cheminement_ext_plain_pied": True,
                "cheminement_ext_pente_presence": True,
                "cheminement_ext_pente_degre_difficulte": "importante",
            },
            NO,
        ),
        ("STEP_FREE", {**LEVEL, "accueil_retrecissement": True}, NO),
        ("STEP_FREE", INNER, UNKNOWN),
        ("STEP_FREE", {**INNER, "accueil_cheminement_ascenseur": True}, OK),
        ("STEP_FREE", {**INNER, "accueil_cheminement_rampe": "fixe"}, OK),
        (
            "STEP_FREE",
            {
                **INNER,
                "accueil_cheminement_ascenseur": False,
                "accueil_cheminement_rampe": "aucune",
                "accueil_cheminement_nombre_marches": 4,
            },
            NO,
        ),
        ("WIDTH_80", {}, UNKNOWN),
        ("WIDTH_80", {"entree_largeur_mini": 79}, NO),
        ("WIDTH_80", {"entree_largeur_mini": 80}, OK),
        ("WIDTH_80", {"entree_largeur_mini": 70, "entree_pmr": True}, OK),
        ("PMR_PARKING", {}, UNKNOWN),
        ("PMR_PARKING", {"stationnement_pmr": False}, UNKNOWN),
        ("PMR_PARKING", {"stationnement_pmr": False, "stationnement_ext_pmr": True}, OK),
        ("PMR_PARKING", {"stationnement_pmr": False, "stationnement_ext_pmr": False}, NO),
        ("ADAPTED_TOILET", {}, UNKNOWN),
        ("ADAPTED_TOILET", {"sanitaires_adaptes": True}, OK),
        ("ADAPTED_TOILET", {"sanitaires_adaptes": False}, NO),
        ("VISUAL", {}, UNKNOWN),
        ("VISUAL", {"entree_reperage": True}, OK),
        (
            "VISUAL",
            {
                "entree_reperage": False,
                "entree_balise_sonore": False,
                "cheminement_ext_bande_guidage": False,
                "entree_aide_humaine": False,
            },
            NO,
        ),
        ("VISUAL", {"entree_reperage": False, "entree_aide_humaine": True}, HELP),
        ("HEARING", {}, UNKNOWN),
        ("HEARING", {"accueil_equipements_malentendants": ("lsf",)}, OK),
        ("HEARING", {"accueil_equipements_malentendants": ("autres",)}, HELP),
        ("HEARING", {"accueil_equipements_malentendants": ()}, NO),
        ("HEARING", {"accueil_equipements_malentendants_presence": False}, NO),
        ("ADAPTED_TOILET", {"sanitaires_presence": False}, NO),
        ("VISUAL", {"entree_vitree_vitrophanie": True}, OK),
        ("VISUAL", {"entree_balise_sonore": True}, OK),
        ("VISUAL", {"cheminement_ext_bande_guidage": True}, OK),
        ("STEP_FREE", {**LEVEL, **PATH, "cheminement_ext_rampe": "fixe"}, OK),
        ("STEP_FREE", {**LEVEL, "cheminement_ext_presence": False}, OK),
        ("STEP_FREE", {**INNER, "accueil_cheminement_rampe": "amovible"}, HELP),
        ("STEP_FREE", {**LEVEL, "accueil_cheminement_plain_pied": True}, OK),
        ("TRAINED_STAFF", {}, UNKNOWN),
        ("TRAINED_STAFF", {"accueil_personnels": "formés"}, OK),
        ("TRAINED_STAFF", {"accueil_personnels": "non-formés"}, HELP),
        ("TRAINED_STAFF", {"accueil_personnels": "aucun"}, NO),
        ("BARIATRIC_EQUIPMENT", {}, UNKNOWN),
        (
            "BARIATRIC_EQUIPMENT",
            {"accueil_prise_en_charge_patients": ("materiel_auscultation",)},
            OK,
        ),
        ("BARIATRIC_EQUIPMENT", {"accueil_prise_en_charge_patients": ("organisation",)}, NO),
        ("TRANSFER_HELP", {}, UNKNOWN),
        ("TRANSFER_HELP", {"accueil_salle_consultation_accessible": True}, OK),
        ("TRANSFER_HELP", {"entree_aide_humaine": True}, HELP),
        (
            "TRANSFER_HELP",
            {"accueil_salle_consultation_accessible": False, "entree_aide_humaine": False},
            NO,
        ),
        ("STRETCHER_ACCESS", LEVEL, UNKNOWN),
        ("STRETCHER_ACCESS", {**LEVEL, "entree_largeur_mini": 90}, OK),
        ("STRETCHER_ACCESS", {**LEVEL, "entree_largeur_mini": 70}, NO),
    ],
)
def test_each_need_has_its_own_verdict(need, fields, expected):
    assert verdict(need, fields) is expected


ONE_STEP = {"entree_marches": 1}
LOW_STAIRS = {
    "entree_marches": {**STEPPED},
    "cheminement_ext_nombre_marches": {
        **LEVEL,
        **PATH,
        "cheminement_ext_plain_pied": False,
        "cheminement_ext_ascenseur": False,
        "cheminement_ext_rampe": "aucune",
    },
    "accueil_cheminement_nombre_marches": {
        **INNER,
        "accueil_cheminement_ascenseur": False,
        "accueil_cheminement_rampe": "aucune",
    },
}


@pytest.mark.parametrize("steps", LOW_STAIRS)
@pytest.mark.parametrize(("number", "expected"), [(1, OK), (2, NO), (None, UNKNOWN)])
def test_whoever_walks_with_difficulty_takes_one_step_and_no_more(steps, number, expected):
    fields = {name: one for name, one in LOW_STAIRS[steps].items() if name != steps}
    told_of = fields if number is None else {**fields, steps: number}
    assert verdict("STEP_FREE", told_of, WALKER) is expected


@pytest.mark.parametrize(
    ("need", "having", "expected"),
    [
        ("STEP_FREE", WHEELCHAIR, HELP),
        ("STEP_FREE", STAYS_IN_IT, NO),
        ("STRETCHER_ACCESS", STRETCHER, HELP),
    ],
    ids=["folded wheelchair", "wheelchair one stays in", "stretcher"],
)
def test_one_step_at_the_door_is_a_help_or_a_no_on_wheels(need, having, expected):
    fields = {**STEPPED, **ONE_STEP, "entree_largeur_mini": 90}
    assert verdict(need, fields, having) is expected


def test_one_step_on_the_way_is_a_no_on_wheels():
    for steps in ("cheminement_ext_nombre_marches", "accueil_cheminement_nombre_marches"):
        assert verdict("STEP_FREE", {**LOW_STAIRS[steps], steps: 1}, WHEELCHAIR) is NO


@pytest.mark.parametrize("need", sorted(NAMES))
def test_of_premises_nobody_described_nothing_is_known(need):
    assert verdict(need, {}) is UNKNOWN


@pytest.mark.parametrize("need", sorted(NAMES))
def test_of_fields_that_say_nothing_of_the_need_nothing_is_known(need):
    assert verdict(need, {"transport_station_presence": True}) is UNKNOWN


def test_a_part_that_no_rule_speaks_of_is_unknown():
    book = rules_without("LIEU-BARIATRIQUE")
    fields = {"accueil_prise_en_charge_patients": ("organisation",)}
    assert verdict("BARIATRIC_EQUIPMENT", fields) is NO
    assert verdict("BARIATRIC_EQUIPMENT", fields, book=book) is UNKNOWN


@given(needs, st.sampled_from([WALKER, WHEELCHAIR, STAYS_IN_IT, STRETCHER]), told, st.data())
def test_a_no_is_never_reversed_by_learning_more(need, having, fields, data):
    name = data.draw(st.sampled_from(sorted(ANSWERS)))
    learned = {name: data.draw(ANSWERS[name]), **fields}
    assert verdict(need, fields, having) is not NO or verdict(need, learned, having) is NO


@pytest.mark.parametrize(
    ("need", "closed", "learned"),
    [
        ("STEP_FREE", STEPPED, {"entree_pmr": True}),
        (
            "TRAINED_STAFF",
            {"accueil_personnels": "aucun"},
            {"accueil_soignant_experience": ("mental",)},
        ),
    ],
)
def test_but_for_what_hardly_any_place_tells(need, closed, learned):
    assert verdict(need, closed) is NO
    assert verdict(need, {**closed, **learned}) is OK


@pytest.mark.parametrize("told_of", sorted(STEPPED))
def test_an_entrance_of_which_something_is_not_told_is_not_a_no(told_of):
    fields = {name: value for name, value in STEPPED.items() if name != told_of}
    assert verdict("STEP_FREE", fields, WALKER) is UNKNOWN


def test_the_rules_may_ask_of_a_place_its_fields_their_members_and_the_needs():
    place = PremisesFacts({"entree_plain_pied": False, "accueil_x": ("bim",)}, WALKER)
    assert place.get("entree_plain_pied") is False
    assert (place.get("told.entree_plain_pied"), place.get("told.entree_pmr")) == (True, False)
    assert (place.get("needs.STEP_FREE"), place.get("needs.VISUAL")) == (True, False)
    assert (place.get("accueil_x.bim"), place.get("accueil_x.lsf")) == (True, False)
    assert place.get("entree_pmr") is place.get("entree_pmr.bim") is None
    assert dict(place) == {"entree_plain_pied": False, "accueil_x": ("bim",)}
    assert len(place) == 2
    with pytest.raises(KeyError, match="entree_pmr"):
        place["entree_pmr"]


def test_the_fields_the_rules_may_read_are_those_of_the_published_schema():
    schema = SCHEMA / "schema.json"
    if not schema.is_file():
        pytest.skip("the published schema of Acceslibre is not here (../shared)")
    published = {one["name"] for one in json.loads(schema.read_text(encoding="utf-8"))["fields"]}
    assert FIELDS - published == HEALTH_FIELDS


PREMISES = premises_rules(rules(), NOON)


def seen(days_ago):
    return Observed(Accessibility(fields=LEVEL), NOON - days_ago * DAY, "acceslibre", 100 * DAY)


@pytest.mark.parametrize(
    ("facts", "verdict", "said"),
    [
        (None, UNKNOWN, "accès sans marche : inconnu"),
        (seen(301), UNKNOWN, "accès sans marche : inconnu (acceslibre, il y a 301 j, trop ancien)"),
        (seen(300), OK, "accès sans marche : oui (acceslibre, il y a 300 j)"),
        (seen(0), OK, "accès sans marche : oui (acceslibre)"),
    ],
    ids=["never seen", "lost", "stale", "fresh"],
)
def test_a_verdict_tells_its_source_and_its_age_and_lost_facts_are_unknown(facts, verdict, said):
    judged = PREMISES.judge(WALKER, facts, NOON)["STEP_FREE"]
    assert (judged.verdict, judged.explanation) == (verdict, said)


def test_what_is_remembered_of_a_place_grows_old_with_it():
    judges = premises_rules(rules_without("LIEU-SANITAIRES"), NOON)
    place = Observed(Accessibility(fields=dict(LEVEL)), NOON, "acceslibre", 100 * DAY)
    told = [judges.judge(WALKER, place, NOON + age * DAY)["STEP_FREE"] for age in (0, 1, 301)]
    assert [one.verdict for one in told] == [OK, OK, UNKNOWN]
    assert "il y a 1 j" in told[1].explanation
    assert told[2].explanation.endswith("(acceslibre, il y a 301 j, trop ancien)")


def test_a_help_or_an_obstacle_names_its_rule():
    places: list[tuple[dict[str, Any], str]] = [
        ({**STEPPED, "entree_marches_rampe": "amovible"}, "LIEU-ENTREE-RAMPE-AMOVIBLE"),
        ({**LEVEL, "accueil_retrecissement": True}, "LIEU-ACCUEIL-ETROIT"),
    ]
    for fields, rule_id in places:
        place = Observed(Accessibility(fields=fields), NOON, "acceslibre", DAY)
        told_of = PREMISES.judge(WALKER, place, NOON)["STEP_FREE"]
        assert told_of.explanation.endswith(f"(acceslibre) [{rule_id}]")


def test_the_same_place_is_judged_once_and_another_at_its_address_again():
    judges = premises_rules(rules_without("LIEU-SANITAIRES"), NOON)
    place = Observed(Accessibility(fields=dict(LEVEL)), NOON, "acceslibre", DAY)
    first = judges.judge(WALKER, place, NOON)["STEP_FREE"]
    assert judges.judge(WALKER, place, NOON)["STEP_FREE"] is first
    assert premises_rules(rules_without("LIEU-SANITAIRES"), NOON) is judges
    assert judges.judge(WHEELCHAIR, place, NOON)["STEP_FREE"].verdict is OK


def test_what_was_judged_is_forgotten_rather_than_kept_without_end(monkeypatch):
    monkeypatch.setattr("regulation.premises.MOST_REMEMBERED", 2)
    judges = premises_rules(rules_without("LIEU-PARKING"), NOON)
    for steps in range(6):
        fields = {**STEPS, "entree_marches": steps}
        place = Observed(Accessibility(fields=fields), NOON, "acceslibre", DAY)
        expected = OK if steps <= 1 else UNKNOWN
        assert judges.judge(WALKER, place, NOON)["STEP_FREE"].verdict is expected
