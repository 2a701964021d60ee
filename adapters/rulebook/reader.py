"""From a folder of TOML files to one rule book; a fault names the file, the row and the reason."""

import hashlib
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

import regulation.rules
from adapters.rulebook.rows import FamilyFile, OverrideFile
from regulation.rules import Parameter, Rule, RuleBook
from regulation.rules.conditions import ConditionError

Model = TypeVar("Model", bound=BaseModel)

RULES_FOLDER = Path(regulation.rules.__file__).parent


class RuleFileError(ValueError):
    """A rule file that cannot be used: the message says where, and what to mend."""


def load_rulebook(folder: Path = RULES_FOLDER, overrides: Path | None = None) -> RuleBook:
    """Read every file of the folder, then a territory's own; raise RuleFileError."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise RuleFileError(f"{folder}: no rule file (*.toml) here")
    digest = hashlib.sha256()
    rules: list[Rule] = []
    parameters: list[Parameter] = []
    for path in paths:
        file = _read(path, FamilyFile, digest)
        rules += [row.to_rule(file.family) for row in file.rule]
        parameters += [row.to_parameter(file.family) for row in file.parameter]
    if overrides is not None:
        parameters = _overridden(parameters, overrides, digest)
    _refuse_twice(rules, parameters)
    try:
        return RuleBook(
            version=f"sha256:{digest.hexdigest()[:16]}",
            rules=tuple(rules),
            parameters=tuple(parameters),
        )
    except ConditionError as error:
        raise RuleFileError(f"{folder}: {error}") from None


def _read(path: Path, model: type[Model], digest: "hashlib._Hash") -> Model:
    content = path.read_bytes()
    digest.update(path.name.encode() + b"\0" + content + b"\0")
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFileError(f"{path.name}: not TOML: {error}") from None
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise RuleFileError(f"{path.name}: {_first_fault(error, document)}") from None


def _first_fault(error: ValidationError, document: dict[str, object]) -> str:
    """Name the row by its id rather than by its rank."""
    first = error.errors(include_url=False)[0]
    table, *rest = first["loc"]
    rows = document.get(str(table))
    if rest and isinstance(rows, list) and isinstance(rest[0], int):
        row = rows[rest[0]]
        name = row.get("id") or row.get("name") if isinstance(row, dict) else None
        field = ".".join(str(part) for part in rest[1:])
        return f"{table} {name or rest[0] + 1}: {field}: {first['msg']}"
    return f"{table}: {first['msg']}"


def _overridden(
    parameters: Sequence[Parameter], overrides: Path, digest: "hashlib._Hash"
) -> list[Parameter]:
    """Put a territory's figures before those they replace, which must allow it."""
    own = [
        row.to_parameter("territoire") for row in _read(overrides, OverrideFile, digest).parameter
    ]
    allowed = {(one.name, one.scope) for one in parameters if one.overridable}
    for one in own:
        if (one.name, one.scope) not in allowed:
            raise RuleFileError(
                f"{overrides.name}: parameter {one.name}: not one a territory may set"
            )
    return [*own, *parameters]


def _refuse_twice(rules: Sequence[Rule], parameters: Sequence[Parameter]) -> None:
    """Two rules of one id, or two values of one figure on one day, are a fault."""
    seen: dict[str, Rule] = {}
    for rule in rules:
        other = seen.setdefault(rule.rule_id, rule)
        if other is not rule and other.validity.overlaps(rule.validity):
            raise RuleFileError(f"{rule.family}: rule {rule.rule_id} is written twice")
    national = [one for one in parameters if one.family != "territoire"]
    for index, one in enumerate(national):
        for two in national[index + 1 :]:
            same = (one.name, one.scope) == (two.name, two.scope)
            if same and one.validity.overlaps(two.validity):
                raise RuleFileError(f"{two.family}: parameter {two.name} has two values at once")
