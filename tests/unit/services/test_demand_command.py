"""`aiguilleur territory demand`."""

import pytest

from tests.unit.services.command_line import CommandLine, aiguilleur, is_refused


def test_the_demand_is_set_beside_the_published_figures(aiguilleur: CommandLine):
    said = aiguilleur.run("territory", "demand", "haute_garonne", "--format", "json")
    assert said.status == 0
    anchors = {one["name"]: one for one in said.document}
    daily = anchors["dossiers par jour (moyenne de l'année)"]
    assert daily["published"] == pytest.approx(300_000 / 365)
    assert abs(daily["gap"]) < 0.05
    assert {one["is_check"] for one in anchors.values()} == {True, False}


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("nulle-part",), "NAME_OR_DIR"),
        (("haute_garonne", "--year", "0"), "--year"),
        (("haute_garonne", "--figures", "absent.toml"), "--figures"),
    ],
)
def test_bad_input_is_refused(aiguilleur: CommandLine, arguments: tuple[str, ...], field: str):
    assert is_refused(aiguilleur.run("territory", "demand", *arguments), field)


__all__ = ["aiguilleur"]
