"""`aiguilleur rules`: check the rule files, explain one rule."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.rulebook import RuleFileError, load_rulebook
from regulation.competences import EFFECTEUR_FACTS, REQUEST_FACTS, SWITCHES
from regulation.entitlement import DERIVED_FACTS as FUNDING_FACTS
from regulation.mobility import known_facts
from regulation.rules import Parameter, Rule, RuleBook
from regulation.rules.review import review
from services.cli import EXIT_AT_FAULT, EXIT_BAD_INPUT, Format, print_json

RED_FLAG_FACTS = frozenset({"priority", "care_level", "deadline_set", "motif", "motif_chapter"})
DERIVED_FACTS = (
    frozenset({"has_criterion", "class_settled", "vehicle_class", "series.in_two_months"})
    | FUNDING_FACTS
)

Folder = Annotated[Path | None, typer.Option(metavar="DIR", help="Other rule files.")]
Output = Annotated[Format, typer.Option("--format", help="How to print.")]


def register(app: typer.Typer) -> None:
    """Add the group `rules`."""
    group = typer.Typer(help="The rule base.")
    group.callback()(rules)
    group.command("check")(check)
    group.command("explain")(explain)
    app.add_typer(group, name="rules")


def rules() -> None:
    """The rules as data: dated, sourced, checked, explained."""


def check(folder: Folder = None, output: Output = Format.TEXT) -> None:
    """Check every rule file; exit 3 when something is at fault."""
    faults: list[str] = []
    count = 0
    try:
        book = _book(folder)
        count = len(book.rules) + len(book.parameters)
        faults += review(book, facts_known(book))
    except RuleFileError as error:
        faults.append(str(error))
    if output is Format.JSON:
        print_json({"rows": count, "faults": faults})
    else:
        typer.echo("\n".join(faults) or f"{count} règles et paramètres : aucun défaut.")
    if faults:
        raise typer.Exit(EXIT_AT_FAULT)


def explain(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="Rule id or parameter name.")],
    folder: Folder = None,
    output: Output = Format.TEXT,
) -> None:
    """Print one rule or figure: sentence, condition, effect, source, validity, status."""
    try:
        book = _book(folder)
    except RuleFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_AT_FAULT) from None
    found = book.find_rule(rule_id) or next(
        (one for one in book.parameters if one.name == rule_id), None
    )
    if found is None:
        typer.echo(f"aiguilleur: ID: no rule or parameter {rule_id!r}", err=True)
        raise typer.Exit(EXIT_BAD_INPUT)
    told = _told(found)
    if output is Format.JSON:
        print_json(told)
    else:
        typer.echo("\n".join(f"{name} : {value}" for name, value in told.items()))


def facts_known(book: RuleBook) -> frozenset[str]:
    """Names of every fact that some part of the program gives to the rules."""
    switches = {one.name for one in book.parameters if one.name.startswith(SWITCHES)}
    asked = known_facts() | RED_FLAG_FACTS | DERIVED_FACTS
    return asked | REQUEST_FACTS | EFFECTEUR_FACTS | switches


def _book(folder: Path | None) -> RuleBook:
    return load_rulebook() if folder is None else load_rulebook(folder)


def _told(found: Rule | Parameter) -> dict[str, object]:
    until = found.validity.until
    common = {
        "family": found.family,
        "statement": found.statement,
        "source": found.source,
        "status": str(found.status),
        "valid_from": found.validity.since.isoformat(),
        "valid_to": until.isoformat() if until else None,
    }
    if isinstance(found, Rule):
        return {"id": found.rule_id, **common, "when": found.when, "then": dict(found.then)}
    return {"name": found.name, **common, "value": found.value, "unit": found.unit}
