"""The mobility verdict: monotone, complete or open, never a guess."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from regulation.entitlement import Funding
from regulation.mobility import (
    AUTONOMIES,
    IMPAIRMENTS,
    UNKNOWN,
    AldAnswers,
    HomeAnswers,
    MobilityAnswers,
    Series,
    known_facts,
)
from services.schemas.mobility import MobilityIn
from tests.unit.regulation.worlds import (
    AMBULANCE_CRITERIA,
    NOON,
    no_need,
    rules,
    upstairs,
    verdict_of,
)

CHILD = no_need(age=10, home=upstairs(), companion_available=True, autonomy="with_companion")
ILL = AldAnswers(related=True, specific_session=False, incapacity=True)
UNASKED_AGE = frozenset({"age"})
CLASS_FLAGS = (
    "smur_team_needed", *AMBULANCE_CRITERIA, "stays_in_wheelchair", "uses_wheelchair",
    "walking_aid", "strict_hygiene", "disinfection_risk", "side_effect_risk",
    "companion_available", "bariatric", "leave_without_medical_motive", "hospitalised_now",
)  # fmt: skip
told = st.sampled_from([True, False])
heard = st.sampled_from([None, UNKNOWN, True, False])
sets_of_impairments = st.frozensets(st.sampled_from(IMPAIRMENTS), max_size=2)


def answers_with(answer, *, age, autonomy, impairments, motive, floor):
    """A strategy of answers, each drawn from the strategy given for its kind."""
    return st.builds(
        MobilityAnswers,
        **dict.fromkeys(CLASS_FLAGS, answer),
        age=age,
        autonomy=autonomy,
        impairments=impairments,
        motive=motive,
        home=st.builds(HomeAnswers, floor=floor, lift=answer, can_use_stairs=answer),
        ald=st.builds(AldAnswers, related=answer, specific_session=answer, incapacity=answer),
    )


def is_consistent(answers: MobilityAnswers) -> bool:
    """Nobody stays in a wheelchair they don't use, or moves alone where stairs stop them."""
    stays, uses = answers.stays_in_wheelchair, answers.uses_wheelchair
    walks = answers.autonomy == "alone" and not uses and not answers.walking_aid
    return not (stays and not uses) and not (walks and answers.home.can_use_stairs is False)


persons = answers_with(
    told,
    age=st.sampled_from([0.5, 10, 11, 17, 47, 90]),
    autonomy=st.sampled_from(AUTONOMIES),
    impairments=sets_of_impairments,
    motive=st.sampled_from(["none", "ald", "work_accident", "hospitalisation"]).map(
        lambda motive: frozenset({motive})
    ),
    floor=st.sampled_from([-1, 0, 3]),
).filter(is_consistent)
heard_answers = answers_with(
    heard,
    age=st.sampled_from([None, 8, 47]),
    autonomy=st.sampled_from([None, UNKNOWN, *AUTONOMIES]),
    impairments=st.none() | st.just(UNKNOWN) | sets_of_impairments,
    motive=st.none() | st.just(UNKNOWN) | st.just(frozenset({"none"})),
    floor=st.sampled_from([None, UNKNOWN, -1, 0, 3]),
)


def hidden(person: MobilityAnswers, names: frozenset[str], hide: object) -> MobilityAnswers:
    """The same person, of whom some answers are not asked (None) or not known (UNKNOWN)."""
    kept: dict[str, Any] = {name: hide for name in names if "." not in name}
    for part in ("home", "ald"):
        inner: dict[str, Any] = {
            n.partition(".")[2]: hide for n in names if n.startswith(f"{part}.")
        }
        kept[part] = replace(getattr(person, part), **inner)
    return replace(person, **kept)


HIDEABLE = (
    *CLASS_FLAGS, "age", "autonomy", "impairments", "motive", "home.floor", "home.lift",
    "home.can_use_stairs", "ald.related", "ald.specific_session", "ald.incapacity",
)  # fmt: skip
some_answers = st.frozensets(st.sampled_from(HIDEABLE), max_size=6)


@given(persons, some_answers)
def test_an_answer_never_asked_never_changes_a_verdict_that_was_complete(person, unasked):
    partial, whole = verdict_of(hidden(person, unasked, None)), verdict_of(person)
    assert partial.vehicle_class in {None, whole.vehicle_class}
    assert partial.at_least.weight <= whole.at_least.weight


