"""What may leave in a report: requests and excerpts without anybody's name or number."""

import json
import re
from collections.abc import Mapping, Sequence

OF_FHIR = frozenset(
    {"name", "telecom", "family", "given", "text", "display", "diagnostics", "birthDate"}
)
OF_THE_HUB = frozenset(
    {"firstName", "lastName", "birthName", "complete", "freetext", "detail", "phoneNumber"}
)
PERSONAL = OF_FHIR | OF_THE_HUB
"""Elements that name people, reach them, or in which people write freely."""
MASK = "•••"
KINDS_NAMED = frozenset({"Location", "Organization"})
"""Resources whose name is that of a place, not of a person."""
PERSONS_NUMBERS = re.compile(r"(?<!\d)(?:(\d{5})\d{6,7}|(4\d{4})\d{10})(?!\d)")
"""An RPPS, bare (11 digits) or prefixed, well or not (12), or a structure known by the RPPS of
whoever holds it (15, of prefix 4); other structures have 9, 10, 14 or 15."""
_ASKED_OF_SOMEBODY = re.compile(
    r"(?i)([?&][^=&\s]*(?:patient|name|nom|birth|naiss|phone|tel|mail)[^=&\s]*=)[^&\s]+"
)
"""A parameter of a link that names somebody, or says how to reach them."""
_CREDENTIALS = re.compile(r"^([a-z]+://)[^/@\s]+@", re.IGNORECASE)
MOST_CHARACTERS = 2_000


def masked_text(text: str) -> str:
    """Hide the last digits of practitioners' numbers, and what a link says of somebody."""
    text = PERSONS_NUMBERS.sub(lambda found: f"{found[1] or found[2]}{MASK}", text)
    return masked_query(text)


def masked_query(text: str) -> str:
    """Hide what a link says of somebody, numbers left as they are."""
    return _ASKED_OF_SOMEBODY.sub(rf"\1{MASK}", text)


def masked_address(address: str) -> str:
    """Hide the name and the password that an address may hold."""
    return _CREDENTIALS.sub(rf"\1{MASK}@", address)


def masked_body(body: bytes) -> str:
    """Return an answer without personal data, shortened; not JSON: its size alone."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return f"({len(body)} octets qui ne sont pas du JSON)"
    return masked_tree(document)


def masked_json(body: bytes) -> str:
    """Return a body of ours whole, without names: numbers are still in it; not JSON: nothing."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return json.dumps(_masked(document, ""), ensure_ascii=False)


def masked_tree(tree: object) -> str:
    """Write a JSON value without personal data, shortened."""
    written = masked_text(json.dumps(_masked(tree, ""), ensure_ascii=False, indent=1))
    if len(written) > MOST_CHARACTERS:
        return f"{written[:MOST_CHARACTERS]}\n… ({len(written)} caractères en tout)"
    return written


def _masked(tree: object, kind: str) -> object:
    if isinstance(tree, Mapping):
        kind = str(tree.get("resourceType", kind))
        return {name: _hidden(name, value, kind) for name, value in tree.items()}
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return [_masked(value, kind) for value in tree]
    return tree


def _hidden(name: str, value: object, kind: str) -> object:
    is_place = name == "name" and kind in KINDS_NAMED
    return MASK if name in PERSONAL and not is_place else _masked(value, kind)
