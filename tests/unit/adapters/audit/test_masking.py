"""Nothing of a patient, a caller or a doctor leaves in a report, whatever the message."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from adapters.audit.masking import (
    Dialect,
    masked_body,
    masked_link,
    masked_reason,
    masked_text,
    without_people,
)
from adapters.audit.report import document_of
from services.audits.page import page_of
from tests.unit.adapters.audit.test_lrm import journal, judged

EXAMPLES = Path(__file__).parents[4].parent / "shared/data/interop/hub-sante/examples"
FOLDERS = ("RS-EDA", "RS-EDA-MAJ", "RS-SAS-RDV")
MAY_STAY = {
    *("distributionID", "senderID", "dateTimeSent", "dateTimeExpires", "distributionKind"),
    *("distributionStatus", "messageId", "sentAt", "kind", "status", "step", "method", "code"),
    *("created", "creation", "start", "end", "owner", "role", "decisionType", "resourceType"),
    *("orientationCategory", "appointmentId", "language"),
}
"""Names of fields that say nothing of anybody; whatever has another name must go."""
NIR, ACCESS = "159013155512334", "B4821"
OURS: Mapping[str, Any] = {
    "createCaseHealth": {
        "caseId": "fr.health.samu310.durand-jean",
        "creation": "2026-11-25T10:00:00+01:00",
        "patient": [
            {
                "administrativeFile": {"externalId": [{"source": "NIR", "value": NIR}]},
                "identity": {"strictFeatures": {"birthName": "Durand", "birthDate": "1959-01-31"}},
            }
        ],
        "location": {
            "access": {"interphone": "Durand-Martin", "accessCode": ACCESS, "floor": "7bis"},
            "geometry": {"point": {"coord": {"lat": 43.604652, "lon": 1.444209}}},
        },
        "decision": [{"operator": {"label": "Docteur Lefèvre", "role": "MEDECIN"}}],
        "start": "chez Durand",
        "fieldOfLater": {"anything": ["Odette Durand", 4821]},
    }
}


def published() -> list[Path]:
    return [one for name in FOLDERS for one in sorted((EXAMPLES / name).glob("*.json"))]


SAMPLES = [pytest.param(OURS, id="ours")] + [
    pytest.param(json.loads(path.read_text(encoding="utf-8")), id=path.stem) for path in published()
]


def values(tree: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Every value of a tree with the name of its field, in order."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from values(value, key)
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for value in tree:
            yield from values(value, name)
    else:
        yield name, tree


def personal(tree: object) -> set[str]:
    """What would be seen of somebody: each value of a field that may not stay, long enough."""
    stays = {str(value) for name, value in values(tree) if name in MAY_STAY}
    gone = {str(value) for name, value in values(tree) if name not in MAY_STAY}
    return {one for one in gone - stays if len(one) > 4}


def test_the_published_samples_are_all_there():
    if not EXAMPLES.is_dir():
        pytest.skip("needs ../shared (published examples)")
    assert len(published()) == 18


@pytest.mark.parametrize("sample", SAMPLES)
def test_of_a_message_of_the_hub_only_listed_fields_are_shown(sample: object):
    shown = list(values(without_people(sample, Dialect.HUB)))
    told = list(values(sample))
    assert [name for name, _ in shown] == [name for name, _ in told]
    left = {name for (name, now), (_, was) in zip(shown, told, strict=True) if now == was}
    assert left <= MAY_STAY


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_report_on_a_case_shows_nobody(sample: Any):
    """The case fails `dossier`: the page and the document show the message it came in."""
    told = sample.get("createCaseHealth") or {"held": sample}
    case = {key: value for key, value in told.items() if key != "qualification"}
    document = document_of(judged(journal(case=case)))
    (check,) = [one for one in document["checks"] if one["check"] == "dossier"]  # type: ignore[attr-defined]
    assert check["exhibits"]
    for written in (json.dumps(document, ensure_ascii=False), page_of(document)):
        assert {one for one in personal(case) if one in written} == set()


def test_a_value_that_is_not_of_the_form_of_its_field_is_hidden():
    shown: Any = without_people(OURS, Dialect.HUB)
    assert shown["createCaseHealth"]["start"] == "•••"
    assert shown["createCaseHealth"]["creation"] == "2026-11-25T10:00:00+01:00"


@pytest.mark.parametrize(
    "nir",
    [
        *("1590131555123", "159013155512334", "2590131555123", "259012A55512334"),
        *("1 59 01 31 555 123 34", "2 59 01 2B 555 123"),
    ],
)
def test_the_number_of_an_insured_person_is_hidden_anywhere(nir: str):
    assert masked_text(f"patient={nir}.") == "patient=•••."
    assert masked_text(f"le patient {nir} attend") == "le patient ••• attend"


def test_numbers_of_structures_stay():
    for number in ("1310000310", "310000310", "39900000000002", "399000000000028"):
        assert masked_text(f"{number} reste") == f"{number} reste"


def test_the_page_on_which_one_books_is_hidden_after_its_host():
    slot = {"resourceType": "Slot", "comment": "https://rdv.example/toulouse/jean-durand?id=3"}
    told = json.loads(masked_body(json.dumps(slot).encode()))
    assert told["comment"] == "https://rdv.example/•••"
    free = masked_body(b'{"resourceType": "Slot", "comment": "chez Jean Durand"}')
    assert "Durand" not in free


@pytest.mark.parametrize("number", ["0311234567", "311234567"])
def test_an_adeli_number_is_hidden_where_it_is_a_practitioner_s(number: str):
    person = {
        "resourceType": "Practitioner",
        "id": number,
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": number}],
    }
    told = masked_body(json.dumps({"resourceType": "Bundle", "entry": [person]}).encode())
    assert number not in told
    assert "urn:oid:1.2.250.1.71.4.2.1" in told
    where = f"entry[0].resource (Practitioner/{number}) identifier[0].value"
    assert number not in masked_text(where)
    assert number not in masked_reason(where, f"{number!r} ; RPPS attendu")


def test_a_practitioner_whose_id_is_a_name_is_not_named():
    person = {"resourceType": "Practitioner", "id": "jean-durand"}
    agenda = {"resourceType": "Schedule", "actor": [{"reference": "Practitioner/jean-durand"}]}
    assert "durand" not in masked_body(json.dumps({"entry": [person, agenda]}).encode())


def test_of_a_resource_that_no_flow_has_only_the_kind_is_shown():
    patient = {"resourceType": "Patient", "address": [{"city": "Aulus"}], "gender": "male"}
    told = masked_body(json.dumps({"resourceType": "Bundle", "entry": [patient]}).encode())
    assert '"Patient"' in told
    assert "Aulus" not in told
    assert "male" not in told


def test_a_link_shows_codes_alone():
    link = "https://sas.example/sas/recherche?speciality=GP&streetname=Rue%20Bayard&loc=43.6,1.4"
    assert masked_link(link, "/sas/recherche") == (
        "https://sas.example/sas/recherche?speciality=GP&streetname=•••&loc=•••"
    )
    assert masked_link("https://sas.example/patient/durand?x", "/sas/recherche") == (
        "https://sas.example/•••?"
    )


def test_a_mission_is_shown_without_whom_it_carries_nor_where():
    order = {
        "message_id": "m/1/transporter",
        "body": {
            "mission_id": "m/1",
            "halts": [{"position": {"lat": 43.604652, "lon": 1.44}, "at": "2026-11-25T10:00:00Z"}],
            "contact_phone": "0561000000",
            "driver_info": ["Mme Durand, 3e étage"],
        },
    }
    told = masked_body(json.dumps(order).encode(), Dialect.MISSIONS)
    assert "m/1/transporter" in told
    assert "2026-11-25T10:00:00Z" in told
    assert not any(one in told for one in ("43.6", "Durand", "0561"))


@pytest.mark.parametrize("dialect", [Dialect.HUB, Dialect.MISSIONS])
def test_what_a_reason_quotes_of_a_message_is_shown_when_it_is_a_code(dialect: Dialect):
    told = "'chez Jean Durand' n'est pas AAAA-MM-JJThh:mm:ss, l'étape 'RECU' non plus"
    assert masked_reason("create", told, dialect) == (
        "••• n'est pas AAAA-MM-JJThh:mm:ss, l'étape 'RECU' non plus"
    )
    quoted = """status "l'adresse de Jean" inconnu"""
    assert masked_reason("create", quoted, dialect) == "status ••• inconnu"


def test_an_adeli_said_to_be_described_twice_is_hidden():
    assert masked_reason("Practitioner", "'311234567' décrit") == "'3•••' décrit"
    assert masked_reason("(PractitionerRole/1)", "'310000310' lu") == "'310000310' lu"
