"""An instant as it comes in: written out, with its offset."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator

from adapters.kit.refused_values import INSTANT

DATED = re.compile(r"[0-9]{4}-")


def _written_out(value: object) -> object:
    """Refuse an instant given as a number, or as one between quotes: it says no offset, and
    nobody knows of which unit it is."""
    is_written = isinstance(value, str) and DATED.match(value) is not None
    if not is_written and not isinstance(value, datetime):
        raise ValueError(INSTANT)
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_written_out)]
