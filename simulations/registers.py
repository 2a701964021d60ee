"""What each registry knows of a territory: its own share of the places, written its own way.

A register is drawn once from the seed; some of its records change every day. No two registers
agree on everything, as real ones don't: what they disagree on is the project's to settle.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from adapters.kit.hours import WeeklyHours
from adapters.territory.territory import Duty, Territory
from regulation.effecteurs import Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from simulations.draws import Draws
from simulations.territories.identifiers import luhn_key

STREETS = {
    "avenue": "AV",
    "boulevard": "BD",
    "chemin": "CHE",
    "impasse": "IMP",
    "place": "PL",
    "route": "RTE",
    "rue": "R",
    "allée": "ALL",
    "allées": "ALL",
}
DAILY_CHANGES = 0.01
"""Share of the records of a register that change in a day (assumption)."""

LONGEST_UNCHANGED_DAYS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A place as a register may know it; `siret` is made up for a place known by its FINESS."""

    effecteur: Effecteur
    hours: WeeklyHours | None
    duties: tuple[Duty, ...]
    siret: Identifier | None

    @property
    def line(self) -> str:
        """Number and street."""
        return self.effecteur.address.rpartition(", ")[0]

    @property
    def postal_code(self) -> str:
        """Postal code of the address."""
        return self.effecteur.address.rpartition(", ")[2].partition(" ")[0]

    @property
    def town(self) -> str:
        """Town of the address."""
        return self.effecteur.address.rpartition(", ")[2].partition(" ")[2]


class Registers:
    """The places of a territory, and the share of them each register knows."""

    def __init__(self, territory: Territory, seed: int) -> None:
        self.draws = Draws(seed)
        self.territory = territory
        duties: dict[Identifier, list[Duty]] = {}
        for duty in territory.duties:
            duties.setdefault(duty.place, []).append(duty)
        self._entries = tuple(
            Entry(
                effecteur=one,
                hours=territory.weekly_hours.get(one.effecteur_id),
                duties=tuple(duties.get(one.effecteur_id, ())),
                siret=self._siret(one.effecteur_id),
            )
            for one in territory.effecteurs
        )

    def known_by(self, register: str, shares: Mapping[EffecteurKind, float]) -> Iterator[Entry]:
        """The entries a register has: a share of each kind of place."""
        for entry in self._entries:
            share = shares.get(entry.effecteur.kind, 0.0)
            if self.draws.chance(share, register, entry.effecteur.effecteur_id):
                yield entry

    def changed_at(self, register: str, entry: Entry, now: datetime) -> datetime:
        """When the record of a place last changed: today for a few, long ago for most."""
        name = entry.effecteur.effecteur_id
        today = datetime.combine(now.date(), time(tzinfo=now.tzinfo))
        minute = self.draws.whole(0, 24 * 60 - 1, register, "minute", name)
        changed = today + timedelta(minutes=minute)
        day = now.date().toordinal()
        if changed <= now and self.draws.chance(DAILY_CHANGES, register, "today", name, day):
            return changed
        return changed - timedelta(
            days=self.draws.whole(1, LONGEST_UNCHANGED_DAYS, register, "days", name)
        )

    def shortened(self, line: str) -> str:
        """An address as registries write it: capitals, kinds of streets shortened."""
        words = line.replace("'", " ").split()
        return " ".join(STREETS.get(word.lower(), word.upper()) for word in words)

    def _siret(self, place: Identifier) -> Identifier | None:
        if place.kind is IdKind.SIRET:
            return place
        if place.kind is not IdKind.FINESS or place.value.startswith("31"):
            return None  # nothing is made up about the real emergency departments
        digits = f"998{place.value[2:8]}0001"
        return Identifier(IdKind.SIRET, digits + luhn_key(digits))
