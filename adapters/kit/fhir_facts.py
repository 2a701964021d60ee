"""Facts that several FHIR registries tell alike: numbers, addresses, when a record changed."""

from collections.abc import Iterable
from datetime import datetime

from adapters.kit.defective import Defective
from adapters.kit.fhir import Address, Identifier, Resource, street_of
from adapters.kit.numbers import IDNST, practitioner_number, structure_number
from regulation.kernel import ids
from regulation.kernel.ids import CheckDigits, IdKind, check
from regulation.kernel.observed import CLOCK_SKEW_TOLERANCE
from regulation.records import PostalAddress


def require_past(resource: Resource, now: datetime | None) -> datetime | None:
    """Return when the resource was last changed; Defective when that is yet to come."""
    changed_at = resource.meta.last_updated if resource.meta else None
    if changed_at and now and changed_at - now > CLOCK_SKEW_TOLERANCE:
        raise Defective("meta.lastUpdated", f"{changed_at.isoformat()} est dans le futur")
    return changed_at


def numbers_of(
    told: Iterable[Identifier], digits: CheckDigits, warnings: list[str]
) -> frozenset[ids.Identifier]:
    """Read the national numbers of a structure; raise Defective for one that has no known form."""
    found = set()
    for one in told:
        number = _structure_number(one)
        if number is None:
            continue
        try:
            warning = check(number, digits)
        except ValueError as error:
            raise Defective("identifier.value", str(error)) from None
        warnings.extend([warning] if warning else [])
        found.add(number)
    return frozenset(found)


def _structure_number(told: Identifier) -> ids.Identifier | None:
    if not told.value:
        return None
    if told.system == IDNST:
        return structure_number(told.value)
    if "finess" in told.system:
        return _of_kind(IdKind.FINESS, told.value)
    return _of_kind(IdKind.SIRET, told.value) if "sirene" in told.system else None


def _of_kind(kind: IdKind, value: str) -> ids.Identifier:
    try:
        return ids.Identifier(kind, value)
    except ValueError as error:
        raise Defective("identifier.value", str(error)) from None


def practitioner_of(told: Iterable[Identifier]) -> ids.Identifier | None:
    """Read the RPPS number; None when the practitioner has none."""
    for one in told:
        if "rpps" in one.system or one.system.endswith("71.4.2.1"):
            number = practitioner_number(one.value)
            if number.kind is IdKind.RPPS:
                return number
    return None


def address_of(addresses: Iterable[Address | None]) -> PostalAddress | None:
    """Take the first address that says where it is; its town comes without the postal code."""
    for one in addresses:
        if one is None or not (one.postal_code or one.city):
            continue
        town = one.city.removeprefix(one.postal_code).strip()
        line = street_of(one).removesuffix(f"{one.postal_code} {town}").strip(" ,")
        return PostalAddress(line=line, postal_code=one.postal_code, town=town)
    return None
