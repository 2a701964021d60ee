"""Why a text could not be read as it should be, in French: what reads it says so in English."""

import re
import tomllib
from json import JSONDecodeError

from adapters.kit.system_errors import said

_PLACE = re.compile(r"line (\d+),? column (\d+)")
_TWICE = "Cannot overwrite"
_END = "end of document"
_DIGITS = "integer string conversion"


def misread(error: Exception) -> str:
    """Say why; what is wrong of a JSON or of a TOML text is told by where it stops being one."""
    match error:
        case OSError():
            return said(error)
        case UnicodeDecodeError():
            return f"n'est pas un texte en UTF-8 (à l'octet {error.start + 1})"
        case RecursionError():
            return "emboîte trop de choses les unes dans les autres"
        case JSONDecodeError():
            return f"n'est pas du JSON{_where(str(error))}"
        case tomllib.TOMLDecodeError():
            told = "donne deux fois la même clé" if _TWICE in str(error) else "n'est pas du TOML"
            return f"{told}{_where(str(error))}"
        case _:
            return "contient un nombre démesuré" if _DIGITS in str(error) else str(error)


def _where(complaint: str) -> str:
    found = _PLACE.search(complaint)
    if found:
        return f" : ligne {found[1]}, colonne {found[2]}"
    return " : à la toute fin" if _END in complaint else ""
