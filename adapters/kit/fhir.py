"""The data types of FHIR R4 that several registries share, reduced to what is read of them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Literal, TypeVar

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Element = TypeVar("Element")
Some = Annotated[tuple[Element, ...], msgspec.Meta(min_length=1)]


class Part(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """An element of a resource. Present, it has content: FHIR forbids empty elements."""


class Resource(
    msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel", tag_field="resourceType"
):
    """A resource, told apart by `resourceType`."""

    id: Text = ""
    meta: "Meta | None" = None


class Meta(Part, frozen=True, kw_only=True, gc=False):
    """When the owner last changed the resource."""

    last_updated: Instant | None = None


class Coding(Part, frozen=True, kw_only=True, gc=False):
    """A code of a system."""

    system: Text = ""
    code: Text = ""
    display: Text = ""


class CodeableConcept(Part, frozen=True, kw_only=True, gc=False):
    """Codes, a text, or both."""

    coding: Some[Coding] = ()
    text: Text = ""


class Identifier(Part, frozen=True, kw_only=True, gc=False):
    """A number and who gives it."""

    type: CodeableConcept | None = None
    system: Text = ""
    value: Text = ""


class Reference(Part, frozen=True, kw_only=True, gc=False):
    """A reference to another resource."""

    reference: Text = ""
    identifier: Identifier | None = None


class Period(Part, frozen=True, kw_only=True, gc=False):
    """Dates or instants as written: their precision is the reader's to judge."""

    start: Text = ""
    end: Text = ""


class Quantity(Part, frozen=True, kw_only=True, gc=False):
    """A figure; its unit is the reader's to know."""

    value: float | None = None


class Range(Part, frozen=True, kw_only=True, gc=False):
    """From low to high, both included."""

    low: Quantity | None = None
    high: Quantity | None = None


class Extension(Part, frozen=True, kw_only=True, gc=False):
    """An extension with its value, or with extensions of its own."""

    url: str = ""
    extension: tuple["Extension", ...] = ()
    value_boolean: bool | None = None
    value_integer: int | None = None
    value_code: Text = ""
    value_string: Text = ""
    value_date_time: Text = ""
    value_codeable_concept: CodeableConcept | None = None
    value_coding: Coding | None = None
    value_period: Period | None = None
    value_range: Range | None = None


class Extended(Part, frozen=True, kw_only=True, gc=False):
    """What stands beside a primitive value: `_line` of an address is made of it."""

    extension: tuple[Extension, ...] = ()


class Address(Part, frozen=True, kw_only=True, gc=False):
    """A postal address; the Annuaire leaves `line` null and puts the parts beside it."""

    line: tuple[str | None, ...] = ()
    line_parts: tuple[Extended | None, ...] = msgspec.field(default=(), name="_line")
    city: Text = ""
    postal_code: Text = ""
    extension: tuple[Extension, ...] = ()


class ContactPoint(Part, frozen=True, kw_only=True, gc=False):
    """A telephone, an e-mail."""

    system: Text = ""
    value: Text = ""
    rank: int | None = None
    extension: tuple[Extension, ...] = ()


class Issue(Part, frozen=True, kw_only=True, gc=False):
    """What a server says went wrong; its free text is not read."""

    severity: Text = ""
    code: Text = ""


class OperationOutcome(Resource, tag="OperationOutcome", frozen=True, kw_only=True, gc=False):
    """What a server says went wrong."""

    issue: Some[Issue]


class Link(Part, frozen=True, kw_only=True, gc=False):
    """An address related to a bundle: `self`, `next`."""

    relation: str = ""
    url: str = ""


class RawBundle(Part, frozen=True, kw_only=True, gc=False):
    """A bundle with its entries unread, so that one at fault never spoils the others."""

    resource_type: Literal["Bundle"]
    type: Literal["searchset", "collection", "batch-response"]
    total: int | None = None
    link: tuple[Link, ...] = ()
    meta: Meta | None = None
    entry: tuple[msgspec.Raw, ...] = ()


_STREET_PARTS = ("houseNumber", "streetNameType", "streetNameBase")


def named(extensions: Iterable[Extension], name: str) -> Iterator[Extension]:
    """Extensions of that name: the last word of their address, which has changed host and
    version over the years."""
    return (one for one in extensions if one.url.rpartition("/")[2] == name)


def code_of(concept: CodeableConcept | None, system: str) -> str:
    """The code a concept has in a system whose address holds this word; empty when it has none."""
    codings = concept.coding if concept else ()
    return next((one.code for one in codings if system in one.system and one.code), "")


def street_of(address: Address) -> str:
    """Number and street: as written, else put together from the parts beside the line."""
    for index, line in enumerate(address.line):
        if line:
            return line
        parts = address.line_parts[index] if index < len(address.line_parts) else None
        if parts is not None:
            return _joined(parts.extension)
    return ""


def _joined(parts: Iterable[Extension]) -> str:
    told = {one.url.rpartition("-")[2]: one.value_string for one in parts}
    return " ".join(told[name] for name in _STREET_PARTS if told.get(name))
