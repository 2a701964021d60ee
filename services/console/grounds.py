"""What an answer rests on, in words: who was left out and why, what each proposal weighed.

Rules are cited by their reason; their codes are for those who keep them, and stay one hover away.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from regulation.eligibility import Exclusion
from regulation.lexicon import LEFT_OUT
from regulation.measures import kilometres, lasting
from regulation.rules.sentences import in_euros
from regulation.snapshots import Snapshot
from regulation.wording import value_in_words

EXAMPLES = 6
"""Effecteurs named for each reason to leave some out; the others are counted."""

CITED = re.compile(r"(?P<words>.+?) \[(?P<rule_id>[A-Z][A-Z0-9-]{2,48})\](?P<end>\.?)", re.DOTALL)
"""A sentence of the domain that cites its rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Effecteurs left out by one rule: how many, in which words; some of them, each with its own
    reason where they differ."""

    rule_id: str
    words: str
    count: int
    examples: tuple[tuple[str, str], ...]


def left_out(excluded: Sequence[Exclusion], snapshot: Snapshot) -> Iterator[LeftOut]:
    """Group what was left out by rule, the rarest reason first."""
    by_rule: dict[str, list[Exclusion]] = defaultdict(list)
    for one in excluded:
        by_rule[one.rule_id].append(one)
    for rule_id, mine in sorted(by_rule.items(), key=lambda pair: len(pair[1])):
        is_shared = len({one.reason for one in mine}) == 1
        yield LeftOut(
            rule_id=rule_id,
            words=mine[0].reason if is_shared else LEFT_OUT.get(rule_id, "à chacun sa raison"),
            count=len(mine),
            examples=tuple(
                (_name(one, snapshot), "" if is_shared else one.reason) for one in mine[:EXAMPLES]
            ),
        )


def _name(one: Exclusion, snapshot: Snapshot) -> str:
    found = snapshot.effecteurs.get(one.effecteur_id)
    return found.name if found else str(one.effecteur_id)


def without_code(text: str) -> str:
    """Say a sentence without the code of the rule it cites, which a pointer still shows."""
    found = CITED.fullmatch(text)
    if found is None:
        return text
    said = Markup('<span title="règle {}">{}{}</span>')
    return said.format(found["rule_id"], found["words"], found["end"])


def _time(seconds: int) -> str:
    return lasting(timedelta(seconds=seconds))


MEASURED: Mapping[str, Callable[[int], str]] = {
    "late_min": lambda amount: lasting(timedelta(minutes=amount)),
    "delay_s": _time,
    "waiting_s": _time,
    "aboard_s": _time,
    "away_s": _time,
    "own_pay_cents": in_euros,
    "public_cost_cents": in_euros,
    "missed_pharmacy": lambda amount: f"{amount / 10:g} %",
    "fleet_m": kilometres,
}
"""Terms of the objective that measure something; the others count."""


def terms_told(objective: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Say what a proposal weighed, each in its unit; what weighed nothing is left out."""
    for name, amount in objective.items():
        if amount:
            yield value_in_words(name), MEASURED.get(name, str)(amount)
