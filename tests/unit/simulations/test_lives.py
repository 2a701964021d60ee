"""How slots live is told by figures of the world: each is moved alone, and refused when wrong."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.effecteurs import EffecteurKind
from regulation.kernel.time import TimeWindow
from regulation.offers import Booking
from simulations.agendas import Agendas
from simulations.figures import FiguresRefused
from simulations.lives import lives_of, shipped_lives
from simulations.world_figures import DEFAULT, read_world
from tests.unit.adapters.territory_folders import NO_HOLIDAY, PARIS
from tests.unit.simulations.demonstration import haute_garonne
from tests.unit.simulations.tiny_runs import lived, set_in_world, write_scenario

SHIPPED = DEFAULT.read_text(encoding="utf-8")
TUESDAY = datetime(2026, 3, 10, 10, tzinfo=PARIS)
OF_AGENDAS = {
    name: table for name, table in read_world().tables.items() if name.startswith("agendas.")
}


def lives_with(table, name, value):
    return lives_of(read_world().having(f"agendas.{table}", name, value, "assumption: essai"))


def free_on_tuesday(lives, length=timedelta(days=3), now=TUESDAY):
    doctors = sorted({one.rpps for one in haute_garonne().practitioners if one.booking})
    agendas = Agendas(haute_garonne(), NO_HOLIDAY, 1, lives)
    return agendas.free_slots(doctors, TimeWindow(now, now + length), now)


def test_everything_supposed_of_agendas_says_it_is_supposed():
    assert len(OF_AGENDAS) == 7
    assert all(figure.is_assumption for table in OF_AGENDAS.values() for figure in table.values())


def test_each_kind_of_place_lives_by_its_table_and_the_others_by_that_of_offices():
    lives = lives_with("mmg", "published_h", 5)
    assert lives.of(EffecteurKind.MMG, Booking.ROUTINE).published_h == 5
    assert lives.of(EffecteurKind.MMG, Booking.WALKIN) == shipped_lives().walk_in
    for kind in (EffecteurKind.CABINET, EffecteurKind.IMAGERIE):
        assert lives.of(kind, Booking.ROUTINE) == shipped_lives().office


@pytest.mark.parametrize(
    ("table", "kind"), [("msp", EffecteurKind.MSP), ("cds", EffecteurKind.CDS)]
)
def test_slots_are_reserved_where_and_as_often_as_is_said(table, kind):
    assert lives_with("reserved", table, 0.5).reserved[kind] == 0.5


def test_an_agenda_of_which_nothing_is_offered_shows_nothing():
    shown = {slot.place_id for slot in free_on_tuesday(shipped_lives())}
    kinds = {one.effecteur_id: one.kind for one in haute_garonne().effecteurs}
    left = {
        kinds[slot.place_id]
        for slot in free_on_tuesday(lives_with("office", "offered", 0))
        if slot.booking is Booking.ROUTINE
    }
    assert EffecteurKind.CABINET in {kinds[place] for place in shown}
    assert left == {EffecteurKind.MMG, EffecteurKind.SOS, EffecteurKind.TELE}


def test_what_is_left_before_the_least_lead_was_given_back():
    world = read_world()
    tight = world.having("agendas.everywhere", "taken_least_h", 36, "assumption: essai")
    near = timedelta(hours=35)
    tight = tight.having("agendas.walk_in", "offered", 0, "assumption: essai")
    given_back = free_on_tuesday(lives_of(tight), near)
    for name in ("office", "mmg", "sos", "tele"):
        tight = tight.having(f"agendas.{name}", "cancelled", 0, "assumption: essai")
    assert 0 < len(given_back) < len(free_on_tuesday(shipped_lives(), near)) / 2
    assert free_on_tuesday(lives_of(tight), near) == ()
    assert free_on_tuesday(lives_of(tight))


def test_nobody_takes_a_range_in_which_one_just_comes():
    assert lives_with("everywhere", "taken_least_h", 36).walk_in == shipped_lives().walk_in


UNITS = st.tuples(*[st.floats(0.001, 0.999)] * 6)


@settings(deadline=None)
@given(draws=UNITS, least_h=st.floats(0, 72))
def test_a_slot_is_never_free_before_it_is_published(draws, least_h):
    lives = lives_with("everywhere", "taken_least_h", least_h)
    for life in (lives.office, lives.walk_in, *lives.by_kind.values()):
        again = replace(life, cancelled=1)
        assert all(last < first <= again.published_h for first, last in again.spans_of(draws))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("offered = { value = 0.06", "offered = { value = -0.1", "agendas.office.offered : -0.1"),
        (
            "offered = { value = 0.06",
            "offered = { value = 1.2",
            "agendas.office.offered : 1.2 n'est pas une part, de 0 à 1",
        ),
        ("low = 0.005, high = 0.15", "low = 0.005, high = 1.5", "agendas.office.offered : 1.5"),
        ("[agendas.mmg]", "[agendas.hopital]", "[agendas.hopital] n'est pas une table"),
        ("[agendas.mmg]", "[agendas.mmg.nuit]", "[agendas.mmg.nuit] n'est pas une table"),
        ("msp = {", "mmg = {", "agendas.reserved.mmg n'est pas un chiffre"),
        ("[agendas.office]", "[agendas]\ncolour = 1\n[agendas.office]", "[agendas] n'est pas"),
        ("[agendas.office]", "[agendas]\ncolour = {}\n[agendas.office]", "[agendas.colour] n'est"),
    ],
)
def test_what_agendas_cannot_do_is_refused_with_file_and_key(
    tmp_path: Path, before: str, after: str, told: str
):
    assert before in SHIPPED
    path = tmp_path / "world.toml"
    path.write_text(SHIPPED.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(FiguresRefused) as refused:
        read_world(path)
    assert str(refused.value).startswith("world.toml : ")
    assert told in str(refused.value)


def test_a_kind_of_place_left_out_is_named(tmp_path: Path):
    path = tmp_path / "world.toml"
    first, last = SHIPPED.index("[agendas.sos]"), SHIPPED.index("[agendas.tele]")
    path.write_text(SHIPPED[:first] + SHIPPED[last:], encoding="utf-8")
    with pytest.raises(FiguresRefused, match=r"\[agendas\.sos\] manque"):
        read_world(path)


def test_nobody_has_an_appointment_where_agendas_show_nothing(tmp_path):
    shut = set_in_world(
        **{f"agendas__{name}__offered": 0 for name in ("office", "mmg", "sos", "tele", "walk_in")}
    )
    days = []
    for name, more in (("open", ""), ("shut", shut)):
        folder = tmp_path / name
        folder.mkdir()
        scenario = write_scenario(folder, more=more, arms=("today",))
        days.append(set(lived(scenario, folder / "out").outcome))
    assert "CONSULTATION" in days[0]
    assert "CONSULTATION" not in days[1]
