"""The offer in memory: a published snapshot, the health of its sources, a few named places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from regulation.declarations import Declaration, extras_of, shut_agenda, shut_effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.places import Position, crow_distance_m
from regulation.kernel.time import TimeWindow
from regulation.pair_verdicts import Verdicts
from regulation.review import Review
from regulation.snapshots import Snapshot, SourceHealth


@dataclass(slots=True)
class PublishedSnapshots:
    """Gives the snapshot last published; publishing replaces it whole.

    What is declared is added to it; nobody is on duty and nothing is to be looked at but what is
    set.
    """

    snapshot: Snapshot
    on_duty: Mapping[Identifier, Sequence[TimeWindow]] = field(default_factory=dict)
    to_review: Review = field(default_factory=Review)
    verdicts: Verdicts = field(default_factory=dict)

    def current(self) -> Snapshot:
        """Return the last published snapshot."""
        return self.snapshot

    def publish(self, snapshot: Snapshot) -> None:
        """Make this the current snapshot."""
        self.snapshot = snapshot

    def health(self) -> tuple[SourceHealth, ...]:
        """Return one line per source of the current snapshot."""
        return self.snapshot.sources

    def duties(self) -> Mapping[Identifier, Sequence[TimeWindow]]:
        """Return who is on duty when."""
        return self.on_duty

    def review(self) -> Review:
        """Return what somebody should look at."""
        return self.to_review

    def judge_pairs(self, verdicts: Verdicts) -> None:
        """Keep what somebody decided of records that look alike."""
        self.verdicts = verdicts

    def declare(self, declaration: Declaration) -> None:
        """Publish the same snapshot with what an effecteur says of itself."""
        place = declaration.effecteur_id
        snapshot = self.snapshot
        shut = {place: shut_effecteur(snapshot.effecteurs[place], declaration)}
        agendas = dict(snapshot.agendas)
        if place in agendas:
            agendas[place] = shut_agenda(agendas[place], declaration)
        declarations = {**snapshot.declarations, place: declaration}
        self.snapshot = replace(
            snapshot,
            snapshot_id=f"{snapshot.snapshot_id}+",
            effecteurs={**snapshot.effecteurs, **shut},
            agendas=agendas,
            declarations=declarations,
            extras=extras_of(declarations),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTerritory:
    """A territory that is a disc, with communes by INSEE code and addresses by their text."""

    name: str
    centre: Position
    radius_m: float
    communes: Mapping[str, Position] = field(default_factory=dict)
    addresses: Mapping[str, Position] = field(default_factory=dict)

    def contains(self, position: Position) -> bool:
        """Tell whether the position lies in the disc."""
        return crow_distance_m(position, self.centre) <= self.radius_m

    def find_commune(self, insee: str) -> Position | None:
        """Return the centre of a commune, None when it isn't one of the territory."""
        return self.communes.get(insee)

    def find_address(self, text: str) -> Position | None:
        """Return the position of an address written in just these words."""
        return self.addresses.get(text)

    def nearest(self, position: Position) -> str:
        """Name the address whose position is nearest; empty when there's none."""
        return min(
            self.addresses,
            key=lambda one: crow_distance_m(self.addresses[one], position),
            default="",
        )

    def suggest(self, text: str, limit: int) -> Sequence[str]:
        """Return the addresses that hold the text."""
        found = [one for one in self.addresses if text.casefold() in one.casefold()]
        return found[:limit]
