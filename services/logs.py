"""The running log: lines for a person, or one JSON object a line; nothing personal in either.

What a record may carry besides its message is listed: anything else never leaves the process.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final


class LogFormat(StrEnum):
    """How lines are written."""

    TEXT = "text"
    JSON = "json"


CARRIED: Final = ("route", "status", "took_ms", "request_id", "worker", "territory", "term")
"""Facts a record may carry: templates of routes, numbers, names of processes."""

CHATTY: Final = ("httpx", "httpcore", "alembic", "aiormq", "aio_pika")
"""Libraries that write whole addresses or statements."""


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line. An exception is told by its type and place, never by its message."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in CARRIED if hasattr(record, name)}
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = place_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


class Lines(logging.Formatter):
    """Writes a record as one line of text."""

    def formatException(self, ei: object) -> str:  # noqa: N802  the library's name
        """Tell an exception by its type and place, never by its message."""
        fault = ei[1] if isinstance(ei, tuple) else None
        return place_of(fault) if isinstance(fault, BaseException) else ""


def set_up(form: LogFormat) -> None:
    """Write this process's log to standard error in that form."""
    handler = logging.StreamHandler()
    text = Lines("%(asctime)s %(levelname)s %(message)s")
    handler.setFormatter(JsonLines() if form is LogFormat.JSON else text)
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)


def place_of(fault: BaseException) -> str:
    """Type and place of a fault; its message could hold personal data."""
    frames = traceback.extract_tb(fault.__traceback__)[-3:]
    places = " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))
    return f"{type(fault).__name__} at {places}"
