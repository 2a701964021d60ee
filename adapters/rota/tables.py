"""A rota as a table: one turn a row, its hours by the clock on the wall."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.kit.centuries import require_this_century
from adapters.kit.defective import Defective
from adapters.kit.judgement import Judgement
from adapters.kit.phones import international
from adapters.kit.quarantine import Defect
from adapters.kit.texts import Line, read_table, require_columns
from adapters.rota.turns import (
    DutyTurn,
    RotaReading,
    judged_place,
    kind_of,
    number_of,
    turn_window,
)
from regulation.kernel.ids import IdKind
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from regulation.offers import Booking

NAMES: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "jour"),
    "start": ("start", "debut", "début"),
    "end": ("end", "fin"),
    "finess": ("finess", "nofiness"),
    "siret": ("siret",),
    "name": ("name", "nom"),
    "tel": ("tel", "telephone", "téléphone", "phone"),
    "address": ("address", "adresse"),
    "type": ("type",),
    "booking": ("booking", "accueil"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "longitude"),
    "uid": ("uid",),
    "sequence": ("sequence",),
    "status": ("status", "statut"),
    "remark": ("remark", "remarque"),
}
"""A column by the names it goes by, English or French."""

_CLOCK = re.compile(r"(?P<hour>\d{1,2})\s?[h:]\s?(?P<minute>\d{2})?(:00)?")
LAST_HOUR, LAST_MINUTE = 24, 59
_CANCELLED = frozenset({"CANCELLED", "ANNULE", "ANNULÉ", "ANNULEE", "ANNULÉE"})


def read_rota(raw: bytes, judgement: Judgement) -> RotaReading:
    """Read a table; raise PayloadRefused when it has no date, no start or no end."""
    header, lines = read_table(raw, frozenset())
    columns = _columns(header)
    require_columns(raw, [name for name in ("date", "start", "end") if name not in columns])
    kept: dict[object, tuple[Line, DutyTurn]] = {}
    aside: list[tuple[Defect, Defective]] = []
    for line in lines:
        try:
            if line.fault:
                raise Defective("row", line.fault)  # noqa: TRY301
            turn = turn_of(_Cells(line, columns), judgement)
            aside += _replaced(kept, line, turn)
        except Defective as fault:
            aside.append(_defect(line, fault))
    return RotaReading.of(tuple(turn for _, turn in kept.values()), aside)


class _Cells:
    """The cells of a row by the names of this module."""

    def __init__(self, line: Line, columns: Mapping[str, str]) -> None:
        self._line = line
        self._columns = columns

    def text(self, name: str) -> str:
        """Text of a cell; empty when there is no such column."""
        return self._line.cells.get(self._columns.get(name, ""), "")

    def require(self, name: str) -> str:
        """Text of a cell that must be there."""
        written = self.text(name)
        if not written:
            raise Defective(name, "est vide")
        return written


def turn_of(row: _Cells, judgement: Judgement) -> DutyTurn:
    """Read one row; raise Defective naming the column at fault."""
    warnings: list[str] = []
    window = _window(row, judgement)
    finess = number_of(row.text("finess"), IdKind.FINESS, "finess", judgement, warnings)
    siret = number_of(row.text("siret"), IdKind.SIRET, "siret", judgement, warnings)
    if finess is None and siret is None and not row.text("name"):
        raise Defective("finess", "ni numéro ni nom : qui est de garde ?")
    written = (row.text(name) for name in ("finess", "siret", "name", "address"))
    place = hashlib.sha256("|".join((*written, window.start.isoformat())).encode())
    turn = DutyTurn(
        uid=row.text("uid") or place.hexdigest()[:16],
        sequence=_whole(row, "sequence"),
        window=window,
        kind=kind_of(row.text("type"), warnings),
        number=finess or siret,
        name=row.text("name"),
        address=row.text("address"),
        phone=international(row.text("tel")),
        position=_position(row),
        booking=_booking(row),
        remark=row.text("remark"),
        cancelled=row.text("status").upper() in _CANCELLED,
    )
    return judged_place(replace(turn, warnings=tuple(warnings)), judgement)


def _columns(header: tuple[str, ...]) -> Mapping[str, str]:
    return {name: column for name, names in NAMES.items() for column in header if column in names}


def _replaced(
    kept: dict[object, tuple[Line, DutyTurn]], line: Line, turn: DutyTurn
) -> Iterator[tuple[Defect, Defective]]:
    """Keep the turn, unless an earlier row is the same or a later version of it."""
    known = kept.get(turn.uid)
    if known is None:
        kept[turn.uid] = line, turn
        return
    other, earlier = known
    if turn.sequence > earlier.sequence:
        kept[turn.uid] = line, turn
        yield _defect(other, Defective("sequence", f"remplacé par la séquence {turn.sequence}"))
    elif turn.sequence < earlier.sequence:
        yield _defect(line, Defective("sequence", f"remplacé par la séquence {earlier.sequence}"))
    else:
        yield _defect(line, Defective("uid", f"double de la ligne {other.index}"))


def _defect(line: Line, fault: Defective) -> tuple[Defect, Defective]:
    defect = Defect(index=line.index, field=fault.field, reason=fault.reason, raw=line.raw)
    return defect, fault


def _window(row: _Cells, judgement: Judgement) -> TimeWindow:
    """An end that is not after the start is of the next day: nights are written 20:00, 08:00."""
    day = _day(row.require("date"))
    require_this_century(day, "date")
    start, end = (_minutes(row.require(name), name) for name in ("start", "end"))
    if end <= start:
        end += LAST_HOUR * 60
    zone = judgement.zone
    bounds = (_instant(day, start, zone, "start"), _instant(day, end, zone, "end"))
    return turn_window(*bounds, "end", judgement)


def _day(written: str) -> date:
    try:
        if "/" in written:
            day, month, year = (int(part) for part in written.split("/"))
            return date(year, month, day)
        return date.fromisoformat(written)
    except ValueError:
        raise Defective("date", f"{written[:12]!r} n'est pas une date") from None


def _minutes(written: str, field: str) -> int:
    match = _CLOCK.fullmatch(written)
    if match is None:
        raise Defective(field, f"{written[:12]!r} n'est pas une heure : écrire 20:00 ou 20h00")
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > LAST_HOUR or minute > LAST_MINUTE or (hour == LAST_HOUR and minute):
        raise Defective(field, f"{written[:12]!r} n'est pas une heure du jour")
    return hour * 60 + minute


def _instant(day: date, minute: int, zone: ZoneInfo, field: str) -> datetime:
    days, left = divmod(minute, LAST_HOUR * 60)
    wall = datetime.combine(day + timedelta(days=days), time(left // 60, left % 60, tzinfo=zone))
    there = wall.astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        raise Defective(field, f"{wall:%H:%M} n'existe pas le {wall:%d/%m/%Y} : on change d'heure")
    return there


def _whole(row: _Cells, name: str) -> int:
    written = row.text(name)
    if written and not written.isdecimal():
        raise Defective(name, "n'est pas un nombre entier")
    return int(written or 0)


def _position(row: _Cells) -> Position | None:
    written = row.text("lat"), row.text("lon")
    if not all(written):
        return None
    try:
        lat, lon = (float(one.replace(",", ".")) for one in written)
        return Position(lat=lat, lon=lon)
    except ValueError as error:
        raise Defective("lat", str(error)) from None


def _booking(row: _Cells) -> Booking | None:
    written = row.text("booking").upper()
    if not written:
        return None
    if written not in Booking.__members__:
        raise Defective("booking", f"{written[:24]!r} n'est pas parmi {', '.join(Booking)}")
    return Booking(written)
