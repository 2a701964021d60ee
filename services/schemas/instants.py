"""An instant as it comes in: written out, with its offset."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from adapters.kit.refused_values import INSTANT

DATED = re.compile(r"[0-9]{4}-")
FIRST_YEAR, LAST_YEAR = 1900, 2199


def _written_out(value: object) -> object:
    """Refuse an instant given as a number, or as one between quotes: it says no offset, and
    nobody knows of which unit it is."""
    is_written = isinstance(value, str) and DATED.match(value) is not None
    if not is_written and not isinstance(value, datetime):
        raise ValueError(INSTANT)
    return value


def _of_our_time(instant: datetime) -> datetime:
    """Refuse an instant so far away that a day more or less, or its time here, may not be one."""
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"une année de {FIRST_YEAR} à {LAST_YEAR} est attendue")
    return instant


Instant = Annotated[AwareDatetime, BeforeValidator(_written_out), AfterValidator(_of_our_time)]
