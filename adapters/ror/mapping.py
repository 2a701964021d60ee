"""From resources of the ROR to places with their hours, each defect put aside with its reason."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from adapters.kit.defective import Defective
from adapters.kit.fhir import Identifier, code_of, named
from adapters.kit.fhir_facts import address_of, numbers_of, practitioner_of, require_past
from adapters.kit.judgement import Judgement
from adapters.kit.opening import HoursKind, HoursRow
from adapters.kit.quarantine import Defect
from adapters.kit.searchset import Found, Searchset, latest, open_searchset
from adapters.ror.capacity import BedCount, bed_counts
from adapters.ror.facts import (
    accessibility_of,
    commune_of,
    kind_of,
    min_age_of,
    phones_of,
    position_of,
)
from adapters.ror.hours import read_closures, read_rows, unknown_types
from adapters.ror.payloads import (
    DECODER,
    HealthcareService,
    Location,
    Organization,
    Practitioner,
    PractitionerRole,
    RorResource,
)
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel import ids
from regulation.kernel.time import TimeWindow
from regulation.records import PlaceRecord

SOURCE = "ror"
GENERAL_MEDICINE = "437"
"""TRE_R211, operational activity: médecine générale."""

TOWN_OFFER = "05"
"""TRE_R227, field of activity: ville."""

Validity = Mapping[str, timedelta]


@dataclass(frozen=True, slots=True, kw_only=True)
class RorPlace:
    """One offer of the ROR at its place: the facts, the hours, the beds.

    `sensitive`: the ROR says that the unit is not to be shown to everybody.
    """

    record: PlaceRecord
    rows: tuple[HoursRow, ...] = ()
    closures: tuple[TimeWindow, ...] = ()
    beds: tuple[BedCount, ...] = ()
    activities: tuple[str, ...] = ()
    sensitive: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RorReading:
    """What one page says; its `opened` bundle tells whether all of it was read.

    `in_doubt` are the offers put aside, by their own number.
    """

    places: tuple[RorPlace, ...]
    defects: tuple[Defect, ...]
    in_doubt: frozenset[str]
    opened: Searchset[RorResource]


def read_page(
    raw: bytes, judgement: Judgement, validity: Validity, source: str = SOURCE
) -> RorReading:
    """Read a page; raise PayloadRefused when nothing of it can be used."""
    opened = open_searchset(raw, DECODER)
    reader = _Reader(opened, judgement, validity, source)
    places = tuple(reader.read())
    return RorReading(
        places=places,
        defects=opened.defects_in_order(),
        in_doubt=frozenset(reader.in_doubt | opened.lost_numbers),
        opened=opened,
    )


class _Reader:
    """Walks one page: what offers rest on is vetted first, so that they know what is at fault."""

    def __init__(
        self, opened: Searchset[RorResource], judgement: Judgement, validity: Validity, source: str
    ) -> None:
        self._opened = opened
        self._judgement = judgement
        self._validity = validity
        self._source = source
        self._roles: defaultdict[str, list[PractitionerRole]] = defaultdict(list)
        self.in_doubt: set[str] = set()

    def read(self) -> Iterator[RorPlace]:
        self._gather_roles()
        referred = self._referred()
        alone = not self._opened.names_any(HealthcareService)
        for found in tuple(self._opened.found):
            place = self._place_of(found)
            if place is not None and found.index not in referred and alone:
                yield place
        for service in latest(tuple(self._opened.each(HealthcareService)), self._opened):
            try:
                yield self._offer(service.resource)
            except Defective as fault:
                self.in_doubt.update(one.value for one in service.resource.identifier)
                self._opened.lose(service, fault)

    def _place_of(self, found: Found[RorResource]) -> RorPlace | None:
        """Read an establishment or a location by itself; put it aside when it is at fault."""
        try:
            match found.resource:
                case Organization() as organization:
                    return self._structure(organization, None)
                case Location() as location:
                    return self._structure(None, location)
                case Practitioner() as practitioner:
                    practitioner_of(practitioner.identifier)
                case _:
                    pass
        except Defective as fault:
            self._opened.lose(found, fault)
        return None

    def _gather_roles(self) -> None:
        for one in self._opened.each(PractitionerRole):
            for reference in one.resource.healthcare_service:
                self._roles[reference.reference.rpartition("/")[2]].append(one.resource)

    def _referred(self) -> set[int]:
        """Entries that another one rests on: places of offers, not places by themselves."""
        references = []
        for service in self._opened.each(HealthcareService):
            references += [one.reference for one in service.resource.location]
            references += [one.reference for one in (service.resource.provided_by,) if one]
        for organization in self._opened.each(Organization):
            references += [one.reference for one in (organization.resource.part_of,) if one]
        for location in self._opened.each(Location):
            managing = location.resource.managing_organization
            references += [managing.reference] if managing else []
        return {self._opened.index_of(one) for one in references if one}

    def _offer(self, service: HealthcareService) -> RorPlace:
        place = self._structure(self._provider(service), self._location(service))
        if place.record.address is None and not place.record.numbers and self._opened.is_bundle:
            raise Defective("location", "ne mène à aucun lieu du lot : où est-ce ?")
        roles = self._roles[service.id]
        rows = read_rows(service.available_time)
        rows += tuple(row for role in roles for row in read_rows(role.available_time))
        activities = tuple(filter(None, (code_of(one, "R211") for one in service.specialty)))
        flags = named(service.extension, "ror-healthcareservice-sensitive-unit")
        return replace(
            place,
            record=self._with_offer(place.record, service, rows, activities),
            rows=rows,
            closures=read_closures(service.not_available, self._judgement.zone),
            activities=activities,
            sensitive=any(one.value_boolean for one in flags),
            warnings=(*place.warnings, *dict.fromkeys(unknown_types(rows))),
        )

    def _with_offer(
        self,
        record: PlaceRecord,
        service: HealthcareService,
        rows: tuple[HoursRow, ...],
        activities: tuple[str, ...],
    ) -> PlaceRecord:
        postal_code = record.address.postal_code if record.address else ""
        return replace(
            record,
            record_id=_record_id(service.identifier),
            changed_at=require_past(service, self._judgement.now),
            name=service.name or record.name,
            kind=record.kind or _kind_by_hours(service, rows),
            phones=phones_of(service, None, postal_code) or record.phones,
            practitioners=frozenset(self._practitioners(service)),
            care=frozenset({CareCode.GP} if GENERAL_MEDICINE in activities else ()),
            min_age=min_age_of(service),
        )

    def _practitioners(self, service: HealthcareService) -> Iterator[ids.Identifier]:
        for role in self._roles[service.id]:
            if role.practitioner and role.practitioner.reference:
                found = self._opened.find(role.practitioner.reference, Practitioner, "practitioner")
                number = practitioner_of(found.identifier) if found else None
                if number is not None:
                    yield number

    def _provider(self, service: HealthcareService) -> Organization | None:
        reference = service.provided_by.reference if service.provided_by else ""
        return self._opened.find(reference, Organization, "providedBy") if reference else None

    def _location(self, service: HealthcareService) -> Location | None:
        references = [one.reference for one in service.location if one.reference]
        found = [self._opened.find(one, Location, "location") for one in references]
        places = {one.id: one for one in found if one is not None}
        if len(places) > 1:
            raise Defective("location", f"{len(places)} lieux dans une offre : lequel est-ce ?")
        return next(iter(places.values()), None)

    def _structure(self, organization: Organization | None, location: Location | None) -> RorPlace:
        """Read what an establishment and a location say together; the location's own goes first."""
        warnings: list[str] = []
        told = [one for one in (location, organization) if one is not None]
        numbers = organization.identifier if organization else ()
        extensions = location.extension if location else ()
        addresses = (*(organization.address if organization else ()),)
        address = address_of((location.address if location else None, *addresses))
        self._judgement.require_area(address.postal_code if address else "", "address.postalCode")
        record = PlaceRecord(
            source=self._source,
            feed=SOURCE,
            record_id=_record_id(told[0].identifier, told[0].id) if told else "",
            observed_at=self._judgement.seen_at,
            changed_at=require_past(told[0], self._judgement.now) if told else None,
            numbers=numbers_of(numbers, self._judgement.digits, warnings),
            kind=kind_of(organization),
            name=next((one.name for one in told if one.name), ""),
            address=address,
            commune=commune_of(extensions),
            position=position_of(location.position if location else None, warnings),
            phones=phones_of(None, organization, address.postal_code if address else ""),
            accessibility=accessibility_of(organization),
            validity=self._validity,
        )
        return RorPlace(record=record, beds=bed_counts(extensions), warnings=tuple(warnings))


def _record_id(identifiers: tuple[Identifier, ...], resource_id: str = "") -> str:
    found = next((one.value for one in identifiers if one.value), resource_id)
    if not found:
        raise Defective("identifier", "n'a pas de valeur : personne ne pourrait s'y référer")
    return found


def _kind_by_hours(service: HealthcareService, rows: tuple[HoursRow, ...]) -> EffecteurKind | None:
    """Town offers without a category: those that only have duty hours are doctors' houses (MMG)."""
    if TOWN_OFFER not in {code_of(one, "R227") for one in service.type}:
        return None
    duty = bool(rows) and all(row.kind is HoursKind.DUTY for row in rows)
    return EffecteurKind.MMG if duty else EffecteurKind.CABINET
