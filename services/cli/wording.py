"""What the library of the command line says of its own, in French: misuses, titles of the help."""

import re
from collections.abc import Sequence
from typing import Any, Final

import typer

from adapters.kit.refused_values import NUMBER, WHOLE

MISUSES: Final[Sequence[tuple[str, str]]] = (
    (r"Missing (?:argument|option) '(.+?)'\..*", r"\1: absent"),
    (r"No such option: (\S+)(.*)", r"\1: option inconnue"),
    (r"No such command '(.+?)'\..*", r"\1: commande inconnue ; --help les liste"),
    (r"Missing command\.", "une commande est attendue ; --help les liste"),
    (r"Got unexpected extra argument\(s\) \((.+)\)", r"\1: de trop"),
    (r"Option '(.+?)' requires .*", r"\1: une valeur est attendue"),
    (r"Option '(.+?)' does not take a value\.", r"\1: aucune valeur n'est attendue"),
    (r"Invalid value for '(.+?)': Input should be a valid integer.*", rf"\1: {WHOLE}"),
    (r"Invalid value for '(.+?)': Input should be a valid number.*", rf"\1: {NUMBER}"),
    (
        r"Invalid value for '(.+?)': (?:Value error, )?(.+) is not one of (.+?)\.?",
        r"\1: \2 n'est pas parmi \3",
    ),
    (r"Invalid value for '(.+?)': (?:Value error, )?(.+)", r"\1: \2"),
)
"""How each misuse is worded by the library, and by us; the first that fits is taken."""


def misuse(told: str) -> str:
    """Say a misuse in French, the option or the argument first; else as the library does."""
    text = " ".join(told.split())
    for theirs, ours in MISUSES:
        found = re.fullmatch(theirs, text)
        if found is not None:
            return found.expand(ours)
    return text or "une commande est attendue ; --help les liste"


def put_help_in_french(command: Any) -> None:  # noqa: ANN401  typer keeps its classes to itself
    """Have the help of a command, and of those inside it, in French throughout; for whoever prints
    it: its library is slow."""
    _title()
    _word_help_option(command)


def _word_help_option(command: Any) -> None:  # noqa: ANN401  the same
    command.get_help_option(typer.Context(command)).help = "Montrer cette aide, et rien d'autre."
    for inner in getattr(command, "commands", {}).values():
        _word_help_option(inner)


def _title() -> None:
    from typer import rich_utils  # noqa: PLC0415  slow to load

    rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
    rich_utils.DEFAULT_STRING = "[défaut : {}]"
    rich_utils.REQUIRED_LONG_STRING = "[requis]"
