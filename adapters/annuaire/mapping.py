"""From the Annuaire's resources to structures with who practises there, and to practitioners."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from adapters.annuaire.payloads import (
    DECODER,
    AnnuaireResource,
    Organization,
    Practitioner,
    PractitionerRole,
)
from adapters.kit.categories import CARE, CATEGORIES
from adapters.kit.defective import Defective
from adapters.kit.fhir import Address, CodeableConcept, code_of, named
from adapters.kit.fhir_facts import address_of, numbers_of, practitioner_of, require_past
from adapters.kit.judgement import Judgement
from adapters.kit.phones import international
from adapters.kit.quarantine import Defect
from adapters.kit.searchset import Searchset, latest, open_searchset
from regulation.effecteurs import EffecteurKind
from regulation.kernel.ids import Identifier, check
from regulation.kernel.places import CommuneCode
from regulation.records import PlaceRecord

SOURCE = "annuaire"
SECTORS = {
    "SA05": EffecteurKind.CDS,
    "SA07": EffecteurKind.CABINET,
    "SA08": EffecteurKind.CABINET,
    "SA09": EffecteurKind.CABINET,
    "SA33": EffecteurKind.PHARMACIE,
}
"""TRE_R02, sectors of activity: centre de santé, cabinet individuel, cabinet de groupe, société
d'exercice, pharmacie d'officine. A transporter (SA10) is no effecteur."""

Validity = Mapping[str, timedelta]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A practitioner's activity: profession (TRE_G15), specialty (TRE_R38), where; `practitioner`
    and `organization` are the ids of resources, as referred to."""

    activity_id: str
    practitioner: str
    profession: str
    specialties: frozenset[str]
    organization: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A practitioner of the page, by national number."""

    number: Identifier
    active: bool
    activities: tuple[Activity, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A structure of the page; `sectors` are its codes of TRE_R02."""

    record: PlaceRecord
    active: bool
    sectors: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnuaireReading:
    """What one page says; `in_doubt` are the structures put aside, by number of resource, and
    `strangers` the activities of practitioners who are not in the page."""

    structures: tuple[Structure, ...]
    practitioners: tuple[Listed, ...]
    strangers: tuple[Activity, ...]
    defects: tuple[Defect, ...]
    in_doubt: frozenset[str]
    opened: Searchset[AnnuaireResource]


def read_page(
    raw: bytes, judgement: Judgement, validity: Validity, source: str = SOURCE
) -> AnnuaireReading:
    """Read a page, or a resource alone; raise PayloadRefused when it is neither."""
    return _Reader(open_searchset(raw, DECODER), judgement, validity, source).read()


