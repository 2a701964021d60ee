"""Resources of the Annuaire Santé (FHIR R4, API v2), reduced to the elements the mapping reads."""

import msgspec

from adapters.kit.fhir import (
    Address,
    CodeableConcept,
    ContactPoint,
    Identifier,
    OperationOutcome,
    Reference,
    Resource,
    Some,
    Text,
)


class Organization(Resource, tag="Organization", frozen=True, kw_only=True, gc=False):
    """A structure: a legal entity, an establishment, a place of practice."""

    active: bool = True
    identifier: Some[Identifier]
    type: tuple[CodeableConcept, ...] = ()
    name: Text = ""
    telecom: tuple[ContactPoint, ...] = ()
    address: tuple[Address, ...] = ()
    part_of: Reference | None = None


class Practitioner(Resource, tag="Practitioner", frozen=True, kw_only=True, gc=False):
    """A practitioner by national number; the name and the contacts are not read."""

    active: bool = True
    identifier: Some[Identifier]


class PractitionerRole(Resource, tag="PractitionerRole", frozen=True, kw_only=True, gc=False):
    """An activity of a practitioner in a structure."""

    active: bool = True
    identifier: tuple[Identifier, ...] = ()
    practitioner: Reference | None = None
    organization: Reference | None = None
    code: tuple[CodeableConcept, ...] = ()
    specialty: tuple[CodeableConcept, ...] = ()


AnnuaireResource = Organization | Practitioner | PractitionerRole | OperationOutcome
DECODER: msgspec.json.Decoder[AnnuaireResource] = msgspec.json.Decoder(AnnuaireResource)
