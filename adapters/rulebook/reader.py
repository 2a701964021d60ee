"""From a folder of TOML files to one rule book; a fault names the file, the line and the reason."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

import regulation.rules
from adapters.rulebook.rows import FamilyFile, OverrideFile
from regulation.competences import FAMILY as COMPETENCES
from regulation.rules import Parameter, Rule, RuleBook
from regulation.rules.conditions import ConditionError
from regulation.rules.review import review
from regulation.vocabulary import vocabulary

Model = TypeVar("Model", FamilyFile, OverrideFile)
Row = Rule | Parameter
Key = tuple[str, str, date]
"""What a row is called, its scope, and its first day."""

RULES_FOLDER = Path(regulation.rules.__file__).parent


class RuleFileError(ValueError):
    """A rule file that cannot be used: the message says where, and what to mend."""


@dataclass(slots=True)
class _Shelf:
    """Rows read so far, where each one stands, and the digest of all that was read."""

    rules: list[Rule] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    places: dict[Key, str] = field(default_factory=dict)
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def fault(self, row: Row, reason: str) -> RuleFileError:
        """Say where the row stands, and what is wrong with it."""
        kind = "rule" if isinstance(row, Rule) else "parameter"
        name, _, _ = key = _key(row)
        return RuleFileError(f"{self.places[key]}: {kind} {name}: {reason}")

    def refuse_twice(self, row: Row, others: Iterable[Row]) -> None:
        """One row said twice for some day is a fault."""
        for other in others:
            if _key(other)[:2] == _key(row)[:2] and other.validity.overlaps(row.validity):
                raise self.fault(row, "is written twice for the same days")


def load_rulebook(folder: Path = RULES_FOLDER, overrides: Path | None = None) -> RuleBook:
    """Read every file of the folder, then a territory's own; raise RuleFileError."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise RuleFileError(f"{folder}: no rule file (*.toml) here")
    shelf = _Shelf()
    for path in paths:
        file = _read(path, FamilyFile, shelf)
        _add_rules(shelf, [row.to_rule(file.family) for row in file.rule])
        for figure in [row.to_parameter(file.family) for row in file.parameter]:
            shelf.refuse_twice(figure, shelf.parameters)
            shelf.parameters.append(figure)
    own = () if overrides is None else _override(shelf, overrides)
    try:
        rulebook = RuleBook(
            version=f"sha256:{shelf.digest.hexdigest()[:16]}",
            rules=tuple(shelf.rules),
            parameters=tuple(shelf.parameters),
        )
    except ConditionError as error:
        faulty = next(one for one in shelf.rules if one.rule_id == error.owner)
        raise shelf.fault(faulty, error.reason) from None
    if own:
        _refuse_meaningless(rulebook, {rule.rule_id: rule for rule in own}, shelf)
    return rulebook


def _read(path: Path, model: type[Model], shelf: _Shelf) -> Model:
    try:
        content = path.read_bytes()
        document = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        raise RuleFileError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFileError(f"{path.name}: not TOML: {error}") from None
    shelf.digest.update(path.name.encode() + b"\0" + content + b"\0")
    lines = {table: _lines(content.decode("utf-8"), table) for table in ("rule", "parameter")}
    try:
        found = model.model_validate(document)
    except ValidationError as error:
        raise RuleFileError(f"{path.name}{_first_fault(error, document, lines)}") from None
    for rank, rule in enumerate(found.rule):
        shelf.places[rule.id, "", rule.since] = path.name + _line(lines["rule"], rank)
    for rank, figure in enumerate(found.parameter):
        key = (figure.name, figure.scope, figure.since)
        shelf.places[key] = path.name + _line(lines["parameter"], rank)
    return found


def _lines(text: str, table: str) -> list[int]:
    """Lines on which the rows of a table begin."""
    numbered = enumerate(text.splitlines(), start=1)
    return [number for number, line in numbered if line.strip() == f"[[{table}]]"]


def _line(numbers: Sequence[int], rank: int) -> str:
    """A row written inline has no line of its own."""
    return f":{numbers[rank]}" if rank < len(numbers) else ""


def _first_fault(
    error: ValidationError, document: Mapping[str, object], lines: Mapping[str, Sequence[int]]
) -> str:
    """Name the row by its line and its id rather than by its rank."""
    first = error.errors(include_url=False)[0]
    table, *rest = first["loc"]
    rows = document.get(str(table))
    if not (rest and isinstance(rows, list) and isinstance(rest[0], int)):
        return f": {table}: {first['msg']}"
    rank, row = rest[0], rows[rest[0]]
    name = row.get("id") or row.get("name") if isinstance(row, dict) else None
    line = _line(lines.get(str(table), ()), rank)
    what = ".".join(str(part) for part in rest[1:])
    return f"{line}: {table} {name or rank + 1}: {what}: {first['msg']}"


def _add_rules(shelf: _Shelf, rules: Iterable[Rule]) -> None:
    for rule in rules:
        shelf.refuse_twice(rule, shelf.rules)
        shelf.rules.append(rule)


def _key(row: Row) -> Key:
    since = row.validity.since
    return (row.rule_id, "", since) if isinstance(row, Rule) else (row.name, row.scope, since)


def _refuse_meaningless(rulebook: RuleBook, own: Mapping[str, Rule], shelf: _Shelf) -> None:
    """A territory's rule on a fact that nobody gives would never refuse, and nobody would know."""
    for fault in review(rulebook, vocabulary(rulebook)):
        owner, _, reason = fault.partition(": ")
        if owner in own:
            raise shelf.fault(own[owner], reason)


def _override(shelf: _Shelf, overrides: Path) -> Sequence[Rule]:
    """Put a territory's figures before those they replace, which must allow it, and its rules,
    which may only refuse an effecteur, after the others; return those rules."""
    file = _read(overrides, OverrideFile, shelf)
    allowed = {(one.name, one.scope) for one in shelf.parameters if one.overridable}
    own: list[Parameter] = []
    for figure in [row.to_parameter("territoire") for row in file.parameter]:
        if (figure.name, figure.scope) not in allowed:
            raise shelf.fault(figure, "not one a territory may set")
        shelf.refuse_twice(figure, own)
        own.append(figure)
    shelf.parameters[:0] = own
    rules = [row.to_rule(COMPETENCES) for row in file.rule]
    for rule in rules:
        if rule.then != {"refuse": True}:
            raise shelf.fault(rule, "a territory may only refuse: then = { refuse = true }")
    _add_rules(shelf, rules)
    return rules