def bill(paid: Funding) -> tuple[object, ...]:
    """Who pays, on what paper, what share, less what."""
    return paid.covered, paid.payer, paid.document, paid.percent, paid.franchise_cents


def of_one_mind(person: MobilityAnswers) -> MobilityAnswers:
    """The person without the leave that is presumed away, who contradicts nobody on an ALD."""
    assume(not (person.ald.related is True and person.motive == frozenset({"none"})))
    return replace(person, leave_without_medical_motive=False)


def leaves_room_for(told: Funding, whole: Funding) -> bool:
    """Whether what was told may become the whole: the same once nothing is waited for, and till
    then nothing better for the patient than what may come, nothing worse than what is certain."""
    if not told.waiting:
        return bill(told) == bill(whole)
    if told.covered is None or None in {told.percent, whole.percent}:
        return told.covered in {None, whole.covered}
    least, most, share = told.percent or 0, told.percent_at_most or 0, whole.percent or 0
    kept_back = (whole.franchise_cents or 0) <= (told.franchise_cents or 0)
    return whole.covered is True and least <= share <= most and kept_back


@given(persons, some_answers)
@example(no_need(oxygen=True, motive=frozenset({"work_accident"})), frozenset({"motive"}))
@example(no_need(oxygen=True, motive=frozenset({"ald"}), ald=ILL), frozenset({"ald.incapacity"}))
@example(no_need(motive=frozenset({"ald"}), ald=ILL, age=17, strict_hygiene=True), UNASKED_AGE)
def test_an_answer_never_asked_never_changes_what_is_paid_once_it_is_settled(person, unasked):
    present = of_one_mind(person)
    partial, whole = verdict_of(hidden(present, unasked, None)), verdict_of(present)
    assert leaves_room_for(partial.funding, whole.funding)
    answered = set(HIDEABLE) - unasked
    assert not answered & partial.funding.waiting


@given(persons, some_answers)
def test_an_answer_not_known_is_never_paid_as_a_no(person, unknown):
    present = of_one_mind(person)
    names = unknown - {"leave_without_medical_motive"}
    partial, whole = verdict_of(hidden(present, names, UNKNOWN)), verdict_of(present)
    assert leaves_room_for(partial.funding, whole.funding)


@given(persons, some_answers.filter(lambda names: "age" not in names))
def test_an_answer_not_known_is_neither_a_yes_nor_a_no(person, unknown):
    partial, whole = verdict_of(hidden(person, unknown, UNKNOWN)), verdict_of(person)
    assert partial.vehicle_class in {None, whole.vehicle_class}
    assert partial.at_least.weight <= whole.at_least.weight


@given(heard_answers)
def test_the_class_is_open_exactly_while_something_is_missing(answers):
    verdict = verdict_of(answers)
    assert (verdict.vehicle_class is None) is bool(verdict.missing)
    assert verdict.vehicle_class in {None, verdict.at_least}


@given(heard_answers, st.sampled_from(AMBULANCE_CRITERIA))
def test_adding_an_ambulance_criterion_never_lowers_the_class(answers, criterion):
    before, after = verdict_of(answers), verdict_of(replace(answers, **{criterion: True}))
    assert after.at_least.weight >= max(before.at_least.weight, 3)


@given(heard_answers)
def test_a_minor_never_rides_alone(answers):
    assert verdict_of(replace(answers, age=17.9)).companion_needed
    assert "COMPANION_SEAT" in verdict_of(replace(answers, age=17.9)).vehicle_needs


@given(st.permutations(["oxygen", "age", "autonomy", "walking_aid", "impairments", "home"]))
def test_the_order_of_the_answers_does_not_matter(order):
    document = {
        "oxygen": "unknown",
        "age": 9,
        "autonomy": "with_companion",
        "walking_aid": True,
        "impairments": ["visual", "mental"],
        "home": {"floor": 2, "can_use_stairs": False},
    }
    shuffled = MobilityIn.model_validate({name: document[name] for name in order})
    assert verdict_of(shuffled.to_answers()) == verdict_of(
        MobilityIn.model_validate(document).to_answers()
    )


