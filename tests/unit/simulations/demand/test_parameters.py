"""Each figure has a source; a file that means nothing is refused with its key and the reason."""

from pathlib import Path

import pytest

from simulations.demand.parameters import DEFAULT, read_demand
from simulations.figures import FiguresRefused

SHIPPED = DEFAULT.read_text(encoding="utf-8")


def test_every_figure_says_where_it_comes_from():
    tables = read_demand().tables.values()
    assert all(figure.source and figure.unit for table in tables for figure in table.values())
    assert any(not figure.is_assumption for table in tables for figure in table.values())


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("saturday = { value = 1.35", "saturday = { value = -1", "calls.saturday : -1"),
        ("saturday = { value = 1.35", 'saturday = { value = "1"', "calls.saturday : '1'"),
        ("saturday = { value = 1.35", "saturday = { value = true", "calls.saturday : True"),
        ("saturday = { value = 1.35", "saturday = { value = inf", "calls.saturday : inf"),
        ("saturday = {", "samedi = {", "calls.samedi n'est pas un chiffre"),
        ("[events]", "[evenements]", "[evenements] n'est pas une table"),
        ("hours = { value = [0.35, ", "hours = { value = [", "calls.hours : 24 nombres"),
        ("{ M0 = 97, M1 = 2, M2 = 1 }", "{}", "mobility.0-17 : des parts par nom"),
        ("{ M0 = 97, M1 = 2, M2 = 1 }", "{ M0 = 0 }", "au moins un nombre au-dessus de 0"),
        ('unit = "étage le plus haut", ', "", "household.highest_floor : une valeur, une unité"),
        ("[calls]", "[calls", "demand.toml"),
    ],
)
def test_a_file_that_means_nothing_is_refused(tmp_path: Path, before: str, after: str, told: str):
    assert before in SHIPPED
    path = tmp_path / "demand.toml"
    path.write_text(SHIPPED.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(FiguresRefused) as refused:
        read_demand(path)
    assert told in str(refused.value)


def test_a_table_left_out_is_named(tmp_path: Path):
    path = tmp_path / "demand.toml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(FiguresRefused, match=r"\[calls\] manque"):
        read_demand(path)
