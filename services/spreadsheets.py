"""Tables to open in a spreadsheet: no cell is taken for a formula, and a French Excel, which reads
commas as decimals and no mark as its old encoding, opens them at once."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Final

Value = str | bool | float | None

MARK: Final = "\ufeff"
"""Written first: without it, Excel takes a text for Windows-1252."""

_FORMULA = frozenset("=+-@\t\r\n")


def cell(value: Value) -> str:
    """Write a value; text that a spreadsheet would take for a formula is quoted."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in _FORMULA and not _is_number(text) else text


def for_excel(rows: Sequence[Mapping[str, Value]], columns: Sequence[str] = ()) -> str:
    """Write a table for a French Excel; a figure that is not told is an empty cell. Its `columns`
    are those of its rows, unless they are told: they are then there without a row too."""
    written = StringIO(MARK)
    written.seek(0, 2)
    names = columns or [name for row in rows[:1] for name in row]
    table = csv.DictWriter(written, names, delimiter=";", lineterminator="\r\n")
    if names:
        table.writeheader()
    table.writerows({name: _localized(value) for name, value in row.items()} for row in rows)
    return written.getvalue()


def _localized(value: Value) -> str:
    return str(value).replace(".", ",") if isinstance(value, float) else cell(value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