def answered(person: MobilityAnswers, so_far: MobilityAnswers, question: str) -> MobilityAnswers:
    """What is known once the person has answered one more question."""
    rule = rules().find_rule(question)
    assert rule is not None
    names = frozenset(map(str, rule.then["facts"]))  # type: ignore[arg-type]
    changes: dict[str, Any] = {n: getattr(person, n) for n in names if "." not in n}
    for part in ("home", "ald"):
        inner = {n.partition(".")[2] for n in names if n.startswith(f"{part}.")}
        given_ = {name: getattr(getattr(person, part), name) for name in inner}
        changes[part] = replace(getattr(so_far, part), **given_)
    return replace(so_far, **changes)


@given(persons)
def test_questions_asked_in_order_end_within_twelve_on_the_verdict_of_the_whole(person):
    person = replace(person, leave_without_medical_motive=False)  # presumed, never asked
    assume(not (person.stays_in_wheelchair is True and person.home.can_use_stairs is True))
    known = MobilityAnswers()
    asked: list[str] = []
    while (question := verdict_of(known).next_question) is not None:
        assert question not in asked, "a question answered is not asked again"
        asked.append(question)
        known = answered(person, known, question)
    whole, last = verdict_of(person), verdict_of(known)
    assert len(asked) <= 12
    assert last.vehicle_class is whole.vehicle_class
    assert bill(last.funding) == bill(whole.funding) or whole.vehicle_class == "SMUR"


@pytest.mark.parametrize(
    ("person", "questions"),
    [
        (no_need(home=HomeAnswers()), ["Q-DEPLACEMENT", "Q-TRAJET", "Q-MOTIF"]),
        (no_need(home=HomeAnswers(), age=4), ["Q-DEPLACEMENT", "Q-TRAJET", "Q-MOTIF"]),
        (no_need(lying_or_semi_sitting=True), ["Q-DEPLACEMENT", "Q-TRAJET", "Q-MOTIF"]),
        (no_need(oxygen=True, age=4), ["Q-DEPLACEMENT", "Q-TRAJET", "Q-MOTIF"]),
        (no_need(smur_team_needed=True), ["Q-DEPLACEMENT", "Q-TRAJET"]),
    ],
    ids=["walks alone", "a child who does", "lying", "a child on oxygen", "a SMUR team"],
)
def test_a_clear_cut_caller_is_settled_in_three_questions(person, questions):
    known, asked = MobilityAnswers(age=person.age), []
    while (question := verdict_of(known).next_question) is not None:
        asked.append(question)
        known = answered(person, known, question)
    assert asked == questions


def test_an_answer_that_can_no_longer_change_anything_is_not_missing():
    helped = no_need(walking_aid=True, uses_wheelchair=None, autonomy=None)
    assert verdict_of(replace(helped, stays_in_wheelchair=False)).missing == ("autonomy",)


@given(persons)
@settings(max_examples=50)
def test_somebody_who_knows_nothing_is_not_asked_for_ever(person):
    nothing = hidden(person, frozenset(HIDEABLE) - {"age"}, UNKNOWN)
    assert verdict_of(nothing).next_question is None
    assert verdict_of(nothing).vehicle_class is None


def test_a_child_carried_by_a_parent_needs_no_ambulance_but_a_doctor_confirms():
    verdict = verdict_of(CHILD)
    assert verdict.vehicle_class == "INDIVIDUEL"
    assert verdict.companion_needed
    assert any("CONF-ENFANT-PORTE" in text for text in verdict.to_confirm_by_doctor)


@pytest.mark.parametrize(("lift", "expected"), [(False, "AMBULANCE"), (True, "TAP_TPMR")])
def test_somebody_who_never_leaves_the_wheelchair_takes_no_stairs(lift, expected):
    chair = no_need(stays_in_wheelchair=True, uses_wheelchair=True)
    assert (
        verdict_of(replace(chair, home=HomeAnswers(floor=3, lift=lift))).vehicle_class == expected
    )


def test_a_child_whom_nobody_can_carry_down_the_stairs_needs_an_ambulance():
    alone = verdict_of(replace(CHILD, companion_available=False, autonomy="with_professional"))
    assert (alone.vehicle_class, alone.crew) == ("AMBULANCE", 2)
    assert alone.companion_needed
    assert alone.funding.covered is True


