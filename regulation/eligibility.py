"""Who may receive this patient: pure rules, each with an id, a reason and a source."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

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
from regulation.telephones import as_dialled

VISIT_SOURCE = "NGAP art. 14.2 : visite justifiée par l'état du malade"
ACCESS_SOURCE = "Loi 2005-102 du 11 février 2005 ; schéma Acceslibre 0.0.20"
RESERVED_SOURCE = (
    "CASF L114 (familles de handicap) ; créneau marqué par sa source : TRE_R338 code 16"
)
RESERVED = "ses créneaux libres sont réservés aux patients handicapés ; handicap non déclaré"
HOUSE_SOURCE = "Règle d'Aiguilleur : l'inconnu n'est jamais disponible"

AMB, HH = SlotMode.AMB, SlotMode.HH
AT_THE_PLACE, VISITS = frozenset({AMB}), frozenset({HH})
OPEN_DOORS = frozenset({EffecteurKind.ED, EffecteurKind.PHARMACIE})
FREE, NONE, UNKNOWN = Availability.FREE, Availability.NONE, Availability.UNKNOWN
BARRED = Accessible.NO
MOST_REMEMBERED = 50_000
"""Offers remembered at most, of effecteurs that are perhaps gone."""

LATEST = datetime.max.replace(tzinfo=UTC)

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
    are those that may speak of an effecteur on this question; `offers` remembers, for all who ask
    of the same snapshot, what effecteurs offer.
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
    may_be_visited: bool = field(init=False, repr=False, compare=False)
    rules: "tuple[Rule, ...]" = field(init=False, repr=False, compare=False)
    offers: "dict[int, Offer]" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        reserved = takes_reserved(self.case.mobility)
        offers = self.snapshot.worked_out.offers.setdefault(reserved, {})
        if len(offers) >= MOST_REMEMBERED:
            offers.clear()
        object.__setattr__(self, "takes_reserved", reserved)
        object.__setattr__(self, "may_be_visited", may_be_visited(self))
        object.__setattr__(self, "offers", offers)
        object.__setattr__(self, "rules", tuple(_rules_left(self)))

    def offer_of(self, effecteur: Effecteur) -> "Offer":
        """Return what an effecteur offers whoever is in the case of this patient: it is worked out
        once for all decisions, until what its sources told is another thing, or time changes it."""
        snapshot, effecteur_id = self.snapshot, effecteur.effecteur_id
        told = besides = None
        if effecteur.kind not in OPEN_DOORS:  # hundreds of pharmacies, which have no agenda
            told = snapshot.agendas.get(effecteur_id)
            besides = snapshot.extras.get(effecteur_id) if snapshot.extras else None
        offer = self.offers.get(id(effecteur))
        if offer is None or not offer.stands_on(effecteur, told, besides, self.now):
            offer = self.offers[id(effecteur)] = _offer(effecteur, told, besides, self)
        return offer


@dataclass(slots=True, kw_only=True)
class Offer:
    """What one effecteur offers, from `since` up to `until`, by what its sources `told` of its own
    agenda and `besides`.

    `agenda` is what one may use of its own (None: unknown, or it has none), `extra` whom it still
    takes on top of it, `modes` the places of care they allow. `closed` speaks against it whoever
    asks; `anyone` is the candidate it makes for whoever needs nothing of its premises and isn't
    visited.
    """

    effecteur: Effecteur
    told: Agenda | None
    besides: Agenda | None
    since: datetime
    until: datetime = LATEST
    agenda: Agenda | None = None
    extra: Agenda | None = None
    modes: frozenset[SlotMode] = frozenset()
    closed: Exclusion | None = None
    anyone: Candidate | None = None

    def stands_on(
        self, effecteur: Effecteur, told: Agenda | None, besides: Agenda | None, now: datetime
    ) -> bool:
        """Tell whether it is still what the effecteur offers."""
        same = self.effecteur is effecteur and self.told is told and self.besides is besides
        return same and self.since <= now < self.until


def _offer(
    effecteur: Effecteur, told: Agenda | None, besides: Agenda | None, question: Question
) -> Offer:
    offer = Offer(effecteur=effecteur, told=told, besides=besides, since=question.now)
    if effecteur.kind in OPEN_DOORS:
        _read_doors(offer)
    else:
        _read_agendas(offer, takes_reserved=question.takes_reserved)
    at_the_place = offer.modes - VISITS
    if offer.closed is None and at_the_place:
        offer.anyone = _candidate(offer, at_the_place, {})
    return offer


def _read_doors(offer: Offer) -> None:
    until = max((window.end for window in offer.effecteur.open_windows), default=None)
    if until is None:
        offer.closed = _closed(offer.effecteur, UNKNOWN)
    elif until <= offer.since:
        offer.closed = _closed(offer.effecteur, NONE)
    else:
        offer.until, offer.modes = until, AT_THE_PLACE


def _read_agendas(offer: Offer, *, takes_reserved: bool) -> None:
    told, now = offer.told, offer.since
    offer.until = min(_changes(told, offer.besides, now), default=LATEST)
    availability = UNKNOWN
    if told is not None and told.slots.freshness(now) is not LOST:
        availability = FREE if told.takeable_at(now) else NONE
        open_to_all = availability is FREE and not takes_reserved
        offer.agenda = told.unreserved() if open_to_all else told
        offer.modes = offer.agenda.modes_at(now)
    if offer.besides is not None and offer.besides.takeable_at(now):
        offer.extra = offer.besides
        offer.modes |= AT_THE_PLACE
    elif availability is not FREE:
        offer.closed = _closed(offer.effecteur, availability)
    elif offer.agenda is not None and not offer.agenda.takeable_at(now):
        reserved = "ELIG-CRENEAU-RESERVE", RESERVED, RESERVED_SOURCE
        offer.closed = _exclude(offer.effecteur, *reserved)


def _changes(told: Agenda | None, besides: Agenda | None, now: datetime) -> list[datetime]:
    """When what an effecteur offers may change next."""
    changes = [agenda.same_until(now) for agenda in (told, besides) if agenda is not None]
    if told is not None:
        changes.append(told.slots.lost_or_not_until(now))
    return [one for one in changes if one is not None]


def _closed(effecteur: Effecteur, availability: Availability) -> Exclusion:
    """Nothing is free, or nobody knows of anything."""
    if availability is NONE:
        reason = "aucun créneau libre selon sa dernière réponse"
        return _exclude(effecteur, "ELIG-SANS-CRENEAU", reason, "Flux de l'effecteur")
    phone = f" ; téléphoner au {as_dialled(effecteur.phone)}" if effecteur.phone else ""
    reason = f"disponibilité inconnue{phone}"
    return _exclude(effecteur, "ELIG-DISPO-INCONNUE", reason, HOUSE_SOURCE)


def takes_reserved(answers: MobilityAnswers) -> bool:
    """Tell whether a slot kept for disabled patients is meant for whoever gave these answers."""
    known = answers.facts()
    return any(known.get(name) is True for name in MEANT_BY_RESERVED)


def judge(question: Question) -> tuple[tuple[Candidate, ...], tuple[Exclusion, ...]]:
    """Keep or exclude each effecteur that answers the need; others are not concerned."""
    kept: list[Candidate] = []
    excluded: list[Exclusion] = []
    for effecteur, protocol in _concerned(question):
        found = judge_one(effecteur, question, protocol)
        if isinstance(found, Candidate):
            kept.append(found)
        else:
            excluded.append(found)
    return tuple(kept), tuple(excluded)


def _concerned(question: Question) -> Iterator[tuple[Effecteur, Fired | None]]:
    """Yield those that answer the need, or may under a protocol."""
    code, competences, snapshot = question.case.need.code, question.competences, question.snapshot
    if not competences.protocols:
        yield from ((effecteur, None) for effecteur in snapshot.answering(code))
        return
    for effecteur in snapshot.effecteurs.values():
        protocol = None if code in effecteur.care else competences.protocol_for(effecteur)
        if protocol is not None or code in effecteur.care:
            yield effecteur, protocol


def judge_one(
    effecteur: Effecteur, question: Question, protocol: Fired | None = None
) -> Candidate | Exclusion:
    """Judge one effecteur: the first rule that speaks excludes it."""
    for rule in question.rules:
        objection = rule(effecteur, question)
        if objection is not None:
            return _exclude(effecteur, *objection)
    offer = question.offer_of(effecteur)
    if offer.closed is not None:
        return offer.closed
    needs = question.verdict.premises_needs
    visits = question.may_be_visited and HH in offer.modes
    if offer.anyone is not None and not (needs or protocol or visits):
        return offer.anyone
    premises = question.premises.judge(needs, effecteur.accessibility, question.now)
    modes = _modes(effecteur, offer.modes, premises, question)
    if modes:
        return _candidate(offer, modes, premises, protocol)
    barred = [v for v in premises.values() if v.verdict is BARRED]
    if barred and AMB in offer.modes:
        return _exclude(effecteur, "ELIG-ACCES", barred[0].explanation, ACCESS_SOURCE)
    return _exclude(
        effecteur,
        "ELIG-VISITE",
        "ne propose que des visites, hors de portée ou non justifiées par l'état du patient",
        VISIT_SOURCE,
    )


def _candidate(
    offer: Offer,
    modes: frozenset[SlotMode],
    premises: Mapping[str, PremisesVerdict],
    protocol: Fired | None = None,
) -> Candidate:
    return Candidate(
        effecteur=offer.effecteur,
        availability=FREE,  # any other closes it, but for whom it takes on top of its agenda
        modes=modes,
        premises=premises,
        agenda=offer.agenda,
        extra=offer.extra,
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
    if HH in offered and not (question.may_be_visited and _in_reach(effecteur, question)):
        offered -= VISITS
    return offered


def _in_reach(effecteur: Effecteur, question: Question) -> bool:
    """A team visits around its own place (parameter `visit_reach_km`)."""
    away = crow_distance_m(effecteur.position, question.case.patient.position)
    return away <= question.visit_reach_m


def receives_without_agenda(effecteur: Effecteur) -> bool:
    """Emergency departments and pharmacies receive whoever comes while they are open."""
    return effecteur.kind in OPEN_DOORS


Objection = tuple[str, str, str]
"""Rule id, reason in French, source."""


def _age(effecteur: Effecteur, question: Question) -> Objection | None:
    if question.case.patient.age >= effecteur.min_age:
        return None
    reason = f"ne reçoit pas avant {effecteur.min_age:g} ans"
    return "ELIG-AGE", reason, "Déclaration de l'effecteur"


def _specialty(effecteur: Effecteur, question: Question) -> Objection | None:
    wanted = question.case.need.specialty
    if wanted in effecteur.specialties or receives_without_agenda(effecteur):
        return None
    if not effecteur.specialties:
        phone = f" ; téléphoner au {as_dialled(effecteur.phone)}" if effecteur.phone else ""
        return "ELIG-SPECIALITE-INCONNUE", f"spécialités non déclarées{phone}", HOUSE_SOURCE
    return "ELIG-SPECIALITE", f"pas de spécialité {wanted}", "NOS TRE_R38 spécialité ordinale"


def _competence(effecteur: Effecteur, question: Question) -> Objection | None:
    refusal = question.competences.refusal_of(effecteur)
    return None if refusal is None else (refusal.rule_id, refusal.reason, refusal.source)


Rule = Callable[[Effecteur, Question], Objection | None]


def _rules_left(question: Question) -> Iterator[Rule]:
    """Yield the rules of which the question leaves something to say, in the order they speak,
    before what the effecteur offers does."""
    yield _age
    if question.competences.refusals:
        yield _competence
    if question.case.need.specialty is not None:
        yield _specialty


def _exclude(effecteur: Effecteur, rule_id: str, reason: str, source: str) -> Exclusion:
    return Exclusion(
        effecteur_id=effecteur.effecteur_id, rule_id=rule_id, reason=reason, source=source
    )
