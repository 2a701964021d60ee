"""The next question worth asking: one whose answer can still change the verdict.

A question fills several answers at once: the operator ticks what applies, or one key for none of
it. The order of the questions is that of their file.
"""

from collections.abc import Iterator, Set
from datetime import datetime

from regulation.mobility import ANSWER_NAMES, MobilityAnswers
from regulation.rules import CompiledRule, RuleBook

FAMILY = "questions"
ANSWERED_AS_SETS = frozenset({"impairments", "motive"})
"""Answers that are sets: each member is a fact, all of them one answer."""


def answer_of(fact: str) -> str:
    """Name of the answer that gives a fact."""
    head, dot, _ = fact.partition(".")
    return head if dot and head in ANSWERED_AS_SETS else fact


def next_question(
    answers: MobilityAnswers, waited_for: Set[str], rulebook: RuleBook, at: datetime
) -> str | None:
    """Return the first question about an answer waited for; None when there is none left.

    What was asked and is not known is not asked again.
    """
    open_answers = waited_for - frozenset(_asked(answers))
    for question in rulebook.family(FAMILY, at):
        if not open_answers.isdisjoint(answers_filled(question)):
            return question.rule.rule_id
    return None


def answers_filled(question: CompiledRule) -> tuple[str, ...]:
    """Names of the answers a question fills."""
    found = question.rule.then["facts"]
    return tuple(map(str, found)) if isinstance(found, tuple) else (str(found),)


def _asked(answers: MobilityAnswers) -> Iterator[str]:
    """Names of the answers asked, known or not."""
    for prefix, part in (("", answers), ("home.", answers.home), ("ald.", answers.ald)):
        for name in ANSWER_NAMES[type(part)]:
            if getattr(part, name) is not None:
                yield prefix + name
