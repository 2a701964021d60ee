"""What the generator writes down: places, practitioners and duties, before they are rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.territory.territory import Commune, Parameter
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.places import CommuneCode
from regulation.offers import Booking, SlotMode, Visibility
from simulations.draws import Draws
from simulations.territories.identifiers import Numbering
from simulations.territories.sites import Site

GENERAL_PRACTICE = frozenset({"SM54"})
ALWAYS_OPEN = "24/7"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDraft:
    """A place to be written in effecteurs.csv; `recent` premises are more often step-free."""

    effecteur_id: Identifier
    kind: EffecteurKind
    name: str
    site: Site
    phone: str
    care: frozenset[CareCode]
    specialties: frozenset[str] = frozenset()
    hours: str = ""
    min_age: int = 0
    annual_passages: int | None = None
    synthetic: bool = True
    recent: bool = False
    host: Identifier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerDraft:
    """A practitioner at a place to be written in practitioners.csv."""

    rpps: Identifier
    family_name: str
    given_name: str
    place: Identifier
    specialties: frozenset[str]
    booking: Booking | None
    modes: frozenset[SlotMode]
    visibility: frozenset[Visibility]
    slot_minutes: int
    hours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDraft:
    """A weekly duty to be written in duty.csv."""

    place: Identifier
    hours: str
    every_weeks: int = 1
    week: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """The parameters of a territory, by name."""

    parameters: Mapping[str, Parameter]

    def number(self, name: str) -> float:
        """Return a figure; LookupError names the parameter that territory.toml lacks."""
        return self._get(name).number

    def whole(self, name: str) -> int:
        """Return a figure that counts something."""
        return int(self.number(name))

    def text(self, name: str) -> str:
        """Return a figure that is text."""
        return str(self._get(name).value)

    def lines(self, name: str) -> tuple[str, ...]:
        """Return a figure that is a list of lines."""
        value = self._get(name).value
        return value if isinstance(value, tuple) else (str(value),)

    def _get(self, name: str) -> Parameter:
        if name not in self.parameters:
            raise LookupError(f"territory.toml has no parameter {name}")
        return self.parameters[name]


@dataclass(slots=True, kw_only=True)
class Drafting:
    """A territory being generated: the facts it rests on, and what is drafted so far."""

    communes: Mapping[CommuneCode, Commune]
    figures: Figures
    draws: Draws
    numbering: Numbering = field(default_factory=Numbering)
    places: list[PlaceDraft] = field(default_factory=list)
    practitioners: list[PractitionerDraft] = field(default_factory=list)
    duties: list[DutyDraft] = field(default_factory=list)

    def of_kind(self, kind: EffecteurKind) -> list[PlaceDraft]:
        """Return the places of a kind drafted so far."""
        return [place for place in self.places if place.kind is kind]
