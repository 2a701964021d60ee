"""Reads a territory folder: territory.toml and its tables, or refuses it with every fault."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path

from adapters.territory.addresses import AddressBook, Entry
from adapters.territory.people import (
    DUTY_COLUMNS,
    PRACTITIONER_COLUMNS,
    read_duty,
    read_practitioner,
)
from adapters.territory.places import (
    ACCESSIBILITY_COLUMNS,
    ACCESSIBILITY_FIELDS,
    COMMUNE_COLUMNS,
    EFFECTEUR_COLUMNS,
    EffecteurRow,
    read_access,
    read_commune,
    read_effecteur,
)
from adapters.territory.settings import read_settings
from adapters.territory.tables import Fault, FolderFiles, Table, TerritoryRefused
from adapters.territory.territory import Commune, Duty, Practitioner, Territory
from adapters.territory.vehicles import FLEET_COLUMNS, read_vehicle
from regulation.effecteurs import Accessibility, Effecteur
from regulation.kernel.ids import CheckDigits, Identifier
from regulation.kernel.observed import Observed

TERRITORIES_KEPT = 4
"""Territories kept in memory: one is served, a few are compared."""


def read_territory(folder: Path, digits: CheckDigits = CheckDigits.ERROR) -> Territory:
    """Read a territory folder; raise TerritoryRefused with every fault found in it.

    Its files are read each time; as long as they stay the same, so does the territory.
    """
    return _territory_of(FolderFiles.of(folder), digits)


@lru_cache(maxsize=TERRITORIES_KEPT)
def _territory_of(files: FolderFiles, digits: CheckDigits) -> Territory:
    """Tables that name rows of a faulty one aren't read: their faults would be false."""
    faults: list[Fault] = []
    settings = read_settings(files, faults)
    communes = Table(files=files, file="communes.csv", required=COMMUNE_COLUMNS).build(
        read_commune, lambda one: one.code, faults
    )
    _refuse(faults)
    by_code = {commune.code: commune for commune in communes}
    effecteurs = Table(files=files, file="effecteurs.csv", required=EFFECTEUR_COLUMNS).build(
        partial(read_effecteur, communes=by_code, digits=digits),
        lambda one: one.effecteur.effecteur_id,
        faults,
    )
    fleet = Table(files=files, file="fleet.csv", required=FLEET_COLUMNS).build(
        partial(read_vehicle, communes=by_code), lambda one: one.vehicle_id, faults
    )
    _refuse(faults)
    known = {one.effecteur.effecteur_id for one in effecteurs}
    practitioners = _practitioners(files, known, digits, faults)
    duties = _duties(files, known, digits, faults)
    seen = _accessibility(files, known, digits, faults)
    if settings is None or faults:
        raise TerritoryRefused(faults)
    return Territory(
        name=settings.name,
        department=settings.department,
        zone=settings.zone,
        attribution=settings.attribution,
        parameters=settings.parameters,
        communes=communes,
        effecteurs=_joined(effecteurs, practitioners, seen),
        weekly_hours={one.effecteur.effecteur_id: one.hours for one in effecteurs if one.hours},
        duties=duties,
        practitioners=practitioners,
        fleet=fleet,
        annual_passages=_passages(effecteurs),
        addresses=_address_book(settings.department, communes),
    )


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise TerritoryRefused(faults)


def _practitioners(
    files: FolderFiles, known: set[Identifier], digits: CheckDigits, faults: list[Fault]
) -> tuple[Practitioner, ...]:
    table = Table(files=files, file="practitioners.csv", required=PRACTITIONER_COLUMNS)
    return table.build(
        partial(read_practitioner, places=known, digits=digits, names={}),
        lambda one: f"{one.rpps} à {one.place}",
        faults,
    )


def _duties(
    files: FolderFiles, known: set[Identifier], digits: CheckDigits, faults: list[Fault]
) -> tuple[Duty, ...]:
    table = Table(files=files, file="duty.csv", required=DUTY_COLUMNS)
    return table.build(
        partial(read_duty, places=known, digits=digits),
        lambda one: f"{one.place} {one.hours.text if one.hours else one.day} {one.week}",
        faults,
    )


def _accessibility(
    files: FolderFiles, known: set[Identifier], digits: CheckDigits, faults: list[Fault]
) -> Mapping[Identifier, Observed[Accessibility]]:
    table = Table(
        files=files,
        file="accessibility.csv",
        required=ACCESSIBILITY_COLUMNS,
        allowed=ACCESSIBILITY_FIELDS,
    )
    reader = partial(read_access, known=known, digits=digits)
    return dict(table.build(reader, lambda one: one[0], faults))


def _joined(
    rows: tuple[EffecteurRow, ...],
    practitioners: tuple[Practitioner, ...],
    seen: Mapping[Identifier, Observed[Accessibility]],
) -> tuple[Effecteur, ...]:
    by_place: dict[Identifier, list[Identifier]] = {}
    for one in practitioners:
        if one.booking is not None:  # asking for an agenda nobody shares would read as "none free"
            by_place.setdefault(one.place, []).append(one.rpps)
    return tuple(
        replace(
            row.effecteur,
            practitioners=tuple(by_place.get(row.effecteur.effecteur_id, ())),
            accessibility=seen.get(row.effecteur.effecteur_id),
        )
        for row in rows
    )


def _passages(rows: tuple[EffecteurRow, ...]) -> Mapping[Identifier, int]:
    return {
        row.effecteur.effecteur_id: row.annual_passages
        for row in rows
        if row.annual_passages is not None
    }


def _address_book(department: str, communes: tuple[Commune, ...]) -> AddressBook:
    entries = (
        Entry(
            commune=one.code,
            name=one.name,
            postal_codes=one.postal_codes,
            position=one.position,
            population=one.population,
        )
        for one in communes
    )
    return AddressBook(department, entries)
