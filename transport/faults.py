"""What can be wrong with a problem: the errors, and the guards that raise them."""

import math
from collections.abc import Sequence


class ProblemError(ValueError):
    """A problem that means nothing: the message names the part and the value.

    ProblemError
     ├─ ShapeError             a matrix that does not fit the others
     ├─ NotANumberError        NaN or an infinite value where a number is needed
     ├─ NegativeError          a negative duration, distance, cost or limit
     ├─ EmptyWindowError       a window that closes before it opens
     ├─ UnknownReferenceError  an index or an id that points nowhere
     ├─ DuplicateError         one name, one node or one ride used twice
     └─ TriangleError          a detour shorter than the way
    """


class ShapeError(ProblemError):
    """A matrix that does not fit the others."""


class NotANumberError(ProblemError):
    """NaN or an infinite value where a number is needed."""


class NegativeError(ProblemError):
    """A negative duration, distance, cost or limit."""


class EmptyWindowError(ProblemError):
    """A window that closes before it opens."""


class UnknownReferenceError(ProblemError):
    """An index or an id that points nowhere."""


class DuplicateError(ProblemError):
    """One name, one node or one ride used twice."""


class TriangleError(ProblemError):
    """A detour shorter than the way."""


def refuse_empty(name: str, start: float, end: float) -> None:
    """Raise when the window closes before it opens or is not a number."""
    if math.isnan(start) or math.isnan(end):
        raise NotANumberError(f"{name}: window [{start}, {end}]")
    if end < start:
        raise EmptyWindowError(f"{name}: window closes at {end:g}, before it opens at {start:g}")


def refuse_negative(name: str, value: float, *, finite: bool = True) -> None:
    """Raise when the value is negative, NaN, or infinite where it may not be."""
    if math.isnan(value) or (finite and math.isinf(value)):
        raise NotANumberError(f"{name} is {value}")
    if value < 0:
        raise NegativeError(f"{name} is {value}")


def refuse_repeats(what: str, names: Sequence[object]) -> None:
    """Raise naming the first of the names that comes twice."""
    if len(set(names)) == len(names):
        return
    seen: set[object] = set()
    for name in names:
        if name in seen:
            raise DuplicateError(f"{what} {name} appears more than once")
        seen.add(name)
