"""What proposals are told with: the question, who was excluded, the rules that add a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from regulation.care_stops import StopFacts
from regulation.eligibility import Exclusion, Question
from regulation.indications import Indications, Preferred, ProposalFacts, Said
from regulation.kernel.ids import Identifier
from regulation.kernel.journeys import PlannedJourney
from regulation.kernel.modes import LegKind, Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What every proposal of one answer is told with."""

    question: Question
    excluded: Sequence[Exclusion]
    indications: Indications

    def preferred(self, chosen: Identifier | None) -> Preferred:
        """Tell where the effecteur asked for stands when this one is chosen (None: nobody)."""
        wanted = self.question.case.preferred_effecteur
        if wanted is None:
            return Preferred.NOT_ASKED
        if wanted == chosen:
            return Preferred.CHOSEN
        if wanted not in self.question.snapshot.effecteurs:
            return Preferred.UNKNOWN
        barred = any(one.effecteur_id == wanted for one in self.excluded)
        return Preferred.EXCLUDED if barred else Preferred.PASSED_OVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """A planned journey with what regulation knows of it, and the cents it spares the patient on
    the others (0: it was not looked for to spare any)."""

    context: Answering
    facts: StopFacts
    planned: PlannedJourney
    spares_cents: int = 0

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.context.question

    def said(self) -> Said:
        """What the rules say of it."""
        legs = self.planned.legs
        return self.context.indications.of(
            ProposalFacts(
                served=True,
                preferred=self.context.preferred(self.facts.candidate.effecteur.effecteur_id),
                kind=str(self.facts.kind),
                modes=frozenset(leg.mode for leg in legs),
                shared=any(leg.shared for leg in legs),
                social_m=max(
                    (one.distance_m for one in legs if one.mode is Mode.SOCIAL), default=0
                ),
                pharmacy_at=next(
                    (one.dropoff_at for one in legs if one.kind is LegKind.PHARMACY), None
                ),
            )
        )
