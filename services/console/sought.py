"""The place de marché on the page of a case: who was asked, and whom one may ask."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from regulation.cases import Case
from regulation.kernel.places import crow_distance_m
from regulation.marketplace import Appeal, Community
from regulation.measures import clock, kilometres
from regulation.snapshots import Snapshot
from services.runtime import Runtime
from services.seeking import SOUGHT, SeekingDesk

NEAREST = 3
"""Communities offered, those with a member nearest to the patient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCommunity:
    """A community one may ask, and how far its nearest member is."""

    number: str
    name: str
    away: str


def sought(runtime: Runtime, desk: SeekingDesk, case: Case) -> Mapping[str, object]:
    """What the page shows: appeals made, and communities one may still ask."""
    now, snapshot = runtime.clock.now(), runtime.snapshots.current()
    appeals = desk.appeals_of(case.case_id)
    asked = {one.community_id for one in appeals if one.is_open_at(now)}
    left = [one for one in runtime.communities.values() if one.community_id not in asked]
    is_sought = case.state in SOUGHT and not any(one.holds_at(now) for one in appeals)
    names = {number: one.name for number, one in runtime.communities.items()}
    return {
        "appeals": [
            f"{names.get(one.community_id, one.community_id)} : {_told(one, snapshot, now)}"
            for one in appeals
        ],
        "communities": list(_nearest(left, case, snapshot)) if is_sought else [],
    }


def _told(appeal: Appeal, snapshot: Snapshot, now: datetime) -> str:
    many = f"{len(appeal.asked)} lieu{'x' if len(appeal.asked) > 1 else ''}"
    if appeal.taken is not None:
        place = snapshot.effecteurs.get(appeal.taken.effecteur_id)
        whom = place.name if place else str(appeal.taken.effecteur_id)
        told = f"accepté à {clock(appeal.taken.at)} par {whom}, pour {clock(appeal.taken.care_at)}"
        return told if appeal.closed_at is None else f"{told}, non retenu"
    if appeal.is_open_at(now):
        return f"{many} à qui l'on a demandé, réponse attendue jusqu'à {clock(appeal.until)}"
    return f"{many} à qui l'on a demandé, personne n'a accepté avant {clock(appeal.until)}"


def _nearest(
    communities: Iterable[Community], case: Case, snapshot: Snapshot
) -> Iterator[ShownCommunity]:
    here = case.patient.position
    away: list[tuple[float, Community]] = []
    for one in communities:
        places = (snapshot.effecteurs.get(member) for member in one.members)
        metres = [crow_distance_m(here, place.position) for place in places if place]
        if metres:
            away.append((min(metres), one))
    for metres_away, one in sorted(away, key=lambda pair: pair[0])[:NEAREST]:
        yield ShownCommunity(
            number=str(one.community_id), name=one.name, away=kilometres(round(metres_away))
        )
