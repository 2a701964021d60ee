"""Published samples go through without loss, and what the published schemas refuse is refused."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from adapters.hubsante.usecases import USE_CASES
from tests.unit.adapters.hubsante.worlds import PUBLISHED, read

pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published Hub samples (../shared) are not here"
)
SAMPLES = sorted(PUBLISHED.glob("examples/*/*.json"))
Path = tuple[str | int, ...]


def bare(path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_published_sample_goes_through_whole(path):
    found = read(bare(path))
    assert found.defects == ()
    sent = bare(path)
    if "content" in sent:
        contents = (one["jsonContent"]["embeddedJsonContent"] for one in sent["content"])
        assert [one["message"] for one in found.objects] == [one["message"] for one in contents]
    else:
        assert [one["message"] for one in found.objects] == [sent]


def changed(document: object, path: Path, value: object, *, delete: bool = False) -> Any:
    document = copy.deepcopy(document)
    part: Any = document
    for step in path[:-1]:
        part = part[step]
    if delete:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return document


def paths(part: object, at: Path = ()) -> Iterator[tuple[Path, object]]:
    if at:
        yield at, part
    for step, inner in steps(part):
        yield from paths(inner, (*at, step))


def steps(part: object) -> list[tuple[str | int, object]]:
    if isinstance(part, dict):
        return list(part.items())
    return list(enumerate(part)) if isinstance(part, list) else []


def broken(body: object) -> Iterator[object]:
    """Each part left out, of another kind, emptied, dated in a forbidden way, or added to."""
    for path, part in paths(body):
        yield changed(body, path, None, delete=True)
        for value in (None, 7, "", "2026-11-28T19:40:00Z"):
            yield changed(body, path, value)
        if isinstance(part, dict):
            yield changed(body, path, {**part, "unheard_of": 1})


@pytest.mark.parametrize("use_case", USE_CASES.values(), ids=lambda one: one.name)
def test_a_broken_message_is_refused_just_when_the_published_schema_refuses_it(use_case):
    samples = [bare(path) for path in SAMPLES if use_case.key in bare(path)]
    if not samples:
        assert use_case.key.startswith("technical")  # tests of the connection: any content
        return
    schema = json.loads((PUBLISHED / f"json-schema/{use_case.name}.schema.json").read_text())
    published = jsonschema.Draft7Validator(schema)
    body = max(samples, key=lambda one: len(json.dumps(one)))[use_case.key]
    for document in broken(body):
        refused = bool(read({use_case.key: document}).defects)
        assert refused is not published.is_valid(document), document
