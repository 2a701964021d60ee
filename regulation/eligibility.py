"""Who may receive this patient: pure rules, each with an id, a reason and a source."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from regulation.cases import Case, LiftedFlag
from regulation.competences import NO_RULE, Competences
from regulation.effecteurs import Accessible, Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import LOST
from regulation.kernel.places import crow_distance_m
from regulation.mobility import (
    IMPAIRMENT_FACTS,
    MobilityAnswers,
    MobilityVerdict,
    VehicleClass,
)
from regulation.offers import Agenda, Availability, SlotMode
from regulation.premises import PremisesRules, PremisesVerdict
from regulation.rules import Fired
from regulation.snapshots import Snapshot

VISIT_SOURCE = "NGAP art. 14.2 : visite justifiée par l'état du malade"
ACCESS_SOURCE = "Loi 2005-102 du 11 février 2005 ; schéma Acceslibre 0.0.20"
RESERVED_SOURCE = (
    "CASF L114 (familles de handicap) ; créneau marqué par sa source : TRE_R338 code 16"
)
HOUSE_SOURCE = "Règle d'Aiguilleur (design §5) : l'inconnu n'est jamais disponible"

AMB, HH = SlotMode.AMB, SlotMode.HH
AT_THE_PLACE, VISITS = frozenset({AMB}), frozenset({HH})
OPEN_DOORS = frozenset({EffecteurKind.ED, EffecteurKind.PHARMACIE})
FREE, NONE, UNKNOWN = Availability.FREE, Availability.NONE, Availability.UNKNOWN
BARRED = Accessible.NO

MEANT_BY_RESERVED = (
    "uses_wheelchair",
    "stays_in_wheelchair",
    *(one for one, _ in IMPAIRMENT_FACTS),
)
"""Answers of which one, said to be true, lets the patient have a slot kept for disabled people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Why an effecteur that answers the need is not proposed."""

    effecteur_id: Identifier
    rule_id: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An effecteur that may receive the patient, and in which ways.

    `agenda` and `extra` are what the patient may use of its agenda and on top of it. `protocol` is
    the rule that lets it, when the need isn't of its care.
    """

    effecteur: Effecteur
    availability: Availability
    modes: frozenset[SlotMode]
    premises: Mapping[str, PremisesVerdict]
    agenda: Agenda | None = None
    extra: Agenda | None = None
    protocol: Fired | None = None

    def premises_penalties(self) -> dict[str, int]:
        """Soft quantities of the premises: needs of unknown verdict, needs met with help."""
        if not self.premises:
            return {}
        verdicts = [judged.verdict for judged in self.premises.values()]
        counts = {
            "unknown_access": verdicts.count(Accessible.UNKNOWN),
            "access_with_help": verdicts.count(Accessible.OK_WITH_HELP),
        }
        return {name: count for name, count in counts.items() if count}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What eligibility is judged on.

    `takes_reserved`: slots kept for disabled patients are meant for this one, it is known. `rules`
    are those that may speak of an effecteur on this question.
    """

    case: Case
    verdict: MobilityVerdict
    snapshot: Snapshot
    now: datetime
    visit_reach_m: float
    premises: PremisesRules
    lifted: tuple[LiftedFlag, ...] = ()
    competences: Competences = NO_RULE
    takes_reserved: bool = field(init=False, repr=False, compare=False)
    rules: "tuple[Rule, ...]" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "takes_reserved", takes_reserved(self.case.mobility))
        object.__setattr__(self, "rules", tuple(_rules_left(self)))

    def offered_by(self, effecteur: Effecteur) -> "Offered":
        """Return what an effecteur offers the patient of this question."""
        if effecteur.kind in OPEN_DOORS:
            return Offered(_of_doors(effecteur, self.now))
        effecteur_id, now = effecteur.effecteur_id, self.now
        extra = self.snapshot.extras.get(effecteur_id)
        if extra is not None and not extra.takeable_at(now):
            extra = None
        told = self.snapshot.agendas.get(effecteur_id)
        if told is None or told.slots.freshness(now) is LOST:
            return Offered(UNKNOWN, None, extra)
        if not told.takeable_at(now):
            return Offered(NONE, told, extra)
        return Offered(FREE, told if self.takes_reserved else told.unreserved(), extra)


@dataclass(frozen=True, slots=True)
class Offered:
    """What one effecteur offers one patient, worked out once for all rules.

    `availability` is that of its doors or of its whole agenda, `agenda` what the patient may use
    of it (None: unknown, or it has none), `extra` whom it still takes on top of it.
    """

    availability: Availability
    agenda: Agenda | None = None
    extra: Agenda | None = None

    def modes_at(self, now: datetime) -> frozenset[SlotMode]:
        """Return the places of care it allows."""
        offered = self.agenda.modes_at(now) if self.agenda else frozenset()
        return offered if self.extra is None else offered | AT_THE_PLACE


def takes_reserved(answers: MobilityAnswers) -> bool:
    """Tell whether a slot kept for disabled patients is meant for whoever gave these answers."""
    known = answers.facts()
    return any(known.get(name) is True for name in MEANT_BY_RESERVED)


def judge(question: Question) -> tuple[tuple[Candidate, ...], tuple[Exclusion, ...]]:
    """Keep or exclude each effecteur that answers the need; others are not concerned."""
    kept: list[Candidate] = []
    excluded: list[Exclusion] = []
    code = question.case.need.code
    for effecteur in question.snapshot.effecteurs.values():
        protocol = None
        if code not in effecteur.care:
            protocol = question.competences.protocol_for(effecteur)
            if protocol is None:
                continue
        found = judge_one(effecteur, question, protocol)
        if isinstance(found, Candidate):
            kept.append(found)
        else:
            excluded.append(found)
    return tuple(kept), tuple(excluded)


def judge_one(
    effecteur: Effecteur, question: Question, protocol: Fired | None = None
) -> Candidate | Exclusion:
    """Judge one effecteur: the first rule that speaks excludes it."""
    offered = question.offered_by(effecteur)
    for rule in question.rules:
        objection = rule(effecteur, offered, question)
        if objection is not None:
            return _exclude(effecteur, *objection)
    premises = question.premises.judge(
        question.verdict.premises_needs, effecteur.accessibility, question.now
    )
    told = AT_THE_PLACE
    if effecteur.kind not in OPEN_DOORS:
        told = offered.modes_at(question.now)
    modes = _modes(effecteur, told, premises, question)
    if not modes:
        barred = [v for v in premises.values() if v.verdict is BARRED]
        if barred and AMB in told:
            return _exclude(effecteur, "ELIG-ACCES", barred[0].explanation, ACCESS_SOURCE)
        return _exclude(
            effecteur,
            "ELIG-VISITE",
            "ne propose que des visites, hors de portée ou non justifiées par l'état du patient",
            VISIT_SOURCE,
        )
    return Candidate(
        effecteur=effecteur,
        availability=FREE,  # a rule has spoken against any other
        modes=modes,
        premises=premises,
        agenda=offered.agenda,
        extra=offered.extra,
        protocol=protocol,
    )


def may_be_visited(question: Question) -> bool:
    """A home visit is for somebody whose state prevents moving, or isn't known enough."""
    return question.verdict.vehicle_class is not VehicleClass.INDIVIDUEL


