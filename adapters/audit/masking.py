"""What may leave in a report: requests and excerpts without anybody's name or number."""

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from adapters.audit.allowed import MASK, OF_MISSIONS, OF_THE_HUB, only

PERSONAL = frozenset(
    {
        *("name", "telecom", "family", "given", "text", "display", "diagnostics", "birthDate"),
        *("description", "note", "title", "details", "valueString", "patientInstruction", "photo"),
    }
)
"""Elements of FHIR that name people, reach them, or in which people write freely."""
KINDS_NAMED = frozenset({"Location", "Organization"})
"""Resources whose name is that of a place, not of a person."""
PERSON: Final = "Practitioner"
KINDS_SHOWN = frozenset(
    {
        *("Bundle", "Slot", "Schedule", PERSON, "PractitionerRole", "Location", "Organization"),
        *("HealthcareService", "Appointment", "OperationOutcome", ""),
    }
)
"""Resources of the audited flows; of any other, a patient first, the kind alone is shown."""
LEADS_TO_A_PERSON = frozenset({"practitioner", "actor", "participant"})
"""Elements whose identifiers are those of people."""
PERSONS_NUMBERS = re.compile(
    r"(?<!\d)(?:(\d{5})\d{6,7}|(4\d{4})\d{10}"
    r"|[125-8] ?\d\d ?\d\d ?(?:\d\d|2[ABab]) ?\d{3} ?\d{3} ?\d\d"
    r"|[1-8] ?\d\d ?\d\d ?(?:\d\d|2[ABab]) ?\d{3} ?\d{3}"
    r"|0\d{9}|(?<=Practitioner/)\d{9,10})(?!\d)"
)
"""An RPPS, bare (11 digits) or prefixed, well or not (12), a structure known by the RPPS of whoever
holds it (15, of prefix 4; other structures have 9, 10, 14 or 15), a patient's NIR without its key
(13) or with it (15; of prefix 3 it is a SIRET), a prefixed ADELI or a telephone (10, of 0)."""
_NAMED_IDS = re.compile(r"(?<=Practitioner/)[^\W\d_]+(?:[-.][^\W\d_]+)+(?![\w-])")
"""A practitioner's id made of words alone is the name of somebody."""
_OF_A_PERSON = re.compile(r"\bPractitioner\b")
_QUOTED = re.compile(r"""(?<!\w)(?:'[^']*'|"[^"]*")""")
_CODED = re.compile(r"[\w.:+/-]*(?:•••)?")
_NINE_DIGITS = re.compile(r"(?<!\d)(\d)\d{8}(?!\d)")
_ASKED_OF_SOMEBODY = re.compile(
    r"(?i)([?&][^=&\s]*(?:patient|name|nom|birth|naiss|phone|tel|mail)[^=&\s]*=)[^&\s]+"
)
"""A parameter of a link that names somebody, or says how to reach them."""
_CREDENTIALS = re.compile(r"^([a-z]+://)[^/@\s]+@", re.IGNORECASE)
_WEB_HOST = re.compile(r"(https?://[^/?#\s@]+).*", re.IGNORECASE | re.DOTALL)
LINK_SHOWN = frozenset({"speciality", "inseecode", "origin"})
"""Parameters of INT_L01 that say nothing of who is ill, nor of where they are."""
MOST_CHARACTERS = 2_000


class Dialect(StrEnum):
    """What a message is written in, which says what of it may be shown."""

    FHIR = "fhir"
    HUB = "hub"
    MISSIONS = "missions"


def masked_text(text: str) -> str:
    """Hide the last digits of people's numbers, and what a link says of somebody."""
    text = PERSONS_NUMBERS.sub(lambda found: f"{found[1] or found[2] or ''}{MASK}", text)
    return masked_query(_NAMED_IDS.sub(MASK, text))


