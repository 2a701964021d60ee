"""The regulator's own choice: the effecteur or the vehicle they name, what stands against it, and
what it costs more than the best. It is the same search, on what is left when one insists."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from regulation.assessment import assess
from regulation.cases import Case
from regulation.effecteurs import CareCode, Effecteur, EffecteurKind
from regulation.kernel.events import JourneyEvent
from regulation.kernel.ids import Identifier
from regulation.kernel.journeys import JourneyRequest
from regulation.kernel.live import LiveState
from regulation.kernel.pairings import PairingResult
from regulation.kernel.planner import Budget, JourneyPlanner
from regulation.kernel.replanning import Replanning
from regulation.kernel.riders import RiderNeeds
from regulation.likeness import plain
from regulation.measures import lasting
from regulation.proposals import Orientation, OrientationProposal, ProposalKind
from regulation.riding import rider_needs
from regulation.rules.sentences import in_euros
from regulation.snapshots import Snapshot
from regulation.usecases import Desk, propose_orientations
from regulation.wording import equipment_in_words
from services.answering import Answered, Scene
from services.console.words import EFFECTEURS, MODES
from services.ground import Ground
from services.runtime import Runtime
from transport.fleet import Vehicle, fits

NO_CHOICE = frozenset({ProposalKind.AMU})
MOST_SUGGESTED = 12
ALSO_SAID = {EffecteurKind.ED: "service hôpital"}
"""What a kind is also asked by, in place of its code."""
IN_BRACKETS = re.compile(r"\[([A-Z]+:[^\]]+)\]\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the regulator insists on; None: whatever is best."""

    effecteur_id: Identifier | None = None
    vehicle_id: str | None = None


def read_wish(effecteur: str, vehicle: str) -> Wish | None:
    """Read what was typed, `name [KIND:value]` and a vehicle's number; None when nothing was."""
    found = IN_BRACKETS.search(effecteur)
    told = found[1] if found else effecteur.strip()
    if not told and not vehicle.strip():
        return None
    try:
        effecteur_id = Identifier.parse(told) if told else None
    except ValueError:
        effecteur_id = UNKNOWN
    return Wish(effecteur_id=effecteur_id, vehicle_id=vehicle.strip() or None)


UNKNOWN = Identifier.parse("LOCAL:inconnu")
"""Stands for an effecteur that nobody is."""


def effecteurs_like(typed: str, snapshot: Snapshot, ground: Ground) -> list[str]:
    """Suggest effecteurs by their name, their kind and their commune, those named so first, as
    `name (kind, commune) [KIND:value]`."""
    words = plain(typed).split()
    found = []
    for one in snapshot.effecteurs.values() if words else ():
        name, commune = plain(one.name), ground.find_commune(one.commune)
        about = _about(one.kind, commune.name if commune else "")
        if all(word in name or word in about for word in words):
            is_named = all(word in name for word in words)
            found.append((not is_named, len(one.name), one.name, str(one.effecteur_id)))
    best = [Identifier.parse(number) for *_, number in sorted(found)[:MOST_SUGGESTED]]
    return [_suggested(snapshot.effecteurs[number], ground) for number in best]


@lru_cache(maxsize=4096)
def _about(kind: EffecteurKind, commune: str) -> str:
    """Words, as they are compared, by which a place may be asked for beside its name."""
    return plain(f"{EFFECTEURS[kind]} {ALSO_SAID.get(kind, kind)} {commune}")


def _suggested(one: Effecteur, ground: Ground) -> str:
    commune = ground.find_commune(one.commune)
    is_told = commune is None or plain(commune.name) in plain(one.name)
    told = EFFECTEURS[one.kind], *([] if commune is None or is_told else [commune.name])
    return f"{one.name} ({', '.join(told)}) [{one.effecteur_id}]"


def vehicles_like(typed: str, fleet: Sequence[Vehicle]) -> list[str]:
    """Suggest vehicles by their number."""
    begun = typed.strip().casefold()
    found = sorted(one.vehicle_id for one in fleet if begun and begun in one.vehicle_id.casefold())
    return found[:MOST_SUGGESTED]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChoice:
    """What comes of a wish: how it would be done (None: it can't), what stands against it, and
    what it costs more than the best."""

    proposal: OrientationProposal | None
    against: tuple[str, ...]
    price: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnlyVehicle:
    """Plans with one vehicle of the fleet and no other means."""

    planner: JourneyPlanner
    vehicle: Vehicle
    others: frozenset[str]

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        """Pair as the planner does, for riders who take no other vehicle."""
        asked = [replace(one, needs=self._only(one.needs)) for one in requests]
        return self.planner.pair(asked, now, budget)

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        """Keep decided journeys going as the planner does: a choice is about a new one."""
        return self.planner.replan(live, events, requests, now, budget)

    def _only(self, needs: RiderNeeds) -> RiderNeeds:
        modes = needs.modes & {self.vehicle.mode}
        return replace(needs, modes=modes, not_by=needs.not_by | self.others)


