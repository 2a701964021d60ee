"""Orienting a case: red flags first, always an answer, every exclusion said."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.kit.calendar import PublicHolidays
from regulation.cases import CareLevel, Priority
from regulation.decisions import Actor, Role
from regulation.effecteurs import Accessible, CareCode, EffecteurKind
from regulation.kernel.modes import LegKind, Mode, Payer, PharmacyNeed
from regulation.kernel.observed import Observed
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from regulation.kernel.travel import LegPrice
from regulation.mobility import UNKNOWN
from regulation.offers import Availability, Booking, SlotMode
from regulation.pricing import rates_for
from regulation.proposals import ProposalKind
from regulation.red_flags import Lifting, lift_flags
from regulation.usecases import deadline_of, propose_orientations, reasons_for_amu
from tests.unit.regulation.planning import (
    MustNotBeAsked,
    NobodyGoes,
    a_desk,
    a_vehicle,
    fleet_planner,
)
from tests.unit.regulation.worlds import (
    HERE,
    HOUR,
    MINUTE,
    NOON,
    a_case,
    a_slot,
    a_snapshot,
    an_agenda,
    an_ed,
    an_effecteur,
    described,
    free,
    no_need,
    rules,
    verdict_of,
)
from tests.worlds import by_leg

NEAR = Position(lat=HERE.lat + 3 / 111.2, lon=HERE.lon)
FAR = Position(lat=HERE.lat + 9 / 111.2, lon=HERE.lon)
MMG = an_effecteur(position=NEAR)
SURGERY = an_effecteur("cabinet", kind=EffecteurKind.CABINET, position=FAR)
PHARMACY = an_ed(
    "pharmacie",
    kind=EffecteurKind.PHARMACIE,
    care=frozenset({CareCode.PHARMACY}),
    position=Position(lat=HERE.lat + 1.5 / 111.2, lon=HERE.lon),
)
NO_CAR = no_need(own_vehicle_available=False, public_transport_possible=False)
HELPED = no_need(
    walking_aid=True, autonomy="with_professional", own_vehicle_available=False,
    public_transport_possible=False,
)  # fmt: skip
IN_CHAIR = no_need(
    stays_in_wheelchair=True, uses_wheelchair=True, autonomy="with_professional",
    own_vehicle_available=False, public_transport_possible=False,
)  # fmt: skip


def orient(case, *offers, desk=None):
    return propose_orientations(case, a_snapshot(*offers), desk or a_desk(), NOON)


def best(case, *offers, desk=None):
    return orient(case, *offers, desk=desk).proposals[0]


@pytest.mark.parametrize(
    "case",
    [
        a_case(priority=Priority.P0),
        a_case(care_level=CareLevel.R1),
        a_case(care_level=CareLevel.R2),
        a_case(motif="M03.08"),
        a_case(no_need(smur_team_needed=True)),
        a_case(care_level=CareLevel.R4, priority=Priority.P1),
    ],
)
def test_a_red_flag_ends_before_anything_is_planned(case):
    answer = orient(case, free(MMG, 60), desk=a_desk(MustNotBeAsked()))
    (only,) = answer.proposals
    assert (only.kind, only.rank) == (ProposalKind.AMU, 1)
    assert (only.legs, only.slot, answer.solver, answer.excluded) == ((), None, None, ())
    assert any("ROUGE-" in sentence for sentence in only.explanation)
    assert "Seul un médecin régulateur" in only.warnings[0]


def test_r2_with_a_deadline_of_a_doctor_is_oriented_within_it():
    urgent = a_case(care_level=CareLevel.R2, deadline=timedelta(minutes=90))
    assert not reasons_for_amu(urgent, a_desk(), NOON)
    assert deadline_of(urgent, a_desk().parameters) == NOON + 90 * MINUTE
    assert best(urgent, free(MMG, 60)).kind is ProposalKind.CONSULTATION


def test_r3_is_awaited_within_two_days_by_default():
    assert deadline_of(a_case(), a_desk().parameters) == NOON + 48 * HOUR


def test_r4_is_advice_and_nothing_is_planned():
    answer = orient(a_case(care_level=CareLevel.R4), free(MMG, 60), desk=a_desk(MustNotBeAsked()))
    assert [one.kind for one in answer.proposals] == [ProposalKind.ADVICE]
    assert answer.solver is None


def test_an_answer_names_its_case_its_picture_and_its_rules():
    answer = orient(a_case(), free(MMG, 60))
    assert (answer.case_id, answer.snapshot_id) == ("appel", "photo")
    assert answer.rules_version == rules().version


def test_the_patient_goes_and_comes_home():
    one = best(a_case(NO_CAR), free(MMG, 60))
    assert one.kind is ProposalKind.CONSULTATION
    assert [leg.kind for leg in one.legs] == [LegKind.OUTWARD, LegKind.RETURN]
    assert one.home_at == one.legs[-1].dropoff_at
    assert one.legs[-1].destination == HERE
    assert one.slot is not None
    assert one.slot.slot_id == "mmg-60"


def test_proposals_are_ranked_at_different_places():
    answer = orient(a_case(NO_CAR), free(MMG, 60, 90), free(SURGERY, 60))
    assert [one.rank for one in answer.proposals] == [1, 2]
    owners = [one.effecteur.effecteur.name for one in answer.proposals if one.effecteur]
    assert owners == ["mmg", "cabinet"]


def test_an_excluded_effecteur_carries_its_rule_and_its_reason():
    answer = orient(a_case(NO_CAR), free(MMG, 60), (SURGERY, None))
    (one,) = answer.excluded
    assert (one.effecteur_id, one.rule_id) == (SURGERY.effecteur_id, "ELIG-DISPO-INCONNUE")
    assert one.reason


def test_when_nobody_has_a_slot_the_answer_is_advice_and_says_so():
    answer = orient(a_case(), (MMG, an_agenda(MMG)))
    (only,) = answer.proposals
    assert only.kind is ProposalKind.ADVICE
    assert only.explanation[0] == "Aucun effecteur compatible n'a de créneau connu à cet instant."
    assert answer.solver is not None


def test_when_no_transport_fits_the_answer_says_that_instead():
    only = best(a_case(NO_CAR), free(MMG, 60, 90), desk=a_desk(fleet_planner()))
    assert only.kind is ProposalKind.ADVICE
    assert only.explanation[0].startswith("2 créneaux compatibles, mais aucun transport adapté")


def test_advice_for_want_of_better_repeats_what_is_to_confirm_and_what_is_missing():
    unsure = no_need(walking_aid=True, oxygen=UNKNOWN)
    warnings = best(a_case(unsure), desk=a_desk(NobodyGoes())).warnings
    assert any("CONF-AIDE-SEUL" in text for text in warnings)
    assert any("au moins moyens personnels" in text and "oxygène" in text for text in warnings)


def test_a_wheelchair_that_is_not_left_rides_in_a_tpmr_vehicle():
    assert {leg.mode for leg in best(a_case(IN_CHAIR), free(MMG, 60)).legs} == {Mode.TAXI_TPMR}


def test_an_unknown_access_is_kept_shown_and_warned_of():
    one = best(a_case(IN_CHAIR), free(MMG, 60))
    assert one.effecteur is not None
    assert set(one.effecteur.accessibility.values()) == {Accessible.UNKNOWN}
    assert any("appeler avant d'envoyer le patient" in text for text in one.warnings)


def test_an_unknown_access_is_said_of_the_place_it_is_unknown_of():
    """Of the place of care with what is not known; of the pharmacy on the way home."""
    open_at_noon = (TimeWindow(NOON - HOUR, NOON + 9 * HOUR),)
    pharmacy = replace(PHARMACY, open_windows=open_at_noon)
    case = replace(a_case(HELPED), pharmacy_stop=PharmacyNeed.CERTAIN)
    of_care = "Accessibilité inconnue (accès sans marche) : appeler avant d'envoyer le patient."
    of_pharmacy = "Accessibilité de la pharmacie inconnue : l'appeler avant d'y envoyer le patient."
    level = described({"entree_plain_pied": True, "entree_largeur_mini": 90})
    for care, halt, told in (
        (None, None, [of_care, of_pharmacy]),
        (level, None, [of_pharmacy]),
        (None, level, [of_care]),
        (level, level, []),
    ):
        there = free(replace(MMG, accessibility=care), 60)
        one = best(case, there, (replace(pharmacy, accessibility=halt), None))
        assert any(leg.kind is LegKind.PHARMACY for leg in one.legs)
        assert [text for text in one.warnings if "Accessibilité" in text] == told


def test_premises_that_cannot_be_entered_are_never_proposed():
    barred = replace(MMG, accessibility=described({"entree_largeur_mini": 60}))
    answer = orient(a_case(IN_CHAIR), free(barred, 60))
    assert answer.proposals[0].kind is ProposalKind.ADVICE
    assert [one.rule_id for one in answer.excluded] == ["ELIG-ACCES"]


def test_an_open_class_is_proposed_with_what_is_missing():
    one = best(a_case(replace(HELPED, oxygen=UNKNOWN)), free(MMG, 60))
    assert one.kind is ProposalKind.CONSULTATION
    assert any("au moins transport assis" in text and "oxygène" in text for text in one.warnings)


def test_a_stale_source_is_said_to_be():
    agenda = an_agenda(MMG, a_slot(MMG, 60), seen_ago=20 * MINUTE)
    one = best(a_case(NO_CAR), (MMG, agenda))
    assert "Disponibilité vue il y a 20 min : à vérifier." in one.warnings


def test_coming_without_an_appointment_is_said_not_to_be_guaranteed():
    one = best(a_case(NO_CAR), free(MMG, 60, booking=Booking.WALKIN))
    assert any("attente sur place" in text for text in one.warnings)


@pytest.mark.parametrize(("hours_ago", "is_told"), [(0, False), (2, True)])
def test_a_vehicle_nobody_can_see_is_warned_of(hours_ago, is_told):
    seen = Observed(HERE, NOON - hours_ago * HOUR, "gps", 10 * MINUTE)
    taxi = replace(a_vehicle("taxi", Mode.TAXI), position=seen)
    found = best(a_case(NO_CAR), free(MMG, 60), desk=a_desk(fleet_planner(taxi)))
    warned = "Position du véhicule taxi perdue : compté depuis son dépôt, à confirmer."
    assert (warned in found.warnings) is is_told


@pytest.mark.parametrize(("at", "told"), [(60, "10 min"), (24 * 60, "23 h 10")])
def test_lateness_is_warned_of_as_one_says_it(at, told):
    late = a_case(NO_CAR, deadline=timedelta(minutes=50))
    warned = best(late, free(MMG, at)).warnings
    assert f"Soin {told} après la fin du délai demandé." in warned


@pytest.mark.parametrize(("at", "told"), [(60, "14:00."), (24 * 60, "le 29/11/2026 à 13:00.")])
def test_care_of_another_day_is_told_with_its_date(at, told):
    first = best(a_case(NO_CAR), free(MMG, at)).explanation[0]
    assert first.endswith(f", {told}")


def test_an_emergency_department_is_proposed_with_its_reserve():
    one = best(a_case(NO_CAR), (replace(an_ed(), position=NEAR), None))
    assert one.kind is ProposalKind.ED
    assert one.slot is None
    assert one.effecteur is not None
    assert one.effecteur.availability is Availability.FREE
    assert "Passage aux urgences : durée estimée, non garantie." in one.warnings


def test_a_visit_comes_to_who_cannot_move_and_its_hour_is_estimated():
    lying = a_case(no_need(lying_or_semi_sitting=True))
    one = best(lying, free(MMG, 60, modes=frozenset({SlotMode.HH})))
    assert (one.kind, one.home_at) == (ProposalKind.HOME_VISIT, None)
    assert [leg.mode for leg in one.legs] == [Mode.CARE_TEAM]
    assert "Heure de passage de l'équipe estimée." in one.warnings


def test_a_teleconsultation_awaits_a_doctor_and_moves_nobody():
    one = best(a_case(), free(MMG, 60, modes=frozenset({SlotMode.VR})))
    assert (one.kind, one.legs, one.home_at) == (ProposalKind.TELECONSULTATION, (), None)
    assert "À confirmer par un médecin : l'examen physique n'est pas nécessaire." in one.warnings


def test_an_assisted_teleconsultation_is_gone_to():
    cabin = replace(MMG, kind=EffecteurKind.TELE)
    one = best(a_case(NO_CAR), free(cabin, 60))
    assert one.kind is ProposalKind.ASSISTED_TELECONSULTATION
    assert one.legs
    assert any("examen physique" in text for text in one.warnings)


def test_the_way_home_passes_by_the_pharmacy_that_is_certain():
    case = replace(a_case(NO_CAR), pharmacy_stop=PharmacyNeed.CERTAIN)
    one = best(case, free(MMG, 60), (PHARMACY, None))
    assert [leg.kind for leg in one.legs] == [LegKind.OUTWARD, LegKind.PHARMACY, LegKind.RETURN]
    assert "Le retour passe par une pharmacie ouverte à cette heure." in one.explanation


def test_a_pharmacy_that_is_certain_and_not_found_is_warned_of():
    case = replace(a_case(NO_CAR), pharmacy_stop=PharmacyNeed.CERTAIN)
    closed = replace(PHARMACY, open_windows=(TimeWindow(NOON - 9 * HOUR, NOON - HOUR),))
    for offers in ([free(MMG, 60)], [free(MMG, 60), (closed, None)]):
        warnings = best(case, *offers).warnings
        assert any("remise des médicaments à organiser" in text for text in warnings)


def test_pharmacies_are_not_looked_at_when_none_is_wanted():
    planner = NobodyGoes()
    orient(a_case(), free(MMG, 60), (PHARMACY, None), desk=a_desk(planner))
    assert planner.asked[0].pharmacies == ()


def test_a_pharmacy_on_the_way_brings_its_hours_and_what_speaks_against_it():
    planner = NobodyGoes()
    case = replace(a_case(IN_CHAIR), pharmacy_stop=PharmacyNeed.LIKELY)
    orient(case, free(MMG, 60), (PHARMACY, None), desk=a_desk(planner))
    (stop,) = planner.asked[0].pharmacies
    assert stop.open_windows == PHARMACY.open_windows
    assert stop.penalties == {"unknown_access": 5}
    assert planner.asked[0].pharmacy_stake == 500


def test_one_goes_home_where_one_asked_to():
    one = best(replace(a_case(NO_CAR), return_to=FAR), free(MMG, 60))
    assert one.legs[-1].destination == FAR


def test_no_sentence_on_funding_where_nobody_travels_and_one_where_somebody_does():
    travelling = best(a_case(NO_CAR), free(MMG, 60)).explanation
    said = verdict_of(NO_CAR).funding.sentence
    assert said in travelling
    assert any("Aller en taxi" in text and "€" in text for text in travelling)
    remote = best(a_case(), free(MMG, 60, modes=frozenset({SlotMode.VR}))).explanation
    assert verdict_of(no_need()).funding.sentence not in remote


def test_each_rule_that_spoke_is_told():
    told = best(a_case(HELPED), free(MMG, 60)).explanation
    assert any("CLASSE-TAP-DEPLACEMENT" in text for text in told)


def test_an_own_doctor_nobody_knows_here_is_said_to_be_unknown():
    elsewhere = an_effecteur("ailleurs").effecteur_id
    one = best(replace(a_case(NO_CAR), preferred_effecteur=elsewhere), free(MMG, 60))
    assert f"Effecteur demandé inconnu dans ce territoire : {elsewhere}." in one.warnings


def test_a_lifted_flag_is_recalled_with_every_proposal():
    chest_pain = a_case(NO_CAR, motif="M03.08")
    asked = Lifting(
        actor=Actor(actor_id="LOCAL:dr-1", role=Role.REGULATING_DOCTOR), motive="douleur pariétale"
    )
    one = best(lift_flags(chest_pain, asked, rules(), NOON), free(MMG, 60))
    told = "Drapeau rouge levé par un médecin régulateur [ROUGE-MOTIF-MEDICAL]."
    assert told in one.warnings


def test_a_ride_paid_in_part_says_by_whom_and_what_is_left():
    @by_leg
    def halved(mode, distance_m, depart_at, riders, between):
        return LegPrice(total_cents=2000, patient_cents=900, am_cents=1100, payer=Payer.CPAM)

    desk = a_desk(pricing=lambda case, verdict, at: halved)
    told = best(a_case(NO_CAR), free(MMG, 60), desk=desk).explanation
    shared = "20,00 € pris en charge par l'Assurance Maladie pour 11,00 €, 9,00 € restant"
    assert any(shared in text for text in told)


def test_what_the_rules_add_on_funding_is_told_with_the_way():
    lying = a_case(no_need(lying_or_semi_sitting=True))
    assert any("PEC-A-POSTERIORI" in text for text in best(lying, free(MMG, 60)).explanation)


slots = st.lists(st.tuples(st.sampled_from("abc"), st.integers(3, 60)), min_size=1, max_size=5)
people = st.sampled_from([NO_CAR, HELPED, IN_CHAIR, no_need()])
PLACES = {
    name: an_effecteur(name, position=Position(lat=HERE.lat + north / 111.2, lon=HERE.lon))
    for name, north in (("a", 2), ("b", 5), ("c", -8))
}
KEY = a_desk().planner.objective.rank_key  # type: ignore[attr-defined]
TIERS = a_desk().planner.objective.tiers  # type: ignore[attr-defined]


def offers_of(drawn):
    return [
        free(PLACES[name], *sorted({10 * after for owner, after in drawn if owner == name}))
        for name in sorted({owner for owner, _ in drawn})
    ]


@given(people, slots, st.tuples(st.sampled_from("abc"), st.integers(3, 60)))
@settings(max_examples=25)
def test_adding_an_offer_never_worsens_the_best_proposal(answers, drawn, added):
    fewer, more = (best(a_case(answers), *offers_of(these)) for these in (drawn, [*drawn, added]))
    if fewer.kind is ProposalKind.ADVICE:
        return
    assert KEY(TIERS(more.objective)) <= KEY(TIERS(fewer.objective))


def desk_looking(*hours):
    desk = a_desk()
    return replace(
        desk, parameters=replace(desk.parameters, horizons=tuple(n * HOUR for n in hours))
    )


AT_ONCE, STEP_BY_STEP = desk_looking(), desk_looking(0.5, 1, 2, 4)


@given(people, slots)
@settings(max_examples=25)
def test_the_answer_does_not_depend_on_how_far_ahead_is_looked_at_first(answers, drawn):
    whole, stepped = (
        orient(a_case(answers), *offers_of(drawn), desk=desk) for desk in (AT_ONCE, STEP_BY_STEP)
    )
    assert stepped.proposals == whole.proposals
    assert stepped.solver.status is whole.solver.status


def test_no_later_slot_is_listed_when_none_of_them_could_matter():
    planner = NobodyGoes()
    near = [free(one, 20) for one in PLACES.values()]
    far = free(an_effecteur("loin", position=FAR), 2000)
    orient(a_case(NO_CAR), *near, far, desk=replace(desk_looking(8), planner=planner))
    (asked,) = planner.asked
    assert len(asked.stops) == 3
    assert asked.unlisted == {"delay_s": 8 * 3600}


@given(people, slots, st.sets(st.sampled_from("abc")))
@settings(max_examples=25)
def test_who_may_not_receive_the_patient_is_never_proposed(answers, drawn, too_old):
    offers = [
        (replace(owner, min_age=60), agenda) if owner.name in too_old else (owner, agenda)
        for owner, agenda in offers_of(drawn)
    ]
    answer = orient(a_case(answers), *offers)
    refused = {one.effecteur_id for one in answer.excluded}
    proposed = {one.effecteur.effecteur.effecteur_id for one in answer.proposals if one.effecteur}
    assert refused == {owner.effecteur_id for owner, _ in offers if owner.name in too_old}
    assert not proposed & refused


@pytest.mark.parametrize(
    ("answers", "left"),
    [
        ({"motive": None}, "56,06 € restant au patient au plus."),
        ({"motive": frozenset({"none"})}, "56,06 € restant au patient."),
        (
            {"motive": frozenset({"none"}), "particulars": None},
            "56,06 € restant au patient au plus.",
        ),
    ],
    ids=["no motive told", "everything told", "an emergency neither told nor denied"],
)
def test_what_is_left_to_pay_is_told_at_most_while_an_answer_may_lower_it(answers, left):
    def pricing(case, verdict, at):
        return rates_for(
            47, case.mobility, verdict.funding, rules(), PublicHolidays(), at, "31", lambda _: None
        )

    lying = a_case(no_need(lying_or_semi_sitting=True, **answers))
    fleet = fleet_planner(a_vehicle("ambulance", Mode.AMBULANCE, crew=2))
    far = an_effecteur(position=Position(lat=HERE.lat + 8 / 111.2, lon=HERE.lon))
    told = orient(lying, free(far, 60), desk=a_desk(fleet, pricing=pricing)).proposals[0]
    assert told.explanation[1].endswith(left)
