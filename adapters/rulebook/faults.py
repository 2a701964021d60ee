"""What is wrong with a rule file, said in French with the file, the line and the row."""

import re
from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from adapters.kit.refused_values import reason

TABLES = {"rule": "règle", "parameter": "chiffre"}
REASONS = {
    "missing": "absent",
    "extra_forbidden": "mot inconnu ici",
    "string_too_short": "trop court : une phrase ou une référence est attendue",
    "string_pattern_mismatch": "mal écrit",
    "string_type": "un texte entre guillemets est attendu",
    "enum": "law, convention ou assumption est attendu",
    "date_type": "une date est attendue, comme 2026-01-01 (sans guillemets)",
    "date_from_datetime_inexact": "une date est attendue, comme 2026-01-01, sans heure",
    "list_type": "une liste est attendue",
    "dict_type": "une table est attendue",
    "model_type": "une table est attendue",
    "bool_type": "true ou false est attendu",
    "bool_parsing": "true ou false est attendu",
}
"""By kind of error of the reader, where a row of rules has words of its own."""


_LINE = re.compile(r"\(at line (\d+), ")


class RuleFileError(ValueError):
    """Rule files that cannot be used: `faults` says of each where it is, and what to mend."""

    def __init__(self, *faults: str) -> None:
        more = f" (et {len(faults) - 1} de plus : `aiguilleur rules check`)" * (len(faults) > 1)
        super().__init__(faults[0] + more)
        self.faults = faults


class Lines:
    """Where the rows of one file begin."""

    def __init__(self, name: str, text: str) -> None:
        self._name = name
        starts = [line.partition("#")[0].strip() for line in text.splitlines()]
        self._starts = {
            table: [n for n, start in enumerate(starts, 1) if start == f"[[{table}]]"]
            for table in TABLES
        }

    def place(self, table: str, rank: int) -> str:
        """File and line of a row; a row written inline has no line of its own."""
        starts = self._starts.get(table, [])
        return f"{self._name}:{starts[rank]}" if rank < len(starts) else self._name


def not_toml(name: str, text: str, complaint: str) -> str:
    """Say at which line a file stops being TOML, and show it; the reader tells of its end alone."""
    lines = text.splitlines()
    found = _LINE.search(complaint)
    number = int(found[1]) if found else max(1, len(lines))
    written = lines[number - 1].strip() if number <= len(lines) else ""
    return f"{name}:{number}: ce n'est pas du TOML : « {written} »"


def told(error: ValidationError, document: Mapping[str, object], lines: Lines) -> Iterator[str]:
    """Say each error; a row goes by its line and its id rather than by its rank."""
    for one in error.errors(include_url=False):
        table, *rest = one["loc"]
        rows = document.get(str(table))
        if rest and isinstance(rows, list) and isinstance(rest[0], int):
            rank = rest[0]
            what = f"{lines.place(str(table), rank)}: {_row(str(table), rank, rows[rank])}"
            yield " : ".join([what, *_keys(rest[1:]), _reason(one)])
        else:
            yield f"{lines.place('', 0)}: {table} : {_reason(one)}"


def _row(table: str, rank: int, row: object) -> str:
    name = row.get("id") or row.get("name") if isinstance(row, dict) else None
    return f"{TABLES.get(table, table)} {name or rank + 1}"


def _keys(path: Sequence[int | str]) -> list[str]:
    """The key at fault; what the reader adds of the types it tried is left out."""
    return [".".join(str(part) for part in path if not str(part).startswith("list["))] * bool(path)


def _reason(error: ErrorDetails) -> str:
    return REASONS.get(error["type"]) or reason(error)
