"""What the tests of the Hub share: messages of our own, and the published ones if they are here."""

import json
from pathlib import Path
from typing import Any

from adapters.hubsante.files import read_hub
from adapters.kit.ingest import Ingested
from adapters.kit.judgement import FORM_ONLY, Judgement

REPO = Path(__file__).parents[4]
FIXTURES = REPO / "tests/fixtures/hubsante"
PUBLISHED = REPO.parent / "shared/data/interop/hub-sante"


def fixture(name: str) -> dict[str, Any]:
    """Return one of our own messages."""
    document: dict[str, Any] = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return document


def read(document: object, judgement: Judgement = FORM_ONLY) -> Ingested:
    """Read a message as `aiguilleur ingest` does."""
    return read_hub(json.dumps(document).encode(), judgement)


def faults(document: object, judgement: Judgement = FORM_ONLY) -> list[tuple[str, str]]:
    """Return what was put aside: field and reason."""
    return [(one.field, one.reason) for one in read(document, judgement).defects]


def message_of(envelope: dict[str, Any]) -> dict[str, Any]:
    """Return the message of an envelope, to change it."""
    message: dict[str, Any] = envelope["content"][0]["jsonContent"]["embeddedJsonContent"][
        "message"
    ]
    return message


def objects(found: Ingested) -> list[dict[str, Any]]:
    """Return what was accepted, to look into."""
    return [dict(one) for one in found.objects]
