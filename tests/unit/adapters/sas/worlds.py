"""A tiny named world: two practitioners, two places, on the eve of a Monday."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.kit.judgement import FORM_ONLY, Judgement
from adapters.kit.manifest import Feed, Query, load_manifest
from adapters.sas.mapping import Reading, read_bundle
from adapters.sas.places import Flow
from adapters.sas.queries import search_window
from regulation.kernel.ids import Identifier

FIXTURES = Path(__file__).parents[3] / "fixtures/sas"
PUBLISHED = Path(__file__).parents[5] / "shared/data/interop/sas-fhir/npm-package-1.1.0/example"

NOW = datetime.fromisoformat("2026-11-22T19:40:00+01:00")
WINDOW = search_window(NOW)
LIVE = Judgement(now=NOW, window=WINDOW)

DOCTOR_A = Identifier.parse("RPPS:19990000002")
DOCTOR_B = Identifier.parse("RPPS:19990000010")
CABINET = Identifier.parse("FINESS:990000010")
ANNEXE = Identifier.parse("SIRET:99000000000010")
CPTS = Identifier.parse("FINESS:990000028")

FEED: Feed = load_manifest("adapters.sas").get_feed("sas-ps")


def query() -> Query:
    """How the feed is asked, as the manifest says."""
    assert FEED.query is not None
    return FEED.query


def fixture(name: str) -> bytes:
    """Bytes of a recorded payload."""
    return (FIXTURES / name).read_bytes()


def read(
    payload: bytes, flow: Flow = Flow.PS, judgement: Judgement = LIVE, source: str = "editor"
) -> Reading:
    """Read a payload as the adapter would."""
    return read_bundle(payload, flow=flow, source=source, judgement=judgement)


def read_form(payload: bytes, flow: Flow = Flow.PS) -> Reading:
    """Judge the form of a payload only."""
    return read(payload, flow, FORM_ONLY)


def changed(name: str, change: Callable[[dict[str, Any]], None]) -> bytes:
    """A recorded payload after a change of its resources, given by id."""
    bundle = json.loads(fixture(name))
    change({entry["resource"]["id"]: entry["resource"] for entry in bundle["entry"]})
    return json.dumps(bundle).encode()


def accepted(reading: Reading) -> set[str]:
    """Ids of the slots kept, as the editor gave them."""
    return {offer.slot.slot_id.rpartition("/")[2] for offer in reading.offers}


def aside(reading: Reading) -> list[tuple[int | None, str]]:
    """Where each defect is: entry and element."""
    return [(defect.index, defect.field) for defect in reading.defects]
