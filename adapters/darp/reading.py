"""Read an instance file of any family, told apart by its first line and its number of lines.

Cordeau (2006), seats only: `K n T Q L`, then nodes 0..2n+1. Cordeau & Laporte (2003): the same,
but the header counts the 2n nodes and the depot is not repeated. Malheiros et al. (2021): `K n`,
K lines of vehicles, then nodes with four loads. Berbeglia et al. (2012): JSON with releases.
"""

import math
from pathlib import Path

from adapters.darp.dynamic import read_dynamic
from adapters.darp.errors import InstanceError
from adapters.darp.instances import Car, Instance, Place, assemble
from adapters.kit.misread import misread
from regulation.kernel.riders import Load

Row = tuple[int, list[float]]
"""A line that is not empty: its number in the file and the numbers on it."""

_SHOWN = 24
SEATS_HEADER, MIXED_HEADER = 5, 2
SEATS_NODE, MIXED_NODE, MIXED_CAR = 7, 11, 5


def read_instance(path: Path) -> Instance:
    """Read the file; raise InstanceError naming the line and the reason."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InstanceError(path, misread(error)) from error
    if text.lstrip().startswith("{"):
        return read_dynamic(path, text)
    rows = _rows(path, text)
    if not rows:
        raise InstanceError(path, "est vide")
    if len(rows[0][1]) == SEATS_HEADER:
        return _seats_only(path, rows)
    if len(rows[0][1]) == MIXED_HEADER:
        return _four_loads(path, rows)
    raise InstanceError(path, "la première ligne n'est ni `K n T Q L` ni `K n`", rows[0][0])


def _rows(path: Path, text: str) -> list[Row]:
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        values = [_number(path, word, number) for word in line.split()]
        if values:
            rows.append((number, values))
    return rows


def _number(path: Path, word: str, line: int) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InstanceError(path, f"{word[:_SHOWN]!r} n'est pas un nombre", line)
    return value


def _whole(path: Path, row: Row, column: int) -> int:
    number, values = row
    if values[column] != int(values[column]) or values[column] < 0:
        raise InstanceError(path, f"{values[column]} n'est pas un nombre d'objets", number)
    return int(values[column])


def _columns(path: Path, rows: list[Row], count: int) -> list[list[float]]:
    for number, values in rows:
        if len(values) != count:
            raise InstanceError(path, f"{len(values)} colonnes au lieu de {count}", number)
    return [values for _, values in rows]


def _seats_only(path: Path, rows: list[Row]) -> Instance:
    header, lines = rows[0], rows[1:]
    cars, count = _whole(path, header, 0), _whole(path, header, 1)
    _, _, duration, seats, aboard = header[1]
    if len(lines) not in {2 * count + 2, count + 1}:
        raise InstanceError(path, f"{len(lines)} nœuds pour un en-tête qui en annonce {count}")
    places = [
        Place(
            number=int(number),
            x=x,
            y=y,
            service=service,
            open=opens,
            close=closes,
            load=Load(seats=max(0, int(load))),
            max_aboard=aboard,
        )
        for number, x, y, service, load, opens, closes in _columns(path, lines, SEATS_NODE)
    ]
    car = Car(capacity=Load(seats=int(seats)), max_duration=duration)
    return assemble(path, places, [car] * cars, counts_seats=True)


def _four_loads(path: Path, rows: list[Row]) -> Instance:
    cars, riders = _whole(path, rows[0], 0), _whole(path, rows[0], 1)
    fleet, lines = rows[1 : cars + 1], rows[cars + 1 :]
    if len(lines) not in {2 * riders + 2, 2 * riders + 1}:
        raise InstanceError(path, f"{len(lines)} nœuds pour {riders} passagers")
    places = [
        Place(
            number=int(number),
            x=x,
            y=y,
            service=service,
            open=opens,
            close=closes,
            load=_load(loads),
            max_aboard=aboard,
        )
        for number, x, y, service, aboard, *loads, opens, closes in _columns(
            path, lines, MIXED_NODE
        )
    ]
    vehicles = [
        Car(capacity=_load(room), max_duration=duration)
        for duration, *room in _columns(path, fleet, MIXED_CAR)
    ]
    return assemble(path, places, vehicles, counts_seats=False)


def _load(room: list[float]) -> Load:
    staff, seats, stretchers, wheelchairs = (max(0, int(amount)) for amount in room)
    return Load(attendants=staff, seats=seats, stretchers=stretchers, wheelchairs=wheelchairs)
