"""What the transport prescription carries, filled in from the answers; a doctor reads and signs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from regulation.entitlement import Document
from regulation.mobility import MobilityAnswers, MobilityVerdict
from regulation.rules import Fired, RuleBook, fired
from regulation.rules.conditions import Facts

FAMILY = "prescription"
BOXES = "prescription.boxes"
DERIVED_FACTS = frozenset(
    {"vehicle_class", "at_least", "shared_allowed", "companion_needed", "series.in_two_months"}
)
"""Facts of the rules that no answer gives."""

_PRESUMED: Mapping[str, tuple[str, object]] = {
    "hospitalised_now": ("hospitalised_now", False),
    "series": ("series.in_two_months", 0),
}
"""By answer: somebody at home, one trip, unless it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One box of the form; `text` None: nobody knows yet, to be filled in by hand."""

    box: str
    text: str | None
    rule: Fired | None


def prescription_entries(
    answers: MobilityAnswers, verdict: MobilityVerdict, rulebook: RuleBook, at: datetime
) -> tuple[Entry, ...]:
    """Fill in each box by the first rule that holds; nothing where nothing is prescribed."""
    prescribed = verdict.funding.document in {Document.PRESCRIPTION_TRANSPORT, Document.DAP}
    if not prescribed or verdict.prescription.vehicle_class is None:
        return ()
    facts = _facts(answers, verdict)
    found: dict[str, Entry] = {}
    for one in rulebook.family(FAMILY, at):
        box = str(one.rule.then["box"])
        if box not in found and one.holds(facts):
            text = _filled(str(one.rule.then["entry"]), facts)
            found[box] = Entry(box=box, text=text, rule=fired(one.rule))
    boxes = rulebook.words(BOXES, at)
    return tuple(found.get(box, Entry(box=box, text=None, rule=None)) for box in boxes)


def _facts(answers: MobilityAnswers, verdict: MobilityVerdict) -> Facts:
    doubtful = answers.not_known()
    presumed = dict(fact for name, fact in _PRESUMED.items() if name not in doubtful)
    return {
        **presumed,
        **answers.facts(),
        "vehicle_class": verdict.prescription.vehicle_class,
        "at_least": verdict.at_least,
        "shared_allowed": verdict.shared_allowed,
        "companion_needed": verdict.companion_needed,
    }


def _filled(entry: str, facts: Facts) -> str:
    """Put the answers in their places: `{series.count}` becomes the count."""
    for name, value in facts.items():
        entry = entry.replace(f"{{{name}}}", str(value))
    return entry
