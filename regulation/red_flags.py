"""What ends the path before any optimisation: red flags, which hand over to the AMU, and advice.

Only a regulating doctor lifts one, with a motive; the journal of the case keeps who, when and why.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from regulation.cases import Case, LiftedFlag
from regulation.decisions import Actor, DecisionRefused, NotAllowed, Role
from regulation.mobility import MobilityAnswers
from regulation.rules import CompiledRule, Fired, RuleBook, fired
from regulation.rules.conditions import Facts, facts_of

LEVELS = 2
"""Levels of the nomenclature that the rules name: a deeper code is red with the one above it."""

FAMILY = "drapeaux_rouges"
LEVELS_FAMILY = "orientation"
"""Family of what a care level leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaisedFlag:
    """A flag with what raised it, as facts and values."""

    rule: Fired
    basis: str


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
    told = _facts(priority, care_level, deadline_set=deadline_set, motif=motif, answers=answers)
    return tuple(one.rule for one in _raised(told, rulebook, at))


def advised(case: Case, rulebook: RuleBook, at: datetime) -> tuple[Fired, ...]:
    """Return the rules by which a regulating doctor advises and nobody is looked for."""
    facts = _facts_of(case)
    holding = [one for one in rulebook.family(LEVELS_FAMILY, at) if one.holds(facts)]
    return tuple(fired(one.rule) for one in holding if one.rule.then.get("advice") is True)


def _facts(
    priority: str,
    care_level: str,
    *,
    deadline_set: bool,
    motif: str | None,
    answers: MobilityAnswers,
) -> Facts:
    return {
        **answers.facts(),
        "priority": str(priority),
        "care_level": str(care_level),
        "deadline_set": deadline_set,
        "motif": ".".join((motif or "").split(".")[:LEVELS]),
        "motif_chapter": (motif or "").partition(".")[0],
    }


def _raised(facts: Facts, rulebook: RuleBook, at: datetime) -> tuple[RaisedFlag, ...]:
    holding = [one for one in rulebook.family(FAMILY, at) if one.holds(facts) is True]
    return tuple(RaisedFlag(rule=fired(one.rule), basis=_basis(one, facts)) for one in holding)


def _basis(one: CompiledRule, facts: Facts) -> str:
    read = sorted(facts_of(one.rule.when))
    return ", ".join(f"{name}={facts.get(name)}" for name in read)


def raised_flags(case: Case, rulebook: RuleBook, at: datetime) -> tuple[RaisedFlag, ...]:
    """Return every flag of a case, lifted or not; R2 is one until a doctor has set a deadline."""
    return _raised(_facts_of(case), rulebook, at)


def _facts_of(case: Case) -> Facts:
    need = case.need
    return _facts(
        need.priority,
        need.care_level,
        deadline_set=need.deadline is not None,
        motif=need.motif,
        answers=case.mobility,
    )


def standing_flags(case: Case, rulebook: RuleBook, at: datetime) -> tuple[RaisedFlag, ...]:
    """Return the flags of a case that nobody lifted, or that were lifted on other facts."""
    lifted = {(one.rule_id, one.basis) for one in case.lifted}
    raised = raised_flags(case, rulebook, at)
    return tuple(one for one in raised if (one.rule.rule_id, one.basis) not in lifted)


def lifted_in_force(case: Case, rulebook: RuleBook, at: datetime) -> Iterator[LiftedFlag]:
    """Yield what was lifted and would still be raised otherwise."""
    raised = {(one.rule.rule_id, one.basis) for one in raised_flags(case, rulebook, at)}
    yield from (one for one in case.lifted if (one.rule_id, one.basis) in raised)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifting:
    """Somebody lifts flags of a case; no rule named: all that stand."""

    actor: Actor
    motive: str
    rule_ids: Collection[str] = ()


def lift_flags(case: Case, asked: Lifting, rulebook: RuleBook, at: datetime) -> Case:
    """Return the case without these flags; raise NotAllowed or DecisionRefused, by field."""
    if asked.actor.role is not Role.REGULATING_DOCTOR:
        raise NotAllowed("actor.role", "seul un médecin régulateur lève un drapeau rouge")
    motive = asked.motive.strip()
    if not motive:
        raise DecisionRefused("motive", "requis : pourquoi ce n'est pas une urgence")
    standing = {one.rule.rule_id: one for one in standing_flags(case, rulebook, at)}
    unknown = sorted(set(asked.rule_ids) - standing.keys())
    if unknown:
        raise DecisionRefused("rule_ids", f"absents de ce dossier : {', '.join(unknown)}")
    if not standing:
        raise DecisionRefused("rule_ids", "ce dossier n'a aucun drapeau rouge")
    chosen = [one for name, one in standing.items() if not asked.rule_ids or name in asked.rule_ids]
    lifted = tuple(
        LiftedFlag(
            rule_id=one.rule.rule_id,
            basis=one.basis,
            at=at,
            actor=asked.actor.actor_id,
            motive=motive,
        )
        for one in chosen
    )
    names = ", ".join(one.rule_id for one in lifted)
    reason = f"drapeau rouge levé ({names}) : {motive}"
    longer = case.to(case.state, at=at, actor=asked.actor.actor_id, reason=reason)
    return replace(longer, lifted=(*case.lifted, *lifted))