def _modes(
    effecteur: Effecteur,
    offered: frozenset[SlotMode],
    premises: Mapping[str, PremisesVerdict],
    question: Question,
) -> frozenset[SlotMode]:
    """Of the ways in which it offers care, those in which this patient may have it."""
    if premises and any(judged.verdict is BARRED for judged in premises.values()):
        offered -= AT_THE_PLACE
    if HH in offered and not (may_be_visited(question) and _in_reach(effecteur, question)):
        offered -= VISITS
    return offered


def _in_reach(effecteur: Effecteur, question: Question) -> bool:
    """A team visits around its own place (parameter `visit_reach_km`)."""
    away = crow_distance_m(effecteur.position, question.case.patient.position)
    return away <= question.visit_reach_m


def receives_without_agenda(effecteur: Effecteur) -> bool:
    """Emergency departments and pharmacies receive whoever comes while they are open."""
    return effecteur.kind in OPEN_DOORS


def _of_doors(effecteur: Effecteur, now: datetime) -> Availability:
    if not effecteur.open_windows:
        return UNKNOWN
    return FREE if any(window.end > now for window in effecteur.open_windows) else NONE


Objection = tuple[str, str, str]
"""Rule id, reason in French, source."""


def _age(effecteur: Effecteur, _: Offered, question: Question) -> Objection | None:
    if question.case.patient.age >= effecteur.min_age:
        return None
    reason = f"ne reçoit pas avant {effecteur.min_age:g} ans"
    return "ELIG-AGE", reason, "Déclaration de l'effecteur"


def _specialty(effecteur: Effecteur, _: Offered, question: Question) -> Objection | None:
    wanted = question.case.need.specialty
    if wanted in effecteur.specialties or receives_without_agenda(effecteur):
        return None
    if not effecteur.specialties:
        phone = f" ; téléphoner au {effecteur.phone}" if effecteur.phone else ""
        return "ELIG-SPECIALITE-INCONNUE", f"spécialités non déclarées{phone}", HOUSE_SOURCE
    return "ELIG-SPECIALITE", f"pas de spécialité {wanted}", "NOS TRE_R38 spécialité ordinale"


def _unreserved(_: Effecteur, offered: Offered, question: Question) -> Objection | None:
    """Slots kept for disabled patients are for those of whom it is known."""
    agenda = offered.agenda
    if agenda is None or offered.extra is not None or agenda.takeable_at(question.now):
        return None
    reason = "ses créneaux libres sont réservés aux patients handicapés ; handicap non déclaré"
    return "ELIG-CRENEAU-RESERVE", reason, RESERVED_SOURCE


def _availability_known(effecteur: Effecteur, offered: Offered, _: Question) -> Objection | None:
    if offered.availability is FREE or offered.extra is not None:
        return None
    if offered.availability is NONE:
        reason = "aucun créneau libre selon sa dernière réponse"
        return "ELIG-SANS-CRENEAU", reason, "Flux de l'effecteur"
    phone = f" ; téléphoner au {effecteur.phone}" if effecteur.phone else ""
    return "ELIG-DISPO-INCONNUE", f"disponibilité inconnue{phone}", HOUSE_SOURCE


def _competence(effecteur: Effecteur, _: Offered, question: Question) -> Objection | None:
    refusal = question.competences.refusal_of(effecteur)
    return None if refusal is None else (refusal.rule_id, refusal.reason, refusal.source)


Rule = Callable[[Effecteur, Offered, Question], Objection | None]


def _rules_left(question: Question) -> Iterator[Rule]:
    """Yield the rules of which the question leaves something to say, in the order they speak."""
    yield _age
    if question.competences.refusals:
        yield _competence
    if question.case.need.specialty is not None:
        yield _specialty
    yield _availability_known
    yield _unreserved


def _exclude(effecteur: Effecteur, rule_id: str, reason: str, source: str) -> Exclusion:
    return Exclusion(
        effecteur_id=effecteur.effecteur_id, rule_id=rule_id, reason=reason, source=source
    )
