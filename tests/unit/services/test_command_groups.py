"""The command line loads what a command needs, and nothing else."""

import pytest
import typer

from services.cli import GROUPS, build, groups_for


def commands(groups: tuple[str, ...]) -> set[str]:
    """The names of the commands that these groups add."""
    command = typer.main.get_command(build(groups))
    return set(getattr(command, "commands"))  # noqa: B009  typer keeps the group's class to itself


@pytest.mark.parametrize("name", sorted(commands(GROUPS)))
def test_the_one_group_a_command_needs_knows_the_command(name: str):
    groups = groups_for([name, "--help"])
    assert len(groups) == 1
    assert name in commands(tuple(groups))


@pytest.mark.parametrize("arguments", [[], ["--help"], ["unheard-of"]])
def test_whatever_is_no_command_is_answered_by_all_of_them(arguments: list[str]):
    assert groups_for(arguments) == GROUPS
