"""Resources of a bundle by the ways others refer to them; those at fault are put aside first."""

from collections.abc import Iterator
from typing import TypeVar

from adapters.kit.defective import Defective
from adapters.kit.numbers import national_number, practitioner_number, structure_number
from adapters.sas.bundles import Opened
from adapters.sas.payloads import (
    Entry,
    Location,
    Organization,
    Practitioner,
    PractitionerRole,
    Resource,
    Schedule,
    Slot,
)
from regulation.kernel.ids import CheckDigits, Identifier, check

Kind = TypeVar("Kind", bound=Resource)


class References:
    """What slots lead to. `faults` are the resources that cannot be trusted, by entry."""

    def __init__(self, opened: Opened, digits: CheckDigits) -> None:
        self.faults: list[tuple[int, Defective]] = []
        self._found: dict[str, tuple[int, Resource]] = {}
        self._lost = set(opened.unread_names)
        for index, entry in opened.entries:
            if type(entry.resource) is Slot:
                continue
            try:
                _vet(entry.resource, digits)
            except Defective as fault:
                self.faults.append((index, fault))
                self._lost.update(_names(entry))
            else:
                self._found.update((name, (index, entry.resource)) for name in _names(entry))

    def get(self, reference: str, kind: type[Kind], field: str) -> Kind:
        """Resolve a relative, absolute or versioned reference; Defective when it leads nowhere."""
        return self.get_indexed(reference, kind, field)[1]

    def get_indexed(self, reference: str, kind: type[Kind], field: str) -> tuple[int, Kind]:
        """Resolve a reference, with the place of its entry in the bundle."""
        name = _canonical(reference)
        index, found = self._found.get(reference) or self._found.get(name) or (-1, None)
        if isinstance(found, kind):
            return index, found
        if reference in self._lost or name in self._lost:
            raise Defective(field, f"mène à {name[-64:]}, qui est écarté", derived=True)
        raise Defective(field, f"{reference[-64:]!r} ne mène à aucun {kind.__name__} du lot")

    def list_actors(self, schedule: Schedule, kind: type[Kind]) -> tuple[Kind, ...]:
        """Resolve the actors of that kind; Defective when one of them leads nowhere."""
        return tuple(
            self.get(actor.reference, kind, "actor")
            for actor in schedule.actor
            if f"{kind.__name__}/" in actor.reference or self._is(actor.reference, kind)
        )

    def _is(self, reference: str, kind: type[Kind]) -> bool:
        found = self._found.get(reference)
        return found is not None and isinstance(found[1], kind)


def contained_place(role: PractitionerRole) -> Location:
    """Return the one place of a role; Defective when it has none or several."""
    if len(role.location) != 1:
        raise Defective("location", f"{len(role.location)} lieux dans un rôle : lequel est-ce ?")
    wanted = role.location[0].reference.removeprefix("#")
    for location in role.contained:
        if location.id == wanted:
            return location
    raise Defective("location", f"{wanted[:64]!r} n'est pas contenu dans le rôle")


def organization_number(role: PractitionerRole) -> Identifier:
    """Return the number of a role's structure; Defective when it has none."""
    organization = role.organization
    if organization is None or organization.identifier is None:
        raise Defective("organization.identifier", "manque : le lieu n'a pas de numéro")
    try:
        return national_number([organization.identifier], structure_number)
    except Defective as fault:
        raise Defective(f"organization.{fault.field}", fault.reason) from None


def _vet(resource: Resource, digits: CheckDigits) -> None:
    match resource:
        case Practitioner():
            number = national_number(resource.identifier, practitioner_number)
            _require_digits("identifier.value", number, digits)
        case PractitionerRole():
            contained_place(resource)
            number = organization_number(resource)
            _require_digits("organization.identifier.value", number, digits)
        case Organization():
            number = national_number(resource.identifier, structure_number)
            _require_digits("identifier.value", number, digits)
        case _:
            pass


def _require_digits(field: str, number: Identifier, digits: CheckDigits) -> None:
    try:
        check(number, digits)
    except ValueError as error:
        raise Defective(field, str(error)) from None


def _names(entry: Entry) -> Iterator[str]:
    resource = entry.resource
    if entry.full_url:
        yield entry.full_url
    if resource.id:
        yield f"{type(resource).__name__}/{resource.id}"


def _canonical(reference: str) -> str:
    """Reduce an absolute or versioned reference to `Type/id`."""
    return "/".join(reference.partition("/_history/")[0].split("/")[-2:])
