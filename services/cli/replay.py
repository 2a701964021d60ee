"""`aiguilleur replay`: a decision computed again, from what its answer rested on."""

from typing import Annotated

import typer

from adapters.kit.clock import SystemClock
from adapters.rulebook import RuleFileError
from adapters.territory.tables import TerritoryRefused
from services.bootstrap import assemble
from services.cli import EXIT_AT_FAULT, Format, print_json
from services.cli.db import opened_store
from services.cli.orient import DEFAULT_TERRITORY, find_folder
from services.errors import BadInput
from services.replaying import CannotReplay, Place, Replay, replay
from services.schemas.decision import decision_out
from services.schemas.orientation import Json, orientation_out


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "replay",
        help=(
            "Recalculer les propositions d'une décision ; code 3 si ce ne sont pas celles "
            "montrées.\n\n"
            "Sous les règles de son jour, gardées avec elle ; `--today` : sous celles en vigueur, "
            "et une différence n'est pas une faute."
        ),
    )(replay_decision)


def replay_decision(
    decision_id: Annotated[
        str,
        typer.Argument(metavar="DECISION_ID", help="Comme le dossier la donne : DOSSIER:NUMÉRO."),
    ],
    territory: Annotated[
        str, typer.Option(metavar="NAME_OR_DIR", help="Territoire des routes et des tarifs.")
    ] = DEFAULT_TERRITORY,
    today: Annotated[
        bool, typer.Option("--today", help="Sous les règles d'aujourd'hui : ce qui a changé.")
    ] = False,
    output: Annotated[Format, typer.Option("--format", help="Forme de la réponse.")] = Format.TEXT,
) -> None:
    """Compute a decision's proposals again; exit 3 when they aren't those that were shown.

    Under the rules of its day, kept with it; `--today`: under those in force, and a difference is
    what was asked for, not a fault.
    """
    try:
        with opened_store() as store:
            done = replay(store, decision_id, _place(territory), today=today)
    except CannotReplay as error:
        raise BadInput("DECISION_ID", str(error)) from None
    if output is Format.JSON:
        print_json(replay_out(done))
    else:
        typer.echo("\n".join(_told(done)))
    if done.differences and not today:
        raise typer.Exit(EXIT_AT_FAULT)


def _place(territory: str) -> Place:
    folder = find_folder(territory)
    try:
        parts = assemble(folder, SystemClock())
    except TerritoryRefused as error:
        raise BadInput("--territory", str(error)) from None
    except RuleFileError as error:
        raise BadInput("rules", str(error)) from None
    desk = parts.desk
    return Place(desk_under=desk.under, travel=desk.travel.label, rules=desk.rulebook)


def replay_out(done: Replay) -> Json:
    """Write a replay."""
    return {
        "decision_id": done.decision.decision_id,
        "decision": decision_out(done.decision),
        "same": not done.differences,
        "differences": [
            {"path": path, "shown": was, "found": now}
            for path, (was, now) in done.differences.items()
        ],
        "remarks": list(done.remarks),
        "found": orientation_out(done.found),
    }


def _told(done: Replay) -> list[str]:
    answer, decision = done.shown.orientation, done.decision
    grounds = f"offre {answer.snapshot_id}, règles {answer.rules_version}"
    lines = [f"Décision {decision.decision_id}, rang {decision.rank}, {grounds}", *done.remarks]
    if not done.differences:
        count = len(answer.proposals)
        return [*lines, f"Propositions retrouvées à l'identique : {count} sur {count}."]
    lines.append(f"{len(done.differences)} différence(s) :")
    return lines + [f"  {path} : {was} → {now}" for path, (was, now) in done.differences.items()]
