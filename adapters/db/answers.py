"""Mobility answers as documents and back: three values, of which JSON knows but two."""

from collections.abc import Mapping
from typing import Any

from regulation.mobility import UNKNOWN, AldAnswers, HomeAnswers, MobilityAnswers, Series

PARTS = {"home": HomeAnswers, "ald": AldAnswers, "series": Series}
"""Answers that are made of answers."""


def read_answers(document: Mapping[str, Any]) -> MobilityAnswers:
    """Rebuild the answers that `to_document` wrote: "unknown" is an answer, null is none."""
    return MobilityAnswers(**{name: _answer(name, told) for name, told in document.items()})


def _answer(name: str, told: object) -> Any:  # noqa: ANN401  whatever the field holds
    if isinstance(told, Mapping):
        return PARTS[name](**{part: _answer(part, value) for part, value in told.items()})
    if isinstance(told, list):
        return frozenset(told)
    return UNKNOWN if told == UNKNOWN.value else told
