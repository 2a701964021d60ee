"""What the command line says of itself is in French, and a misuse names what is at fault."""

import re
from collections.abc import Iterator

import pytest
import typer

from services.cli import build
from services.cli.wording import misuse
from tests.unit.services.command_line import CommandLine, aiguilleur, is_refused

__all__ = ["aiguilleur"]

ENGLISH = re.compile(r"\b(the|of|is|are|as|with|what|whose|when|one|each|this|and|how|where)\b")


def told(command: object, path: str = "aiguilleur") -> Iterator[tuple[str, str]]:
    """Yield every sentence of the help, with where it stands."""
    yield path, getattr(command, "help", None) or ""
    for one in getattr(command, "params", ()):
        yield f"{path} {one.name}", getattr(one, "help", None) or ""
    for name, inner in getattr(command, "commands", {}).items():
        yield from told(inner, f"{path} {name}")


def test_every_sentence_of_the_help_is_in_french():
    sentences = dict(told(typer.main.get_command(build())))
    silent = [where for where, text in sentences.items() if not text]
    english = {where: text for where, text in sentences.items() if ENGLISH.search(text)}
    assert silent == ["aiguilleur outbox resend message_id"]
    assert english == {}


@pytest.mark.parametrize("arguments", [(), ("rules",), ("rules", "check")])
def test_even_what_the_library_says_of_the_help_is_in_french(
    aiguilleur: CommandLine, arguments: tuple[str, ...]
):
    said = aiguilleur.run(*arguments, "--help")
    assert said.status == 0
    assert "Montrer cette aide" in said.out
    assert not ENGLISH.search(said.out)


@pytest.mark.parametrize(
    ("arguments", "field", "reason"),
    [
        (("serve", "--port", "abc"), "--port", "un nombre entier est attendu"),
        (("serve", "--port"), "--port", "une valeur est attendue"),
        (("serve", "--nope"), "--nope", "option inconnue"),
        (("serve", "twice"), "twice", "de trop"),
        (("tariff",), "LEG.json", "absent"),
        (("rules", "check", "--format", "xml"), "--format", "'xml' n'est pas parmi"),
        (("rules", "nope"), "nope", "commande inconnue"),
    ],
)
def test_a_misuse_names_what_is_at_fault(
    aiguilleur: CommandLine, arguments: tuple[str, ...], field: str, reason: str
):
    said = aiguilleur.run(*arguments)
    assert is_refused(said, field)
    assert reason in said.err


def test_a_misuse_nobody_foresaw_is_told_as_the_library_does():
    assert misuse("Something  new\nhappened.") == "Something new happened."
    assert (
        misuse("Missing command.") == misuse("") == "une commande est attendue ; --help les liste"
    )