def masked_reason(where: str, reason: str, dialect: Dialect = Dialect.FHIR) -> str:
    """Write why something is a fault.

    Of a practitioner an ADELI is hidden too; of a message of the Hub or of a mission, whatever is
    quoted that has not the form of a code, an id or an instant.
    """
    told = masked_text(reason)
    if dialect is not Dialect.FHIR:
        return _QUOTED.sub(
            lambda found: found[0] if _CODED.fullmatch(found[0][1:-1]) else MASK, told
        )
    return _NINE_DIGITS.sub(rf"\1{MASK}", told) if _OF_A_PERSON.search(where) else told


def masked_query(text: str) -> str:
    """Hide what a link says of somebody, numbers left as they are."""
    return _ASKED_OF_SOMEBODY.sub(rf"\1{MASK}", text)


def masked_address(address: str) -> str:
    """Hide the name and the password that an address may hold."""
    return _CREDENTIALS.sub(rf"\1{MASK}@", address)


def masked_link(address: str, path: str) -> str:
    """Show of a link that opens the SAS its path when it is this one, and which codes it bears."""
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""
    told = [
        f"{name}={value if name in LINK_SHOWN else MASK}" for name, value in parse_qsl(parts.query)
    ]
    shown = path if parts.path == path else f"/{MASK}"
    return masked_text(f"{origin}{shown}?{'&'.join(told)}")


def masked_body(body: bytes, dialect: Dialect = Dialect.FHIR) -> str:
    """Return an answer without personal data, shortened; not JSON: its size alone."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return f"({len(body)} octets qui ne sont pas du JSON)"
    return masked_tree(document, dialect)


def masked_json(body: bytes) -> str:
    """Return a body of ours whole, without names: numbers are still in it; not JSON: nothing."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return json.dumps(_masked(document, ""), ensure_ascii=False)


def masked_tree(tree: object, dialect: Dialect = Dialect.FHIR) -> str:
    """Write a JSON value without personal data, shortened."""
    shown = without_people(tree, dialect)
    written = masked_text(json.dumps(shown, ensure_ascii=False, indent=1))
    if len(written) > MOST_CHARACTERS:
        return f"{written[:MOST_CHARACTERS]}\n… ({len(written)} caractères en tout)"
    return written


def without_people(tree: object, dialect: Dialect) -> object:
    """Return a JSON value whose personal elements are hidden."""
    match dialect:
        case Dialect.HUB:
            return only(tree, OF_THE_HUB)
        case Dialect.MISSIONS:
            return only(tree, OF_MISSIONS)
        case Dialect.FHIR:
            return _masked(tree, "")


def _masked(tree: object, kind: str) -> object:
    if isinstance(tree, Mapping):
        kind = str(tree.get("resourceType", kind))
        if kind not in KINDS_SHOWN:
            return {name: kind if name == "resourceType" else MASK for name in tree}
        return {name: _hidden(name, value, kind) for name, value in tree.items()}
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return [_masked(value, kind) for value in tree]
    return tree


def _hidden(name: str, value: object, kind: str) -> object:
    is_place = name == "name" and kind in KINDS_NAMED
    if name in PERSONAL and not is_place:
        return MASK
    if name == "comment":
        return _host_alone(value)
    if name in {"value", "id"} and kind == PERSON:
        return _number_of(value)
    return _masked(value, PERSON if name in LEADS_TO_A_PERSON else kind)


def _host_alone(value: object) -> object:
    """Show where one books, not the page: it is that of a practitioner."""
    if value is None or value == "":
        return value
    found = _WEB_HOST.fullmatch(str(value))
    return f"{found[1]}/{MASK}" if found else MASK


def _number_of(value: object) -> object:
    """Show of a person's number what says its kind; an ADELI has no other sign than its length."""
    if not isinstance(value, str) or not value:
        return value if value is None or value == "" else MASK
    shown = masked_text(value)
    if shown == value and sum(one.isdigit() for one in value) >= len(value) // 2:
        return f"{value[0]}{MASK}"
    return MASK if _NAMED_IDS.fullmatch(f"{PERSON}/{value}", len(PERSON) + 1) else shown
