"""`aiguilleur rules`: check the rule files, explain one rule, say the regime of an instant."""

from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import typer

from adapters.kit.calendar import PublicHolidays
from adapters.kit.clock import SystemClock
from adapters.kit.departments import Department
from adapters.rulebook import RuleFileError, load_rulebook
from regulation.kernel.time import PARIS
from regulation.readings import compare_readings, first_day
from regulation.regimes import regime_at
from regulation.rules import Parameter, Rule, RuleBook
from regulation.wording import comparison_in_words, figure_in_words, rule_in_words
from services.cli import EXIT_AT_FAULT, EXIT_BAD_INPUT, Format, print_json, read_instant
from services.errors import BadInput

Folder = Annotated[Path | None, typer.Option(metavar="DIR", help="Un autre dossier de règles.")]
Overrides = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Chiffres et refus propres à un territoire.")
]
Output = Annotated[Format, typer.Option("--format", help="Forme de la réponse.")]
At = Annotated[str | None, typer.Option(metavar="T", help="Règles de cet instant (maintenant).")]
DepartmentCode = Annotated[
    str | None, typer.Option("--department", metavar="DEP", help="Avec ses propres jours fériés.")
]


def register(app: typer.Typer) -> None:
    """Add the group `rules`."""
    group = typer.Typer(help="La base de règles.")
    group.callback(help="La base de règles.")(rules)
    group.command("check", help="Vérifier chaque fichier de règles ; code 3 si l'un est en faute.")(
        check
    )
    group.command(
        "explain",
        help=(
            "Dire une règle ou un chiffre, ligne par ligne : phrase, effet, source, validité, "
            "statut."
        ),
    )(explain)
    group.command(
        "regime",
        help="Dire quelle organisation répond à un instant : permanence des soins (PDSA) ou jour.",
    )(regime)
    group.command(
        "readings",
        help="Comparer l'arrêté et les états du simulateur officiel sur chaque combinaison.",
    )(readings)
    app.add_typer(group, name="rules")


def rules() -> None:
    """The rules as data: dated, sourced, checked, explained."""


def check(folder: Folder = None, overrides: Overrides = None, output: Output = Format.TEXT) -> None:
    """Check every rule file; exit 3 when something is at fault."""
    faults: list[str] = []
    count = 0
    try:
        book = _book(folder, overrides)
        count = len(book.rules) + len(book.parameters)
    except RuleFileError as error:
        faults += error.faults
    if output is Format.JSON:
        print_json({"rows": count, "faults": faults})
    else:
        typer.echo("\n".join(faults) or f"{count} règles et paramètres : aucun défaut.")
    if faults:
        raise typer.Exit(EXIT_AT_FAULT)


def explain(
    rule_id: Annotated[
        str, typer.Argument(metavar="ID", help="Identifiant de règle ou nom de paramètre.")
    ],
    folder: Folder = None,
    overrides: Overrides = None,
    output: Output = Format.TEXT,
) -> None:
    """Print a rule or a figure, each of its rows: sentence, effect, source, validity, status."""
    try:
        book = _book(folder, overrides)
    except RuleFileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_AT_FAULT) from None
    rules = [one for one in book.rules if one.rule_id == rule_id]
    figures = [one for one in book.parameters if one.name == rule_id]
    if not rules and not figures:
        near = ", ".join(get_close_matches(rule_id, _names(book), n=3))
        known = f" ; proches : {near}" if near else ""
        typer.echo(f"aiguilleur: ID: aucune règle, aucun chiffre {rule_id!r}{known}", err=True)
        raise typer.Exit(EXIT_BAD_INPUT)
    if output is Format.JSON:
        rows = [*map(_told, rules), *map(_told, figures)]
        print_json(rows[0] if len(rows) == 1 else {"rows": rows})
    else:
        said = [*map(rule_in_words, rules), *map(figure_in_words, figures)]
        typer.echo("\n\n".join("\n".join(lines) for lines in said))


def regime(
    at: At = None,
    department: DepartmentCode = None,
    overrides: Overrides = None,
    output: Output = Format.TEXT,
) -> None:
    """Say which organisation answers at an instant: continuity of care (PDSA) or the day."""
    instant = read_instant(at, "--at", SystemClock().now())
    calendar = PublicHolidays(_department(department))
    try:
        found = regime_at(instant, usable_rules(overrides), calendar)
    except LookupError as error:
        raise BadInput("--at", str(error)) from None
    local = instant.astimezone(PARIS)
    told = {
        "at": local.isoformat(),
        "regime": str(found.regime),
        "part": found.part,
        "rule_id": found.rule.rule_id,
        "reason": found.rule.reason,
        "source": found.rule.source,
    }
    if output is Format.JSON:
        print_json(told)
    else:
        part = f" ({found.part})" if found.part else ""
        typer.echo(f"Régime : {found.regime}{part}, le {local:%d/%m/%Y} à {local:%H:%M}")
        typer.echo(f"{found.rule.reason} [{found.rule.rule_id} ; {found.rule.source}]")


def readings(at: At = None, folder: Folder = None, output: Output = Format.TEXT) -> None:
    """Compare the arrêté and the states of the official simulator on every combination."""
    try:
        book = _book(folder, None)
    except RuleFileError as error:
        raise BadInput("rules", str(error)) from None
    instant = read_instant(at, "--at", first_day(book))
    compared = compare_readings(book, instant)
    if output is Format.JSON:
        print_json(asdict(compared))
    else:
        typer.echo("\n".join(comparison_in_words(compared)))


def usable_rules(overrides: Path | None = None) -> RuleBook:
    """Load the rules in force, with a territory's own; raise BadInput naming what is at fault."""
    try:
        return _book(None, overrides)
    except RuleFileError as error:
        raise BadInput("rules", str(error)) from None


def _book(folder: Path | None, overrides: Path | None) -> RuleBook:
    return (
        load_rulebook(overrides=overrides) if folder is None else load_rulebook(folder, overrides)
    )


def _names(book: RuleBook) -> list[str]:
    return [*(one.rule_id for one in book.rules), *(one.name for one in book.parameters)]


def _department(code: str | None) -> str | None:
    try:
        return Department(code).code if code else None
    except ValueError:
        reason = f"{code!r} n'est pas le code d'un département"
        raise BadInput("--department", reason) from None


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
    scope = {"scope": found.scope} if found.scope else {}
    return {"name": found.name, **scope, **common, "value": found.value, "unit": found.unit}
