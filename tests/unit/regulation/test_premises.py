"""Premises against needs: four values for each, and unknown is never turned into another."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.effecteurs import Accessibility, Accessible
from regulation.kernel.observed import Observed
from regulation.premises import JUDGES, NAMES, best, flag, judge_premises, worst
from tests.unit.regulation.worlds import NOON

OK, HELP, NO, UNKNOWN = Accessible
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
needs = st.sampled_from(sorted(JUDGES))


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
        ("STEP_FREE", {**STEPPED, "entree_marches": 1}, HELP),
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
        ("HEARING", {"accueil_equipements_malentendants": ()}, NO),
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
    assert JUDGES[need](fields) is expected


def test_every_need_has_a_judge_and_a_name():
    assert set(JUDGES) == set(NAMES)


@pytest.mark.parametrize("need", sorted(set(JUDGES)))
def test_of_premises_nobody_described_nothing_is_known(need):
    assert JUDGES[need]({}) is UNKNOWN


@given(needs, told, st.sampled_from(sorted(ANSWERS)), st.data())
def test_a_no_is_never_reversed_by_learning_more(need, fields, name, data):
    learned = {**fields, name: data.draw(ANSWERS[name])} if name not in fields else fields
    assert JUDGES[need](fields) is not NO or JUDGES[need](learned) is NO


@pytest.mark.parametrize("told_of", sorted(STEPPED))
def test_an_entrance_of_which_something_is_not_told_is_not_a_no(told_of):
    fields = {name: value for name, value in STEPPED.items() if name != told_of}
    assert JUDGES["STEP_FREE"](fields) is UNKNOWN


@pytest.mark.parametrize(("value", "verdict"), [(None, UNKNOWN), (True, OK), (False, NO)])
def test_an_answer_that_is_absent_is_unknown(value, verdict):
    assert flag(value) is verdict


@given(st.lists(st.sampled_from(list(Accessible)), min_size=1))
def test_the_worst_and_the_best_are_among_the_verdicts_in_their_order(verdicts):
    assert worst(*verdicts) is min(verdicts, key=[NO, UNKNOWN, HELP, OK].index)
    assert best(*verdicts) is min(verdicts, key=[OK, HELP, UNKNOWN, NO].index)


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
    judged = judge_premises("STEP_FREE", facts, NOON)
    assert (judged.verdict, judged.explanation) == (verdict, said)
