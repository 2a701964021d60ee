"""Why a text could not be read is told in French, with where."""

import json
import tomllib
from pathlib import Path

import pytest

from adapters.kit.misread import misread


def told_of(read, *arguments):
    with pytest.raises((ValueError, OSError, RecursionError)) as refused:
        read(*arguments)
    return misread(refused.value)


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (json.loads, '{"a": 1\n', "n'est pas du JSON : ligne 2, colonne 1"),
        (json.loads, "[" * 100_000, "emboîte trop de choses les unes dans les autres"),
        (tomllib.loads, "x = = 1", "n'est pas du TOML : ligne 1, colonne 5"),
        (tomllib.loads, 'x = "', "n'est pas du TOML"),
        (tomllib.loads, "x = 1\nx = 2", "donne deux fois la même clé : à la toute fin"),
        (tomllib.loads, "[x", "n'est pas du TOML : à la toute fin"),
        (json.loads, "9" * 5_000, "contient un nombre démesuré"),
        (tomllib.loads, f"x = {'9' * 5_000}", "contient un nombre démesuré"),
        (bytes.decode, b"a\xe9", "n'est pas un texte en UTF-8 (à l'octet 2)"),
        (Path.read_text, Path("/nulle/part"), "fichier ou dossier introuvable"),
        (float, "x", "could not convert string to float: 'x'"),
    ],
)
def test_why_it_could_not_be_read_is_told_with_where(read, text, said):
    assert told_of(read, text).startswith(said)
