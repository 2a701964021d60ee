"""Manifests say what the code does, and the pages for operators say what the manifests do."""

import importlib.util
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from adapters.kit.manifest import Direction, load_manifest, read_manifest

REPO = Path(__file__).parents[3]
SAS = load_manifest("adapters.sas")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = REPO / "scripts/check_manifests.py"
    spec = importlib.util.spec_from_file_location("check_manifests", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def faults(script: ModuleType, **changes) -> list[str]:
    """Faults found after a change of the first feed of the SAS manifest."""
    feeds = (msgspec.structs.replace(SAS.feeds[0], **changes), *SAS.feeds[1:])
    changed = msgspec.structs.replace(SAS, feeds=feeds)
    return list(script.faults_of(changed, REPO / "adapters/sas"))


def test_every_manifest_agrees_with_the_code_and_the_pages_are_up_to_date(script, capsys):
    assert script.main([]) == 0, capsys.readouterr().err


def test_a_feed_nobody_can_read_is_a_fault(script):
    assert faults(script, name="sas-new") == ["feed sas-new: aiguilleur ingest cannot read it"]


def test_a_product_that_does_not_exist_is_a_fault(script):
    found = faults(script, produces=("regulation.offers:Nothing",), validity_s={})
    assert "feed sas-ps: produces: there is no regulation.offers:Nothing" in found


def test_the_validity_of_a_field_that_does_not_exist_is_a_fault(script):
    found = faults(script, validity_s={"weather": 60})
    assert found == ["feed sas-ps: validity_s: nothing it produces has a field weather"]


def test_a_fact_that_expires_before_it_is_asked_again_is_a_fault(script):
    found = faults(script, validity_s={"slots": 10})
    assert found == ["feed sas-ps: validity_s: a fact would be stale before it is asked again"]


def test_a_pushed_feed_is_not_asked(script):
    assert "query" in faults(script, direction=Direction.PUSH)[0]


def test_the_name_is_that_of_the_folder(script):
    found = list(script.faults_of(msgspec.structs.replace(SAS, name="ror"), REPO / "adapters/sas"))
    assert found == ["name: ror is not the name of its folder"]


def test_an_adapter_without_a_recorded_payload_has_no_quality_at_all(script):
    nowhere = msgspec.structs.replace(SAS, name="kit")
    found = list(script.faults_of(nowhere, REPO / "adapters/kit"))
    assert "quality bronze: no recorded payload in tests/fixtures" in found


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name = ", "Invalid value"),
        ('name = "x"', "title"),
        ((REPO / "adapters/sas/manifest.toml").read_text() + "\ncolour = 1", "colour"),
        ('quality = "platine"', "platine"),
    ],
)
def test_a_manifest_that_cannot_be_read_names_what_is_wrong(text, named):
    with pytest.raises(ValueError, match=rf"manifest\.toml: .*{named}"):
        read_manifest(text)


def test_a_feed_is_found_by_name_or_named_as_missing():
    assert SAS.get_feed("sas-sos").flow == "SOS Médecins"
    with pytest.raises(KeyError, match="adapter sas declares no feed sas-x"):
        SAS.get_feed("sas-x")
