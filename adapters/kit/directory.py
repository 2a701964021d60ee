"""Which effecteur a feed means: feeds name places by numbers, the territory knows the places."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from regulation.effecteurs import Effecteur
from regulation.kernel.ids import Identifier


class Directory(Protocol):
    """Finds the effecteur a feed means, as far as one knows now."""

    def find_effecteur(self, number: Identifier) -> Identifier | None:
        """Return the effecteur of that number; None when nobody knows it."""
        ...

    def practices_of(self, practitioner: Identifier) -> frozenset[Identifier]:
        """Effecteurs where that practitioner receives; empty when unknown."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDirectory:
    """Effecteurs by the number feeds give them, and where each practitioner receives."""

    places: Mapping[Identifier, Identifier]
    practices: Mapping[Identifier, frozenset[Identifier]]

    @classmethod
    def of(
        cls,
        effecteurs: Iterable[Effecteur],
        other_numbers: Mapping[Identifier, Identifier] | None = None,
    ) -> "PlaceDirectory":
        """Build it from the registry; `other_numbers` leads further numbers to an effecteur."""
        places = dict(other_numbers or {})
        practices: dict[Identifier, set[Identifier]] = defaultdict(set)
        for effecteur in effecteurs:
            places[effecteur.effecteur_id] = effecteur.effecteur_id
            for practitioner in effecteur.practitioners:
                practices[practitioner].add(effecteur.effecteur_id)
        return cls(
            places=places,
            practices={who: frozenset(where) for who, where in practices.items()},
        )

    def find_effecteur(self, number: Identifier) -> Identifier | None:
        """Return the effecteur of that number; None when the territory does not know it."""
        return self.places.get(number)

    def practices_of(self, practitioner: Identifier) -> frozenset[Identifier]:
        """Effecteurs where that practitioner receives; empty when unknown."""
        return self.practices.get(practitioner, frozenset())
