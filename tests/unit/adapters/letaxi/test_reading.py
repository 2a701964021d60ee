"""Taxis and ranks are a sign of density: none is bookable, none is said to be conventioned."""

from pathlib import Path

import pytest

from adapters.kit.departments import Department
from adapters.kit.judgement import FORM_ONLY, Judgement
from adapters.letaxi.files import read_letaxi

ROOT = Path(__file__).parents[4]
TAXIS = ROOT / "tests/fixtures/letaxi/taxis.json"
PUBLISHED = ROOT.parent / "shared/data/interop/le-taxi/schema-stationtaxi/exemple-valide.json"


def test_free_taxis_are_read_and_one_that_is_nowhere_is_put_aside():
    found = read_letaxi(TAXIS.read_bytes(), FORM_ONLY)
    assert [(one["id"], one["is_free"]) for one in found.objects] == [
        ("LOCAL:abc1", True),
        ("LOCAL:abc3", False),
    ]
    assert {(one["bookable"], one["is_conventioned"]) for one in found.objects} == {(False, None)}
    assert found.objects[0]["takes_wheelchair"] is True
    assert [(one.index, one.field) for one in found.defects] == [(1, "position.lat")]


def test_a_taxi_far_away_is_put_aside():
    found = read_letaxi(TAXIS.read_bytes(), Judgement(area=Department("75")))
    assert found.objects == ()


def test_what_is_neither_taxis_nor_ranks_is_put_aside_whole():
    assert read_letaxi(b"{}", FORM_ONLY).defects[0].field == "data"


@pytest.mark.skipif(not PUBLISHED.is_file(), reason="the published ranks (../shared) are not here")
def test_every_published_rank_is_read():
    found = read_letaxi(PUBLISHED.read_bytes(), FORM_ONLY)
    assert (len(found.objects), found.defects) == (425, ())
