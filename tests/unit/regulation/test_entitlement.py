"""Who pays: every rule of the family, the unknown said, the paper asked for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.rulebook import load_rulebook
from regulation.entitlement import FAMILY, Document, Funding, FundingPayer
from regulation.funding import franchise_cents, funding, reimbursed_modes
from regulation.mobility import (
    MOTIVES,
    UNKNOWN,
    AldAnswers,
    MobilityAnswers,
    Series,
    VehicleClass,
)

BOOK = load_rulebook()
AT = datetime(2026, 3, 3, 10, tzinfo=UTC)
BEFORE_RATES = datetime(2015, 3, 3, 10, tzinfo=UTC)
CPAM, HOSPITAL, NOBODY = FundingPayer.CPAM, FundingPayer.ETABLISSEMENT, FundingPayer.NONE
ALD = AldAnswers(related=True, incapacity=True)
NOT_AN_ALD = AldAnswers(related=False)


def told(*motives, vehicle_class="TAP", **answers) -> Funding:
    motive = frozenset(motives) if motives else answers.pop("motive", None)
    at_least = answers.pop("at_least", None)
    asked = MobilityAnswers(motive=motive, **({"ald": NOT_AN_ALD} | answers))
    return funded(asked, vehicle_class, at_least=at_least)


def funded(answers: MobilityAnswers, vehicle_class, at=AT, *, at_least=None) -> Funding:
    """The funding of these answers under the rules of the instant."""
    known, doubtful = answers.facts(), answers.not_known()
    return funding(known, doubtful, vehicle_class, BOOK, at, at_least=at_least)


def rules(found):
    return {one.rule_id for one in found.fired}


@pytest.mark.parametrize(
    ("motive", "document", "rule_id"),
    [
        ("hospitalisation", Document.PRESCRIPTION_TRANSPORT, "PEC-HOSPITALISATION"),
        ("chemo_radio_dialysis", Document.PRESCRIPTION_TRANSPORT, "PEC-CHIMIO-RADIO-DIALYSE"),
        ("work_accident", Document.PRESCRIPTION_TRANSPORT, "PEC-ACCIDENT-TRAVAIL"),
        ("prison_return", Document.PRESCRIPTION_TRANSPORT, "PEC-RETOUR-PRISON"),
        ("summons", Document.CONVOCATION, "PEC-CONVOCATION"),
    ],
)
def test_a_motive_of_the_list_is_covered_on_its_paper(motive, document, rule_id):
    found = told(motive, hospitalised_now=False)
    assert (found.covered, found.payer, found.document) == (True, CPAM, document)
    assert rules(found) == {rule_id}
    assert "pris en charge" in found.sentence
    assert "À vérifier" not in found.sentence


def test_an_ordinary_consultation_is_not_covered_and_one_sentence_says_the_exceptions():
    found = told("none")
    assert (found.covered, found.payer, found.document) == (False, NOBODY, Document.NONE)
    assert rules(found) == {"PEC-CONSULTATION"}
    assert found.sentence == (
        "Transport non pris en charge : une consultation ordinaire ne l'est pas, sauf ALD avec"
        " incapacité ou séance particulière, accident du travail, critère d'ambulance, trajet de"
        " plus de 150 km, série de trajets de plus de 50 km, soins en CAMSP ou en CMPP, maternité"
        " éloignée. Présumé : trajet de moins de 150 km, hors série, ni CAMSP, ni CMPP, ni"
        " maternité éloignée."
    )
    assert found.presumed == {"distance_km_one_way", "series", "particulars"}


@pytest.mark.parametrize(
    ("answers", "rule_id"),
    [
        ({"distance_km_one_way": 150.1}, "PEC-DISTANCE"),
        ({"series": Series(count=4, months=2.0, km_one_way=51.0)}, "PEC-SERIE"),
        ({"particulars": frozenset({"camsp_cmpp"})}, "PEC-CAMSP"),
        ({"particulars": frozenset({"remote_maternity"})}, "PEC-MATERNITE-ELOIGNEE"),
    ],
)
def test_a_far_a_frequent_or_a_particular_journey_is_covered_on_prior_approval(answers, rule_id):
    found = told("none", hospitalised_now=False, age=47, **answers)
    assert (found.covered, found.document, found.percent) == (True, Document.DAP, 55)
    assert rule_id in rules(found)


@pytest.mark.parametrize(
    ("doubt", "words"),
    [
        ("distance_km_one_way", "la distance de l'aller"),
        ("series", "le nombre et la distance des trajets de la série"),
        ("particulars", "les situations particulières"),
    ],
)
def test_a_consultation_is_not_refused_while_what_could_open_it_is_not_known(doubt, words):
    found = told("none", **{doubt: UNKNOWN})
    assert (found.covered, found.waiting) == (None, frozenset({doubt}))
    assert found.sentence.startswith(f"Prise en charge à établir, il manque : {words}")


def test_a_refusal_after_everything_was_asked_presumes_nothing():
    asked = {"distance_km_one_way": 150.0, "series": Series(count=1, months=1, km_one_way=12)}
    found = told("none", **asked, particulars=frozenset())
    assert (found.covered, found.presumed) == (False, frozenset())
    assert "Présumé" not in found.sentence


@pytest.mark.parametrize(
    ("related", "session", "incapacity", "covered"),
    [
        (True, True, False, True),
        (True, False, True, True),
        (True, True, None, True),
        (True, False, False, False),
        (False, True, True, False),
        (False, None, None, False),
        (None, True, True, None),
        (UNKNOWN, True, True, None),
        (True, None, None, None),
        (True, False, UNKNOWN, None),
    ],
)
def test_an_ald_is_covered_for_a_session_or_an_incapacity_only(
    related, session, incapacity, covered
):
    ald = AldAnswers(related=related, specific_session=session, incapacity=incapacity)
    assert told("ald", ald=ald).covered is covered


def test_care_told_to_be_for_the_ald_needs_no_other_motive():
    assert told(ald=ALD).covered is True


def test_an_ald_that_is_not_the_motive_covers_nothing():
    assert told("none", ald=ALD).covered is False


@pytest.mark.parametrize("heavy", ["AMBULANCE", "SMUR"])
def test_an_ambulance_is_covered_whatever_the_motive(heavy):
    assert told("none", vehicle_class=heavy).covered is True
    assert told(vehicle_class=VehicleClass(heavy)).covered is True


@pytest.mark.parametrize("certain", ["AMBULANCE", "SMUR"])
def test_an_ambulance_criterion_is_covered_before_the_class_is_settled(certain):
    found = told("none", vehicle_class=None, at_least=certain)
    assert (found.covered, rules(found)) == (True, {"PEC-CRITERE-AMBULANCE"})


@pytest.mark.parametrize("certain", ["INDIVIDUEL", "TAP", "TAP_TPMR"])
def test_a_lighter_class_not_settled_leaves_it_open(certain):
    assert told("none", vehicle_class=None, at_least=certain).covered is None


@pytest.mark.parametrize("motive", [None, UNKNOWN])
def test_an_unknown_motive_leaves_it_open_and_says_what_is_missing(motive):
    found = told(motive=motive)
    assert (found.covered, found.payer, found.document) == (None, NOBODY, Document.NONE)
    assert found.sentence == "Prise en charge à établir, il manque : le motif du transport."


def test_a_class_still_open_leaves_it_open():
    found = told("none", vehicle_class=None, at_least="TAP")
    assert found.covered is None
    assert found.sentence.endswith("il manque : le véhicule qu'impose l'état du patient.")


def test_what_is_missing_of_an_ald_is_named_once_it_is_the_motive():
    sentence = told("ald", ald=AldAnswers(related=True)).sentence
    assert "si l'ALD empêche de se déplacer seul" in sentence
    assert "séance particulière" in sentence
    assert "liés à l'ALD" not in sentence


def test_the_hospital_pays_for_its_patients_without_prior_approval():
    found = told("hospitalisation", hospitalised_now=True, distance_km_one_way=400.0)
    assert (found.payer, found.document) == (HOSPITAL, Document.PRESCRIPTION_TRANSPORT)
    assert rules(found) == {"PEC-HOSPITALISATION", "PEC-DISTANCE", "PEC-ARTICLE-80"}


def test_a_hospital_stay_alone_covers_nothing():
    assert told("none", hospitalised_now=True).payer is NOBODY


@pytest.mark.parametrize("hospitalised", [None, UNKNOWN])
def test_a_hospital_stay_not_known_is_to_be_checked(hospitalised):
    found = told("work_accident", hospitalised_now=hospitalised)
    assert found.payer is CPAM
    assert "À vérifier : que le patient n'est pas hospitalisé" in found.sentence


@pytest.mark.parametrize(
    ("km", "document"),
    [
        (None, Document.PRESCRIPTION_TRANSPORT),
        (150.0, Document.PRESCRIPTION_TRANSPORT),
        (150.1, Document.DAP),
    ],
)
def test_beyond_150_km_prior_approval_is_needed(km, document):
    found = told("hospitalisation", distance_km_one_way=km)
    assert found.document is document
    assert ("PEC-DAP-DISTANCE" in rules(found)) is (document is Document.DAP)


@pytest.mark.parametrize(
    ("count", "months", "km", "document"),
    [
        (4, 2.0, 51.0, Document.DAP),
        (3, 2.0, 51.0, Document.PRESCRIPTION_TRANSPORT),
        (4, 2.0, 50.0, Document.PRESCRIPTION_TRANSPORT),
        (4, 1.0, 51.0, Document.DAP),
        (6, 4.0, 51.0, Document.PRESCRIPTION_TRANSPORT),
        (12, 6.0, 51.0, Document.DAP),
    ],
)
def test_a_series_of_four_long_trips_in_two_months_needs_prior_approval(
    count, months, km, document
):
    series = Series(count=count, months=months, km_one_way=km)
    assert told("work_accident", series=series).document is document


LONG_SERIES = Series(count=8, months=2.0, km_one_way=80.0)


def test_a_series_for_an_ald_needs_no_prior_approval():
    found = told("ald", ald=ALD, series=LONG_SERIES)
    assert found.document is Document.PRESCRIPTION_TRANSPORT
    assert "accord préalable" not in found.sentence


def test_a_series_perhaps_for_an_ald_is_to_be_checked():
    found = told(
        "ald", "work_accident", series=LONG_SERIES, hospitalised_now=False, ald=AldAnswers()
    )
    assert found.document is Document.PRESCRIPTION_TRANSPORT
    assert "À vérifier : qu'aucun accord préalable n'est nécessaire" in found.sentence


def test_the_summons_stands_for_the_approval():
    assert told("summons", distance_km_one_way=300.0).document is Document.CONVOCATION


def test_a_prescription_comes_before_the_summons():
    assert told("summons", "work_accident").document is Document.PRESCRIPTION_TRANSPORT


def test_a_leave_without_medical_motive_is_not_covered():
    found = told("hospitalisation", leave_without_medical_motive=True)
    assert (found.covered, found.payer) == (False, NOBODY)
    assert rules(found) == {"PEC-PERMISSION"}
    assert "permission" in found.sentence


def test_a_leave_gives_way_to_the_smur_and_waits_for_the_class():
    leave = {"leave_without_medical_motive": True}
    assert told("hospitalisation", vehicle_class="SMUR", **leave).covered is True
    assert told("hospitalisation", vehicle_class=None, **leave).covered is None


def test_a_leave_asked_and_not_known_leaves_it_open():
    found = told("hospitalisation", leave_without_medical_motive=UNKNOWN)
    assert found.covered is None
    assert found.sentence.endswith("si la permission de sortie a un motif médical.")
    assert told("hospitalisation").covered is True


@pytest.mark.parametrize("doubt", ["distance_km_one_way", "series"])
def test_a_distance_asked_and_not_known_is_checked_and_never_presumed_short(doubt):
    found = told("hospitalisation", hospitalised_now=False, **{doubt: UNKNOWN})
    assert found.document is Document.PRESCRIPTION_TRANSPORT
    assert "qu'aucun accord préalable n'est nécessaire" in found.sentence
    assert "accord préalable" not in told("hospitalisation", hospitalised_now=False).sentence


def test_every_rule_of_the_family_is_sourced_and_speaks_in_one_sentence():
    family = BOOK.family(FAMILY, AT)
    assert len(family) == 51
    assert all(one.rule.statement.endswith(".") and one.rule.source for one in family)


def test_before_its_first_day_no_rule_covers():
    before = datetime(2010, 1, 1, tzinfo=UTC)
    answers = MobilityAnswers(motive=frozenset({"work_accident"}))
    assert funded(answers, "TAP", before).covered is False


def test_the_sentence_says_the_rate_and_what_is_kept_back():
    ordinary = told("hospitalisation", hospitalised_now=False, age=47)
    assert (ordinary.percent, ordinary.franchise_cents) == (55, 400)
    assert ordinary.sentence == (
        "Transport pris en charge à 55 % par l'Assurance maladie, sur prescription médicale de"
        " transport, moins une franchise de 4,00 € par trajet : Transport lié à une hospitalisation"
        " : entrée, sortie, séance ou journée. Présumé : trajet de moins de 150 km, hors série,"
        " aucune situation particulière (C2S, AME, maternité dès le 6e mois, plafond de"
        " franchise…)."
    )
    injured = told("work_accident", hospitalised_now=False)
    assert (injured.percent, injured.franchise_cents) == (100, 0)
    assert "à 100 % par l'Assurance maladie, sur prescription" in injured.sentence
    assert "sans franchise" in injured.sentence


RATES = {"css": "CSS", "ame": "AME", "maternity": "MATERNITE"}


@pytest.mark.parametrize("motive", [None, UNKNOWN])
def test_an_ambulance_whose_motive_is_not_known_may_be_paid_in_full_and_says_so(motive):
    found = told(motive=motive, vehicle_class="AMBULANCE", hospitalised_now=False, age=47)
    assert (found.covered, found.percent, found.percent_at_most) == (True, 55, 100)
    assert {"motive"} <= found.waiting
    assert "à 55 % au moins par l'Assurance maladie" in found.sentence
    assert "moins une franchise de 4,00 € par trajet au plus" in found.sentence
    assert "Le taux peut atteindre 100 %, il manque : le motif du transport." in found.sentence


def test_an_ambulance_for_an_ald_waits_for_what_pays_it_in_full():
    ald = AldAnswers(related=True, specific_session=False)
    found = ambulance("ald", ald=ald)
    assert found.waiting == {"ald.incapacity"}
    assert "Le taux peut atteindre 100 %" in found.sentence
    assert "si l'ALD empêche de se déplacer seul" in found.sentence


def ambulance(*motives, **answers):
    """The funding of an adult at home who needs an ambulance."""
    asked = {"hospitalised_now": False, "age": 47, "ald": NOT_AN_ALD} | answers
    return told(*motives, vehicle_class="AMBULANCE", **asked)


def noted(found):
    return {one.rule_id for one in found.notes}


def test_an_ambulance_perhaps_of_an_emergency_owes_the_franchise_at_most_and_says_why():
    found = ambulance("none")
    assert (found.percent, found.percent_at_most, found.franchise_cents) == (55, 55, 400)
    assert found.waiting == frozenset()
    assert "moins une franchise de 4,00 € par trajet au plus" in found.sentence
    assert noted(found) == {"PEC-A-CONFIRMER", "PEC-A-POSTERIORI", "FRANCHISE-URGENCE-POSSIBLE"}


PLANNED = ("chemo_radio_dialysis", "summons", "hospitalisation", "ald", "prison_return")


@pytest.mark.parametrize("motive", PLANNED)
def test_an_ambulance_planned_owes_the_franchise_and_is_prescribed_before(motive):
    found = ambulance(motive, ald=ALD)
    assert found.franchise_cents == 400
    assert "au plus" not in found.sentence
    assert noted(found) <= {"TAUX-ALD"}


@pytest.mark.parametrize("motive", ["none", *PLANNED])
def test_an_ambulance_told_to_be_of_an_emergency_owes_no_franchise_and_says_by_which_rule(motive):
    found = ambulance(motive, ald=ALD, particulars=frozenset({"emergency_aid"}))
    assert found.franchise_cents == 0
    assert {"FRANCHISE-URGENCE", "PEC-A-POSTERIORI"} <= noted(found)


def test_an_ambulance_told_to_be_of_no_emergency_owes_the_franchise():
    found = ambulance("none", particulars=frozenset())
    assert found.franchise_cents == 400
    assert "au plus" not in found.sentence


def test_what_exempts_from_the_franchise_is_noted_with_its_source_and_its_doubt():
    (note,) = told("work_accident", hospitalised_now=False).notes
    assert note.rule_id == "FRANCHISE-ACCIDENT-TRAVAIL"
    assert "contesté, à confirmer par la caisse" in note.reason
    assert "contestée" in note.source


@pytest.mark.parametrize("particular", ["css", "ame", "maternity"])
def test_who_has_nothing_left_to_pay_is_not_told_of_the_ordinary_share(particular):
    found = told("hospitalisation", particulars=frozenset({particular}), hospitalised_now=False)
    assert (found.percent, found.franchise_cents) == (100, 0)
    assert noted(found) == {f"TAUX-{RATES[particular]}", f"FRANCHISE-{RATES[particular]}"}


def test_particulars_not_known_leave_the_share_open():
    found = told("hospitalisation", particulars=UNKNOWN, hospitalised_now=False, age=47)
    assert (found.percent, found.percent_at_most) == (55, 100)
    assert found.waiting == {"particulars"}


def test_an_age_not_known_leaves_the_franchise_open():
    found = told("hospitalisation", hospitalised_now=False)
    assert found.franchise_cents == 400
    assert found.waiting == {"age"}
    assert "La franchise peut n'être pas due, il manque : l'âge du patient." in found.sentence


def test_a_paper_that_the_class_can_still_change_is_waited_for():
    found = told("summons", vehicle_class=None, at_least="TAP", hospitalised_now=False, age=47)
    assert found.document is Document.CONVOCATION
    assert found.waiting == {"vehicle_class"}


def test_a_hospital_stay_never_asked_is_asked_and_its_patient_s_rate_is_not():
    assert told("hospitalisation", age=47).waiting == {"hospitalised_now"}
    assert told("hospitalisation", hospitalised_now=True).waiting == frozenset()


@pytest.mark.parametrize(
    ("answers", "presumed"),
    [
        ({}, {"distance_km_one_way", "series", "particulars"}),
        ({"distance_km_one_way": 12.0}, {"series", "particulars"}),
        ({"particulars": frozenset()}, {"distance_km_one_way", "series"}),
        ({"hospitalised_now": True}, {"leave_without_medical_motive", "particulars"}),
    ],
)
def test_what_is_taken_for_granted_without_being_asked_is_told(answers, presumed):
    found = told("hospitalisation", **({"hospitalised_now": False, "age": 47} | answers))
    assert found.presumed == presumed
    assert "Présumé : " in found.sentence


def test_nothing_is_presumed_of_somebody_of_whom_everything_was_asked():
    everything = {
        "hospitalised_now": False,
        "age": 47,
        "distance_km_one_way": 12.0,
        "series": Series(count=1, months=1, km_one_way=12),
        "particulars": frozenset[str](),
    }
    found = told("hospitalisation", **everything)
    assert found.presumed == frozenset()
    assert "Présumé" not in found.sentence


def test_the_hospital_has_neither_rate_nor_franchise_and_its_exceptions_are_to_be_checked():
    found = told("hospitalisation", hospitalised_now=True)
    assert (found.percent, found.franchise_cents) == (None, None)
    assert "Transport pris en charge par l'établissement, sur prescription" in found.sentence
    assert "qu'aucune exception de l'article 80 ne s'applique" in found.sentence


def test_an_exception_to_article_80_is_paid_by_the_health_insurance():
    found = told("hospitalisation", hospitalised_now=True, particulars=frozenset({"ehpad"}), age=82)
    assert (found.payer, found.percent) == (CPAM, 55)
    assert rules(found) == {"PEC-HOSPITALISATION", "PEC-ART80-EHPAD"}
    assert "article 80 ne s'applique" not in found.sentence


def test_particulars_asked_and_not_known_are_checked_and_never_presumed_absent():
    found = told("hospitalisation", hospitalised_now=False, particulars=UNKNOWN)
    assert found.document is Document.PRESCRIPTION_TRANSPORT
    assert "qu'aucun accord préalable n'est nécessaire" in found.sentence
    assert found.franchise_cents == 400


def test_before_the_rates_were_known_the_sentence_says_no_share():
    found = funded(MobilityAnswers(motive=frozenset({"hospitalisation"})), "TAP", BEFORE_RATES)
    assert (found.covered, found.percent, found.franchise_cents) == (True, None, None)
    assert "%" not in found.sentence


def test_an_ambulance_may_be_prescribed_afterwards_and_does_not_wait_for_an_approval():
    near, far = (
        told("none", vehicle_class="AMBULANCE", distance_km_one_way=km, hospitalised_now=False)
        for km in (10.0, 200.0)
    )
    assert "PEC-A-POSTERIORI" in noted(near) & noted(far)
    assert noted(far) - noted(near) == {"PEC-DAP-URGENCE"}
    seated = told("hospitalisation", distance_km_one_way=200.0, hospitalised_now=False, age=47)
    assert seated.notes == ()


@pytest.mark.parametrize(
    ("answers", "noted"),
    [
        ({}, True),
        ({"vehicle_class": "AMBULANCE"}, False),
        ({"particulars": frozenset({"css"})}, False),
        ({"particulars": frozenset({"ame"})}, False),
    ],
)
def test_refusing_to_share_has_a_price_for_sessions_alone(answers, noted):
    notes = {one.rule_id for one in told("chemo_radio_dialysis", **answers).notes}
    assert ("PEC-REFUS-PARTAGE" in notes) is noted
    assert "PEC-REFUS-PARTAGE" not in {one.rule_id for one in told("hospitalisation").notes}


@pytest.mark.parametrize(("day_cap", "franchise"), [(800, 400), (700, 350), (600, 300), (801, 400)])
def test_there_and_back_never_keep_back_more_than_the_cap_of_a_day(day_cap, franchise):
    changed = [
        replace(one, value=day_cap) if one.name == "franchise.day_cap" else one
        for one in BOOK.parameters
    ]
    book = replace(BOOK, parameters=tuple(changed))
    assert franchise_cents({"age": 47}, book, AT) == franchise


def test_a_cap_of_the_year_holds_twelve_trips_and_a_half():
    assert BOOK.number("franchise.year_cap", AT) == 12.5 * BOOK.number("franchise.trip", AT)


@pytest.mark.parametrize(
    ("vehicle_class", "modes"),
    [
        ("INDIVIDUEL", {"OWN_CAR", "COMPANION_CAR", "PUBLIC_TRANSPORT"}),
        ("TAP", {"TAXI", "TAXI_TPMR", "VSL", "VSL_TPMR"}),
        ("TAP_TPMR", {"TAXI", "TAXI_TPMR", "VSL", "VSL_TPMR"}),
        ("AMBULANCE", {"TAXI", "TAXI_TPMR", "VSL", "VSL_TPMR", "AMBULANCE"}),
        ("SMUR", {"TAXI", "TAXI_TPMR", "VSL", "VSL_TPMR", "AMBULANCE"}),
    ],
)
def test_a_prescription_pays_the_least_expensive_mode_that_suits_and_no_dearer(
    vehicle_class, modes
):
    assert reimbursed_modes(vehicle_class, BOOK, AT) == modes


THREE = st.sampled_from([True, False, None])


@settings(max_examples=150, deadline=None)
@given(
    motives=st.frozensets(st.sampled_from(MOTIVES[:-1])),
    ald=st.fixed_dictionaries(dict.fromkeys(("related", "specific_session", "incapacity"), THREE)),
    vehicle_class=st.sampled_from([*VehicleClass, None]),
    hidden=st.sampled_from(["related", "specific_session", "incapacity"]),
)
def test_hiding_an_answer_on_the_ald_never_turns_a_yes_into_a_no(
    motives, ald, vehicle_class, hidden
):
    full, fewer = (
        funded(MobilityAnswers(motive=motives, ald=AldAnswers(**one)), vehicle_class).covered
        for one in (ald, ald | {hidden: None})
    )
    assert fewer in {None, full}
