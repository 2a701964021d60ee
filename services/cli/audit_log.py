"""`aiguilleur audit-log`: the trail of who saw and did what is sealed, and verified."""

from dataclasses import asdict
from typing import Annotated

import typer

from adapters.kit.clock import SystemClock
from regulation.audit_chain import GENESIS, seal_settled, verify
from services.cli import EXIT_AT_FAULT, Format, print_json
from services.cli.db import DatabaseUrl, opened_store
from services.errors import BadInput

DIGEST_CHARACTERS = len(GENESIS)


def register(app: typer.Typer) -> None:
    """Add the group `audit-log`."""
    group = typer.Typer(help="La trace de qui a vu et fait quoi.")
    group.callback(help="La trace de qui a vu et fait quoi.")(audit_log)
    group.command(
        "seal",
        help="Sceller les lignes qui ne bougent plus ; à lancer toutes les quelques minutes.",
    )(seal)
    group.command("verify", help="Recalculer toute la chaîne ; code 3 si la trace a été altérée.")(
        verify_trail
    )
    app.add_typer(group, name="audit-log")


def audit_log() -> None:
    """The trail of who saw and did what."""


def seal(url: DatabaseUrl = None) -> None:
    """Seal the lines that have settled; to be run every few minutes, as often as one likes."""
    now, seals, lines = SystemClock().now(), 0, 0
    with opened_store(url) as store:
        while True:
            with store.unit() as unit:
                made = seal_settled(unit.seals, now)
            if made is None:
                break
            seals, lines = seals + 1, lines + made.count
    typer.echo(f"{lines} lignes scellées ({seals} sceaux).")


def verify_trail(
    url: DatabaseUrl = None,
    expect: Annotated[
        str | None,
        typer.Option(
            metavar="DIGEST", help="Une empreinte notée avant : elle doit être dans la chaîne."
        ),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="Forme de la réponse.")] = Format.TEXT,
) -> None:
    """Recompute the whole chain; exit 3 when the trail was tampered with."""
    if expect is not None and len(expect) != DIGEST_CHARACTERS:
        raise BadInput("--expect", f"une empreinte a {DIGEST_CHARACTERS} caractères")
    with opened_store(url) as store, store.reading() as unit:
        found = verify(unit.seals, expect)
    if output is Format.JSON:
        print_json(asdict(found))
    else:
        told = f"{found.sealed} lignes scellées, {found.purged} effacées à leur terme"
        typer.echo(f"{told}, {found.waiting} en attente de sceau. Empreinte : {found.head}")
        for fault in found.faults:
            typer.echo(f"ALTÉRÉ : {fault}.")
    if found.faults:
        raise typer.Exit(EXIT_AT_FAULT)
