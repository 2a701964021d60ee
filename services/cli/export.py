"""`aiguilleur export`: a table for evaluation, of nobody."""

from pathlib import Path
from secrets import token_bytes
from typing import Annotated

import typer

from adapters.kit.system_errors import said
from services.cli.db import DatabaseUrl, opened_store
from services.errors import BadInput
from services.evaluation import decided, excel_table_of, table_of
from services.sheet_file import write_whole

KEY_BYTES = 32


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "export",
        help="Écrire ce qui a été décidé et comment cela s'est passé, sans rien de personne.",
    )(export)


def export(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Où écrire la table (CSV).")],
    *,
    excel: Annotated[
        bool,
        typer.Option("--excel", help="Pour un Excel français : points-virgules, UTF-8 marqué."),
    ] = False,
    url: DatabaseUrl = None,
) -> None:
    """Write what was decided and how it went, without anything of anybody."""
    with opened_store(url) as store:
        rows = decided(store, token_bytes(KEY_BYTES))
    try:
        write_whole(excel_table_of(rows) if excel else table_of(rows), out)
    except OSError as error:
        raise BadInput("--out", f"{out} : {said(error)}") from None
    is_piped = not out.is_file() or out.is_relative_to("/dev")  # a table, and nothing else
    typer.echo(f"{len(rows)} dossiers : {out}", err=is_piped)
