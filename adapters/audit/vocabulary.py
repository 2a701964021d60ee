"""Systems, codes and forms of the SAS guide (IG 1.2.0) and of its terminologies."""

import re

IDNPS = "urn:oid:1.2.250.1.71.4.2.1"
IDNST = "urn:oid:1.2.250.1.71.4.2.2"
NUMBER_TYPES = "http://interopsante.org/fhir/CodeSystem/fr-v2-0203"
PLACE_TYPES = "http://interopsante.org/fhir/CodeSystem/fr-location-identifier-type"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
SLOT_TYPE = "https://mos.esante.gouv.fr/NOS/TRE_R314-TypeCreneau/FHIR/TRE-R314-TypeCreneau"
SERVICE_TYPE_R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Slot.serviceType"
CPTS_CATEGORY = "604"

ENCOUNTERS = frozenset({"AMB", "HH", "VR"})
BOOKINGS = frozenset({"ROUTINE", "WALKIN"})
SEEN_BY_PS = frozenset({"PUBLIC", "PRO", "SNP"})
SEEN_BY_CPTS = SEEN_BY_PS | {"CPTS"}
SEEN_BY_SOS = frozenset({"PUBLIC", "SNP"})

INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}[+-]\d{2}:\d{2}")
"""`AAAA-MM-DDTHH:MM:SS.000+0X:00`: milliseconds and an offset, never `Z`."""

PRACTITIONER_NUMBER = re.compile(r"8\d{11}")
STRUCTURE_NUMBER = re.compile(r"1\d[\dAB]\d{7}|3\d{14}")
"""1 + FINESS or 3 + SIRET."""
ANY_STRUCTURE_NUMBER = re.compile(r"1\d[\dAB]\d{7}|[34]\d{14}|0\d{11}")
PHONE = re.compile(r"\+(33|262|590|594|596)\d{9}")
POSTAL_CODE = re.compile(r"\d{5}")
WEB_ADDRESS = re.compile(r"https?://\S+")
