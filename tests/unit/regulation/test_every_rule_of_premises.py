"""Each rule on premises, and each figure, changes the verdict of some place."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from regulation.effecteurs import Accessible
from regulation.premises import FAMILY, NAMES, PARTS, premises_rules
from tests.unit.regulation.worlds import NOON, rules, rules_without

OK, HELP, NO, UNKNOWN = Accessible
Fields = Mapping[str, bool | float | str | tuple[str, ...]]
WALKER, WHEELCHAIR = ("STEP_FREE",), ("STEP_FREE", "WIDTH_80")
LEVEL: Fields = {"entree_plain_pied": True}
PATH: Fields = {**LEVEL, "cheminement_ext_presence": True, "cheminement_ext_plain_pied": False}
GOOD_PATH: Fields = {**PATH, "cheminement_ext_plain_pied": True}
INNER: Fields = {**LEVEL, "accueil_cheminement_plain_pied": False}
SLOPE: Fields = {
    "cheminement_ext_pente_presence": True,
    "cheminement_ext_pente_degre_difficulte": "importante",
}
CASES: dict[str, tuple[tuple[str, ...], Fields, Accessible, Accessible]] = {
    "LIEU-CHEMIN-AUCUN": (WALKER, LEVEL, OK, UNKNOWN),
    "LIEU-CHEMIN-PLAIN-PIED": (WALKER, GOOD_PATH, OK, UNKNOWN),
    "LIEU-CHEMIN-ASCENSEUR": (WALKER, {**PATH, "cheminement_ext_ascenseur": True}, OK, UNKNOWN),
    "LIEU-CHEMIN-RAMPE": (WALKER, {**PATH, "cheminement_ext_rampe": "fixe"}, OK, UNKNOWN),
    "LIEU-CHEMIN-RAMPE-AMOVIBLE": (
        WALKER,
        {**PATH, "cheminement_ext_rampe": "amovible"},
        HELP,
        UNKNOWN,
    ),
    "LIEU-CHEMIN-MARCHE": (WALKER, {**PATH, "cheminement_ext_nombre_marches": 1}, OK, UNKNOWN),
    "LIEU-CHEMIN-INSTABLE": (
        WALKER,
        {**GOOD_PATH, "cheminement_ext_terrain_stable": False},
        NO,
        OK,
    ),
    "LIEU-CHEMIN-ETROIT": (WALKER, {**GOOD_PATH, "cheminement_ext_retrecissement": True}, NO, OK),
    "LIEU-CHEMIN-DEVERS": (WALKER, {**GOOD_PATH, "cheminement_ext_devers": "important"}, NO, OK),
    "LIEU-CHEMIN-PENTE": (WALKER, {**GOOD_PATH, **SLOPE}, NO, OK),
    "LIEU-ENTREE-PMR": (WALKER, {"entree_pmr": True}, OK, UNKNOWN),
    "LIEU-ENTREE-PLAIN-PIED": (WALKER, LEVEL, OK, UNKNOWN),
    "LIEU-ENTREE-ASCENSEUR": (WALKER, {"entree_ascenseur": True}, OK, UNKNOWN),
    "LIEU-ENTREE-RAMPE": (WALKER, {"entree_marches_rampe": "fixe"}, OK, UNKNOWN),
    "LIEU-ENTREE-RAMPE-AMOVIBLE": (WALKER, {"entree_marches_rampe": "amovible"}, HELP, UNKNOWN),
    "LIEU-ENTREE-MARCHE": (WALKER, {"entree_marches": 1}, OK, UNKNOWN),
    "LIEU-ENTREE-MARCHE-PORTE": (WHEELCHAIR, {"entree_marches": 1}, HELP, UNKNOWN),
    "LIEU-ENTREE-AIDE": (WALKER, {"entree_aide_humaine": True}, HELP, UNKNOWN),
    "LIEU-ACCUEIL-PLAIN-PIED": (WALKER, LEVEL, OK, UNKNOWN),
    "LIEU-ACCUEIL-ASCENSEUR": (
        WALKER,
        {**INNER, "accueil_cheminement_ascenseur": True},
        OK,
        UNKNOWN,
    ),
    "LIEU-ACCUEIL-RAMPE": (WALKER, {**INNER, "accueil_cheminement_rampe": "fixe"}, OK, UNKNOWN),
    "LIEU-ACCUEIL-RAMPE-AMOVIBLE": (
        WALKER,
        {**INNER, "accueil_cheminement_rampe": "amovible"},
        HELP,
        UNKNOWN,
    ),
    "LIEU-ACCUEIL-MARCHE": (
        WALKER,
        {**INNER, "accueil_cheminement_nombre_marches": 1},
        OK,
        UNKNOWN,
    ),
    "LIEU-ACCUEIL-ETROIT": (WALKER, {**LEVEL, "accueil_retrecissement": True}, NO, OK),
    "LIEU-LARGEUR-PMR": (("WIDTH_80",), {"entree_pmr": True}, OK, UNKNOWN),
    "LIEU-LARGEUR": (("WIDTH_80",), {"entree_largeur_mini": 80}, OK, NO),
    "LIEU-PARKING": (("PMR_PARKING",), {"stationnement_pmr": True}, OK, UNKNOWN),
    "LIEU-PARKING-RUE": (("PMR_PARKING",), {"stationnement_ext_pmr": True}, OK, UNKNOWN),
    "LIEU-SANITAIRES": (("ADAPTED_TOILET",), {"sanitaires_adaptes": True}, OK, UNKNOWN),
    "LIEU-SANITAIRES-AUCUNS": (("ADAPTED_TOILET",), {"sanitaires_presence": False}, NO, UNKNOWN),
    "LIEU-VUE-GUIDAGE": (("VISUAL",), {"cheminement_ext_bande_guidage": True}, OK, UNKNOWN),
    "LIEU-VUE-BALISE": (("VISUAL",), {"entree_balise_sonore": True}, OK, UNKNOWN),
    "LIEU-VUE-REPERAGE": (("VISUAL",), {"entree_reperage": True}, OK, UNKNOWN),
    "LIEU-VUE-VITROPHANIE": (("VISUAL",), {"entree_vitree_vitrophanie": True}, OK, UNKNOWN),
    "LIEU-VUE-AIDE": (("VISUAL",), {"entree_aide_humaine": True}, HELP, UNKNOWN),
    "LIEU-OUIE": (("HEARING",), {"accueil_equipements_malentendants": ("lsf",)}, OK, NO),
    "LIEU-OUIE-AUTRE": (("HEARING",), {"accueil_equipements_malentendants": ("autres",)}, HELP, NO),
    "LIEU-OUIE-AUCUN": (
        ("HEARING",),
        {"accueil_equipements_malentendants_presence": False},
        NO,
        UNKNOWN,
    ),
    "LIEU-PERSONNEL-FORME": (("TRAINED_STAFF",), {"accueil_personnels": "formés"}, OK, NO),
    "LIEU-PERSONNEL": (("TRAINED_STAFF",), {"accueil_personnels": "non-formés"}, HELP, NO),
    "LIEU-PERSONNEL-SOIGNANT": (
        ("TRAINED_STAFF",),
        {"accueil_soignant_experience": ("psychique",)},
        OK,
        UNKNOWN,
    ),
    "LIEU-BARIATRIQUE": (
        ("BARIATRIC_EQUIPMENT",),
        {"accueil_prise_en_charge_patients": ("materiel_auscultation",)},
        OK,
        UNKNOWN,
    ),
    "LIEU-TRANSFERT-SALLE": (
        ("TRANSFER_HELP",),
        {"accueil_salle_consultation_accessible": True},
        OK,
        UNKNOWN,
    ),
    "LIEU-TRANSFERT-AIDE": (("TRANSFER_HELP",), {"entree_aide_humaine": True}, HELP, UNKNOWN),
}


def verdict(book, having, fields):
    return premises_rules(book, NOON).verdict(having[0], frozenset(having), fields)[0]


def with_figure(name, value):
    changed = [replace(one, value=value) if one.name == name else one for one in rules().parameters]
    return replace(rules(), parameters=tuple(changed))


def test_no_rule_on_premises_is_without_a_test():
    assert {one.rule_id for one in rules().rules if one.family == FAMILY} == set(CASES)


@pytest.mark.parametrize("rule_id", CASES)
def test_without_the_rule_the_place_is_judged_otherwise(rule_id):
    having, fields, expected, without = CASES[rule_id]
    assert verdict(rules(), having, fields) is expected
    assert verdict(rules_without(rule_id), having, fields) is without


@pytest.mark.parametrize(
    ("figure", "value", "having", "fields", "expected"),
    [
        ("min_width_cm", 90, ("WIDTH_80",), {"entree_largeur_mini": 80}, NO),
        ("few_steps", 2, WALKER, {"entree_marches": 2}, OK),
        ("parts.STRETCHER_ACCESS", ("entrance",), ("STRETCHER_ACCESS",), LEVEL, OK),
        ("parts.STEP_FREE", ("reception",), WALKER, {"entree_largeur_mini": 70}, OK),
    ],
)
def test_with_another_figure_the_place_is_judged_otherwise(figure, value, having, fields, expected):
    assert verdict(with_figure(figure, value), having, fields) is expected
    assert verdict(rules(), having, fields) is not expected


def test_every_need_looks_at_some_part_of_a_place():
    listed = [rules().words(PARTS + need, NOON) for need in NAMES]
    assert {part for parts in listed for part in parts} == {
        one.then["where"] for one in rules().rules if one.family == FAMILY
    }
