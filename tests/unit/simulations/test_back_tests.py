"""Back tests of the simulator: worlds whose outcome is known beforehand."""

import pytest

from regulation.kernel.modes import OWN_MODES
from simulations.measures.table import FLEET as FLEET_MODES
from simulations.measures.table import by_replication
from tests.unit.simulations.small_land import CALM, FREE_FLEET, LAND
from tests.unit.simulations.tiny_runs import (
    NO_VEHICLE,
    lived,
    run_of,
    set_in_world,
    write_scenario,
)

JOINT = ("aiguilleur",)
WITHOUT_END = (
    FREE_FLEET
    + CALM
    + set_in_world(offer__poll_failure=0, answering__occupancy=0.001, finding__joint_minutes=0)
    + """
[[change]]
add = "mmg"
count = 30
hours = "Mo-Su 00:00-24:00"
[[change]]
add = "vehicles"
mode = "TAXI"
count = 20
hours = "24/7"
"""
)
"""More doctors and taxis than callers, at any hour, and staff who answer at once."""

PLENTY = """
[[change]]
set = "world.answering.occupancy"
value = 0.001
"""


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """One day of the tiny territory under the three policies, run twice with one seed."""
    path = tmp_path_factory.mktemp("day")
    scenario = write_scenario(path)
    return path, scenario, lived(scenario, path / "one", replications=2)


def test_the_same_seed_gives_the_same_bytes(day):
    path, scenario, _ = day
    again = run_of(scenario, path / "two", replications=1).carry_out(lambda _: None)
    assert len(again) == 3
    for table in again:
        assert table.read_bytes() == (path / "one" / "rows" / table.name).read_bytes()


def test_another_seed_gives_other_calls(day):
    _, _, rows = day
    calls = rows[rows.arm == "today"].groupby("replication").case_id.agg(set)
    assert calls[0]
    assert calls[1]
    assert not calls[0] & calls[1]


def test_policies_receive_the_same_calls(day):
    _, _, rows = day
    told = ["case_id", "called_at", "age", "level", "commune", "need", "care_level"]
    today, joint = (
        rows[rows.arm == arm][told].reset_index(drop=True) for arm in ("today", "aiguilleur")
    )
    assert today.equals(joint)


def test_every_call_ends_somewhere(day):
    _, _, rows = day
    oriented = rows[(rows.care_level == "R3") & (rows.outcome != "NOT_ANSWERED")]
    assert len(oriented) > 10
    assert oriented.decision_s.notna().all()
    assert set(rows[rows.care_level == "R1"].outcome) <= {"AMU"}
    seen = oriented[oriented.seen_s.notna()]
    assert (seen.seen_s >= seen.decision_s).all()
    assert (seen.home_at_s.dropna() >= seen.seen_s[seen.home_at_s.notna()]).all()


def test_what_is_done_is_not_run_again(day):
    path, scenario, _ = day
    tables = path / "one" / "rows"
    kept = (tables / "today-000.parquet").read_bytes()
    (tables / "today-000.parquet").unlink()
    heard: list[str] = []
    run = run_of(scenario, path / "one", replications=2)
    run.carry_out(lambda progress: heard.append(progress.name))
    assert heard == ["today-000"]
    assert (tables / "today-000.parquet").read_bytes() == kept


def test_without_calls_nothing_happens(tmp_path):
    rows = lived(write_scenario(tmp_path, rate=0), tmp_path / "out")
    assert rows.empty


def test_without_vehicles_nobody_rides_in_one(tmp_path):
    rows = lived(write_scenario(tmp_path, fleet__csv="".join(NO_VEHICLE)), tmp_path / "out")
    assert len(rows) > 30
    assert not set(rows.mode_out) & set(FLEET_MODES)
    assert not set(rows.mode_home) & set(FLEET_MODES)
    assert rows.driven_m.sum() == 0


def test_without_vehicles_there_are_only_own_means_visits_and_remote_care(tmp_path):
    land = LAND | {"fleet__csv": "".join(NO_VEHICLE)}
    rows = lived(write_scenario(tmp_path, more=FREE_FLEET, arms=JOINT, **land), tmp_path / "out")
    seen = rows[(rows.care_level == "R3") & rows.seen_s.notna()]
    visited = seen.mode_out == ""
    assert set(seen[visited].outcome) <= {"HOME_VISIT", "TELECONSULTATION"}
    assert set(seen[~visited].mode_out) <= {str(mode) for mode in OWN_MODES}
    assert visited.any()
    assert not visited.all()


def test_with_supply_without_end_nobody_waits(tmp_path):
    scenario = write_scenario(tmp_path, more=WITHOUT_END, arms=JOINT, **LAND)
    rows = lived(scenario, tmp_path / "out")
    sits = ~rows.level.isin(["M4", "M5+"])  # one vehicle of each kind for the others
    asked = rows[(rows.care_level == "R3") & (rows.need == "GP") & sits]
    assert len(asked) > 5
    assert asked.seen_s.notna().all()
    assert (asked.seen_s - asked.decision_s).max() <= 75 * 60  # a slot begins, and one goes there


def test_with_staff_without_end_nobody_waits(tmp_path):
    rows = lived(write_scenario(tmp_path, more=PLENTY), tmp_path / "out")
    assert len(rows) > 30
    assert (rows.answer_wait_s == 0).all()
    assert (by_replication(rows).answered == 100).all()