class _Reader:
    """Walks one page: practitioners first, so that structures know who practises there."""

    def __init__(
        self,
        opened: Searchset[AnnuaireResource],
        judgement: Judgement,
        validity: Validity,
        source: str,
    ) -> None:
        self._opened = opened
        self._judgement = judgement
        self._validity = validity
        self._source = source
        self._numbers: dict[str, Listed] = {}
        self._in_doubt: set[str] = set()

    def read(self) -> AnnuaireReading:
        found = tuple(self._opened.each(PractitionerRole))
        roles = [one.resource for one in latest(found, self._opened)]
        practitioners = tuple(self._practitioners(roles))
        structures = tuple(self._structures(roles))
        return AnnuaireReading(
            structures=structures,
            practitioners=practitioners,
            strangers=tuple(
                _activity(role)
                for role in roles
                if self._opened.index_of(role.practitioner.reference if role.practitioner else "")
                < 0
            ),
            defects=self._opened.defects_in_order(),
            in_doubt=frozenset(self._in_doubt),
            opened=self._opened,
        )

    def _practitioners(self, roles: Iterable[PractitionerRole]) -> Iterator[Listed]:
        by_person: defaultdict[str, list[Activity]] = defaultdict(list)
        for role in roles:
            by_person[_leads_to(role.practitioner)].append(_activity(role))
        for one in latest(tuple(self._opened.each(Practitioner)), self._opened):
            try:
                listed = self._listed(one.resource, by_person[one.resource.id])
            except Defective as fault:
                self._opened.lose(one, fault)
            else:
                self._numbers[one.resource.id] = listed
                yield listed

    def _listed(self, practitioner: Practitioner, activities: list[Activity]) -> Listed:
        require_past(practitioner, self._judgement.now)
        number = practitioner_of(practitioner.identifier)
        if number is None:
            raise Defective("identifier", "il n'y a pas de numéro RPPS")
        try:
            warning = check(number, self._judgement.digits)
        except ValueError as error:
            raise Defective("identifier.value", str(error)) from None
        return Listed(
            number=number,
            active=practitioner.active,
            activities=tuple(activities),
            warnings=(warning,) if warning else (),
        )

    def _structures(self, roles: Iterable[PractitionerRole]) -> Iterator[Structure]:
        by_place: defaultdict[str, list[PractitionerRole]] = defaultdict(list)
        for role in roles:
            by_place[_leads_to(role.organization)].append(role)
        for one in latest(tuple(self._opened.each(Organization)), self._opened):
            try:
                structure = self._structure(one.resource)
            except Defective as fault:
                self._in_doubt.add(one.resource.id)
                self._opened.lose(one, fault)
            else:
                yield self._with_people(structure, by_place[one.resource.id])

    def _structure(self, organization: Organization) -> Structure:
        warnings: list[str] = []
        changed_at = require_past(organization, self._judgement.now)
        address = address_of(organization.address)
        postal_code = address.postal_code if address else ""
        self._judgement.require_area(postal_code, "address.postalCode")
        sectors = tuple(_codes(organization.type, "R02"))
        kind = _kind(organization.type, sectors)
        told = [one.value for one in organization.telecom if one.system == "phone" and one.value]
        phones = (international(one, postal_code) for one in told)
        numbers = numbers_of(organization.identifier, self._judgement.digits, warnings)
        if not numbers and not organization.id:
            raise Defective("identifier", "n'a pas de numéro national, et la ressource pas d'id")
        record = PlaceRecord(
            source=self._source,
            feed=SOURCE,
            record_id=organization.id or str(min(numbers)),
            observed_at=self._judgement.seen_at,
            changed_at=changed_at,
            numbers=numbers,
            kind=kind,
            name=organization.name,
            address=address,
            commune=_commune(organization.address),
            phones=tuple(dict.fromkeys(one for one in phones if one)),
            care=CARE.get(kind, frozenset()),
            validity=self._validity,
        )
        return Structure(
            record=record, active=organization.active, sectors=sectors, warnings=tuple(warnings)
        )

    def _with_people(self, structure: Structure, roles: list[PractitionerRole]) -> Structure:
        active = [role for role in roles if role.active]
        people = (self._numbers.get(_leads_to(role.practitioner)) for role in active)
        specialties = (code for role in active for code in _codes(role.specialty, "R38"))
        record = replace(
            structure.record,
            practitioners=frozenset(one.number for one in people if one and one.active),
            specialties=frozenset(specialties),
        )
        return replace(structure, record=record)


def _kind(types: Iterable[CodeableConcept], sectors: Iterable[str]) -> EffecteurKind | None:
    """The category of an establishment tells more than its sector."""
    categories = [CATEGORIES[code] for code in _codes(types, "R66") if code in CATEGORIES]
    told = [*categories, *(SECTORS[code] for code in sectors if code in SECTORS)]
    return told[0] if told else None


def _activity(role: PractitionerRole) -> Activity:
    numbers = (one.value for one in role.identifier if one.value)
    return Activity(
        activity_id=next(numbers, role.id),
        practitioner=_leads_to(role.practitioner),
        profession=next(_codes(role.code, "G15"), ""),
        specialties=frozenset(_codes(role.specialty, "R38")),
        organization=_leads_to(role.organization),
        active=role.active,
    )


def _codes(concepts: Iterable[CodeableConcept], system: str) -> Iterator[str]:
    return (code for concept in concepts if (code := code_of(concept, system)))


def _leads_to(reference: object) -> str:
    told = getattr(reference, "reference", "")
    return str(told).rpartition("/")[2]


def _commune(addresses: Iterable[Address]) -> CommuneCode | None:
    """Code of the commune, an extension whose name has changed with the guides."""
    for address in addresses:
        for name in ("FrAddressInseeCode", "fr-core-address-insee-code"):
            for one in named(address.extension, name):
                if one.value_coding and one.value_coding.code:
                    return CommuneCode(one.value_coding.code)
    return None
