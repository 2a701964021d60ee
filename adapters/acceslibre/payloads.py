"""Records of Acceslibre, from the exported table or from the API, as one flat row of texts."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.kit.defective import Defective
from adapters.kit.ingest import UnreadableFile, require_json
from adapters.kit.texts import read_table

REQUIRED = ("id", "name", "postal_code", "commune")
FROM_API = {
    "uuid": "id",
    "nom": "name",
    "code_postal": "postal_code",
    "updated_at": "updated_at",
    "created_at": "created_at",
}
"""Names of the API and the column of the table that says the same."""

OF_THE_RECORD = frozenset(
    {
        *("id", "name", "postal_code", "commune", "numero", "voie", "lieu_dit", "adresse"),
        *("code_insee", "siret", "longitude", "latitude", "activite"),
        *("contact_url", "site_internet", "registre_url", "updated_at", "created_at"),
    }
)
"""Columns that are not answers on the premises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record: its place in the batch, its cells; empty cells are left out."""

    index: int
    cells: Mapping[str, str]
    raw: bytes

    def text(self, name: str) -> str:
        """Text of a cell; empty when nothing is said."""
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Records as they came, those that can't be read among them; `next_page` of the API."""

    rows: tuple[Row | tuple[int, bytes, Defective], ...]
    next_page: str | None = None


def read_page(raw: bytes) -> Page:
    """Read a table or a page of the API; UnreadableFile or PayloadRefused when it is neither."""
    start = raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return _api_page(raw) if start in {b"{", b"["} else Page(rows=tuple(_table(raw)))


def _table(raw: bytes) -> Iterator[Row | tuple[int, bytes, Defective]]:
    _, lines = read_table(raw, frozenset(REQUIRED))
    for line in lines:
        if line.fault:
            yield line.index, line.raw, Defective("row", line.fault)
        else:
            cells = {name: _flat_list(told) for name, told in line.cells.items() if told}
            yield Row(index=line.index, cells=cells, raw=line.raw)


def _api_page(raw: bytes) -> Page:
    document = json.loads(require_json(raw))
    records = document
    if isinstance(document, dict):
        records = document.get("results", document.get("features", [document]))
    if not isinstance(records, list):
        raise UnreadableFile("n'est ni une table ni une page de l'API")
    following = document.get("next") if isinstance(document, dict) else None
    rows = tuple(_record(index, one) for index, one in enumerate(records))
    return Page(rows=rows, next_page=following if isinstance(following, str) else None)


def _record(index: int, told: object) -> Row | tuple[int, bytes, Defective]:
    raw = json.dumps(told, ensure_ascii=False).encode()
    if not isinstance(told, dict):
        return index, raw, Defective("document", "n'est pas une fiche")
    return Row(index=index, cells=dict(_cells(told)), raw=raw)


def _cells(told: Mapping[str, object], inside: str = "") -> Iterator[tuple[str, str]]:
    """Flatten the sections of the API: the names of fields are their own, wherever they stand."""
    for name, value in told.items():
        if name in {"geom", "geometry"} and isinstance(value, dict):
            yield from _point(value)
        elif name == "activite" and isinstance(value, dict):
            yield "activite", str(value.get("nom", ""))
        elif isinstance(value, dict):
            yield from _cells(value, name)
        elif value is not None and value != "" and not (inside and name in {"url", "erp"}):
            yield FROM_API.get(name, name), _written(value)


def _point(geometry: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    match geometry:
        case {"coordinates": [lon, lat, *_]}:
            yield from (("longitude", str(lon)), ("latitude", str(lat)))
        case _:
            yield from ()


def _written(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _flat_list(told: str) -> str:
    """The table writes lists as JSON texts: `["bim", "lsf"]`."""
    if not told.startswith("["):
        return told
    try:
        return _written(json.loads(told))
    except ValueError:
        return told
