"""The file of communities: read whole, or refused naming what is wrong."""

from pathlib import Path

import pytest

from adapters.communities.reader import CommunitiesRefused, read_communities
from regulation.kernel.ids import Identifier

GOOD = '["FINESS:990000028"]\nname = "CPTS d\'essai"\nmembers = ["LOCAL:mmg", "LOCAL:cabinet"]\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "cpts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_community_has_its_name_and_its_members_once_each(tmp_path: Path):
    twice = GOOD.replace('"LOCAL:mmg",', '"LOCAL:mmg", "LOCAL:mmg",')
    (found,) = read_communities(written(tmp_path, twice)).values()
    assert found.community_id == Identifier.parse("FINESS:990000028")
    assert found.name == "CPTS d'essai"
    assert [str(one) for one in found.members] == ["LOCAL:mmg", "LOCAL:cabinet"]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("not toml", "n'est pas du TOML : ligne 1, colonne 5"),
        pytest.param(f"x = {'[' * 100_000}", "emboîte trop de choses", id="deep"),
        ('["FINESS:990000028"]\nname = "CPTS"\nmembers = []\n', "FINESS:990000028.members"),
        ('["FINESS:990000028"]\nname = "CPTS"\nmembers = ["mmg"]\n', "members.0"),
        ('["CPTS"]\nname = "CPTS"\nmembers = ["LOCAL:mmg"]\n', "CPTS"),
        (GOOD + "phone = 15\n", "FINESS:990000028.phone"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, where: str):
    with pytest.raises(CommunitiesRefused, match=where):
        read_communities(written(tmp_path, text))


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(CommunitiesRefused, match=r"none\.toml"):
        read_communities(tmp_path / "none.toml")
