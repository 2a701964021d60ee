"""What is around people: their commune, the practices near them, the directory of a few hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.territory.territory import Commune, Territory
from regulation.effecteurs import CareCode, Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.places import Position
from regulation.offers import Visibility
from simulations.nearness import Nearness
from simulations.policies.pages import Directory
from simulations.policies.shown import ShownSlots

PRACTICES = frozenset({EffecteurKind.CABINET, EffecteurKind.MSP, EffecteurKind.CDS})


@dataclass(slots=True)
class Surroundings:
    """A territory seen from where people are; `participants` open slots to the SAS."""

    territory: Territory
    participants: frozenset[str] = field(init=False)
    _practices: tuple[Effecteur, ...] = field(init=False)
    _near_practices: Nearness = field(init=False)
    _near_communes: Nearness = field(init=False)
    _directory: Directory | None = None

    def __post_init__(self) -> None:
        every = self.territory.effecteurs
        self._practices = tuple(
            one for one in every if one.kind in PRACTICES and CareCode.GP in one.care
        )
        self._near_practices = Nearness(tuple(one.position for one in self._practices))
        communes = self.territory.communes
        self._near_communes = Nearness(tuple(one.position for one in communes))
        self.participants = frozenset(
            str(one.place)
            for one in self.territory.practitioners
            if one.booking is not None and Visibility.SNP in one.visibility
        )

    def commune(self, position: Position) -> Commune:
        """Return the commune whose centre is nearest."""
        return self.territory.communes[self._near_communes.nearest(position)]

    def practices_around(self, position: Position, count: int) -> Sequence[Identifier]:
        """Return the nearest practices of general medicine, nearest first."""
        near = self._near_practices.some(position, count)
        return [self._practices[rank].effecteur_id for rank in near]

    def directory(
        self, effecteurs: Mapping[Identifier, Effecteur], shown: ShownSlots, now: datetime
    ) -> Directory:
        """Return the directory of the effecteurs of a snapshot, kept as long as they are."""
        known = self._directory
        if known is None or known.effecteurs is not effecteurs or known.shown is not shown:
            known = self._directory = Directory(effecteurs, now, shown)
        return known
