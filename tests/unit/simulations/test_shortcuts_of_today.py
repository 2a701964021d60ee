"""What the search of today leaves out changes nothing of what it chooses: it is held against the
same search without any of its shortcuts, on offers and people drawn at random."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.cases import CareLevel
from regulation.effecteurs import CareCode
from regulation.kernel.observed import Observed
from regulation.kernel.places import crow_distance_m
from regulation.kernel.time import TimeWindow
from regulation.offers import Agenda, Booking, Slot, SlotMode, Visibility
from regulation.snapshots import Snapshot
from simulations.policies import today
from simulations.policies.shown import NEVER, FirstSlots, ShownSlots
from simulations.runner.replicating import Task, plot_of
from simulations.world import deciding
from simulations.world.life import Life
from tests.unit.simulations.small_land import LAND
from tests.unit.simulations.test_pages import NOW, place
from tests.unit.simulations.tiny_runs import write_scenario

FIVE_MINUTES = timedelta(minutes=5)
SLOTS = st.lists(
    st.tuples(
        st.integers(0, 3),  # the place
        st.integers(-20, 400),  # when it begins and how long it lasts, in steps of five minutes
        st.integers(1, 60),
        st.sampled_from(SlotMode),
        st.sampled_from([Booking.ROUTINE, Booking.ROUTINE, Booking.WALKIN]),
        st.booleans(),
    ),
    max_size=25,
)


def slots_of(drawn, place_id, number, now):
    """The slots drawn for one place, in order of time."""
    found = [
        Slot(
            slot_id=f"{place_id.value}-{rank}",
            effecteur_id=place_id,
            practitioner=None,
            window=TimeWindow(now + begins * FIVE_MINUTES, now + (begins + length) * FIVE_MINUTES),
            modes=frozenset({mode}),
            booking=booking,
            visibility=frozenset({Visibility.SNP}),
            specialties=frozenset({"SM54"}),
            reserved=reserved,
        )
        for rank, (at, begins, length, mode, booking, reserved) in enumerate(drawn)
        if at == number
    ]
    return tuple(sorted(found, key=lambda one: (one.window.start, one.slot_id)))


@dataclass(frozen=True)
class Offer:
    """An offer that stays as it is."""

    read: Snapshot
    shown: ShownSlots

    def snapshot(self, _):
        return self.read


@pytest.fixture(scope="module")
def land(tmp_path_factory):
    """The desk of today over a small land, and its people, at ten."""
    path = write_scenario(tmp_path_factory.mktemp("today"), rate=0, arms=("today",), **LAND)
    plot = plot_of(Task(path=path, arm="today", replication=0, seed=1))
    life = Life(plot)
    return life.desk, life.demand.people, plot.counted_from + timedelta(hours=10)


def offer_of(desk, drawn, now):
    """What four places of the land show, drawn at random."""
    effecteurs = desk.desks.territory.effecteurs_at(now, desk.desks.calendar)
    places = [one.effecteur_id for one in effecteurs if CareCode.GP in one.care][:4]
    shown = {one: slots_of(drawn, one, number, now) for number, one in enumerate(places)}
    asked = TimeWindow(now, now + timedelta(days=3))
    agendas = {
        one: Agenda(
            effecteur_id=one, slots=Observed(slots, now, "essai", timedelta(hours=1)), asked=asked
        )
        for one, slots in shown.items()
    }
    known = {one.effecteur_id: one for one in effecteurs}
    read = Snapshot(snapshot_id="essai", taken_at=now, effecteurs=known, agendas=agendas)
    return Offer(read, ShownSlots(shown))


def asked_of_the_planner(request, alone, now, budget):
    return alone.pair((request,), now, budget)


def plainly(desk, case, now):
    """The same search, in which every slot is laid out and every place is asked of the planner."""
    with pytest.MonkeyPatch.context() as without:
        without.setattr(deciding, "first_slots", lambda page, *_: page)
        without.setattr(deciding, "AT_ONCE", desk.parameters(now).care.walkin_horizon)
        without.setattr(today, "pair_alone", asked_of_the_planner)
        return desk.answer(case, now)


def looked_at_plainly(request, *, to_ed):
    """The next stops of all that are listed."""
    kind = [one for one in request.stops if (one.slot_key is None) == to_ed]
    kind.sort(key=lambda one: (one.start, crow_distance_m(one.position, request.origin)))
    return kind[: deciding.PLACES_TRIED]


@settings(max_examples=30, deadline=None)
@given(drawn=SLOTS, who=st.integers(0, 500))
def test_the_first_slots_choose_as_all_of_them_do(land, drawn, who):
    desk, people, now = land
    case = people.case(f"quelqu'un-{who}", now)
    need = replace(case.need, code=CareCode.GP, care_level=CareLevel.R3)
    case = replace(case, need=need)
    searching = replace(desk, offer=offer_of(desk, drawn, now))
    told, plain = searching.answer(case, now), plainly(searching, case, now)
    assert [one.planned for one in told.options] == [one.planned for one in plain.options]
    kinds = [(one.proposal.kind, one.proposal.slot) for one in told.options]
    assert kinds == [(one.proposal.kind, one.proposal.slot) for one in plain.options]
    for to_ed in (True, False):
        looked = told.looked_at(to_ed=to_ed)
        assert list(looked.stops) == looked_at_plainly(plain.request, to_ed=to_ed)
        bare = [replace(one, stops=()) for one in (looked, plain.request)]
        assert bare[0].pharmacies == bare[1].pharmacies
        assert bare[0].needs == bare[1].needs


@given(
    rounds=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 3), SLOTS), min_size=1, max_size=6)
)
def test_first_slots_kept_up_to_date_are_those_found_anew(rounds):
    places = [place(number).effecteur_id for number in range(1, 5)]
    shown, now = ShownSlots(), NOW
    kept = FirstSlots(places, shown)
    for steps, number, drawn in rounds:
        shown.put(places[number], slots_of(drawn, places[number], number, NOW))
        now += steps * FIVE_MINUTES
        kept.move_to(now)
        anew = FirstSlots(places, ShownSlots(shown.copy()))
        anew.move_to(now)
        assert (kept.begins == anew.begins).all()
        shows = kept.begins < NEVER
        assert (kept.at_place == anew.at_place)[shows].all()
        assert (kept.visits == anew.visits)[shows].all()
