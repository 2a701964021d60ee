"""The exceptions of mappings: this record, or this whole payload, cannot be trusted."""

import re

import msgspec

from adapters.kit.quarantine import Defect


class Defective(Exception):  # noqa: N818  the record is at fault, not the code
    """A record to put aside: the element at fault and what is wrong with it.

    The reason names codes and references, never people. `derived`: another record is at fault,
    and is put aside itself.
    """

    def __init__(self, field: str, reason: str, *, derived: bool = False) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
        self.derived = derived


class PayloadRefused(Exception):  # noqa: N818  the payload is at fault, not the code
    """Nothing of the payload can be used; carries the defect to put aside."""

    def __init__(self, defect: Defect) -> None:
        super().__init__(f"{defect.field}: {defect.reason}")
        self.defect = defect


UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
"""What decoding a payload may raise: not JSON, not the form, nested too deep, not UTF-8."""

_PATH = re.compile(r"(?P<what>.*) - at `\$\.?(?P<path>.*)`")
_ENTRY = re.compile(r"(entry\[\d+\](\.|$))?(resource(\.|$))?")
_MISSING = re.compile(r"Object missing required field `(?P<name>\w+)`")
_VALUE = re.compile(r"'(?![A-Za-z0-9._-]{1,32}')[^']*'")
"""A value that is no code: it may be a name, and reasons are logged."""

_SAID = tuple(
    (re.compile(form), said)
    for form, said in (
        (r"Expected `(?P<wanted>.+)`, got `(?P<got>.+)`", "{wanted} est attendu, et non {got}"),
        (r"Expected `.+` of length <= (?P<most>\d+)", "est trop long : au plus {most}"),
        (r"Expected `.+` of length >= (?P<least>\d+)", "est trop court : au moins {least}"),
        (r"Expected `.+` (?P<sign><|<=|>|>=) (?P<bound>\S+)", "doit être {sign} {bound}"),
        (r"Expected `(?P<wanted>[^`]+)`", "{wanted} est attendu"),
        (r"Number out of range", "est un nombre trop grand pour être lu"),
        (r"Invalid (enum )?value (?P<value>.+)", "valeur {value} inconnue"),
        (r"Invalid RFC3339 encoded .+", "n'est pas un instant de la forme RFC 3339"),
        (r"Object contains unknown field `(?P<name>.+)`", "champ inconnu : {name}"),
        (r"Input data was truncated", "n'est pas du JSON entier : il est coupé"),
        (r"JSON is malformed: .+ \(byte (?P<at>\d+)\)", "n'est pas du JSON : faute à l'octet {at}"),
    )
)
"""What msgspec says, as one says it to an operator."""

_EMPTY = re.compile(r"Expected `(str|array)` of length >= 1")


def from_form_error(message: str) -> Defective:
    """Turn msgspec's message into the element at fault, relative to the resource, and a reason."""
    found = _PATH.fullmatch(message)
    what, path = (found["what"], found["path"]) if found else (message, "")
    path = _ENTRY.sub("", path, count=1)
    what = _VALUE.sub("'…'", what)
    missing = _MISSING.fullmatch(what)
    if missing:
        return Defective(".".join(filter(None, (path, missing["name"]))), "manque")
    if _EMPTY.fullmatch(what):
        return Defective(path, "est un élément vide : sans contenu, il ne doit pas être envoyé")
    if what.startswith("Expected `str` matching regex"):
        return Defective(path, "n'a pas la forme attendue")
    if what.startswith("Expected `datetime` with a timezone"):
        return Defective(path, "n'a pas de décalage horaire : l'instant est inconnu")
    return Defective(path or "document", in_french(what))


def in_french(what: str) -> str:
    """Say in French what msgspec found; what nobody translated is left as it is."""
    for form, said in _SAID:
        found = form.fullmatch(what)
        if found:
            return said.format(**found.groupdict())
    return what[0].lower() + what[1:]
