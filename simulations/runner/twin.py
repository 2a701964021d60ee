"""The twin: a recorded day lived again under other rules, another fleet or another policy, and the
difference decision by decision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from regulation.cases import Case
from simulations.runner.replicating import Task, named, plot_of
from simulations.world.life import Life
from simulations.world.rows import Row

TOLD = ("outcome", "effecteur", "mode_out", "mode_home", "seen_s", "patient_cents", "am_cents")
"""What is compared of two decisions on one call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One call with what differs, by name: before, after."""

    case_id: str
    called_at: str
    changed: dict[str, tuple[object, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Two lives of the same calls: how many there were, and those decided otherwise."""

    calls: int
    differences: tuple[Difference, ...]


def live_again(before: Task, after: Task, recorded: Sequence[Case]) -> Twin:
    """Live the recorded calls twice; whatever else is drawn is the same."""
    one, other = (_rows(task, recorded) for task in (before, after))
    return Twin(calls=len(one), differences=tuple(_compared(one, other)))


def _rows(task: Task, recorded: Sequence[Case]) -> dict[str, Row]:
    with named(task):
        plot = plot_of(task)
        known = [one for one in recorded if plot.window.contains(one.caller.at)]
        calls = tuple(sorted(known, key=lambda one: (one.caller.at, one.case_id)))
        lived = Life(replace(plot, calls=calls)).run()
    return {one.case_id: one for one in lived.rows}


def _compared(one: dict[str, Row], other: dict[str, Row]) -> Iterator[Difference]:
    for case_id, row in one.items():
        again = other[case_id]
        changed = {
            name: (getattr(row, name), getattr(again, name))
            for name in TOLD
            if getattr(row, name) != getattr(again, name)
        }
        if changed:
            yield Difference(case_id=case_id, called_at=row.called_at, changed=changed)
