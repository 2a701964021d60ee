"""`aiguilleur export`: a table for evaluation, of nobody."""

from pathlib import Path
from secrets import token_bytes
from typing import Annotated

import typer

from adapters.kit.system_errors import said
from services.cli.db import DatabaseUrl
from services.errors import BadInput
from services.evaluation import export as written
from services.settings import read_settings
from services.store import SchemaBehind, StoreUnavailable, open_store

KEY_BYTES = 32


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "export",
        help="Écrire ce qui a été décidé et comment cela s'est passé, sans rien de personne.",
    )(export)


def export(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Où écrire la table (CSV).")],
    url: DatabaseUrl = None,
) -> None:
    """Write what was decided and how it went, without anything of anybody."""
    try:
        store = open_store(url or read_settings().database_url)
    except (SchemaBehind, StoreUnavailable) as error:
        raise BadInput("database_url", str(error)) from None
    try:
        table = written(store, token_bytes(KEY_BYTES))
    finally:
        store.close()
    try:
        out.write_text(table, encoding="utf-8")
    except OSError as error:
        raise BadInput("--out", f"{out} : {said(error)}") from None
    typer.echo(f"{table.count(chr(10)) - 1} dossiers : {out}")
