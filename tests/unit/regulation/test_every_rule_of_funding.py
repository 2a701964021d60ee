"""Each rule on who pays changes what somebody is told; each box of the prescription has its own."""

from dataclasses import replace
from typing import Any

import pytest

from regulation.assessment import assess
from regulation.entitlement import FAMILY, PARTICULARS
from regulation.funding import reimbursed_modes
from regulation.mobility import UNKNOWN, AldAnswers, Series
from regulation.prescription import BOXES, prescription_entries
from regulation.prescription import FAMILY as PRESCRIPTION
from regulation.rules.conditions import facts_of
from tests.unit.regulation.worlds import NOON, no_need, rules, rules_without

Changes = dict[str, dict[str, Any]]
HELPED: dict[str, Any] = {"walking_aid": True, "autonomy": "with_professional"}
ILL = AldAnswers(related=True, specific_session=False, incapacity=True)


def on(*motives: str, **answers: Any) -> dict[str, Any]:
    return {**HELPED, "motive": frozenset(motives), **answers}


def in_hospital(particular: str) -> dict[str, Any]:
    return on("hospitalisation", hospitalised_now=True, particulars=frozenset({particular}))


def with_particular(particular: str) -> dict[str, Any]:
    return on("hospitalisation", particulars=frozenset({particular}))


