"""`aiguilleur sheet`: the paper sheet of who is on duty, for the day nothing works."""

import time
from pathlib import Path
from typing import Annotated

import httpx
import typer

from adapters.kit.system_errors import said
from services.errors import BadInput
from services.sheet import EVERY, TITLE
from services.sheet_file import write_whole

PATIENCE_S = 10.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "sheet", help="Écrire la fiche de secours ; si le service ne répond pas, la dernière reste."
    )(sheet)


def sheet(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Où écrire la page.")] = Path(
        "var/fiche-de-secours.html"
    ),
    server: Annotated[
        str, typer.Option(metavar="URL", help="Le service à qui la demander.")
    ] = "http://127.0.0.1:8000",
    *,
    keep: Annotated[
        bool, typer.Option("--keep", help="La récrire toutes les 15 minutes, jusqu'à interruption.")
    ] = False,
) -> None:
    """Write the sheet; when the service does not answer, the last one stays as it is."""
    while True:
        try:
            _write(server, out)
        except BadInput as fault:
            if not keep:
                raise
            typer.echo(f"la fiche précédente reste : {fault}", err=True)
        if not keep:
            return
        time.sleep(EVERY.total_seconds())


def _write(server: str, out: Path) -> None:
    try:
        answer = httpx.get(f"{server.rstrip('/')}/sheet", timeout=PATIENCE_S, trust_env=False)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise BadInput("--server", f"ne donne pas de fiche : {_why(fault)}") from None
    if TITLE not in answer.text:  # a page of whatever stands before it is no reason to lose ours
        raise BadInput("--server", "ne donne pas de fiche : répond une autre page")
    try:
        write_whole(answer.text, out)
    except OSError as fault:
        raise BadInput("--out", f"{out} : {said(fault)}") from None
    typer.echo(str(out))


def _why(fault: Exception) -> str:
    match fault:
        case httpx.HTTPStatusError():
            return f"HTTP {fault.response.status_code}"
        case httpx.TimeoutException():
            return f"rien en {PATIENCE_S:g} s"
        case httpx.TransportError() if not isinstance(fault, httpx.UnsupportedProtocol):
            return "personne ne répond à cette adresse"
        case _:
            return "ce n'est pas une adresse (http://…)"
