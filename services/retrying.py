"""Work on a case begun again when somebody else wrote at the same time."""

from collections.abc import Callable
from typing import Final, TypeVar

from regulation.ports import StaleVersion

T = TypeVar("T")

ATTEMPTS: Final = 3
"""How often a command is tried when others keep changing the same case meanwhile."""


def retried(work: Callable[[], T]) -> T:
    """Begin again when the case moved on meanwhile; what is read then is up to date."""
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except StaleVersion:
            continue
    return work()
