"""The next question worth asking: one whose answer can still change the verdict.

A question fills several answers at once: the operator ticks what applies, or one key for none of
it. The order of the questions is that of their file.
"""

from collections.abc import Set
from datetime import datetime

from regulation.mobility import MobilityAnswers
from regulation.rules import CompiledRule, RuleBook

FAMILY = "questions"
ANSWERED_WHOLE = frozenset({"impairments", "motive", "particulars", "series"})
"""Answers asked as a whole: each member is a fact, all of them one answer."""


def answer_of(fact: str) -> str:
    """Name of the answer that gives a fact."""
    head, dot, _ = fact.partition(".")
    return head if dot and head in ANSWERED_WHOLE else fact


def next_question(
    answers: MobilityAnswers, waited_for: Set[str], rulebook: RuleBook, at: datetime
) -> str | None:
    """Return the first question about an answer waited for; None when there is none left.

    What was asked and is not known is not asked again.
    """
    open_answers = {name for name in waited_for if _is_open(answers, name)}
    if not open_answers:
        return None
    for question in rulebook.family(FAMILY, at):
        if not open_answers.isdisjoint(answers_filled(question)):
            return question.rule.rule_id
    return None


def answers_filled(question: CompiledRule) -> tuple[str, ...]:
    """Names of the answers a question fills."""
    found = question.rule.then["facts"]
    return tuple(map(str, found)) if isinstance(found, tuple) else (str(found),)


def _is_open(answers: MobilityAnswers, name: str) -> bool:
    """Tell whether an answer was not asked yet; what no answer gives is not asked for."""
    part, dot, inner = name.rpartition(".")
    told: object = getattr(answers, part, None) if dot else answers
    return getattr(told, inner, False) is None