PAID: Changes = {
    "PEC-HOSPITALISATION": on("hospitalisation"),
    "PEC-CHIMIO-RADIO-DIALYSE": on("chemo_radio_dialysis"),
    "PEC-ALD": on("ald", ald=ILL),
    "PEC-ACCIDENT-TRAVAIL": on("work_accident"),
    "PEC-RETOUR-PRISON": on("prison_return"),
    "PEC-CRITERE-AMBULANCE": {"oxygen": True},
    "PEC-CONVOCATION": on("summons"),
    "PEC-DISTANCE": on("none", distance_km_one_way=150.1),
    "PEC-SERIE": on("none", series=Series(count=4, months=2, km_one_way=51)),
    "PEC-CAMSP": on("none", particulars=frozenset({"camsp_cmpp"})),
    "PEC-MATERNITE-ELOIGNEE": on("none", particulars=frozenset({"remote_maternity"})),
    "TAUX-ALD": on("hospitalisation", ald=AldAnswers(related=True)),
    "TAUX-CSS": with_particular("css"),
    "TAUX-AME": with_particular("ame"),
    "TAUX-MATERNITE": with_particular("maternity"),
    "PEC-PERMISSION": on("hospitalisation", leave_without_medical_motive=True),
    "PEC-CONSULTATION": {},
    "PEC-ART80-AMU": in_hospital("emergency_aid"),
    "PEC-ART80-AVION": in_hospital("plane_or_boat"),
    "PEC-ART80-HAD": in_hospital("had_outside_protocol"),
    "PEC-ART80-ADMISSION-HAD": in_hospital("had_admission"),
    "PEC-ART80-USLD": in_hospital("usld"),
    "PEC-ART80-EHPAD": in_hospital("ehpad"),
    "PEC-ART80-RADIOTHERAPIE": in_hospital("radiotherapy_elsewhere"),
    "PEC-ART80-DIALYSE": in_hospital("home_dialysis"),
    "PEC-ART80-PERMISSION": in_hospital("young_patient_leave"),
    "PEC-ARTICLE-80": on("hospitalisation", hospitalised_now=True),
    "PEC-DAP-DISTANCE": on("hospitalisation", distance_km_one_way=151.0),
    "PEC-DAP-SERIE": on("work_accident", series=Series(count=4, months=2, km_one_way=51)),
    "PEC-DAP-AVION": with_particular("plane_or_boat"),
    "PEC-DAP-CAMSP": with_particular("camsp_cmpp"),
    "PEC-DAP-MATERNITE": with_particular("remote_maternity"),
    "PEC-DAP-SAMSAH": with_particular("samsah"),
    "PEC-DAP-TIERS": with_particular("escort"),
    "PEC-DAP-URGENCE": {"oxygen": True, "distance_km_one_way": 151.0},
    "PEC-A-CONFIRMER": {"oxygen": True, "motive": None},
    "PEC-A-POSTERIORI": {"oxygen": True},
    "FRANCHISE-URGENCE-POSSIBLE": {"oxygen": True, "particulars": None},
    "PEC-REFUS-PARTAGE": on("chemo_radio_dialysis"),
    "PEC-MOYENS-PROPRES": {"motive": frozenset({"work_accident"})},
}
EXEMPT: Changes = {
    "FRANCHISE-MOYENS-PROPRES": {"motive": frozenset({"hospitalisation"})},
    "FRANCHISE-URGENCE": {"oxygen": True, "particulars": frozenset({"emergency_aid"})},
    "FRANCHISE-MINEUR": on("hospitalisation", age=17.9),
    "FRANCHISE-ACCIDENT-TRAVAIL": on("work_accident"),
    "FRANCHISE-CSS": with_particular("css"),
    "FRANCHISE-AME": with_particular("ame"),
    "FRANCHISE-MATERNITE": with_particular("maternity"),
    "FRANCHISE-PLAFOND": with_particular("franchise_cap_reached"),
}
REIMBURSED = {"REMB-INDIVIDUEL": "INDIVIDUEL", "REMB-TAP": "TAP", "REMB-AMBULANCE": "AMBULANCE"}
ILL_AT_HOME = on("ald", ald=ILL)
PRINTED: dict[str, tuple[str, dict[str, Any], str]] = {
    "IMP-MODE-AMBULANCE": ("Mode de transport", {"oxygen": True}, "ambulance"),
    "IMP-MODE-TPMR": (
        "Mode de transport",
        on("summons", "ald", ald=ILL, stays_in_wheelchair=True, uses_wheelchair=True),
        "transport assis professionnalisé, TPMR",
    ),
    "IMP-MODE-TAP": ("Mode de transport", ILL_AT_HOME, "transport assis professionnalisé"),
    "IMP-MODE-INDIVIDUEL": (
        "Mode de transport",
        {"motive": frozenset({"ald"}), "ald": ILL},
        "véhicule personnel ou transports en commun",
    ),
    "IMP-SENS": ("Sens du déplacement", ILL_AT_HOME, "aller-retour"),
    "IMP-SENS-SORTIE": (
        "Sens du déplacement",
        on("hospitalisation", hospitalised_now=True),
        "aller simple, à vérifier",
    ),
    "IMP-DEPART": ("Départ", ILL_AT_HOME, "domicile"),
    "IMP-DEPART-HOPITAL": (
        "Départ",
        on("hospitalisation", hospitalised_now=True),
        "structure de soins",
    ),
    "IMP-ARRIVEE": ("Arrivée", ILL_AT_HOME, "structure de soins, à nommer"),
    "IMP-NOMBRE": ("Nombre de transports", ILL_AT_HOME, "1"),
    "IMP-NOMBRE-SERIE": (
        "Nombre de transports",
        {**ILL_AT_HOME, "series": Series(count=6, months=2, km_one_way=12)},
        "6",
    ),
    "IMP-URGENCE-SAMU": ("Urgence", {"oxygen": True}, "appel SAMU - Centre 15"),
    "IMP-URGENCE-NON": ("Urgence", ILL_AT_HOME, "non"),
    "IMP-TIERS": (
        "Accident causé par un tiers",
        {**ILL_AT_HOME, "particulars": frozenset({"third_party_liable"})},
        "oui",
    ),
    "IMP-AT-MP": (
        "Accident du travail ou maladie professionnelle",
        on("work_accident"),
        "oui",
    ),
    "IMP-AT-MP-NON": ("Accident du travail ou maladie professionnelle", ILL_AT_HOME, "non"),
    "IMP-PARTAGE": (
        "Transport partagé",
        {**ILL_AT_HOME, "sharing_excluded": True},
        "incompatible avec l'état de santé",
    ),
    "IMP-PARTAGE-POSSIBLE": ("Transport partagé", ILL_AT_HOME, "compatible"),
    "IMP-ACCOMPAGNANT": ("Accompagnant", {**ILL_AT_HOME, "age": 12}, "oui"),
    "IMP-ACCOMPAGNANT-NON": ("Accompagnant", ILL_AT_HOME, "non"),
}


