"""The sources a service reads are named in a file, and each is read into the live offer."""

from pathlib import Path

import pytest

from services.errors import BadInput
from services.feeds import FeedsIn, read_feeds

EXAMPLE = Path(__file__).parents[3] / "examples/sources.toml"


def test_the_example_names_the_sources_the_mock_bench_serves():
    feeds = read_feeds(EXAMPLE)
    assert [one.name for one in feeds.sas] == ["editeur-fictif"]
    assert feeds.finess is not None
    assert feeds.acceslibre is not None
    assert [one.form for one in feeds.rota] == ["rota-ics"]
    assert feeds.ror is None


def test_without_a_file_nothing_is_read():
    assert read_feeds(None) == FeedsIn()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[finess", "is not TOML"),
        ('[finess]\nurl = "ftp://a"', "finess.url"),
        ("[[rota]]\nname = 'a'\nurl = 'http://a'\nform = 'xls'", "rota.0.form"),
        ('[nouveau]\nurl = "http://a"', "nouveau"),
    ],
)
def test_what_is_wrong_with_the_file_is_named(tmp_path: Path, text: str, where: str):
    path = tmp_path / "sources.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=f"AIGUILLEUR_FEEDS: .*{where}"):
        read_feeds(path)
    with pytest.raises(BadInput, match="No such file"):
        read_feeds(tmp_path / "absent.toml")
