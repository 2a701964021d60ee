"""From the filled form to a case, or to what must be mended and where."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from regulation.cases import Case
from regulation.ports import Gazetteer
from services.console.fields import FIELDS
from services.errors import BadInput, written_path
from services.schemas.case import CaseIn

NOT_UNDERSTOOD = "Cette réponse n'est pas admise."
ADDRESSES = frozenset({"patient.position", "return_to"})
LISTS = frozenset({"mobility.motive"})
BOOLEANS = {"true": True, "false": False}


class ToMend(Exception):  # noqa: N818  a refusal, named as one says it
    """What to mend, by name of field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def read_form(
    filled: Mapping[str, str], gazetteer: Gazetteer, *, case_id: str, at: datetime
) -> Case:
    """Make the case of a filled form; raise ToMend naming each field at fault."""
    document = _document(filled, case_id, at)
    try:
        return CaseIn.model_validate(document).to_case(gazetteer)
    except ValidationError as error:
        raise ToMend(dict(map(_fault, _paths(error, document)))) from None
    except BadInput as error:
        raise ToMend(dict([_fault(error.field)])) from None


def _document(filled: Mapping[str, str], case_id: str, at: datetime) -> dict[str, Any]:
    document: dict[str, Any] = {"id": case_id, "caller": {"at": at}}
    for name, field in FIELDS.items():
        given = filled.get(name, "").strip()
        if given:
            _put(document, name, _number(given) if field.number else _value(name, given))
    return document


def _number(given: str) -> object:
    """Read a whole or a decimal number, written as people do; anything else is refused later."""
    written = given.replace(",", ".")
    for kind in (int, float):
        try:
            return kind(written)
        except ValueError:
            continue
    return given


def _value(name: str, given: str) -> object:
    if name in ADDRESSES:
        return {"address": given}
    if name in LISTS:
        return [given]
    return BOOLEANS.get(given, given)


def _put(document: dict[str, Any], path: str, value: object) -> None:
    *parents, last = path.split(".")
    for parent in parents:
        document = document.setdefault(parent, {})
    document[last] = value


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
