"""When two ways of writing a street, a name or a town are the same."""

import re
import unicodedata

_SAINTS = {"st": "saint", "ste": "sainte"}
_STREETS = {
    **dict.fromkeys(("all", "allees", "allee"), "allee"),
    **dict.fromkeys(("av", "ave", "avenue"), "avenue"),
    **dict.fromkeys(("bd", "bld", "boul", "boulevard"), "boulevard"),
    **dict.fromkeys(("che", "chem", "ch", "chemin"), "chemin"),
    **dict.fromkeys(("crs", "cours"), "cours"),
    **dict.fromkeys(("fg", "faubourg"), "faubourg"),
    **dict.fromkeys(("imp", "impasse"), "impasse"),
    **dict.fromkeys(("pl", "place"), "place"),
    **dict.fromkeys(("qu", "quai"), "quai"),
    **dict.fromkeys(("r", "rue"), "rue"),
    **dict.fromkeys(("rpt", "rond-point"), "rond-point"),
    **dict.fromkeys(("rte", "route"), "route"),
    **dict.fromkeys(("sq", "square"), "square"),
}
"""Kinds of streets as FINESS and the ROR shorten them (column `typvoie`, AFNOR NF Z10-011)."""

_NOISE = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "et", "a", "au", "aux"})
_NUMBER = re.compile(r"(\d+)\s?(bis|ter|quater|[abcd])?\b")


def plain(text: str) -> str:
    """Lower case, no accents, no punctuation, `st` spelt out: how two spellings are compared."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    letters = "".join(c if c.isalnum() else " " for c in bare if not unicodedata.combining(c))
    return " ".join(_SAINTS.get(word, word) for word in letters.split())


def street_key(line: str) -> str:
    """Number and street without their small words; empty when there is no number: a street alone
    is no address."""
    written = plain(line)
    number = _NUMBER.search(written)
    if number is None:
        return ""
    words = [_STREETS.get(word, word) for word in written[number.end() :].split()]
    street = " ".join(word for word in words if word not in _NOISE)
    return f"{number[1]}{number[2] or ''} {street}" if street else ""


def name_key(name: str) -> str:
    """The words of a name that tell it from others, in order."""
    return " ".join(word for word in plain(name).split() if word not in _NOISE)
