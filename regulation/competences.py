"""Who may receive which need: competences, protocols and refusals, as rules on each effecteur.

A refusal excludes an effecteur that would answer the need; a protocol lets one that answers
another kind of care receive it. Protocols are off until a territory turns them on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from regulation.cases import Case
from regulation.effecteurs import CareCode, Effecteur
from regulation.mobility import MobilityVerdict
from regulation.premises import NAMES as NEEDS
from regulation.rules import CompiledRule, Fired, RuleBook, fired
from regulation.rules.conditions import Facts

FAMILY = "competences"
SWITCHES = "protocol."
"""Figures of this prefix are switches, and facts of the rules."""

REQUEST_FACTS = frozenset(
    {"need.code", "need.specialty", "need.motif", "patient.age", "patient.sex", "at_least"}
) | {f"needs.{need}" for need in NEEDS}
EFFECTEUR_FACTS = frozenset({"effecteur.id", "effecteur.kind"}) | {
    f"effecteur.care.{code}" for code in CareCode
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Competences:
    """The rules that may still speak of an effecteur for one request."""

    request: Facts
    refusals: Sequence[CompiledRule] = ()
    protocols: Sequence[CompiledRule] = ()

    def refusal_of(self, effecteur: Effecteur) -> Fired | None:
        """Return the first rule by which this effecteur may not receive the request."""
        facts = self._facts(effecteur)
        return next((fired(one.rule) for one in self.refusals if one.holds(facts)), None)

    def protocol_for(self, effecteur: Effecteur) -> Fired | None:
        """Return the protocol under which it may, though the need isn't of its care."""
        spoken = [one for one in self.protocols if one.rule.then["also"] in effecteur.care]
        if not spoken:
            return None
        facts = self._facts(effecteur)
        return next((fired(one.rule) for one in spoken if one.holds(facts)), None)

    def _facts(self, effecteur: Effecteur) -> Facts:
        return {
            **self.request,
            "effecteur.id": str(effecteur.effecteur_id),
            "effecteur.kind": str(effecteur.kind),
            **{f"effecteur.care.{code}": code in effecteur.care for code in CareCode},
        }


NO_RULE = Competences(request={})
"""Nothing is refused, no protocol opens anything."""


def competences_for(
    case: Case, verdict: MobilityVerdict, rulebook: RuleBook, at: datetime
) -> Competences:
    """Keep the rules in force that the request itself doesn't rule out."""
    request = _request_facts(case, verdict) | switches(rulebook, at)
    open_rules = [one for one in rulebook.family(FAMILY, at) if one.holds(request) is not False]
    return Competences(
        request=request,
        refusals=tuple(one for one in open_rules if one.rule.then.get("refuse") is True),
        protocols=tuple(one for one in open_rules if "also" in one.rule.then),
    )


def switches(rulebook: RuleBook, at: datetime) -> dict[str, object]:
    """Return the protocols by name, on or off at the instant."""
    names = {one.name for one in rulebook.parameters if one.name.startswith(SWITCHES)}
    found = {name: rulebook.find_parameter(name, at) for name in names}
    return {name: one.value for name, one in found.items() if one is not None}


def _request_facts(case: Case, verdict: MobilityVerdict) -> dict[str, object]:
    return {
        "need.code": str(case.need.code),
        "need.specialty": case.need.specialty or "",
        "need.motif": case.need.motif or "",
        "patient.age": case.patient.age,
        "patient.sex": str(case.patient.sex),
        "at_least": str(verdict.at_least),
        **{f"needs.{need}": need in verdict.premises_needs for need in NEEDS},
    }
