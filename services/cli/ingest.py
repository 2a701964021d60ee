"""`aiguilleur ingest`: read a file as the adapter of its feed would, and say what it gave."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from adapters.kit.departments import Department
from adapters.kit.ingest import FileReader, Ingested, UnreadableFile
from adapters.kit.judgement import Judgement
from adapters.sas.files import READERS as SAS
from adapters.sas.queries import search_window
from services.cli import print_json
from services.errors import BadInput

READERS: Final[Mapping[str, FileReader]] = {**SAS}
"""Every feed that can be read from a file, by name; adapters are added here."""


class Format(StrEnum):
    """How the command answers."""

    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the command `ingest`."""
    app.command("ingest")(ingest)


def ingest(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A payload as received.")],
    feed: Annotated[str, typer.Option(metavar="NAME", help=f"One of {', '.join(READERS)}.")],
    at: Annotated[
        str | None, typer.Option(metavar="T", help="Judge dates as of this instant (ISO 8601).")
    ] = None,
    area: Annotated[
        str | None, typer.Option(metavar="INSEE_DEP", help="Refuse places elsewhere.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Read FILE as the adapter would; without --at and --area its form only is judged."""
    reader = READERS.get(feed)
    if reader is None:
        known = ", ".join(READERS)
        raise BadInput("--feed", f"{feed} is not available in this version; known: {known}")
    judgement = judgement_of(at, area)
    try:
        found = reader(file.read_bytes(), judgement)
    except OSError as error:
        raise BadInput(str(file), error.strerror or "cannot be read") from None
    except UnreadableFile as error:
        raise BadInput(str(file), str(error)) from None
    if output is Format.JSON:
        print_json(to_document(feed, found))
    else:
        _print_text(feed, found)


def judgement_of(at: str | None, area: str | None) -> Judgement:
    """Read what to judge on; raise BadInput naming the option at fault."""
    try:
        department = None if area is None else Department(area)
    except ValueError as error:
        raise BadInput("--area", str(error)) from None
    if at is None:
        return Judgement(area=department)
    try:
        now = datetime.fromisoformat(at)
        return Judgement(now=now, window=search_window(now), area=department)
    except (ValueError, OverflowError):
        raise BadInput("--at", f"{at!r} is not an ISO 8601 instant with its offset") from None


def to_document(feed: str, found: Ingested) -> Mapping[str, object]:
    """Write what a file gave as the document of design.md §4."""
    return {
        "feed": feed,
        "accepted": len(found.objects),
        "quarantined": [
            {"index": defect.index, "field": defect.field, "reason": defect.reason}
            for defect in found.defects
        ],
        "objects": list(found.objects),
    }


def _print_text(feed: str, found: Ingested) -> None:
    typer.echo(f"{feed}: {len(found.objects)} accepted, {len(found.defects)} put aside")
    for defect in found.defects:
        where = "document" if defect.index is None else f"entry {defect.index}"
        typer.echo(f"  {where}: {defect.field}: {defect.reason}")
    for document in found.objects:
        typer.echo(f"  {document['id']} {document['start']} {document['end']}")