def choose(case: Case, wish: Wish, best: Answered, scene: Scene, runtime: Runtime) -> OwnChoice:
    """Say what comes of a wish, next to the answer it departs from."""
    desk, vehicle = scene.desk(runtime), _vehicle(wish, runtime, scene.now)
    against = tuple(_against(case, wish, best.orientation, vehicle, scene=scene, desk=desk))
    if against:
        return OwnChoice(proposal=None, against=against, price=())
    narrowed = _narrowed(scene.snapshot, wish.effecteur_id, case.need.code)
    insisting = _insisting(desk, vehicle, runtime, scene)
    orientation = propose_orientations(case, narrowed, insisting, scene.now)
    found = next((one for one in orientation.proposals if one.effecteur is not None), None)
    if found is None:
        return OwnChoice(proposal=None, against=_unserved(orientation), price=())
    return OwnChoice(
        proposal=found, against=(), price=tuple(_price(found, best.orientation.proposals[0]))
    )


def with_choice(best: Answered, choice: OwnChoice, scene: Scene) -> Answered:
    """Add the choice to the answer, after its proposals: deciding it will need a reason."""
    if choice.proposal is None:
        return best
    proposals = best.orientation.proposals
    added = replace(choice.proposal, rank=len(proposals) + 1)
    orientation = replace(best.orientation, proposals=(*proposals, added))
    return replace(best, orientation=orientation, vehicle_versions=scene.versions_of(orientation))


def _insisting(desk: Desk, vehicle: Vehicle | None, runtime: Runtime, scene: Scene) -> Desk:
    desk = replace(desk, parameters=replace(desk.parameters, sparing=None))
    if vehicle is None:
        return desk
    fleet = frozenset(one.vehicle_id for one in runtime.fleet(scene.now))
    others = fleet - {vehicle.vehicle_id}
    return replace(desk, planner=OnlyVehicle(desk.planner, vehicle, others))


def _narrowed(snapshot: Snapshot, chosen: Identifier | None, code: CareCode) -> Snapshot:
    """Leave the chosen effecteur, and the pharmacies of the way home."""
    if chosen is None:
        return snapshot
    kept = {
        one.effecteur_id: one
        for one in snapshot.effecteurs.values()
        if one.effecteur_id == chosen or CareCode.PHARMACY in one.care - {code}
    }
    return replace(snapshot, effecteurs=kept)


def _vehicle(wish: Wish, runtime: Runtime, now: datetime) -> Vehicle | None:
    return next((one for one in runtime.fleet(now) if one.vehicle_id == wish.vehicle_id), None)


def _against(
    case: Case,
    wish: Wish,
    answer: Orientation,
    vehicle: Vehicle | None,
    *,
    scene: Scene,
    desk: Desk,
) -> Iterator[str]:
    if answer.proposals[0].kind in NO_CHOICE:
        yield "Un drapeau rouge ou un conseil ne laisse pas de choix de lieu."
        return
    if wish.effecteur_id is not None:
        if wish.effecteur_id not in scene.snapshot.effecteurs:
            yield "Effecteur inconnu dans ce territoire."
        mine = (one for one in answer.excluded if one.effecteur_id == wish.effecteur_id)
        yield from (one.reason for one in mine)
    if wish.vehicle_id is not None:
        yield from _against_vehicle(vehicle, case, desk, scene.now)


def _against_vehicle(
    vehicle: Vehicle | None, case: Case, desk: Desk, now: datetime
) -> Iterator[str]:
    if vehicle is None:
        yield "Véhicule inconnu, ou sans service dans les prochains jours."
        return
    verdict = assess(case.mobility, desk.rulebook, now)
    needs = rider_needs(case, verdict, desk.parameters.riding)
    if vehicle.mode not in needs.modes:
        suits = ", ".join(sorted(MODES[mode] for mode in needs.modes))
        yield f"{MODES[vehicle.mode]} : l'état du patient demande {suits}."
    if missing := needs.equipment - vehicle.equipment:
        yield f"Équipement absent : {', '.join(equipment_in_words(missing))}."
    if needs.crew > vehicle.crew:
        yield f"Équipage de {vehicle.crew}, il en faut {needs.crew}."
    if not fits(needs.load, vehicle.capacity):
        yield "Pas assez de place à bord."


def _unserved(orientation: Orientation) -> tuple[str, ...]:
    told = orientation.proposals[0]
    return (*told.explanation[:1], *(f"{one.reason}" for one in orientation.excluded[:1]))


def _price(mine: OrientationProposal, best: OrientationProposal) -> Iterator[str]:
    """What the choice costs more, in the order of what is felt."""
    if mine.care and best.care and mine.care.start != best.care.start:
        yield f"soin {_later(mine.care.start - best.care.start)}"
    if mine.home_at and best.home_at and mine.home_at != best.home_at:
        yield f"retour {_later(mine.home_at - best.home_at)}"
    late = mine.objective.get("late_min", 0)
    if late:
        yield f"{lasting(timedelta(minutes=late))} au-delà du délai"
    total = _total(mine) - _total(best)
    if total:
        yield f"{in_euros(abs(total))} de {'plus' if total > 0 else 'moins'}"
    paid = _paid(mine) - _paid(best)
    if paid:
        yield f"{in_euros(abs(paid))} de {'plus' if paid > 0 else 'moins'} pour le patient"


def _later(gap: timedelta) -> str:
    return f"{lasting(abs(gap))} plus {'tard' if gap > timedelta(0) else 'tôt'}"


def _total(proposal: OrientationProposal) -> int:
    return sum(leg.price.total_cents for leg in proposal.legs)


def _paid(proposal: OrientationProposal) -> int:
    return sum(leg.price.patient_cents for leg in proposal.legs)