def test_whether_somebody_can_carry_the_child_is_asked_before_the_class_is_said():
    asked = verdict_of(replace(CHILD, companion_available=None, autonomy="with_professional"))
    assert (asked.vehicle_class, asked.next_question) == (None, "Q-ACCOMPAGNANT")


@pytest.mark.parametrize(
    ("age", "floor", "lift", "expected"),
    [
        (10, 3, False, "INDIVIDUEL"),
        (10.5, 3, False, "AMBULANCE"),
        (47, 3, False, "AMBULANCE"),
        (47, -1, False, "AMBULANCE"),
        (47, 0, False, "INDIVIDUEL"),
        (47, 3, True, "INDIVIDUEL"),
    ],
)
def test_stairs_that_cannot_be_taken_mean_a_carry(age, floor, lift, expected):
    changed = replace(CHILD, age=age, home=upstairs(floor=floor, lift=lift))
    assert verdict_of(changed).vehicle_class == expected


def test_a_child_carried_up_from_a_basement_is_confirmed_by_a_doctor_too():
    below = verdict_of(replace(CHILD, home=upstairs(floor=-1)))
    assert below.vehicle_class == "INDIVIDUEL"
    assert any("CONF-ENFANT-PORTE" in text for text in below.to_confirm_by_doctor)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"home": upstairs(floor=0, steps=3)}, True),
        ({"home": upstairs(floor=2, lift=True, steps=3)}, True),
        ({"home": upstairs(floor=0, steps=0)}, False),
        ({"home": upstairs(floor=0, steps=3, can_use_stairs=True)}, False),
        ({"home": upstairs(floor=2, steps=3)}, False),
        ({"home": upstairs(floor=0, steps=3), "age": 6, "companion_available": True}, False),
    ],
)
def test_steps_at_the_door_that_cannot_be_taken_are_confirmed(changes, said):
    told = verdict_of(no_need(**changes)).to_confirm_by_doctor
    assert any("CONF-MARCHES" in text for text in told) is said


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"stays_in_wheelchair": True, "uses_wheelchair": True}, "home.can_use_stairs"),
        ({"lying_or_semi_sitting": True}, "autonomy"),
        ({"ald": AldAnswers(related=True)}, "motive"),
        ({"leave_without_medical_motive": True}, "hospitalised_now"),
    ],
)
def test_answers_that_contradict_each_other_are_named(changes, fields):
    told = verdict_of(no_need(**changes)).to_confirm_by_doctor
    assert any("contradictoires" in text and fields in text for text in told)


def test_an_ald_beside_another_motive_contradicts_nothing_and_pays_in_full():
    verdict = verdict_of(no_need(ald=ILL, motive=frozenset({"hospitalisation"})))
    assert not any("contradictoires" in text for text in verdict.to_confirm_by_doctor)
    assert verdict.funding.percent == 100


@pytest.mark.parametrize("related", [None, UNKNOWN])
def test_an_ald_not_known_beside_a_hospital_stay_is_not_taken_for_none(related):
    ald = AldAnswers(related=related)
    paid = verdict_of(no_need(ald=ald, motive=frozenset({"hospitalisation"}))).funding
    assert (paid.percent, paid.percent_at_most) == (55, 100)
    assert "ald.related" in paid.waiting


@pytest.mark.parametrize(
    ("changes", "rule_id"),
    [
        ({"age": 8, "companion_available": None}, "CONF-SANS-ACCOMPAGNANT"),
        ({"age": 8, "companion_available": UNKNOWN}, "CONF-SANS-ACCOMPAGNANT"),
        ({"age": 8, "companion_available": False}, "CONF-SANS-ACCOMPAGNANT"),
        ({"age": 8, "companion_available": None, "autonomy": None}, "CONF-SANS-ACCOMPAGNANT"),
        ({"age": None, "companion_available": None}, "CONF-AGE-INCONNU"),
        ({"age": UNKNOWN, "companion_available": False}, "CONF-AGE-INCONNU"),
        ({"age": 8, "companion_available": True}, None),
        ({"age": 8, "companion_available": None, "autonomy": "with_companion"}, None),
        ({"age": None, "companion_available": True}, None),
        ({"age": 47, "companion_available": None}, None),
    ],
)
def test_who_goes_with_a_child_is_to_be_found_until_somebody_is_known_to(changes, rule_id):
    told = verdict_of(no_need(**changes)).to_confirm_by_doctor
    found = [text for text in told if "trouver qui part avec lui" in text]
    assert [text.rpartition("[")[2] for text in found] == ([f"{rule_id}]"] if rule_id else [])


