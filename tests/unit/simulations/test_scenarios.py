"""Scenarios are read strictly, and change what they say in the order they say it."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from simulations.runner.replicating import settings_of
from simulations.scenarios.reading import ScenarioRefused, read_scenario
from tests.unit.simulations.tiny_runs import write_scenario


def refusal(path, **asked):
    scenario = write_scenario(path, **asked)
    with pytest.raises(ScenarioRefused) as refused:
        settings_of(scenario)
    return str(refused.value)


def test_no_day_at_all_is_refused_saying_that_there_must_be_some(tmp_path):
    other = tmp_path / "rien.toml"
    other.write_text(f'base = "{write_scenario(tmp_path).name}"\ndays = 0\n', encoding="utf-8")
    with pytest.raises(ScenarioRefused, match="days : 0 n'est pas un nombre plus grand que 0, d'"):
        read_scenario(other)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("colour = 3", "essai.toml : colour : pas une clé de scénario"),
        ("seed = -1", "essai.toml : seed : -1 n'est pas un nombre de 0"),
        ("from_hour = 20.5", "essai.toml : from_hour : 20.5 n'est pas une heure entière"),
        (
            '[[arm]]\nname = "nuit"\ntitle = "Nuit"\npolicy = "joint"',
            "essai.toml : arm : 'nuit' n'est pas dans arms, ne serait pas lu",
        ),
        ("from_hour = 24", "essai.toml : from_hour : 24 n'est pas un nombre de 0 à 23"),
        ("warm_up_hours = true", "essai.toml : donne deux fois la même clé : ligne"),
        ('[stop]\nmeasure = "in_time"', "essai.toml : stop : measure et half_width sont attendus"),
        ('[[episode]]\nevent = "flood"\nfrom = 2026-11-24\ndays = 1', "episode.event : 'flood'"),
        (
            '[[arm]]\nname = "x"\ntitle = "X"\npolicy = "best"',
            "arm.policy : 'best' n'est pas parmi",
        ),
        ('[[change]]\nset = "world.fleet.refusal"\nvalue = -0.1', "fleet.refusal : -0.1 n'est pas"),
        ('[[change]]\nset = "world.fleet.colour"\nvalue = 1', "fleet.colour n'est pas un chiffre"),
        ('[[change]]\nset = "world.fleet.refusal"\nvalue = 2', "fleet.refusal : 2 n'est pas une"),
        (
            '[[change]]\nset = "world.agendas.mmg.offered"\nvalue = 1.5',
            "change 1: set : agendas.mmg.offered : 1.5 n'est pas une part, de 0 à 1",
        ),
        (
            '[[change]]\nset = "world.agendas.hopital.offered"\nvalue = 1',
            "agendas.hopital.offered n'est pas un chiffre connu",
        ),
        ('[[change]]\nset = "fleet.refusal"\nvalue = 1', "ni demand.TABLE.NOM ni"),
        ('[[change]]\nset = "world.fleet.refusal"', "change 1: value : manque"),
        (
            '[[change]]\nadd = "helicopters"\ncount = 1',
            "add : 'helicopters' n'est pas parmi vehicles",
        ),
        ('[[change]]\nadd = "mmg"\ncount = 0', "count : 0 n'est pas un entier"),
        ('[[change]]\nadd = "mmg"\ncount = 1\nhours = "Mo 12:00-11:00"', "hours : "),
        ('[[change]]\nadd = "vehicles"\nmode = "VSL"\ncount = 1', "le territoire n'a aucun VSL"),
        (
            '[[change]]\nlever = "shared"\nvalue = "yes"',
            "value : 'yes' n'est pas ce que prend le levier shared",
        ),
        (
            '[[change]]\nlever = "local_pays"\nvalue = ["31395", "99999"]',
            "value : 99999 : pas une commune de",
        ),
        ("[[change]]\ncolour = 1", "l'un de set, add, lever est attendu"),
    ],
)
def test_a_scenario_that_means_nothing_is_refused_with_its_key(tmp_path, more, said):
    assert said in refusal(tmp_path, more=more)


def test_a_territory_at_fault_is_refused_with_file_and_line(tmp_path):
    said = refusal(tmp_path, communes__csv="code,name\n")
    assert "communes.csv" in said


def test_a_base_is_changed_by_what_is_written_over_it(tmp_path):
    base = write_scenario(tmp_path)
    over = tmp_path / "autre.toml"
    over.write_text(
        f'base = "{base.name}"\ndays = 2\narms = ["today"]\n'
        '[[change]]\nset = "world.fleet.refusal"\nvalue = 0.5\n'
    )
    told = read_scenario(over)
    assert (told.days, told.name, len(told.changes)) == (2, "essai", 2)
    assert settings_of(over)["today"].world.number("fleet", "refusal") == 0.5


def test_a_base_that_leads_back_to_itself_is_refused(tmp_path):
    over = tmp_path / "boucle.toml"
    over.write_text('base = "boucle.toml"\n')
    with pytest.raises(ScenarioRefused, match="mène à lui-même"):
        read_scenario(over)


def test_the_last_change_of_a_figure_holds(tmp_path):
    more = "".join(
        f'[[change]]\nset = "world.fleet.refusal"\nvalue = {value}\n' for value in (0.1, 0.3)
    )
    told = settings_of(write_scenario(tmp_path, more=more))
    assert told["today"].world.number("fleet", "refusal") == 0.3


def test_supply_is_added_where_people_are(tmp_path):
    more = (
        '[[change]]\nadd = "mmg"\ncount = 2\n[[change]]\nadd = "vehicles"\nmode = "TAXI"\ncount = 3'
    )
    territory = settings_of(write_scenario(tmp_path, more=more))["today"].territory
    added = [one for one in territory.effecteurs if "ajoutée" in one.name]
    assert [one.commune for one in added] == ["31433", "31395"]
    assert len(territory.fleet) == 4
    assert {one.place for one in territory.practitioners} >= {one.effecteur_id for one in added}


def test_calls_count_from_the_hour_that_is_asked(tmp_path):
    told = read_scenario(write_scenario(tmp_path, more="from_hour = 16"))
    assert told.counted_from(ZoneInfo("Europe/Paris")).hour == 16


def test_an_arm_has_its_own_agendas(tmp_path):
    more = (
        '[[arm]]\nname = "open"\ntitle = "Agendas ouverts"\npolicy = "today"\n'
        '[[arm.change]]\nset = "world.agendas.office.offered"\nvalue = 0.5\n'
    )
    told = settings_of(write_scenario(tmp_path, more=more, arms=("today", "open")))
    shares = {arm: one.world.number("agendas.office", "offered") for arm, one in told.items()}
    assert shares == {"today": 0.06, "open": 0.5}


def test_the_tightened_tuesday_is_the_same_tuesday_but_for_its_agendas():
    scenarios = Path(__file__).parents[3] / "simulations" / "scenarios"
    tuesday, tight = (
        read_scenario(scenarios / f"{name}.toml")
        for name in ("haute_garonne_mardi", "haute_garonne_agendas_serres")
    )
    assert {str(one["set"]).rpartition(".")[0] for one in tight.changes} == {
        "world.agendas.walk_in",
        "world.agendas.everywhere",
    }
    assert (tight.start, tight.days, tight.seed) == (tuesday.start, tuesday.days, tuesday.seed)
    assert tight.arms == tuesday.arms[:3]
