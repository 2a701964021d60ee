"""Each example call is answered on the live mock feeds of Haute-Garonne, as its story demands.

Every journey shown has passed `check`: `transport.itinerary` shows no other.
"""

import json
from functools import cache
from pathlib import Path

import pytest

from adapters.kit.clock import FixedClock
from regulation.kernel.modes import LegKind, Mode
from regulation.proposals import ProposalKind
from regulation.usecases import propose_orientations
from services.bootstrap import TerritoryGazetteer
from services.demo import demo_parts, refresh_once
from services.schemas.answers import OrientationOut
from services.schemas.case import CaseIn
from services.schemas.orientation import orientation_out
from simulations.territories.catalogue import folder_of

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.json"))


@cache
def answer(name):
    document = CaseIn.model_validate_json((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    now = document.caller.at
    with demo_parts(folder_of("haute_garonne"), FixedClock(now)) as (parts, base_url):
        case = document.to_case(TerritoryGazetteer(parts.territory))
        refresh_once(parts, base_url, frozenset({case.need.code}))
        return propose_orientations(case, parts.offer.current(), parts.desk(now, ()), now)


def first(name):
    return answer(name).proposals[0]


def modes(proposal):
    return [leg.mode for leg in proposal.legs]


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_written_exactly_as_the_interface_says(name):
    document = json.loads(json.dumps(orientation_out(answer(name))))
    assert OrientationOut.model_validate(document).case_id == name
    assert [proposal["rank"] for proposal in document["proposals"]] == [
        *range(1, len(document["proposals"]) + 1)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_whoever_is_taken_there_is_brought_home(name):
    for proposal in answer(name).proposals:
        kinds = [leg.kind for leg in proposal.legs]
        if LegKind.OUTWARD in kinds:
            assert kinds[-1] is LegKind.RETURN
            assert proposal.home_at == proposal.legs[-1].dropoff_at
        times = [at for leg in proposal.legs for at in (leg.pickup_at, leg.dropoff_at)]
        assert times == sorted(times)


def test_the_child_with_a_sprained_ankle_is_carried_by_a_parent_and_never_alone():
    proposal = first("cheville-enfant")
    assert proposal.kind is ProposalKind.CONSULTATION
    assert Mode.AMBULANCE not in modes(proposal)
    assert any("ACC-MINEUR" in sentence for sentence in proposal.explanation)
    assert any("portage donc ambulance" in warning for warning in proposal.warnings)


def test_a_red_flag_is_handed_over_without_any_slot_or_leg():
    found = answer("drapeau-rouge")
    assert [(p.kind, p.slot, p.legs) for p in found.proposals] == [(ProposalKind.AMU, None, ())]
    assert found.solver is None


def test_a_wheelchair_user_at_night_far_from_any_adapted_vehicle_is_still_answered():
    found = answer("fauteuil-nuit-sans-transport")
    assert all(
        mode in {Mode.TAXI_TPMR, Mode.VSL_TPMR, Mode.SOCIAL}
        for proposal in found.proposals
        for mode in modes(proposal)
    )
    assert found.proposals[0].explanation


def test_the_electric_wheelchair_rides_in_an_adapted_vehicle_by_an_open_pharmacy():
    proposal = first("fauteuil-electrique-mmg")
    assert set(modes(proposal)) <= {Mode.TAXI_TPMR, Mode.VSL_TPMR}
    assert LegKind.PHARMACY in [leg.kind for leg in proposal.legs]


def test_a_driver_with_a_fever_takes_no_vehicle_of_the_fleet():
    proposal = first("fievre-adulte-en-voiture")
    assert {leg.vehicle_id for leg in proposal.legs} == {None}


def test_a_bedridden_patient_up_two_floors_is_visited_at_home():
    proposal = first("alitee-visite-a-domicile")
    assert proposal.kind is ProposalKind.HOME_VISIT
    assert modes(proposal) == [Mode.CARE_TEAM]


def test_the_ride_of_a_patient_whom_an_ald_disables_is_covered():
    proposal = first("ald-taxi-conventionne")
    assert sum(leg.price.am_cents for leg in proposal.legs) > 0


def test_the_infant_travels_with_the_parent():
    proposal = first("nourrisson-bronchiolite")
    assert set(modes(proposal)) == {Mode.COMPANION_CAR}


def test_advice_needs_no_journey():
    assert first("conseil-r4").kind is ProposalKind.ADVICE
    assert first("conseil-r4").legs == ()


def test_what_is_not_known_of_mobility_is_said_to_be_unknown():
    warnings = first("mobilite-inconnue").warnings
    assert any("Mobilité incomplète" in warning for warning in warnings)


def test_the_deaf_caller_goes_by_own_means_and_is_never_sent_to_a_place_that_says_no():
    found = answer("sourde-transports-en-commun")
    assert set(modes(found.proposals[0])) <= {Mode.PUBLIC_TRANSPORT, Mode.ON_FOOT}
    for proposal in found.proposals:
        if proposal.effecteur:
            assert "NO" not in proposal.effecteur.accessibility.values()


@pytest.mark.parametrize("name", NAMES)
def test_the_emergency_department_comes_first_only_when_everybody_else_is_past_the_deadline(name):
    best, *others = answer(name).proposals
    if best.kind is ProposalKind.ED:
        assert "late_min" not in best.objective
        assert all(one.objective.get("late_min") for one in others)