def test_answers_that_agree_contradict_nothing():
    assert verdict_of(no_need()).to_confirm_by_doctor == ()


def test_an_unknown_floor_leaves_the_class_open():
    verdict = verdict_of(no_need(home=upstairs(floor=UNKNOWN)))
    assert (verdict.vehicle_class, verdict.missing) == (None, ("home.floor",))
    assert verdict.next_question is None


@pytest.mark.parametrize(
    ("changes", "fact", "value"),
    [
        ({"stays_in_wheelchair": True, "uses_wheelchair": None}, "uses_wheelchair", True),
        ({"uses_wheelchair": False, "stays_in_wheelchair": None}, "stays_in_wheelchair", False),
        ({"home": HomeAnswers()}, "home.can_use_stairs", True),
        (
            {"home": HomeAnswers(), "stays_in_wheelchair": True, "uses_wheelchair": True},
            "home.can_use_stairs",
            False,
        ),
    ],
)
def test_what_an_answer_says_of_a_question_not_asked_is_known(changes, fact, value):
    assert no_need(**changes).facts()[fact] is value


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"stays_in_wheelchair": True, "uses_wheelchair": UNKNOWN}, "uses_wheelchair"),
        ({"uses_wheelchair": False, "stays_in_wheelchair": UNKNOWN}, "stays_in_wheelchair"),
        ({"home": HomeAnswers(can_use_stairs=UNKNOWN)}, "home.can_use_stairs"),
        ({"home": HomeAnswers(), "walking_aid": UNKNOWN}, "home.can_use_stairs"),
        ({"home": HomeAnswers(), "walking_aid": None}, "home.can_use_stairs"),
        ({"home": HomeAnswers(), "walking_aid": True}, "home.can_use_stairs"),
        ({"home": HomeAnswers(), "autonomy": "with_companion"}, "home.can_use_stairs"),
    ],
)
def test_nothing_is_inferred_of_what_is_not_known(changes, fact):
    assert fact not in no_need(**changes).facts()


def test_members_of_a_set_are_told_yes_or_no_once_it_is_answered():
    facts = no_need(impairments=frozenset({"visual"})).facts()
    assert (facts["impairments.visual"], facts["impairments.mental"]) == (True, False)
    assert "impairments.visual" not in no_need(impairments=UNKNOWN).facts()


def test_a_series_is_told_by_its_figures():
    facts = no_need(series=Series(count=8, months=2, km_one_way=60)).facts()
    assert (facts["series.count"], facts["series.km_one_way"]) == (8, 60)


@given(heard_answers)
def test_every_fact_given_to_the_rules_has_a_known_name(answers):
    assert set(answers.facts()) <= known_facts()


def test_a_companion_spares_the_third_party():
    cognitive = no_need(impairments=frozenset({"cognitive"}))
    assert verdict_of(cognitive).vehicle_class == "TAP"
    escorted = verdict_of(replace(cognitive, companion_available=True))
    assert (escorted.vehicle_class, escorted.companion_needed) == ("INDIVIDUEL", True)


def test_a_walking_aid_used_alone_stays_individual_and_is_confirmed():
    verdict = verdict_of(no_need(walking_aid=True))
    assert verdict.vehicle_class == "INDIVIDUEL"
    assert any("CONF-AIDE-SEUL" in text for text in verdict.to_confirm_by_doctor)


def test_severe_obesity_alone_opens_no_prescription_but_another_criterion_does():
    alone, lying = no_need(bariatric=True), no_need(bariatric=True, lying_or_semi_sitting=True)
    legal = verdict_of(alone).prescription
    assert (legal.vehicle_class, legal.reading) == (None, "SIMULATEUR")
    assert "PRESC-BARIATRIQUE-SEUL" in legal.reason
    assert verdict_of(lying).prescription.vehicle_class == "AMBULANCE"


