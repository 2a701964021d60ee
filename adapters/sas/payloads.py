"""FHIR R4 resources of the SAS flows, reduced to the elements the mapping reads.

Elements that are present must have content (FHIR forbids empty ones): an empty string or array is
refused where it stands. Elements not listed here are ignored, as FHIR asks of a reader.
"""

from datetime import datetime
from typing import Annotated, Literal, TypeVar

import msgspec

Text = Annotated[str, msgspec.Meta(min_length=1)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Element = TypeVar("Element")
Some = Annotated[tuple[Element, ...], msgspec.Meta(min_length=1)]
SlotId = Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9._-]{1,128}$")]
"""FHIR's characters, and `_`; it ends up in addresses and on screens."""

PostalCode = Annotated[str, msgspec.Meta(pattern="^[0-9]{5}$")]


ABSENT = msgspec.Raw(b"null")


class _Part(msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel"):
    """An element of a resource."""


class Reference(_Part, frozen=True, kw_only=True, gc=False):
    """A reference to another resource; empty text when it is absent."""

    reference: Text = ""


class Coding(_Part, frozen=True, kw_only=True, gc=False):
    """A code of a system."""

    system: Text = ""
    code: Text = ""


class Extension(_Part, frozen=True, kw_only=True, gc=False):
    """An extension carrying a reference, the only kind these flows use."""

    url: Text = ""
    value_reference: "ActorReference | None" = None


class CodeableConcept(_Part, frozen=True, kw_only=True, gc=False):
    """Codes, a text, or both; `extension` carries the CPTS of a slot."""

    coding: Some[Coding] = ()
    text: Text = ""
    extension: Some[Extension] = ()


class BusinessIdentifier(_Part, frozen=True, kw_only=True, gc=False):
    """An identifier as sent: samples leave its type and system out."""

    type: CodeableConcept | None = None
    system: Text = ""
    value: Text = ""


class ActorReference(_Part, frozen=True, kw_only=True, gc=False):
    """A reference by resource, by identifier, or both."""

    reference: Text = ""
    identifier: BusinessIdentifier | None = None


class SlotMeta(_Part, frozen=True, kw_only=True, gc=False):
    """`security` says who may use the slot."""

    security: Some[Coding] = ()
    last_updated: Instant | None = None


class BundleMeta(_Part, frozen=True, kw_only=True, gc=False):
    """When the server made the answer."""

    last_updated: Instant | None = None


class Address(_Part, frozen=True, kw_only=True, gc=False):
    """A postal address; these flows send no coordinates."""

    line: Some[Text]
    city: Text
    postal_code: PostalCode


class _Resource(
    msgspec.Struct, frozen=True, kw_only=True, gc=False, rename="camel", tag_field="resourceType"
):
    """A resource, told apart by `resourceType`."""

    id: Text = ""


class Slot(_Resource, tag="Slot", frozen=True, kw_only=True, gc=False):
    """A free slot; `comment` is the address where it is booked.

    The coded elements stay unread here: the slots of an agenda repeat them, so that they are read
    once (`adapters.sas.terms`). Absent, they are `null`.
    """

    id: SlotId = ""
    start: Instant
    end: Instant
    status: Literal["free"]
    schedule: Reference
    meta: msgspec.Raw = ABSENT
    service_type: msgspec.Raw = ABSENT
    specialty: msgspec.Raw = ABSENT
    appointment_type: msgspec.Raw = ABSENT
    comment: Text = ""


class Schedule(_Resource, tag="Schedule", frozen=True, kw_only=True, gc=False):
    """The agenda of one practitioner at one place, or of one SOS Médecins consultation place."""

    actor: Some[Reference]


class Practitioner(_Resource, tag="Practitioner", frozen=True, kw_only=True, gc=False):
    """A practitioner by national number; the name is not read."""

    identifier: Some[BusinessIdentifier]


class Location(_Resource, tag="Location", frozen=True, kw_only=True, gc=False):
    """A place: contained in a role, or standing alone for SOS Médecins."""

    identifier: Some[BusinessIdentifier] = ()
    name: Text = ""
    address: Address
    managing_organization: Reference = Reference()


class PractitionerRole(_Resource, tag="PractitionerRole", frozen=True, kw_only=True, gc=False):
    """A practitioner at one place, which it contains."""

    practitioner: Reference = Reference()
    organization: ActorReference | None = None
    location: Some[Reference]
    contained: Some[Location]


class Organization(_Resource, tag="Organization", frozen=True, kw_only=True, gc=False):
    """A structure by national number."""

    identifier: Some[BusinessIdentifier]
    name: Text = ""


class HealthcareService(_Resource, tag="HealthcareService", frozen=True, kw_only=True, gc=False):
    """The service of a CPTS under which a slot is offered."""

    provided_by: Reference


class Issue(_Part, frozen=True, kw_only=True, gc=False):
    """What a server says went wrong; its free text is not read."""

    severity: Text = ""
    code: Text = ""


class OperationOutcome(_Resource, tag="OperationOutcome", frozen=True, kw_only=True, gc=False):
    """What a server says went wrong."""

    issue: Some[Issue]


Resource = (
    Slot
    | Schedule
    | Practitioner
    | PractitionerRole
    | Location
    | Organization
    | HealthcareService
    | OperationOutcome
)


class Entry(_Part, frozen=True, kw_only=True, gc=False):
    """One resource of a bundle and the address by which others refer to it."""

    full_url: Text = ""
    resource: Resource


class Label(_Part, frozen=True, kw_only=True, gc=False):
    """What a resource calls itself, when nothing more can be read of it."""

    resource_type: str = ""
    id: str = ""


class LabelledEntry(_Part, frozen=True, kw_only=True, gc=False):
    """An entry reduced to its label."""

    resource: Label = Label()


class Link(_Part, frozen=True, kw_only=True, gc=False):
    """An address related to the bundle: `self`, `next`."""

    relation: str = ""
    url: str = ""


class Bundle(_Part, frozen=True, kw_only=True, gc=False):
    """The answer to a search, read in one go."""

    resource_type: Literal["Bundle"]
    type: Literal["searchset"]
    total: int | None = None
    link: tuple[Link, ...] = ()
    meta: BundleMeta = BundleMeta()
    entry: tuple[Entry, ...] = ()


class RawBundle(_Part, frozen=True, kw_only=True, gc=False):
    """The same with its entries unread, to find which are at fault."""

    resource_type: Literal["Bundle"]
    type: Literal["searchset"]
    total: int | None = None
    link: tuple[Link, ...] = ()
    meta: BundleMeta = BundleMeta()
    entry: tuple[msgspec.Raw, ...] = ()


class Participant(_Part, frozen=True, kw_only=True, gc=False):
    """Who is to be met: a practitioner, or a place for SOS Médecins."""

    actor: ActorReference | None = None
    status: Text


class Appointment(_Part, frozen=True, kw_only=True, gc=False):
    """A booked appointment (INT_R03). The patient is never in it."""

    resource_type: Literal["Appointment"]
    extension: Some[Extension]
    identifier: Some[BusinessIdentifier]
    status: Literal["pending", "booked", "fulfilled", "noshow", "cancelled"]
    start: Instant
    end: Instant
    participant: Some[Participant]
    created: Instant | None = None
