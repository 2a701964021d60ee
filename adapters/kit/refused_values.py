"""Why a value was refused, in French, by kind of error of the border models."""

from collections.abc import Mapping
from typing import Any

INSTANT = "un instant ISO 8601 avec son décalage est attendu, comme 2026-11-26T19:40:00+01:00"
DAY = "une date est attendue, comme 2026-11-26"
NUMBER = "un nombre est attendu"
WHOLE = "un nombre entier est attendu"
TEXT = "un texte est attendu"
YES_OR_NO = "true ou false est attendu"
YES_NO_OR_UNKNOWN = 'true, false ou "unknown" est attendu'
OBJECT = "un objet est attendu"
REASONS: Mapping[str, str] = {
    "missing": "absent",
    "extra_forbidden": "champ inconnu",
    "literal_error": "attendu : {expected}",
    "enum": "attendu : {expected}",
    "bool_type": YES_OR_NO,
    "bool_parsing": YES_OR_NO,
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_from_float": WHOLE,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "decimal_type": NUMBER,
    "decimal_parsing": NUMBER,
    "greater_than": "plus de {gt} est attendu",
    "greater_than_equal": "au moins {ge} est attendu",
    "less_than": "moins de {lt} est attendu",
    "less_than_equal": "au plus {le} est attendu",
    "string_type": TEXT,
    "string_unicode": "des caractères illisibles",
    "string_too_short": "trop court : au moins {min_length} caractère(s)",
    "string_too_long": "trop long : au plus {max_length} caractère(s)",
    "string_pattern_mismatch": "mal écrit : la forme {pattern} est attendue",
    "list_type": "une liste est attendue",
    "too_short": "trop peu : au moins {min_length}",
    "too_long": "trop : au plus {max_length}",
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "datetime_type": INSTANT,
    "datetime_parsing": INSTANT,
    "datetime_from_date_parsing": INSTANT,
    "datetime_object_invalid": INSTANT,
    "timezone_aware": INSTANT,
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "json_invalid": "ce n'est pas un document JSON lisible",
    "json_type": "ce n'est pas un document JSON lisible",
}
"""Sentences by kind of error; what is between braces comes from the limit that was passed, never
from the value that was given."""

OURS = "Value error, "
"""What the library puts before the sentence of a check of ours."""


def reason(error: Mapping[str, Any]) -> str:
    """Say in French why a value was refused; what is not foreseen is told as the library does."""
    sentence = REASONS.get(error["type"])
    if sentence is YES_OR_NO and error["loc"][-1:] == ("bool",):  # one of a union: see `NotKnown`
        return YES_NO_OR_UNKNOWN
    if sentence is None:
        return str(error["msg"]).removeprefix(OURS)
    limits = {name: _in_french(limit) for name, limit in error.get("ctx", {}).items()}
    return sentence.format_map(limits)


def _in_french(limit: object) -> str:
    """A bound, or the list of what was expected."""
    if isinstance(limit, float):
        return f"{limit:g}".replace(".", ",")
    return str(limit).replace("' or '", "' ou '")
