"""The command line: one module per group of commands, each with a `register(app)`."""

import errno
import importlib
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

import typer
from pydantic import BaseModel, ValidationError

from adapters.kit.centuries import FIRST_YEAR, LAST_YEAR
from adapters.kit.misread import misread
from adapters.kit.refused_values import INSTANT
from adapters.kit.system_errors import said
from regulation.kernel.time import require_aware
from services.cli.wording import misuse, put_help_in_french
from services.errors import BadInput

GROUPS: tuple[str, ...] = (
    "orient",
    "mobility",
    "rules",
    "roads",
    "ingest",
    "quarantine",
    "feeds",
    "territory",
    "simulate",
    "db",
    "serve",
    "worker",
    "sheet",
    "export",
    "outbox",
    "replay",
    "darp",
    "tariff",
    "audit",
    "audit_log",
)
"""Modules of this package, in the order `--help` lists their commands."""

NAMED_OTHERWISE = {"twin": "simulate"}
"""Commands that don't bear the name of their module."""


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"


MISUSE: type[Exception] = typer.BadParameter.__mro__[1]
"""Error in the use of a command: typer keeps the common class to itself."""

EXIT_INTERNAL, EXIT_BAD_INPUT, EXIT_AT_FAULT, EXIT_INTERRUPTED = 1, 2, 3, 130
STANDARD_OUTPUT = "sortie standard"
_FULL = frozenset({errno.ENOSPC, errno.EIO})


def groups_for(arguments: Sequence[str]) -> Sequence[str]:
    """Return the one group a command needs, that it may not wait for the libraries of others."""
    first = arguments[0] if arguments else ""
    group = NAMED_OTHERWISE.get(first, first.replace("-", "_"))
    return (group,) if group in GROUPS else GROUPS


def build(groups: Sequence[str] = GROUPS) -> typer.Typer:
    """Assemble the application from its groups."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @app.callback(help="Orienter les soins non programmés : où, quand, aller et retour, qui paie.")
    def aiguilleur() -> None:
        """Orientation of unscheduled care: where, when, how to get there and home, who pays."""

    for group in groups:
        importlib.import_module(f"services.cli.{group}").register(app)
    return app


def main() -> None:
    """Run the command line; bad input ends in one line on stderr and exit status 2, an
    interruption in exit status 130."""
    try:
        code = _run()
    except MISUSE as error:
        _end(misuse(str(getattr(error, "format_message", error.__str__)())))
    except (typer.Abort, KeyboardInterrupt):
        _end("interrompu", EXIT_INTERRUPTED)
    except BadInput as error:
        _end(str(error))
    except OSError as error:
        if error.filename is None and error.errno not in _FULL:
            raise  # the network or a defect: where it happened is worth more than a sentence
        _end(f"{error.filename or STANDARD_OUTPUT}: {said(error)}")
    if code == EXIT_INTERRUPTED:  # how the library ends an interrupted command: without a word
        _end("interrompu", EXIT_INTERRUPTED)
    raise SystemExit(code)


def _run() -> Any:  # noqa: ANN401  what the library returns
    command = typer.main.get_command(build(groups_for(sys.argv[1:])))
    if len(sys.argv) == 1 or "--help" in sys.argv:
        put_help_in_french(command)
    return command.main(standalone_mode=False)


def _end(message: str, status: int = EXIT_BAD_INPUT) -> NoReturn:
    print(f"aiguilleur: {message}", file=sys.stderr)  # noqa: T201  the command line's voice
    raise SystemExit(status)


def read_json(path: Path, model: type[BaseModel]) -> Any:  # noqa: ANN401  the model's instance
    """Read a JSON file through its border model; raise BadInput naming the field."""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(str(path), misread(error)) from None
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise BadInput.from_validation(error, document) from None


def read_instant(text: str | None, option: str, default: datetime) -> datetime:
    """Read an ISO 8601 instant with its offset; raise BadInput naming the option."""
    if text is None:
        return default
    try:
        instant = require_aware(datetime.fromisoformat(text), option)
    except ValueError:
        raise BadInput(option, f"{text!r} : {INSTANT}") from None
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise BadInput(option, f"{text!r} n'est pas d'une année de {FIRST_YEAR} à {LAST_YEAR}")
    return instant


def print_json(document: object) -> None:
    """Print one JSON document."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
