"""`aiguilleur ingest`: read a file as the adapter of its feed would, and say what it gave."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from adapters.kit.clock import SystemClock
from adapters.kit.departments import Department
from adapters.kit.ingest import Ingested, UnreadableFile
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect, Payload
from adapters.kit.quarantine_folder import FolderQuarantine
from adapters.kit.system_errors import said
from adapters.sas.queries import search_window
from services.cli import Format, print_json
from services.errors import BadInput
from services.readers import FEEDS, reader_of

NEVER_KEPT: Final = frozenset({"ccas"})
"""Feeds of which no file is put aside: its rows are about people, some of whom did not agree."""


def register(app: typer.Typer) -> None:
    """Add the command `ingest`."""
    app.command(
        "ingest",
        help=(
            "Lire FILE comme le ferait l'adaptateur ; sans --at ni --area, la forme seule est "
            "jugée."
        ),
    )(ingest)


def ingest(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Un envoi tel que reçu.")],
    *,
    feed: Annotated[str, typer.Option(metavar="NAME", help=f"L'un de {', '.join(FEEDS)}.")],
    at: Annotated[
        str | None, typer.Option(metavar="T", help="Juger les dates à cet instant (ISO 8601).")
    ] = None,
    area: Annotated[
        str | None, typer.Option(metavar="INSEE_DEP", help="Refuser les lieux d'ailleurs.")
    ] = None,
    quarantine: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Garder là ce qui est écarté.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="Forme de la réponse.")] = Format.TEXT,
) -> None:
    """Read FILE as the adapter would; without --at and --area its form only is judged."""
    reader, judgement = reader_of(feed), judgement_of(at, area)
    if quarantine is not None:
        _prepare(quarantine)
    try:
        raw = file.read_bytes()
        found = reader(raw, judgement)
    except OSError as error:
        raise BadInput(str(file), said(error)) from None
    except UnreadableFile as error:
        raise BadInput(str(file), str(error)) from None
    if quarantine is not None:
        kept = feed not in NEVER_KEPT
        payload = Payload(feed=feed, raw=raw, judged_at=judgement.now) if kept else None
        received_at = judgement.now or SystemClock().now()
        FolderQuarantine(quarantine).put(feed, received_at, found.defects, payload)
    if output is Format.JSON:
        print_json(to_document(feed, found))
    else:
        _print_text(feed, found)


def _prepare(folder: Path) -> None:
    """A folder that can't be is told before: what is put aside would be lost."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput("--quarantine", f"{folder} : {said(error)}") from None


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
        raise BadInput("--at", f"{at!r} n'est pas un instant ISO 8601 avec son décalage") from None


def to_document(feed: str, found: Ingested) -> Mapping[str, object]:
    """Write what a file gave as the document of design.md §4."""
    return {
        "feed": feed,
        "accepted": len(found.objects),
        "quarantined": quarantined_out(found.defects),
        "objects": list(found.objects),
    }


def quarantined_out(defects: Iterable[Defect]) -> list[Mapping[str, object]]:
    """Write where each defect is and why, without its bytes."""
    return [{"index": one.index, "field": one.field, "reason": one.reason} for one in defects]


def told(defect: Defect) -> str:
    """Say where a defect is, counted as a person does, and why."""
    where = "tout l'envoi" if defect.index is None else f"fiche {defect.index + 1}"
    return f"{where} : {defect.field} : {defect.reason}"


def _print_text(feed: str, found: Ingested) -> None:
    typer.echo(f"{feed}: acceptés {len(found.objects)}, écartés {len(found.defects)}")
    for defect in found.defects:
        typer.echo(f"  {told(defect)}")
    for document in found.objects:
        named = (document.get(name) for name in ("use_case", "id", "name", "start", "end"))
        typer.echo(f"  {' '.join(str(one) for one in named if one)}")
