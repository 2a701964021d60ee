"""`aiguilleur mobility`: the mobility verdict of a file of answers."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.kit.clock import SystemClock
from regulation.assessment import assess
from regulation.mobility import MobilityVerdict
from regulation.rules import RuleBook
from services.cli import Format, print_json, read_instant, read_json
from services.cli.rules import Overrides, usable_rules
from services.schemas.mobility import MobilityIn, verdict_out


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("mobility")(mobility)


def mobility(
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS.json", help="The answers.")],
    at: Annotated[
        str | None, typer.Option(metavar="T", help="Under the rules of this instant (now).")
    ] = None,
    overrides: Overrides = None,
    output: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TEXT,
) -> None:
    """Assess the ability to move: class, prescription, funding, with the rules that fired."""
    document: MobilityIn = read_json(answers, MobilityIn)
    now = read_instant(at, "--at", SystemClock().now())
    rulebook = usable_rules(overrides)
    verdict = assess(document.to_answers(), rulebook, now)
    if output is Format.JSON:
        print_json(verdict_out(verdict))
    else:
        typer.echo("\n".join(_told(verdict, rulebook)))


def _told(verdict: MobilityVerdict, rulebook: RuleBook) -> list[str]:
    """Say the verdict in French."""
    known = verdict.vehicle_class or f"à préciser (au moins {verdict.at_least})"
    lines = [f"Classe : {known}", f"Prescription : {verdict.prescription.reason}"]
    lines.append(verdict.funding.sentence)
    lines += [f"· {one.reason} [{one.rule_id} ; {one.source}]" for one in verdict.fired]
    lines += [f"! À confirmer par un médecin : {text}" for text in verdict.to_confirm_by_doctor]
    lines += [f"> {text}" for text in verdict.driver_info]
    if verdict.missing:
        lines.append(f"Réponses manquantes : {', '.join(verdict.missing)}")
    question = rulebook.find_rule(verdict.next_question) if verdict.next_question else None
    if question is not None:
        lines.append(f"Question suivante : {question.rule_id}, « {question.statement} »")
    return lines
