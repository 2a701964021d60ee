"""From the filled form to a case, or to what must be mended and where."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from regulation.cases import Case
from regulation.mobility import MobilityAnswers
from regulation.ports import Gazetteer
from services.console.fields import FIELDS, NONE_OF_THEM, Field, FieldKind
from services.errors import BadInput, written_path
from services.schemas.case import CaseIn
from services.schemas.mobility import MobilityIn

NOT_UNDERSTOOD = "Cette réponse n'est pas admise."
BETWEEN = ","
"""Between the values of an answer that is a set."""
UNKNOWN = "unknown"
POINT = re.compile(r"(-?\d{1,2}\.\d+),\s*(-?\d{1,3}\.\d+)")
BOOLEANS = {"true": True, "false": False}

Filled = Mapping[str, str]
"""What was filled in, by name of field; the members of a set are told together."""


class ToMend(Exception):  # noqa: N818  a refusal, named as one says it
    """What to mend, by name of field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def filled_from(pairs: Iterable[tuple[str, object]]) -> Filled:
    """Gather what a browser sent; of a name told several times, every value that isn't empty."""
    told: dict[str, list[str]] = {}
    for name, value in pairs:
        if isinstance(value, str):
            told.setdefault(name, []).append(value.strip())
    return {name: BETWEEN.join(filter(None, values)) for name, values in told.items()}


def read_form(filled: Filled, gazetteer: Gazetteer, *, case_id: str, at: datetime) -> Case:
    """Make the case of a filled form; raise ToMend naming each field at fault."""
    document = _document(filled, case_id, at)
    try:
        return CaseIn.model_validate(document).to_case(gazetteer)
    except ValidationError as error:
        raise ToMend(dict(map(_fault, _paths(error, document)))) from None
    except BadInput as error:
        raise ToMend(dict([_fault(error.field)])) from None


def read_answers(filled: Filled) -> MobilityAnswers:
    """Read the mobility answers alone; those that are not admitted count as not given."""
    document = _document(filled, "", None)
    age = document.get("patient", {}).get("age")
    told: dict[str, Any] = document.get("mobility", {})
    known_age = float(age) if isinstance(age, int | float) else None
    for _ in FIELDS:
        try:
            return MobilityIn.model_validate(told).to_answers(age=known_age)
        except ValidationError as error:
            for path in _paths(error, told):
                _drop(told, path)
        except BadInput as error:
            _drop(told, error.field)
    return MobilityAnswers(age=known_age)


def _document(filled: Filled, case_id: str, at: datetime | None) -> dict[str, Any]:
    document: dict[str, Any] = {"id": case_id, "caller": {"at": at}}
    for name, field in FIELDS.items():
        given = filled.get(name, "").strip()
        if given:
            _put(document, name, _value(field, given))
    return document


def _value(field: Field, given: str) -> object:
    match field.kind:
        case FieldKind.NUMBER:
            return _number(given)
        case FieldKind.PLACE:
            return _place(given)
        case FieldKind.SET:
            return _members(field, given)
        case FieldKind.CHOICE | FieldKind.TEXT:  # pragma: no branch  the last ones
            return BOOLEANS.get(given, given)


def _place(given: str) -> object:
    """Read an address, or a latitude and a longitude."""
    point = POINT.fullmatch(given)
    if point is None:
        return {"address": given}
    return {"lat": float(point[1]), "lon": float(point[2])}


def _number(given: str) -> object:
    """Read a whole or a decimal number, written as people do; anything else is refused later."""
    written = given.replace(",", ".")
    for kind in (int, float):
        try:
            return kind(written)
        except ValueError:
            continue
    return given


def _members(field: Field, given: str) -> object:
    """Members of a set: not known when that is ticked; a motive of none is a member like others."""
    members = given.split(BETWEEN)
    if UNKNOWN in members:
        return UNKNOWN
    if field.name == "mobility.motive":
        return members
    return [member for member in members if member != NONE_OF_THEM]


def _put(document: dict[str, Any], path: str, value: object) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        document = document.setdefault(parent, {})
    document[last] = value


def _drop(document: dict[str, Any], path: str) -> None:
    for part in path.split("."):
        inner = document.get(part)
        if not isinstance(inner, dict):
            document.pop(part, None)
            return
        document = inner


def _paths(error: ValidationError, document: Mapping[str, Any]) -> list[str]:
    """Name what is at fault as the document writes it, a whole only when none of its parts is.

    A value that may take several forms is refused under each of them.
    """
    told = error.errors(include_url=False, include_context=False, include_input=False)
    paths = [
        ".".join(map(str, written_path(one["loc"], document, missing=one["type"] == "missing")))
        for one in told
    ]
    return [path for path in paths if not any(other.startswith(f"{path}.") for other in paths)]


def _fault(path: str) -> tuple[str, str]:
    """Find the field of a path, which may go further than the field or stop before it."""
    for name, field in FIELDS.items():
        if path == name or path.startswith(f"{name}.") or name.startswith(f"{path}."):
            return name, field.mend or NOT_UNDERSTOOD
    return path, NOT_UNDERSTOOD
