"""`aiguilleur orient`: one decision, from a file."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.kit.clock import FixedClock
from adapters.rulebook import RuleFileError
from adapters.territory.tables import TerritoryRefused
from regulation.cases import Case
from regulation.proposals import Orientation
from regulation.rules import UnknownParameterError
from regulation.usecases import propose_orientations
from services.bootstrap import TerritoryGazetteer
from services.cli import Format, print_json, read_instant, read_json
from services.demo import demo_parts, refresh_once
from services.errors import BadInput
from services.schemas.case import CaseIn
from services.schemas.orientation import orientation_out
from simulations.territories.catalogue import folder_of

DEFAULT_TERRITORY = "haute_garonne"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("orient", help="Orienter un dossier sur les flux fictifs vivants d'un territoire.")(
        orient
    )


def orient(
    case: Annotated[Path, typer.Argument(metavar="CASE.json", help="L'appel.")],
    territory: Annotated[
        str, typer.Option(metavar="NAME_OR_DIR", help="Territoire de l'offre.")
    ] = DEFAULT_TERRITORY,
    at: Annotated[
        str | None, typer.Option(metavar="T", help="Instant de la décision (sinon caller.at).")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="Forme de la réponse.")] = Format.TEXT,
) -> None:
    """Orient one case on the live mock feeds of a territory."""
    document: CaseIn = read_json(case, CaseIn)
    now = read_instant(at, "--at", document.caller.at)
    folder = find_folder(territory)
    try:
        with demo_parts(folder, FixedClock(now)) as (parts, base_url):
            one = document.to_case(TerritoryGazetteer(parts.territory))
            refresh_once(parts, base_url, frozenset({one.need.code}))
            desk = parts.desk(now, ())
            answer = propose_orientations(one, parts.offer.current(), desk, now)
    except TerritoryRefused as error:
        raise BadInput("--territory", str(error)) from None
    except UnknownParameterError as error:
        raise BadInput("--at", str(error)) from None
    except RuleFileError as error:
        raise BadInput("rules", str(error)) from None
    if output is Format.JSON:
        print_json(orientation_out(answer))
    else:
        typer.echo("\n".join(_told(one, answer)))


def find_folder(territory: str) -> Path:
    """Find a territory's folder; raise BadInput naming the option."""
    try:
        return folder_of(territory)
    except LookupError as error:
        raise BadInput("--territory", str(error)) from None


def _told(case: Case, answer: Orientation) -> list[str]:
    """Say the answer in French, as one reads it aloud."""
    lines = [f"Dossier {case.case_id} · règles {answer.rules_version}"]
    for proposal in answer.proposals:
        lines.append(f"\n{proposal.rank}. {proposal.kind}")
        lines += [f"   {sentence}" for sentence in proposal.explanation]
        lines += [f"   ! {warning}" for warning in proposal.warnings]
    if answer.excluded:
        lines.append(f"\n{len(answer.excluded)} effecteurs écartés (--format json pour le détail).")
    if answer.solver:
        lines.append(f"Preuve : {answer.solver.status}, {answer.solver.wall_ms:.0f} ms.")
    return lines
