"""Red flags: what ends the path before any optimisation, and hands over to the AMU."""

from datetime import datetime

from regulation.mobility import MobilityAnswers
from regulation.rules import Fired, RuleBook, fired

LEVELS = 2
"""Levels of the nomenclature that the rules name: a deeper code is red with the one above it."""


def find_red_flags(
    *,
    priority: str,
    care_level: str,
    deadline_set: bool,
    motif: str | None,
    answers: MobilityAnswers,
    rulebook: RuleBook,
    at: datetime,
) -> tuple[Fired, ...]:
    """Return every red flag raised, with its reason and its source; empty: there is none."""
    facts = {
        **answers.facts(),
        "priority": str(priority),
        "care_level": str(care_level),
        "deadline_set": deadline_set,
        "motif": ".".join((motif or "").split(".")[:LEVELS]),
        "motif_chapter": (motif or "").partition(".")[0],
    }
    rules = rulebook.family("drapeaux_rouges", at)
    return tuple(fired(one.rule) for one in rules if one.holds(facts) is True)
