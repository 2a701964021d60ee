"""`aiguilleur quarantine`: what feeds sent that could not be trusted, and reading it again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from adapters.kit.quarantine import QuarantinedRecord
from adapters.kit.quarantine_folder import FolderQuarantine
from adapters.kit.replay import Replayed, replay
from services.cli import Format, print_json
from services.cli.ingest import quarantined_out, told
from services.errors import BadInput
from services.readers import key_of, reader_of

NOTHING = "Rien n'est mis de côté."
REPLAY = "Une fois la source ou le lecteur corrigé : aiguilleur quarantine replay DIR --settle"

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Où les fiches sont gardées.")]
Output = Annotated[Format, typer.Option("--format", help="Forme de la réponse.")]


def register(app: typer.Typer) -> None:
    """Add the group `quarantine`."""
    group = typer.Typer(help="Fiches écartées, avec leurs octets et la raison.")
    group.callback(help="Fiches écartées, avec leurs octets et la raison.")(quarantine)
    group.command("list", help="Lister les fiches gardées dans DIR, sans leurs octets.")(list_kept)
    group.command(
        "replay",
        help="Relire, avec les lecteurs de cette version, les lots dont les fiches sont dans DIR.",
    )(replay_kept)
    app.add_typer(group, name="quarantine")


def quarantine() -> None:
    """Records put aside, with their bytes and the reason."""


def list_kept(folder: Folder, output: Output = Format.TEXT) -> None:
    """List the records kept in DIR, without their bytes."""
    records = opened(folder).list_everything()
    if output is Format.JSON:
        print_json({"records": [_record_out(one) for one in records]})
        return
    for one in records:
        typer.echo(f"{one.received_at.isoformat()} {one.source} {told(one.defect)}")
    sources = len({one.source for one in records})
    count = f"{counted(len(records))} de {sources} source{'s' * (sources > 1)}"
    typer.echo(f"{count}. {REPLAY}" if records else NOTHING)


def replay_kept(
    folder: Folder,
    output: Output = Format.TEXT,
    settle: Annotated[
        bool, typer.Option("--settle", help="Oublier les fiches qui ne sont plus en faute.")
    ] = False,
) -> None:
    """Read again, with the readers of this version, the batches whose records are in DIR."""
    kept = opened(folder)
    done = tuple(replay(kept.list_everything(), reader_of))
    if output is Format.JSON:
        print_json({"payloads": [_replayed_out(one) for one in done]})
    else:
        _print_replayed(done, settle=settle)
    if settle:
        recovered = {key_of(record) for one in done for record in one.recovered}
        dropped = kept.drop(lambda record: key_of(record) in recovered)
        typer.echo(f"{counted(dropped)} hors de la quarantaine.", err=output is Format.JSON)


def opened(folder: Path) -> FolderQuarantine:
    """Open a folder of records; raise BadInput when there is none."""
    if not folder.is_dir():
        raise BadInput(str(folder), "n'est pas un dossier de fiches écartées")
    return FolderQuarantine(folder)


def counted(records: int) -> str:
    """Write how many records."""
    return f"{records} fiche{'s' * (records > 1)}"


def _print_replayed(done: tuple[Replayed, ...], *, settle: bool) -> None:
    if not done:
        typer.echo("Rien à relire.")
    for one in done:
        typer.echo(
            f"{one.source} ({one.payload.feed}): acceptés {len(one.found.objects)}, "
            f"retrouvés {len(one.recovered)}, encore en faute {len(one.found.defects)}"
        )
    if any(one.recovered for one in done) and not settle:
        typer.echo("Ce qui est retrouvé reste de côté : --settle l'en sort.")


def _replayed_out(one: Replayed) -> Mapping[str, object]:
    return {
        "source": one.source,
        "feed": one.payload.feed,
        "accepted": len(one.found.objects),
        "recovered": [_record_out(record) for record in one.recovered],
        "quarantined": quarantined_out(one.found.defects),
        "objects": list(one.found.objects),
    }


def _record_out(record: QuarantinedRecord) -> Mapping[str, object]:
    return {
        "source": record.source,
        "received_at": record.received_at.isoformat(),
        "feed": record.payload.feed if record.payload else None,
        "index": record.defect.index,
        "field": record.defect.field,
        "reason": record.defect.reason,
    }
