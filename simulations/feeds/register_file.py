"""The register of fragile persons of a territory's communes, as a CCAS would send it.

Who is in it, and since when they agree to be known, is drawn by number and day: the same day tells
the same. Numbers of telephone are of the range kept for fiction, as elsewhere in the territory.
"""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from adapters.ccas.mapping import CONSENT_LASTS
from simulations.draws import Draws
from simulations.registers import Registers

COLUMNS: Final = (
    "personne",
    "insee",
    "telephone",
    "besoins",
    "consentement",
    "consenti_le",
    "consenti_jusqu_au",
)
PERSONS: Final = 200
"""Rows of the register (assumption)."""

CONSENT_SHARE: Final = 0.6
"""Share of the persons registered who agreed to be known by regulators (assumption)."""

PHONE_SHARE: Final = 0.9
"""Share of them who gave a number (assumption)."""

STAYS_SHARE: Final = 0.3
"""Share of those who use a wheelchair who stay in it (assumption)."""

NEED_SHARES: Final = {
    "fauteuil": 0.2,
    "aide_marche": 0.5,
    "oxygene": 0.1,
    "accompagnant": 0.4,
    "animal": 0.03,
}
"""Share of the persons who say each need (assumption)."""


def fragile_persons(registers: Registers, now: datetime) -> bytes:
    """Write the register; of who did not agree there is a row too, that readers leave out."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, restval="", delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(registers, number, now.date()) for number in range(PERSONS))
    return written.getvalue().encode()


def _row(registers: Registers, number: int, today: date) -> dict[str, str]:
    draws, name = registers.draws, ("fragile", number)
    told = {
        "personne": f"P-{number:03}",
        "insee": draws.pick(registers.territory.communes, "commune", *name).code,
        "telephone": _phone(number) if draws.chance(PHONE_SHARE, "phone", *name) else "",
        "besoins": " ".join(_needs(draws, number)),
        "consentement": "non",
    }
    if not draws.chance(CONSENT_SHARE, "consent", *name):
        return told
    since = today - timedelta(days=draws.whole(0, CONSENT_LASTS.days - 1, "since", *name, today))
    return told | {"consentement": "oui", "consenti_le": since.isoformat()}


def _phone(number: int) -> str:
    return f"05 36 49 {90 + number // 100} {number % 100:02}"


def _needs(draws: Draws, number: int) -> Iterator[str]:
    name = ("fragile", number)
    said = [one for one, share in NEED_SHARES.items() if draws.chance(share, one, *name)]
    yield from said
    if "fauteuil" in said and draws.chance(STAYS_SHARE, "stays", *name):
        yield "reste_en_fauteuil"
