"""Runs the command line as a person does: arguments in, status, output and complaint out."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.cli import main


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON document it printed."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """`aiguilleur`, in a folder of its own."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def file(self, document: object) -> str:
        """Write a JSON file, or a text as it is; return its path."""
        path = self.folder / "entree.json"
        text = document if isinstance(document, str) else json.dumps(document)
        path.write_text(text, encoding="utf-8")
        return str(path)

    def run(self, *arguments: str) -> Said:
        """Run the command."""
        self.monkeypatch.setattr(sys, "argv", ["aiguilleur", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        said = self.capsys.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, said.out, said.err)


@pytest.fixture
def aiguilleur(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """The command line of the test."""
    return CommandLine(tmp_path, monkeypatch, capsys)


def is_refused(said: Said, field: str) -> bool:
    """One line of complaint that begins with the field, and nothing printed."""
    lines = said.err.splitlines()
    named = len(lines) == 1 and lines[0].startswith(f"aiguilleur: {field}: ")
    return said.status == 2 and not said.out and named
