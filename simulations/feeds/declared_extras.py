"""What practices of a territory declare by hand: patients taken on top of their agenda (en sus).

No code of the SAS guide says it, so it goes by the feed of declarations. Who declares, when and for
how long is drawn by name, so that the same instant tells the same; only who is open declares.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from adapters.kit.calendar import PublicHolidays
from regulation.effecteurs import CareCode, Effecteur, EffecteurKind
from regulation.kernel.time import TimeWindow
from simulations.registers import Registers

SHARES: Final = {
    EffecteurKind.CABINET: 0.02,
    EffecteurKind.MSP: 0.08,
    EffecteurKind.CDS: 0.08,
    EffecteurKind.MMG: 0.15,
}
"""Share of each kind of place that declares in one of its spells (assumption)."""

SPELL: Final = timedelta(hours=2)
"""A place declares once in a spell at most (assumption)."""

MOST_PATIENTS: Final = 2
SHORTEST_MIN, LONGEST_MIN = 45, 120
"""How long a declaration is good, in minutes (assumption: those of the manual feed)."""


def declared_extras(registers: Registers, now: datetime) -> bytes:
    """Write the declarations to be believed at this instant."""
    begun = now.replace(minute=0, second=0, microsecond=0)
    begun -= timedelta(hours=begun.hour % 2)
    told = [
        one
        for spell in (begun - SPELL, begun)
        for entry in registers.known_by("declares", dict.fromkeys(SHARES, 1.0))
        if CareCode.GP in entry.effecteur.care
        for one in _declared(registers, entry.effecteur, spell, now)
    ]
    return json.dumps({"declarations": told}).encode()


def _declared(
    registers: Registers, place: Effecteur, spell: datetime, now: datetime
) -> Iterator[dict[str, object]]:
    draws, name = registers.draws, (place.effecteur_id, spell.isoformat())
    if not draws.chance(SHARES[place.kind], "extra", *name):
        return
    at = spell + timedelta(minutes=draws.whole(0, 59, "extra at", *name))
    until = at + timedelta(minutes=draws.whole(SHORTEST_MIN, LONGEST_MIN, "extra until", *name))
    if not at <= now < until or not _is_open(registers, place, TimeWindow(at, until)):
        return
    yield {
        "effecteur_id": str(place.effecteur_id),
        "status": "OPEN",
        "observed_at": at.isoformat(),
        "valid_until": until.isoformat(),
        "extra_patients": draws.whole(1, MOST_PATIENTS, "extra patients", *name),
    }


def _is_open(registers: Registers, place: Effecteur, during: TimeWindow) -> bool:
    territory = registers.territory
    windows = territory.windows_of(place.effecteur_id, during, PublicHolidays(territory.department))
    return any(one.start <= during.start and during.end <= one.end for one in windows)
