"""The figures of the demand, each with its unit and its source; refused when one means nothing."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DEFAULT = Path(__file__).with_name("demand.toml")
HOURS = 24

Value = float | tuple[float, ...] | Mapping[str, float]


class DemandRefused(ValueError):  # noqa: N818  a refusal, named as one says it
    """A file of demand cannot be read as one; the message names file, key and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the demand."""

    value: Value
    unit: str
    source: str

    @property
    def is_assumption(self) -> bool:
        """Tell whether nobody published it."""
        return self.source.startswith("assumption")


@dataclass(frozen=True, slots=True)
class DemandFigures:
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

    def hours(self) -> tuple[float, ...]:
        """Return the weight of each hour of the day, of mean 1."""
        value = self.tables["calls"]["hours"].value
        assert isinstance(value, tuple)
        return tuple(hour * HOURS / sum(value) for hour in value)

    def mixture(self, table: str, name: str) -> Mapping[str, float]:
        """Return the parts of one figure that is a mixture."""
        value = self.tables[table][name].value
        assert isinstance(value, Mapping)
        return value


KNOWN = tomllib.loads(DEFAULT.read_text(encoding="utf-8"))
"""The tables and the names there are: those of the file that ships."""


def read_demand(path: Path = DEFAULT) -> DemandFigures:
    """Read the figures; raise DemandRefused naming the first that is missing, unknown or wrong."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DemandRefused(f"{path.name}: {error}") from None
    for table in document:
        if table not in KNOWN:
            raise DemandRefused(f"{path.name}: [{table}] is not a table of the demand")
    return DemandFigures({table: _table(path.name, table, document.get(table)) for table in KNOWN})


def _table(file: str, table: str, rows: object) -> dict[str, Figure]:
    if not isinstance(rows, dict):
        raise DemandRefused(f"{file}: [{table}] is missing")
    for name in rows:
        if name not in KNOWN[table]:
            raise DemandRefused(f"{file}: {table}.{name} is not a figure of the demand")
    figures = {}
    for name, told in KNOWN[table].items():
        where = f"{file}: {table}.{name}"
        row = rows.get(name)
        if not isinstance(row, dict) or {*row} != {"value", "unit", "source"}:
            raise DemandRefused(f"{where}: a value, a unit and a source are needed")
        value = _value(where, row["value"], told["value"])
        figures[name] = Figure(value=value, unit=str(row["unit"]), source=str(row["source"]))
    return figures


def _value(where: str, value: object, like: object) -> Value:
    """Read a value of the same kind as the one that ships, no number of it negative."""
    if isinstance(like, list):
        if not isinstance(value, list) or len(value) != len(like):
            raise DemandRefused(f"{where}: {len(like)} numbers are needed")
        return _some(where, tuple(_number(where, one) for one in value))
    if isinstance(like, dict):
        if not isinstance(value, dict) or not value:
            raise DemandRefused(f"{where}: parts by name are needed")
        parts = {name: _number(where, one) for name, one in value.items()}
        _some(where, tuple(parts.values()))
        return parts
    return _number(where, value)


def _number(where: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:  # noqa: PLR2004  finite
        raise DemandRefused(f"{where}: {value!r} is not a number from 0 up")
    return float(value)


def _some(where: str, numbers: tuple[float, ...]) -> tuple[float, ...]:
    if not any(numbers):
        raise DemandRefused(f"{where}: at least one number above 0 is needed")
    return numbers