def paid(changes, book):
    return assess(no_need(**changes), book, NOON).funding


def printed(changes, book=None):
    answers, used = no_need(**changes), book or rules()
    entries = prescription_entries(answers, assess(answers, used, NOON), used, NOON)
    return {one.box: one.text for one in entries}


def test_no_rule_on_who_pays_is_without_a_test():
    tested = PAID | EXEMPT | dict.fromkeys(REIMBURSED)
    assert {one.rule_id for one in rules().rules if one.family == FAMILY} == set(tested)


@pytest.mark.parametrize("rule_id", PAID)
def test_without_the_rule_somebody_is_told_otherwise_who_pays(rule_id):
    changes = PAID[rule_id]
    with_it, without = paid(changes, rules()), paid(changes, rules_without(rule_id))
    told = {one.rule_id for one in (*with_it.fired, *with_it.notes)}
    assert rule_id in told
    assert replace(with_it, fired=()) != replace(without, fired=())


@pytest.mark.parametrize("rule_id", EXEMPT)
def test_without_the_rule_somebody_owes_the_franchise(rule_id):
    changes = EXEMPT[rule_id]
    assert paid(changes, rules()).franchise_cents == 0
    assert paid(changes, rules_without(rule_id)).franchise_cents == 400
    assert paid(on("hospitalisation"), rules()).franchise_cents == 400


@pytest.mark.parametrize("rule_id", REIMBURSED)
def test_without_the_rule_a_prescription_pays_nothing(rule_id):
    assert reimbursed_modes(REIMBURSED[rule_id], rules(), NOON)
    assert not reimbursed_modes(REIMBURSED[rule_id], rules_without(rule_id), NOON)


def test_every_particular_changes_something():
    read = {fact for one in rules().rules for fact in facts_of(one.when)}
    used = {name for name in PARTICULARS if f"particulars.{name}" in read}
    assert used == set(PARTICULARS)


def test_no_rule_on_what_is_printed_is_without_a_test():
    assert {one.rule_id for one in rules().rules if one.family == PRESCRIPTION} == set(PRINTED)


@pytest.mark.parametrize("rule_id", PRINTED)
def test_a_box_is_filled_by_its_rule_and_left_blank_without_it(rule_id):
    box, changes, text = PRINTED[rule_id]
    assert printed(changes)[box] == text
    assert printed(changes, rules_without(rule_id))[box] != text


def test_a_prescription_has_every_box_in_the_order_of_the_form():
    assert list(printed(ILL_AT_HOME)) == list(rules().words(BOXES, NOON))


def test_what_nobody_knows_is_left_blank():
    boxes = printed({**ILL_AT_HOME, "hospitalised_now": UNKNOWN, "series": UNKNOWN})
    blank = {box for box, text in boxes.items() if text is None}
    assert blank == {
        "Sens du déplacement",
        "Départ",
        "Arrivée",
        "Nombre de transports",
        "Accident causé par un tiers",
    }


@pytest.mark.parametrize("motive", ["hospitalisation", "chemo_radio_dialysis", "prison_return"])
def test_an_ambulance_planned_is_not_printed_as_an_emergency_call(motive):
    assert printed({"oxygen": True, "motive": frozenset({motive})})["Urgence"] is None


def test_somebody_at_home_is_presumed_to_go_there_and_back_once():
    boxes = printed({**ILL_AT_HOME, "hospitalised_now": None, "series": None})
    assert (boxes["Départ"], boxes["Nombre de transports"]) == ("domicile", "1")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        on("summons"),
        {"oxygen": UNKNOWN, "motive": frozenset({"ald"}), "ald": ILL},
        on("hospitalisation", leave_without_medical_motive=True),
    ],
    ids=["not covered", "on a summons", "class not settled", "on leave"],
)
def test_nothing_is_printed_where_nothing_is_prescribed(changes):
    assert printed(changes) == {}
