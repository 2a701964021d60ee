"""Our missions as the exchange numbers them, there and back without any table."""

import re
from typing import Final

_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9-]")
_ESCAPED: Final = re.compile(r"_([0-9a-f]{2})")


def request_id_of(client_id: str, mission_id: str) -> str:
    """Number a request after its mission; raise ValueError when the mission's id isn't ASCII."""
    plain = _NOT_PLAIN.sub(
        lambda found: f"_{ord(found[0]):02x}", mission_id.encode("ascii").decode()
    )
    return f"{client_id}.request.{plain}"


def find_mission(client_id: str, request_id: str) -> str | None:
    """Return the mission of a request, None when the request isn't one of ours."""
    ours, mark, plain = request_id.rpartition(".request.")
    if not mark or ours != client_id:
        return None
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), plain)
