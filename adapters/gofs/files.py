"""A file of GOFS-lite, or a zip of them, as `aiguilleur ingest --feed gofs` reads it."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec

from adapters.gofs.mapping import READERS as BY_LIST
from adapters.gofs.mapping import SOURCE, records_of, stamp_of
from adapters.gofs.payloads import File
from adapters.kit.defective import UNREADABLE, Defective, from_form_error
from adapters.kit.ingest import FileReader, Ingested, Json, require_json
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from adapters.kit.zips import unzipped

_FILE = msgspec.json.Decoder(File)
REFERENCES: Final[Sequence[tuple[str, str, str, str]]] = (
    ("booking_rule", "from_zones", "zone", "from_zone_ids"),
    ("booking_rule", "to_zones", "zone", "to_zone_ids"),
    ("operating_rule", "from_zone", "zone", "from_zone_id"),
    ("operating_rule", "to_zone", "zone", "to_zone_id"),
    ("operating_rule", "calendars", "calendar", "calendars"),
    ("operating_rule", "vehicle_types", "vehicle_type", "vehicle_type_id"),
)
"""Which field of an object names which other objects, and its name in the file."""


def read_gofs(raw: bytes, judgement: Judgement) -> Ingested:
    """Read what a service offers; each record is accepted or put aside on its own."""
    objects: list[tuple[dict[str, object], bytes]] = []
    defects: list[Defect] = []
    is_whole = zipfile.is_zipfile(io.BytesIO(raw))
    for body in unzipped(raw, ".json").values() if is_whole else (raw,):
        _read_file(require_json(body), judgement, objects, defects)
    if is_whole:
        objects = list(_consistent(objects, defects))
    return Ingested(objects=tuple(one for one, _ in objects), defects=tuple(defects))


READERS: Final[Mapping[str, FileReader]] = {"gofs": read_gofs}
"""Reader of a file by name of feed."""


def _read_file(
    body: bytes,
    judgement: Judgement,
    objects: list[tuple[dict[str, object], bytes]],
    defects: list[Defect],
) -> None:
    try:
        file = _decoded(body)
        if _is_discovery(file):
            return
        stamp = stamp_of(file, judgement)
        records = list(records_of(file))
    except Defective as fault:
        defects.append(Defect(index=None, field=fault.field, reason=fault.reason, raw=body))
        return
    for index, (name, record) in enumerate(records):
        try:
            found = BY_LIST[name](record, stamp, judgement)
        except Defective as fault:
            defects.append(Defect(index=index, field=fault.field, reason=fault.reason, raw=record))
        else:
            objects.append((found | _said(stamp.observed_at, stamp.valid_until), record))


def _decoded(body: bytes) -> File:
    try:
        return _FILE.decode(body)
    except UNREADABLE as error:
        raise from_form_error(str(error)) from None


def _is_discovery(file: File) -> bool:
    """Tell whether it is `gofs.json`, which only says where the other files are."""
    return bool(file.data) and all(b'"feeds"' in bytes(one) for one in file.data.values())


def _said(observed_at: datetime, valid_until: datetime) -> dict[str, object]:
    return {
        "source": SOURCE,
        "observed_at": observed_at.isoformat(),
        "valid_until": valid_until.isoformat(),
    }


def _consistent(
    objects: Sequence[tuple[dict[str, object], bytes]], defects: list[Defect]
) -> Iterator[tuple[dict[str, object], bytes]]:
    """Yield the objects whose references lead somewhere; the others are put aside."""
    known = {(str(one["kind"]), str(one["id"])) for one, _ in objects if "id" in one}
    for index, (one, raw) in enumerate(objects):
        lost = _lost(one, known)
        if lost is None:
            yield one, raw
        else:
            field, name = lost
            reason = f"{name!r} n'est dans aucun fichier du flux"
            defects.append(Defect(index=index, field=field, reason=reason, raw=raw))


def _lost(one: Json, known: set[tuple[str, str]]) -> tuple[str, str] | None:
    for kind, field, other, named in REFERENCES:
        if one["kind"] != kind:
            continue
        told = one[field]
        for name in told if isinstance(told, list) else [told]:
            if (other, f"LOCAL:{name}") not in known:
                return named, str(name)[:60]
    return None
