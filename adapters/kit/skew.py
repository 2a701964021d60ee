"""The clock-skew guard: a source whose clock is off says nothing reliable about now."""

from datetime import datetime

from adapters.kit.failures import FeedFailure
from regulation.kernel.observed import CLOCK_SKEW_TOLERANCE


def require_same_time(claimed: datetime | None, now: datetime, what: str) -> None:
    """Raise FeedFailure when the source's own instant is more than five minutes from ours.

    An older date is an answer kept by something in between; a later one is a wrong clock.
    None (the source gives no instant) is no evidence either way.
    """
    if claimed is None or abs(claimed - now) <= CLOCK_SKEW_TOLERANCE:
        return
    minutes = round((claimed - now).total_seconds() / 60)
    raise FeedFailure(f"{what} est à {minutes:+d} min de la nôtre", retryable=False)
