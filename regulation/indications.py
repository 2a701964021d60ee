"""What is said with a proposal besides its journey: rules on the call, the hour and the legs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regulation.cases import Case
from regulation.kernel.modes import FLEET_MODES, Mode
from regulation.kernel.time import Calendar
from regulation.mobility import MobilityVerdict
from regulation.regimes import regime_at
from regulation.rules import CompiledRule, RuleBook
from regulation.rules.conditions import Facts
from regulation.rules.sentences import filled
from regulation.tariffs import PharmacyDuty, pharmacy_duty

FAMILY = "indications"
REQUEST_FACTS = frozenset(
    {"care_level", "need.code", "patient.age", "at_least", "regime", "regime.part"}
)
PROPOSAL_FACTS = frozenset(
    {"served", "preferred", "proposal.kind", "pharmacy", "legs.shared", "legs.social_km"}
) | {f"legs.{mode}" for mode in FLEET_MODES}


class Preferred(StrEnum):
    """Where the effecteur asked for (the patient's own doctor) stands in a proposal."""

    NOT_ASKED = "NOT_ASKED"
    CHOSEN = "CHOSEN"
    PASSED_OVER = "PASSED_OVER"
    EXCLUDED = "EXCLUDED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFacts:
    """What a proposal is, for the rules; `pharmacy_at` None: the way home passes by none."""

    served: bool
    preferred: Preferred
    kind: str
    modes: frozenset[Mode] = frozenset()
    shared: bool = False
    social_m: int = 0
    pharmacy_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the rules add to a proposal, each sentence with the id of its rule."""

    explanation: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Indications:
    """The rules that may still speak for one request, each with its sentence filled in."""

    request: Facts
    rules: Sequence[tuple[CompiledRule, str]]
    duty_at: Callable[[datetime], PharmacyDuty]

    def of(self, proposal: ProposalFacts) -> Said:
        """Return what is said with a proposal."""
        facts = self._facts(proposal)
        spoken = [(one.rule.then, text) for one, text in self.rules if one.holds(facts)]
        return Said(
            explanation=tuple(_having(spoken, "says")), warnings=tuple(_having(spoken, "warns"))
        )

    def _facts(self, proposal: ProposalFacts) -> Facts:
        at = proposal.pharmacy_at
        return {
            **self.request,
            "served": proposal.served,
            "preferred": str(proposal.preferred),
            "proposal.kind": proposal.kind,
            "pharmacy": str(PharmacyDuty.NONE if at is None else self.duty_at(at)),
            "legs.shared": proposal.shared,
            "legs.social_km": proposal.social_m / 1000,
            **{f"legs.{mode}": mode in proposal.modes for mode in FLEET_MODES},
        }


def indications_for(
    case: Case, verdict: MobilityVerdict, rulebook: RuleBook, calendar: Calendar, at: datetime
) -> Indications:
    """Keep the rules in force that the request itself doesn't rule out."""
    request = _request_facts(case, verdict, rulebook, calendar, at)
    left = [one for one in rulebook.family(FAMILY, at) if one.holds(request) is not False]

    def duty_at(instant: datetime) -> PharmacyDuty:
        return pharmacy_duty(instant, rulebook, calendar)

    return Indications(
        request=request,
        rules=[(one, _sentence(one, rulebook, at)) for one in left],
        duty_at=duty_at,
    )


def _request_facts(
    case: Case, verdict: MobilityVerdict, rulebook: RuleBook, calendar: Calendar, at: datetime
) -> dict[str, object]:
    regime = regime_at(at, rulebook, calendar)
    return {
        "care_level": str(case.need.care_level),
        "need.code": str(case.need.code),
        "patient.age": case.patient.age,
        "at_least": str(verdict.at_least),
        "regime": str(regime.regime),
        "regime.part": regime.part,
    }


def _sentence(one: CompiledRule, rulebook: RuleBook, at: datetime) -> str:
    return f"{filled(one.rule.statement, rulebook, at)} [{one.rule.rule_id}]"


def _having(spoken: Iterable[tuple[Mapping[str, object], str]], effect: str) -> list[str]:
    return [text for then, text in spoken if then.get(effect) is True]
