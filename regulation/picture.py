"""One picture out of what every source says: places, each fact with its origin, and what somebody
should look at."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from regulation.effecteurs import Accessibility, Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Freshness, Observed
from regulation.kernel.places import CommuneCode, Position, crow_distance_m
from regulation.kernel.time import TimeWindow
from regulation.kernel.windows import merge, subtract
from regulation.matching import Aliases, Entity, Link, aliases, resolve
from regulation.pair_verdicts import Verdicts
from regulation.records import Openings, PlaceRecord, PostalAddress, RecordKey
from regulation.review import Disagreement
from regulation.snapshots import FactOrigin
from regulation.trust import TERRITORY, Said, Settled, settle

FAR_M = 300.0
"""Two recent sources that place something farther apart than this disagree (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The places of a territory as known at one instant, whose id is that of their facts.

    `aliases` lead every number to its place, `place_of` every record. `unplaced` are places that
    cannot be sent to: nobody says where or what they are.
    """

    picture_id: str
    taken_at: datetime
    effecteurs: Mapping[Identifier, Effecteur]
    origins: Mapping[Identifier, tuple[FactOrigin, ...]]
    aliases: Aliases
    place_of: Mapping[RecordKey, Identifier]
    unplaced: tuple[Identifier, ...] = ()
    doubtful: tuple[Link, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


def compose(
    records: Sequence[PlaceRecord],
    around: TimeWindow,
    now: datetime,
    located: Mapping[PostalAddress, Position] | None = None,
    verdicts: Verdicts | None = None,
) -> Picture:
    """Make the picture of an instant; `located` places addresses that no source places,
    `verdicts` are what somebody decided of records that look alike."""
    resolution = resolve(records, reference=TERRITORY, verdicts=verdicts or {})
    places = [
        _Place(entity, around, now, located or {}).settled() for entity in resolution.entities
    ]
    known = [place for place in places if place.effecteur is not None]
    effecteurs = {
        place.effecteur.effecteur_id: place.effecteur for place in known if place.effecteur
    }
    return Picture(
        picture_id=_digest(effecteurs),
        taken_at=now,
        effecteurs=effecteurs,
        origins={place.place_id: place.origins for place in known},
        aliases=aliases(resolution.entities),
        place_of={
            record.key: entity.place_id
            for entity in resolution.entities
            for record in entity.records
        },
        unplaced=tuple(place.place_id for place in places if place.effecteur is None),
        doubtful=resolution.doubtful,
        disagreements=tuple(one for place in known for one in place.disagreements),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledPlace:
    """One place settled; its effecteur is None when nobody could be sent there."""

    place_id: Identifier
    effecteur: Effecteur | None
    origins: tuple[FactOrigin, ...]
    disagreements: tuple[Disagreement, ...]


class _Place:
    """Settles the facts of one place."""

    def __init__(
        self,
        entity: Entity,
        around: TimeWindow,
        now: datetime,
        located: Mapping[PostalAddress, Position],
    ) -> None:
        self._entity = entity
        self._around = around
        self._now = now
        self._located = located
        self._origins: list[FactOrigin] = []
        self._disagreements: list[Disagreement] = []

    def settled(self) -> SettledPlace:
        """Settle every fact."""
        return SettledPlace(
            place_id=self._entity.place_id,
            effecteur=self._effecteur(),
            origins=tuple(self._origins),
            disagreements=tuple(self._disagreements),
        )

    def _effecteur(self) -> Effecteur | None:
        kind, address = self._kind(), self._fact("address")
        position = self._position(address)
        commune: CommuneCode | None = self._fact("commune")
        if kind is None or position is None:
            return None
        phones: tuple[str, ...] = self._fact("phones") or ()
        return Effecteur(
            effecteur_id=self._entity.place_id,
            kind=kind,
            name=self._fact("name") or str(self._entity.place_id),
            position=position,
            commune=commune or CommuneCode(""),
            address=str(address) if address else "",
            phone=phones[0] if phones else None,
            care=self._union("care"),
            specialties=self._union("specialties"),
            practitioners=tuple(sorted(self._shared_agendas())),
            accessibility=self._accessibility(),
            open_windows=self._open_windows(),
            min_age=self._fact("min_age") or 0.0,
            synthetic=any(record.synthetic for record in self._entity.records),
        )

    def _shared_agendas(self) -> frozenset[Identifier]:
        """Practitioners whose agenda is known to be shared. A registry tells who practises there,
        not who shares an agenda; asked for one that is not, an editor says "no slot"."""
        own = (one for one in self._entity.records if one.feed == TERRITORY)
        return frozenset(number for record in own for number in record.practitioners)

    def _said(self, fact: str) -> Iterator[Said]:
        for record in self._entity.records:
            observed = record.said(fact)
            if observed is not None:
                yield Said(feed=record.feed, observed=observed, changed_at=record.changed_at)

    def _settle(self, fact: str) -> Settled:
        return self._settle_among(fact, self._said(fact))

    def _settle_among(self, fact: str, said: Iterable[Said]) -> Settled:
        settled = settle(fact, said, self._now)
        observed = settled.chosen.observed if settled.chosen else None
        if settled.rule_id != "FAIT-TU":
            self._origins.append(
                FactOrigin(
                    fact=fact,
                    source=observed.source if observed else "",
                    observed_at=observed.observed_at if observed else None,
                    freshness=observed.freshness(self._now) if observed else None,
                    rule_id=settled.rule_id,
                    reason=settled.reason,
                )
            )
        return settled

    def _fact(self, fact: str) -> Any:  # noqa: ANN401  as many types as facts
        chosen = self._settle(fact).chosen
        return chosen.observed.value if chosen else None

    def _kind(self) -> EffecteurKind | None:
        """What has a category of its own is not merely a surgery, whoever says so."""
        chosen: EffecteurKind | None = self._fact("kind")
        if chosen is not EffecteurKind.CABINET:
            return chosen
        others = [one.observed.value for one in self._said("kind")]
        return next((kind for kind in others if kind is not EffecteurKind.CABINET), chosen)

    def _union(self, fact: str) -> frozenset[Any]:
        """Sources complete each other: each tells what it knows of."""
        self._settle(fact)
        return frozenset().union(*(one.observed.value for one in self._said(fact)))

    def _position(self, address: PostalAddress | None) -> Position | None:
        settled = self._settle("position")
        if settled.chosen is None:
            return self._located.get(address) if address else None
        position: Position = settled.chosen.observed.value
        for other in settled.others:
            away_m = crow_distance_m(position, other.observed.value)
            if away_m > FAR_M and self._is_recent(settled.chosen, other):
                self._disagree("position", settled.chosen, other, f"{away_m:.0f} m d'écart")
        return position

    def _is_recent(self, *said: Said) -> bool:
        fresh = (one.observed.freshness(self._now) is Freshness.FRESH for one in said)
        return all(fresh) and all(one.feed != TERRITORY for one in said)

    def _disagree(self, fact: str, chosen: Said, other: Said, reason: str) -> None:
        self._disagreements.append(
            Disagreement(
                effecteur_id=self._entity.place_id,
                fact=fact,
                believed=chosen.observed.source,
                other=other.observed.source,
                reason=reason,
            )
        )

    def _accessibility(self) -> Observed[Accessibility] | None:
        """The most trusted answers; the others fill in what it does not answer."""
        settled = self._settle("accessibility")
        if settled.chosen is None:
            return None
        best: Observed[Accessibility] = settled.chosen.observed
        alive = [
            one.observed
            for one in settled.others
            if one.observed.freshness(self._now) is not Freshness.LOST
        ]
        missing = {
            name: value
            for one in reversed(alive)
            for name, value in one.value.fields.items()
            if name not in best.value.fields
        }
        if not missing:
            return best
        oldest = min((best, *alive), key=lambda one: one.observed_at)
        fields = {**best.value.fields, **missing}
        return Observed(
            Accessibility(fields=fields), oldest.observed_at, best.source, best.valid_for
        )

    def _open_windows(self) -> tuple[TimeWindow, ...]:
        """Ordinary hours of one source, duties of one source, closures of all: who says that a
        place is closed is believed before who says that it is open."""
        opened, duty = self._windows("opened"), self._windows("duty")
        closed = [
            window
            for one in self._said("openings")
            if one.observed.freshness(self._now) is not Freshness.LOST
            for window in one.observed.value.closed
        ]
        left = subtract(merge((*opened, *duty)), closed)
        return tuple(window for window in left if window.overlaps(self._around))

    def _windows(self, part: str) -> tuple[TimeWindow, ...]:
        """The part of the openings that is believed; a source that says nothing of it is not
        asked."""
        said = [
            replace(one, observed=one.observed.map(partial(_part_of, part=part)))
            for one in self._said("openings")
            if _part_of(one.observed.value, part=part) is not None
        ]
        settled = self._settle_among(part, said)
        windows: tuple[TimeWindow, ...] = settled.chosen.observed.value if settled.chosen else ()
        return windows


def _part_of(openings: Openings, *, part: str) -> tuple[TimeWindow, ...] | None:
    return openings.duty if part == "duty" else openings.opened


def _digest(effecteurs: Mapping[Identifier, Effecteur]) -> str:
    digest = hashlib.sha256()
    for effecteur_id in sorted(effecteurs):
        digest.update(repr(effecteurs[effecteur_id]).encode())
    return digest.hexdigest()[:12]
