"""From a folder of TOML files to one rule book; a fault names the file, the line and the reason."""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import ValidationError

import regulation.rules
from adapters.kit.misread import misread
from adapters.rulebook.faults import Lines, RuleFileError, not_toml, told
from adapters.rulebook.rows import FamilyFile, OverrideFile
from regulation.competences import FAMILY as COMPETENCES
from regulation.rules import Parameter, Rule, RuleBook
from regulation.rules.conditions import ConditionError
from regulation.rules.review import review
from regulation.vocabulary import TERRITORY, vocabulary

Model = TypeVar("Model", FamilyFile, OverrideFile)
Row = Rule | Parameter

RULES_FOLDER = Path(regulation.rules.__file__).parent
BOOKS_KEPT = 8
"""Rule books kept in memory: those in force, of a few territories, and what is being tried."""


class _Source(NamedTuple):
    """A file as it was read: its name and its bytes."""

    name: str
    content: bytes


@dataclass(slots=True)
class _Shelf:
    """Rows read so far, what is wrong with them, and the digest of all that was read."""

    rules: list[Rule] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _namesakes: dict[tuple[type[Row], str, str], list[Row]] = field(default_factory=dict)

    def add_rules(self, rules: Iterable[Rule]) -> None:
        """Add rules after the others."""
        for rule in rules:
            self.note_twice(rule)
            self.rules.append(rule)

    def add_parameters(self, parameters: Iterable[Parameter]) -> None:
        """Add figures after the others."""
        for figure in parameters:
            self.note_twice(figure)
            self.parameters.append(figure)

    def note_twice(self, row: Row) -> None:
        """One row said twice for some day is a fault."""
        namesakes = self._namesakes.setdefault((type(row), *_name(row)), [])
        for other in namesakes:
            if other.validity.overlaps(row.validity):
                self.faults.append(f"{row.label} : écrit deux fois pour les mêmes jours")
        namesakes.append(row)

    def refuse_faults(self) -> None:
        """Raise RuleFileError when something was found."""
        if self.faults:
            raise RuleFileError(*self.faults)


def load_rulebook(folder: Path = RULES_FOLDER, overrides: Path | None = None) -> RuleBook:
    """Read every file of the folder, then a territory's own; raise RuleFileError.

    What the files hold is looked at each time; as long as it stays the same, so does the book.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise RuleFileError(f"{folder} : aucun fichier de règles (*.toml) ici")
    own = None if overrides is None else _source(overrides)
    return _book_of(tuple(_source(path) for path in paths), own)


@lru_cache(maxsize=BOOKS_KEPT)
def _book_of(families: tuple[_Source, ...], overrides: _Source | None) -> RuleBook:
    shelf = _Shelf()
    for source in families:
        for file, lines in _read(source, FamilyFile, shelf):
            shelf.add_rules(file.rules(file.family, lines))
            shelf.add_parameters(file.parameters(file.family, lines))
    shelf.refuse_faults()
    if overrides is not None:
        _override(shelf, overrides)
        shelf.refuse_faults()
    return _reviewed(shelf)


def _reviewed(shelf: _Shelf) -> RuleBook:
    """A rule on a fact nobody gives would never speak, and nobody would know: it is refused."""
    try:
        rulebook = RuleBook(
            version=f"sha256:{shelf.digest.hexdigest()[:16]}",
            rules=tuple(shelf.rules),
            parameters=tuple(shelf.parameters),
        )
    except ConditionError as error:
        raise RuleFileError(str(error)) from None
    shelf.faults += review(rulebook, vocabulary(rulebook))
    shelf.refuse_faults()
    return rulebook


def _read(source: _Source, model: type[Model], shelf: _Shelf) -> Iterator[tuple[Model, Lines]]:
    """The file with its lines; nothing, and its faults noted, when it can't be read."""
    name, content = source
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        shelf.faults.append(f"{name}: ce n'est pas un texte en UTF-8")
        return
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        shelf.faults.append(not_toml(name, text, str(error)))
        return
    except (ValueError, RecursionError) as error:
        shelf.faults.append(f"{name}: {misread(error)}")
        return
    shelf.digest.update(name.encode() + b"\0" + content + b"\0")
    lines = Lines(name, text)
    try:
        yield model.model_validate(document), lines
    except ValidationError as error:
        shelf.faults += told(error, document, lines)


def _source(path: Path) -> _Source:
    try:
        return _Source(path.name, path.read_bytes())
    except OSError:
        raise RuleFileError(f"{path} : ce fichier manque, ou ne peut être lu") from None


def _name(row: Row) -> tuple[str, str]:
    return (row.rule_id, "") if isinstance(row, Rule) else (row.name, row.scope)


def _override(shelf: _Shelf, overrides: _Source) -> None:
    """Put a territory's figures before those they replace, which must allow it, and its rules,
    which may only refuse an effecteur, after the others."""
    for file, lines in _read(overrides, OverrideFile, shelf):
        own = _Shelf(faults=shelf.faults)
        own.add_parameters(file.parameters(TERRITORY, lines))
        _note_not_allowed(shelf, own.parameters)
        shelf.parameters[:0] = own.parameters
        rules = file.rules(COMPETENCES, lines)
        for rule in rules:
            if rule.then != {"refuse": True}:
                reason = "un territoire ne peut que refuser : then = { refuse = true }"
                shelf.faults.append(f"{rule.label} : {reason}")
        shelf.add_rules(rules)


def _note_not_allowed(shelf: _Shelf, own: Sequence[Parameter]) -> None:
    allowed = {_name(one) for one in shelf.parameters if one.overridable}
    for figure in own:
        if _name(figure) not in allowed:
            shelf.faults.append(f"{figure.label} : un territoire ne peut pas régler ce chiffre")