def test_whether_severe_obesity_is_alone_is_not_said_while_a_criterion_may_come():
    legal = verdict_of(no_need(bariatric=True, oxygen=UNKNOWN)).prescription
    assert (legal.vehicle_class, legal.reading) == (None, "ARRETE_2006")
    assert "inconnue" in legal.reason


@pytest.mark.parametrize("doubt", ["bariatric", "leave_without_medical_motive"])
def test_what_may_exclude_a_prescription_is_presumed_not_asked_and_never_when_not_known(doubt):
    assert verdict_of(no_need(**{doubt: None})).prescription.vehicle_class == "INDIVIDUEL"
    legal = verdict_of(no_need(**{doubt: UNKNOWN})).prescription
    assert legal.vehicle_class is None
    assert "peut encore exclure" in legal.reason


@pytest.mark.parametrize("answer", ["age", "series", "distance_km_one_way", "language"])
def test_an_answer_that_is_a_measure_may_be_asked_and_not_known(answer):
    verdict = verdict_of(no_need(**{answer: UNKNOWN}))
    assert verdict.vehicle_class == "INDIVIDUEL"
    assert verdict.driver_info == ()


def test_an_unknown_age_leaves_open_who_carries_a_child():
    verdict = verdict_of(replace(CHILD, age=UNKNOWN))
    assert (verdict.vehicle_class, verdict.missing) == (None, ("age",))
    assert verdict.next_question is None


def test_a_leave_without_motive_opens_none_though_the_need_stands():
    verdict = verdict_of(no_need(oxygen=True, leave_without_medical_motive=True))
    assert (verdict.vehicle_class, verdict.prescription.vehicle_class) == ("AMBULANCE", None)
    assert "PRESC-SORTIE" in verdict.prescription.reason


@pytest.mark.parametrize(
    ("changes", "shared"),
    [
        ({"strict_hygiene": False}, True),
        ({"sharing_excluded": None}, True),
        ({"sharing_excluded": UNKNOWN}, False),
        ({"sharing_excluded": True}, False),
        ({"disinfection_risk": True}, False),
        ({"oxygen": True}, False),
        ({"walking_aid": False}, False),
        ({"oxygen": UNKNOWN}, False),
    ],
)
def test_only_a_seated_transport_that_nothing_excludes_is_shared(changes, shared):
    helped = {"walking_aid": True, "autonomy": "with_professional"}
    assert verdict_of(no_need(**(helped | changes))).shared_allowed is shared


@pytest.mark.parametrize(
    ("language", "said"),
    [(None, ()), ("fr", ()), ("fra", ()), ("ar", ("Langue parlée : ar.",))],
)
def test_the_driver_hears_of_another_language(language, said):
    assert verdict_of(no_need(language=language)).driver_info == said


def test_what_the_driver_hears_is_said_once():
    verdict = verdict_of(no_need(impairments=frozenset({"mental", "psychic", "visual"})))
    assert len(verdict.driver_info) == len(set(verdict.driver_info)) == 2


def test_rules_not_yet_in_force_do_not_speak():
    early = verdict_of(no_need(bariatric=True), rules())
    assert "BARIATRIC_EQUIPMENT" in early.premises_needs
    before = replace(rules(), rules=tuple(one for one in rules().rules if _was_there(one)))
    assert "BARIATRIC_EQUIPMENT" not in verdict_of(no_need(bariatric=True), before).premises_needs


def _was_there(rule):
    return rule.validity.holds_at(NOON.replace(year=2025))


@pytest.mark.parametrize(
    ("motive", "question"),
    [(frozenset({"none"}), None), (frozenset({"ald"}), "Q-MOTIF")],
)
def test_the_ald_is_asked_about_only_where_it_may_be_the_motive(motive, question):
    open_class = no_need(oxygen=UNKNOWN, motive=motive, ald=AldAnswers())
    assert verdict_of(open_class).funding.covered is None
    assert verdict_of(open_class).next_question == question


def test_an_effect_of_one_thing_may_be_written_without_a_list():
    oxygen = rules().find_rule("EQ-OXYGENE")
    assert oxygen is not None
    alone = replace(oxygen, then={"equipment": "OXYGEN"})
    others = tuple(one for one in rules().rules if one is not oxygen)
    book = replace(rules(), rules=(*others, alone))
    assert "OXYGEN" in verdict_of(no_need(oxygen=True), book).vehicle_needs
