"""A GTFS zip with its booking rules, or that one table, as `ingest --feed gtfs-flex` reads it."""

import io
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from adapters.gtfsflex.mapping import FlexWindow, rule_of, window_of
from adapters.kit.defective import Defective, PayloadRefused
from adapters.kit.ingest import FileReader, Ingested, Json, UnreadableFile
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from adapters.kit.texts import Line, read_table
from adapters.kit.zips import unzipped

SOURCE: Final = "gtfs-flex"
RULES, TIMES, TRIPS = "booking_rules.txt", "stop_times.txt", "trips.txt"


def read_gtfs_flex(raw: bytes, _judgement: Judgement) -> Ingested:
    """Read booking rules and windows; each row is accepted or put aside on its own."""
    if not zipfile.is_zipfile(io.BytesIO(raw)):
        objects, defects, _ = _rules(raw)
        return Ingested(objects=tuple(objects), defects=tuple(defects))
    tables = unzipped(raw, ".txt")
    if RULES not in tables:
        raise UnreadableFile(f"n'a pas {RULES}: ce n'est pas un GTFS-Flex")
    objects, defects, known = _rules(tables[RULES])
    wheelchairs = _wheelchairs(tables)
    for index, line in enumerate(_lines(tables.get(TIMES), "trip_id", defects)):
        try:
            window = window_of(_cells(line), wheelchairs)
            if window is not None:
                _require_rules(window, known)
                objects.append(_window(window))
        except Defective as fault:
            defects.append(_defect(index, fault, line))
    return Ingested(objects=tuple(objects), defects=tuple(defects))


READERS: Final[Mapping[str, FileReader]] = {"gtfs-flex": read_gtfs_flex}
"""Reader of a file by name of feed."""


def _rules(raw: bytes) -> tuple[list[Json], list[Defect], frozenset[str]]:
    objects: list[Json] = []
    defects: list[Defect] = []
    known: set[str] = set()
    for index, line in enumerate(_lines(raw, "booking_rule_id", defects)):
        try:
            cells = _cells(line)
            name = cells.get("booking_rule_id", "")
            if not name or name in known:
                reason = "est vide" if not name else "est donné deux fois"
                raise Defective("booking_rule_id", reason)  # noqa: TRY301
            objects.append(
                {"kind": "booking_rule", "id": f"LOCAL:{name}", "source": SOURCE}
                | rule_of(cells).as_document()
            )
            known.add(name)
        except Defective as fault:
            defects.append(_defect(index, fault, line))
    return objects, defects, frozenset(known)


def _lines(raw: bytes | None, column: str, defects: list[Defect]) -> list[Line]:
    if raw is None:
        return []
    try:
        _, lines = read_table(raw, frozenset({column}))
        return list(lines)
    except PayloadRefused as refused:
        defects.append(refused.defect)
        return []


def _cells(line: Line) -> Mapping[str, str]:
    if line.fault:
        raise Defective("row", line.fault)
    return line.cells


def _wheelchairs(tables: Mapping[str, bytes]) -> Mapping[str, str]:
    lines = _lines(tables.get(TRIPS), "trip_id", [])
    return {
        one.cells["trip_id"]: one.cells.get("wheelchair_accessible", "")
        for one in lines
        if not one.fault
    }


def _require_rules(window: FlexWindow, known: frozenset[str]) -> None:
    for side, name in (("pickup", window.pickup_rule), ("drop_off", window.drop_off_rule)):
        if name is not None and name not in known:
            raise Defective(
                f"{side}_booking_rule_id", f"{name[:60]!r} n'est pas une règle de réservation"
            )


def _window(window: FlexWindow) -> Json:
    return {
        "kind": "flex_window",
        "trip": window.trip_id,
        "place": window.place_id,
        "opens": _clock(window.opens),
        "closes": _clock(window.closes),
        "pickup_rule": window.pickup_rule,
        "drop_off_rule": window.drop_off_rule,
        "wheelchair": window.wheelchair,
        "source": SOURCE,
    }


def _clock(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _defect(index: int, fault: Defective, line: Line) -> Defect:
    return Defect(index=index, field=fault.field, reason=fault.reason, raw=line.raw)
