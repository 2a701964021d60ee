"""The live state behaves alike in memory and on a Redis server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from adapters.kit.live import LiveStore
from adapters.kit.packing import pack_agenda, pack_seen, unpack_agenda, unpack_seen
from adapters.live.store import RedisLiveStore
from adapters.memory.live import InMemoryLiveStore
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Observed
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from regulation.matching import Link
from regulation.offers import Agenda, Booking, Slot, SlotMode, Visibility
from regulation.records import RecordKey
from regulation.review import Doubts
from services.live_view import LiveView
from tests.contract.samples import HOUR, MINUTE, NOON
from tests.worlds import MMG_ID, SURGERY_ID
from transport.reports import VehicleSeen

HERE = Position(lat=43.6, lon=1.44)
MMG, FAR = Identifier.parse("FINESS:310000001"), Identifier.parse("LOCAL:far")
SLOT = Slot(
    slot_id="LOCAL:sas-ps/1",
    effecteur_id=MMG,
    practitioner=Identifier.parse("RPPS:10000000001"),
    window=TimeWindow(NOON + HOUR, NOON + HOUR + 20 * MINUTE),
    modes=frozenset({SlotMode.AMB, SlotMode.VR}),
    booking=Booking.ROUTINE,
    visibility=frozenset({Visibility.SNP}),
    specialties=frozenset({"SM54"}),
    reason="consultation",
    booking_url="https://agenda.example/1",
    capacity=2,
)
AGENDA = Agenda(
    effecteur_id=MMG,
    slots=Observed((SLOT,), NOON, "sas-ps", MINUTE),
    asked=TimeWindow(NOON, NOON + 48 * HOUR),
)
VSL = VehicleSeen(
    at=NOON,
    source="hub",
    vehicle_id="fr.health.samu310.resource.VSL4",
    position=HERE,
    is_free=True,
    heading_deg=90.0,
    speed_kmh=30.5,
)
NUMBERS = count()


@pytest.fixture(params=["memory", "redis"])
def live(request: pytest.FixtureRequest) -> Iterator[LiveStore]:
    if request.param == "memory":
        yield InMemoryLiveStore()
        return
    with Redis.from_url(request.getfixturevalue("redis_url")) as client:
        yield RedisLiveStore(client, f"essai-{next(NUMBERS)}")


def later(agenda: Agenda = AGENDA, *, minutes: int = 1, slots: tuple[Slot, ...] = ()) -> Agenda:
    observed = replace(agenda.slots, observed_at=NOON + minutes * MINUTE, value=slots)
    return replace(agenda, slots=observed)


def test_what_is_put_comes_back_whole(live: LiveStore):
    assert live.put_agendas([AGENDA]) == 1
    assert live.put_sightings([VSL]) == 1
    assert live.agendas_of([MMG, FAR]) == {MMG: AGENDA}
    assert live.sightings_of([VSL.vehicle_id, "nobody"]) == {VSL.vehicle_id: VSL}


def test_pairs_in_doubt_are_those_told_last(live: LiveStore):
    assert live.doubts() == Doubts()
    first, second = (RecordKey(source=one, record_id="1") for one in ("finess", "ror"))
    link = Link(first=first, second=second, rule_id="DOUTE-NOM", reason="même nom", source="maison")
    told = Doubts(links=(link,), place_of={first: MMG_ID, second: SURGERY_ID})
    live.put_doubts(told)
    assert live.doubts() == told
    live.put_doubts(Doubts())
    assert live.doubts() == Doubts()


def test_of_two_facts_the_one_observed_last_stays(live: LiveStore):
    newer = later()
    live.put_agendas([newer])
    assert live.put_agendas([AGENDA, newer]) == 0
    assert live.agendas_of([MMG]) == {MMG: newer}
    moved = replace(VSL, at=NOON + MINUTE, position=Position(lat=43.7, lon=1.44))
    assert live.put_sightings([moved, VSL]) == 1
    assert live.sightings_of([VSL.vehicle_id]) == {VSL.vehicle_id: moved}


def test_no_slot_is_a_fact_too(live: LiveStore):
    live.put_agendas([AGENDA])
    live.put_agendas([later()])
    assert live.agendas_of([MMG])[MMG].slots.value == ()


def test_places_are_found_around_a_position_nearest_first(live: LiveStore):
    live.put_places(
        {
            MMG: Position(lat=43.61, lon=1.44),
            FAR: Position(lat=43.65, lon=1.44),
            Identifier.parse("LOCAL:elsewhere"): Position(lat=48.85, lon=2.35),
        }
    )
    near = live.places_near(HERE, 10_000, 10)
    assert [one.thing for one in near] == [str(MMG), str(FAR)]
    assert near[0].distance_m == pytest.approx(1112, rel=0.01)
    assert len(live.places_near(HERE, 10_000, 1)) == 1


def test_vehicles_are_found_where_they_were_seen_last(live: LiveStore):
    live.put_sightings([VSL])
    live.put_sightings([replace(VSL, at=NOON + MINUTE, position=Position(lat=43.9, lon=1.44))])
    assert live.vehicles_near(HERE, 10_000, 10) == []
    (found,) = live.vehicles_near(Position(lat=43.9, lon=1.44), 1_000, 10)
    assert found.thing == VSL.vehicle_id


def test_a_position_where_no_map_goes_is_kept_all_the_same(live: LiveStore):
    polar = replace(VSL, position=Position(lat=89.9, lon=0))
    assert live.put_sightings([polar]) == 1
    assert live.sightings_of([VSL.vehicle_id]) == {VSL.vehicle_id: polar}


def test_a_follower_is_told_each_change_once_and_in_order(live: LiveStore):
    nothing = live.everything()
    live.put_agendas([AGENDA])
    first = live.changes_after(nothing.cursor)
    assert [unpack_agenda(one.packed) for one in first.agendas] == [AGENDA]
    live.put_sightings([VSL])
    live.put_agendas([later()])
    second = live.changes_after(first.cursor)
    assert [unpack_agenda(one.packed) for one in second.agendas] == [later()]
    assert [unpack_seen(one.packed) for one in second.vehicles] == [VSL]
    assert live.changes_after(second.cursor, wait=timedelta(milliseconds=20)).agendas == []


def test_who_follows_from_a_point_that_is_forgotten_is_told_so(live: LiveStore):
    live.put_agendas([AGENDA])
    cursor = live.everything().cursor
    forget(live)
    assert live.changes_after(cursor).is_gap


def forget(live: LiveStore) -> None:
    """Lose the changes, as a server that starts anew does."""
    if isinstance(live, RedisLiveStore):
        live._redis.flushall()
    else:
        live.__init__()  # type: ignore[misc]  # the same object, with nothing in it


def test_two_who_have_followed_as_far_see_the_same_under_the_same_id(live: LiveStore):
    early, late = LiveView(live), LiveView(live)
    early.follow(NOON)
    live.put_agendas([AGENDA])
    live.put_sightings([VSL])
    one, other = early.follow(NOON), late.follow(NOON + HOUR)
    assert one.snapshot_id == other.snapshot_id
    assert dict(one.agendas) == dict(other.agendas) == {MMG: AGENDA}
    assert dict(one.vehicles) == dict(other.vehicles) == {VSL.vehicle_id: VSL}


def test_a_snapshot_never_changes_and_is_found_by_its_id(live: LiveStore):
    view = LiveView(live)
    live.put_agendas([AGENDA])
    shown = view.follow(NOON)
    live.put_agendas([later()])
    assert view.follow(NOON).snapshot_id != shown.snapshot_id
    assert view.find(shown.snapshot_id) is shown
    assert shown.agendas[MMG] == AGENDA
    current = view.current()
    assert current is not None
    assert current.agendas[MMG] == later()
    assert view.find("live-unknown") is None


def test_a_view_keeps_the_last_snapshots_only(live: LiveStore):
    view = LiveView(live, kept=2)
    ids = []
    for minutes in range(3):
        live.put_agendas([later(minutes=minutes)])
        ids.append(view.follow(NOON).snapshot_id)
    assert [view.find(one) is not None for one in ids] == [False, True, True]


def test_a_view_that_fell_too_far_behind_reads_everything_again(live: LiveStore):
    view = LiveView(live)
    live.put_agendas([AGENDA])
    view.follow(NOON)
    forget(live)
    live.put_sightings([VSL])
    snapshot = view.follow(NOON)
    assert dict(snapshot.agendas) == {}
    assert dict(snapshot.vehicles) == {VSL.vehicle_id: VSL}


INSTANTS = st.integers(0, 10_000).map(lambda seconds: NOON + timedelta(seconds=seconds))


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), INSTANTS, st.floats(-85, 85), st.floats(-180, 180)),
        max_size=30,
    )
)
def test_whatever_the_order_the_latest_of_each_vehicle_is_what_one_sees(told):
    live = InMemoryLiveStore()
    sightings = [
        replace(VSL, vehicle_id=who, at=at, position=Position(lat=lat, lon=lon))
        for who, at, lat, lon in told
    ]
    for seen in sightings:
        live.put_sightings([seen])
    vehicles = LiveView(live).follow(NOON).vehicles
    for who in {one.vehicle_id for one in sightings}:
        assert vehicles[who].at == max(one.at for one in sightings if one.vehicle_id == who)


@given(INSTANTS, st.booleans() | st.none(), st.text(max_size=20))
def test_facts_are_packed_and_read_without_loss(at, is_free, text):
    seen = replace(VSL, at=at, is_free=is_free)
    assert unpack_seen(pack_seen(seen)) == seen
    slot = replace(SLOT, reason=text, practitioner=None, booking_url=None)
    assert unpack_agenda(pack_agenda(later(slots=(slot,)))) == later(slots=(slot,))
