"""Figures of the simulation, each with its unit and its source; refused when one means nothing."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from adapters.kit.misread import misread

Value = float | tuple[float, ...] | Mapping[str, float]


class FiguresRefused(ValueError):  # noqa: N818  a refusal, named as one says it
    """A file of figures cannot be read as one; the message names file, key and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure; `low` and `high` bound what it might be, when it is looked at for that."""

    value: Value
    unit: str
    source: str
    low: float | None = None
    high: float | None = None

    @property
    def is_assumption(self) -> bool:
        """Tell whether nobody published it."""
        return self.source.startswith("assumption")

    @property
    def most(self) -> float:
        """Return what it cannot go past."""
        return _most(self.unit)


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures by table and name."""

    tables: Mapping[str, Mapping[str, Figure]]

    def number(self, table: str, name: str) -> float:
        """Return one number."""
        value = self.tables[table][name].value
        assert isinstance(value, float)
        return value

    def shares(self, table: str) -> dict[str, float]:
        """Return the numbers of a table by name."""
        return {name: self.number(table, name) for name in self.tables[table]}

    def mixture(self, table: str, name: str) -> Mapping[str, float]:
        """Return the parts of one figure that is a mixture."""
        value = self.tables[table][name].value
        assert isinstance(value, Mapping)
        return value

    def series(self, table: str, name: str) -> tuple[float, ...]:
        """Return one figure that is a list of numbers."""
        value = self.tables[table][name].value
        assert isinstance(value, tuple)
        return value

    def having(self, table: str, name: str, value: object, source: str) -> "Figures":
        """Return the figures with another value of one; FiguresRefused says why it can't be."""
        if name not in self.tables.get(table, {}):
            raise FiguresRefused(f"{table}.{name} n'est pas un chiffre connu")
        was = self.tables[table][name]
        like: object = list(was.value) if isinstance(was.value, tuple) else was.value
        read = _value(f"{table}.{name}", value, like, was.most)
        changed = {**self.tables[table], name: replace(was, value=read, source=source)}
        return replace(self, tables={**self.tables, table: changed})


def known_figures(path: Path) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    """Return the tables and the names there are: those of a file that ships."""
    return dict(_tables(tomllib.loads(path.read_text(encoding="utf-8"))))


def read_figures(
    path: Path, known: Mapping[str, Mapping[str, Mapping[str, object]]], what: str
) -> Figures:
    """Read a file of figures; raise FiguresRefused naming the first missing, unknown or wrong."""
    try:
        document = dict(_tables(tomllib.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError, RecursionError) as error:
        raise FiguresRefused(f"{path.name} : {misread(error)}") from None
    for table in document:
        if table not in known:
            raise FiguresRefused(f"{path.name} : [{table}] n'est pas une table de {what}")
    return Figures(
        {
            table: _table(path.name, table, document.get(table), known[table], what)
            for table in known
        }
    )


OPTIONAL = frozenset({"low", "high"})
FINITE = 1e9


def _tables(document: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the tables of a document, one within another by both names: `agendas.mmg`."""
    for name, rows in document.items():
        inner = rows if isinstance(rows, dict) else {}
        inner = {one: row for one, row in inner.items() if _is_table(row)}
        yield from _tables(inner, f"{under}{name}.")
        own = {one: row for one, row in rows.items() if one not in inner} if inner else rows
        if own or not inner:
            yield f"{under}{name}", own


def _is_table(told: object) -> bool:
    """Tell a table of figures from a figure, whose unit and source are texts."""
    return isinstance(told, dict) and all(isinstance(one, dict) for one in told.values())


def _most(unit: str) -> float:
    """Return what a number of this unit cannot go past: a share is 1 at most."""
    return 1.0 if unit.split(maxsplit=1)[:1] == ["part"] else FINITE


def _table(
    file: str, table: str, rows: object, known: Mapping[str, Mapping[str, object]], what: str
) -> dict[str, Figure]:
    if not isinstance(rows, dict):
        raise FiguresRefused(f"{file} : [{table}] manque")
    for name in rows:
        if name not in known:
            raise FiguresRefused(f"{file} : {table}.{name} n'est pas un chiffre de {what}")
    return {
        name: _figure(f"{file} : {table}.{name}", rows.get(name), told)
        for name, told in known.items()
    }


def _figure(where: str, row: object, known: Mapping[str, object]) -> Figure:
    if not isinstance(row, dict) or {*row} - OPTIONAL != {"value", "unit", "source"}:
        raise FiguresRefused(f"{where} : une valeur, une unité et une source sont attendues")
    most = _most(str(known["unit"]))
    low, high = (_number(where, row[one], most) if one in row else None for one in ("low", "high"))
    if low is not None and high is not None and low >= high:
        raise FiguresRefused(f"{where} : ses bornes vont de {low:g} à {high:g}")
    value = _value(where, row["value"], known["value"], most)
    unit, source = str(row["unit"]), str(row["source"])
    return Figure(value=value, unit=unit, source=source, low=low, high=high)


def _value(where: str, value: object, like: object, most: float) -> Value:
    """Read a value of the same kind as the one that ships, no number of it negative."""
    if isinstance(like, list):
        if not isinstance(value, list) or len(value) != len(like):
            raise FiguresRefused(f"{where} : {len(like)} nombres sont attendus")
        return _some(where, tuple(_number(where, one) for one in value))
    if isinstance(like, Mapping):
        if not isinstance(value, dict) or not value:
            raise FiguresRefused(f"{where} : des parts par nom sont attendues")
        parts = {name: _number(where, one) for name, one in value.items()}
        _some(where, tuple(parts.values()))
        return parts
    return _number(where, value, most)


def _number(where: str, value: object, most: float = FINITE) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        wanted = "une part, de 0 à 1" if most == 1 else "un nombre, 0 ou plus"
        raise FiguresRefused(f"{where} : {value!r} n'est pas {wanted}")
    return float(value)


def _some(where: str, numbers: tuple[float, ...]) -> tuple[float, ...]:
    if not any(numbers):
        raise FiguresRefused(f"{where} : au moins un nombre au-dessus de 0 est attendu")
    return numbers
