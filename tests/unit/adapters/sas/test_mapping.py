import json

import pytest

from adapters.kit.defective import PayloadRefused
from adapters.kit.departments import Department
from adapters.kit.judgement import Judgement
from adapters.sas.places import Flow
from regulation.kernel.ids import CheckDigits, Identifier
from regulation.offers import Booking, SlotMode, Visibility
from tests.unit.adapters.sas.worlds import (
    ANNEXE,
    CABINET,
    CPTS,
    DOCTOR_A,
    LIVE,
    NOW,
    accepted,
    aside,
    changed,
    fixture,
    read,
    read_form,
)

ALL = {"a-1", "a-2", "a-3", "b-1", "b-2"}


@pytest.mark.requirement(
    "agg-psindiv@9",
    "agg-psindiv@13",
    "agg-psindiv@15",
    "agg-psindiv@19",
    "agg-psindiv@31",
    "agg-psindiv@32",
)
def test_a_good_bundle_is_kept_whole():
    reading = read(fixture("ps_good.json"))
    assert (accepted(reading), reading.defects, reading.is_whole) == (ALL, (), True)


@pytest.mark.requirement(
    "agg-psindiv@11",
    "agg-psindiv@23",
    "agg-psindiv@24",
    "agg-psindiv@25",
    "agg-psindiv@41",
    "agg-psindiv@46",
    "agg-psindiv@48",
    "agg-psindiv@49",
)
def test_a_slot_says_where_when_for_whom_and_how():
    slot = read(fixture("ps_good.json")).offers[0].slot
    assert slot.slot_id == "LOCAL:editor/a-1"
    assert (slot.effecteur_id, slot.practitioner) == (CABINET, DOCTOR_A)
    assert slot.window.start.isoformat() == "2026-11-23T09:00:00+01:00"
    assert slot.modes == {SlotMode.AMB, SlotMode.VR}
    assert slot.visibility == {Visibility.SNP}
    assert slot.specialties == {"SM54"}
    assert slot.booking_url == "https://agenda.example/rdv/a-1"
    assert slot.reason == "Soins non programmés"


def test_a_walk_in_range_needs_no_booking_address():
    slot = read(fixture("ps_good.json")).offers[4].slot
    assert (slot.booking, slot.booking_url) == (Booking.WALKIN, None)


@pytest.mark.requirement("agg-psindiv@12", "agg-psindiv@22", "agg-psindiv@42", "agg-psindiv@44")
def test_a_practitioner_of_two_places_has_each_slot_at_its_place():
    offers = read(fixture("ps_good.json")).offers
    places = {offer.slot.slot_id[-3:]: offer.slot.effecteur_id for offer in offers}
    assert (places["a-1"], places["a-3"]) == (CABINET, ANNEXE)


@pytest.mark.requirement("agg-psindiv@8")
def test_an_answer_without_a_slot_is_whole_and_empty():
    reading = read(fixture("ps_empty.json"))
    assert (reading.offers, reading.defects, reading.is_whole) == ((), (), True)


@pytest.mark.requirement("agg-psindiv@45")
def test_instants_are_told_in_the_legal_time_of_paris():
    def in_utc(found):
        found["a-1"].update(start="2026-11-23T08:00:00Z", end="2026-11-23T08:15:00+00:00")

    start = read(changed("ps_good.json", in_utc)).offers[0].slot.window.start
    assert start.isoformat() == "2026-11-23T09:00:00+01:00"


def test_a_slot_across_the_change_of_hour_keeps_its_true_length():
    def at_night(found):
        found["a-1"].update(start="2026-10-25T02:45:00+02:00", end="2026-10-25T02:15:00+01:00")

    window = read_form(changed("ps_good.json", at_night)).offers[0].slot.window
    assert window.length.total_seconds() == 30 * 60


@pytest.mark.requirement(
    "agg-psindiv@10", "agg-psindiv@16", "agg-psindiv@17", "agg-psindiv@42", "agg-psindiv@45"
)
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ps_past.json", [(0, "end")]),
        ("ps_wrong_zone.json", [(0, "start")]),
        ("ps_no_zone.json", [(0, "start")]),
        ("ps_busy.json", [(0, "status")]),
        ("ps_duplicate.json", [(3, "id")]),
        ("ps_contradiction.json", [(0, "id"), (3, "id")]),
        (
            "ps_empty_elements.json",
            [(0, "comment"), (1, "serviceType"), (2, "specialty"), (3, "meta.security")],
        ),
        (
            "ps_wrong_prefix.json",
            [(3, "schedule.reference"), (4, "schedule.reference"), (9, "identifier.value")],
        ),
        (
            "ps_merged_places.json",
            [(0, "schedule.reference"), (1, "schedule.reference"), (5, "actor")],
        ),
        ("ps_fewer_than_told.json", [(None, "total")]),
    ],
)
def test_each_defect_is_named_where_it_stands(name, expected):
    assert aside(read(fixture(name))) == expected


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("ps_past.json", ALL - {"a-1"}),
        ("ps_wrong_zone.json", ALL - {"a-1"}),
        ("ps_no_zone.json", ALL - {"a-1"}),
        ("ps_busy.json", ALL - {"a-1"}),
        ("ps_duplicate.json", ALL),
        ("ps_contradiction.json", ALL - {"a-1"}),
        ("ps_empty_elements.json", {"b-2"}),
        ("ps_wrong_prefix.json", {"a-1", "a-2", "a-3"}),
        ("ps_merged_places.json", {"a-3", "b-1", "b-2"}),
        ("ps_fewer_than_told.json", ALL),
    ],
)
def test_the_rest_of_the_batch_is_kept(name, kept):
    assert accepted(read(fixture(name))) == kept


def test_a_defect_carries_the_bytes_of_its_entry():
    (defect,) = read(fixture("ps_busy.json")).defects
    assert json.loads(defect.raw)["resource"]["status"] == "busy"


def test_dates_are_not_judged_without_an_instant():
    assert accepted(read_form(fixture("ps_past.json"))) == ALL
    assert accepted(read_form(fixture("ps_wrong_zone.json"))) == ALL


def test_an_offset_no_french_agenda_uses_is_refused_even_without_an_instant():
    def elsewhere(found):
        found["a-1"].update(start="2026-11-23T09:00:00+05:30", end="2026-11-23T09:15:00+05:30")

    assert aside(read_form(changed("ps_good.json", elsewhere))) == [(0, "start")]


def test_overseas_the_offset_of_the_mainland_is_a_wrong_hour():
    reunion = Judgement(area=Department("974"))
    fields = {field for _, field in aside(read(fixture("ps_good.json"), judgement=reunion))}
    assert fields == {"start"}


@pytest.mark.requirement("agg-psindiv@38", "agg-psindiv@39", "agg-psindiv@40")
def test_places_outside_the_area_are_put_aside():
    gers = Judgement(area=Department("32"))
    found = aside(read(fixture("ps_good.json"), judgement=gers))
    assert found == [(index, "address.postalCode") for index in range(5)]


def test_places_of_the_area_are_kept():
    here = Judgement(now=NOW, window=LIVE.window, area=Department("31"))
    assert accepted(read(fixture("ps_good.json"), judgement=here)) == ALL


@pytest.mark.requirement("agg-psindiv@7")
def test_a_slot_later_than_what_was_asked_is_put_aside():
    def next_week(found):
        found["a-1"].update(
            start="2026-11-30T09:00:00.000+01:00", end="2026-11-30T09:15:00.000+01:00"
        )

    assert aside(read(changed("ps_good.json", next_week))) == [(0, "start")]


def test_a_walk_in_range_that_has_begun_is_still_open():
    def begun(found):
        found["b-2"].update(
            start="2026-11-22T19:00:00.000+01:00", end="2026-11-22T22:00:00.000+01:00"
        )

    assert "b-2" in accepted(read(changed("ps_good.json", begun)))


@pytest.mark.requirement("agg-psindiv@5")
def test_a_bookable_slot_that_has_begun_is_past():
    def begun(found):
        found["b-1"].update(
            start="2026-11-22T19:35:00.000+01:00", end="2026-11-22T19:55:00.000+01:00"
        )

    assert aside(read(changed("ps_good.json", begun))) == [(3, "start")]


@pytest.mark.requirement(
    "agg-psindiv@10",
    "agg-psindiv@11",
    "agg-psindiv@12",
    "agg-psindiv@23",
    "agg-psindiv@24",
    "agg-psindiv@25",
    "agg-psindiv@48",
    "agg-psindiv@49",
)
@pytest.mark.parametrize(
    ("element", "value", "field"),
    [
        ("id", None, "id"),
        ("id", "<script>", "id"),
        ("comment", None, "comment"),
        ("comment", "javascript:alert(1)", "comment"),
        ("comment", "https://", "comment"),
        ("serviceType", None, "serviceType"),
        ("serviceType", [{"text": "Visite"}], "serviceType"),
        ("serviceType", [{"coding": [{"code": 3}]}], "serviceType[0].coding[0].code"),
        ("meta", None, "meta.security"),
        ("meta", {"security": [{"code": "SECRET"}]}, "meta.security"),
        ("appointmentType", None, "appointmentType"),
        ("appointmentType", {"coding": [{"code": "EMERGENCY"}]}, "appointmentType"),
        ("schedule", None, "schedule"),
        ("schedule", {"reference": "Schedule/nowhere"}, "schedule.reference"),
        ("start", "2026-11-23", "start"),
        ("end", None, "end"),
        ("end", "2026-11-23T09:00:00+01:00", "end"),
        ("end", "2026-11-24T09:30:00+01:00", "end"),
        ("start", "0001-01-01T00:00:00+14:00", "start"),
        ("status", "busy-unavailable", "status"),
    ],
)
def test_a_slot_that_leaves_a_question_open_is_put_aside(element, value, field):
    def spoil(found):
        if value is None:
            del found["a-1"][element]
        else:
            found["a-1"][element] = value

    reading = read(changed("ps_good.json", spoil))
    assert aside(reading) == [(0, field)]
    assert accepted(reading) == ALL - {"a-1"}


def test_a_code_nobody_defined_is_counted_and_not_guessed():
    def exotic(found):
        found["a-1"]["serviceType"][0]["coding"].append({"system": "x", "code": "BOAT"})

    reading = read(changed("ps_good.json", exotic))
    assert reading.unknown_codes == {"serviceType BOAT": 1}
    assert reading.offers[0].slot.modes == {SlotMode.AMB, SlotMode.VR}


@pytest.mark.requirement("agg-psindiv@20")
@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1990000010", "FINESS:990000010"),
        ("990000010", "FINESS:990000010"),
        ("12A0000109", "FINESS:2A0000109"),
        ("399000000000028", "SIRET:99000000000028"),
        ("99000000000028", "SIRET:99000000000028"),
        ("419990000002001", "LOCAL:419990000002001"),
    ],
)
def test_structures_are_numbered_with_or_without_their_prefix(value, number):
    def renumber(found):
        found["a1"]["organization"] = {"identifier": {"value": value}}

    slot = read(changed("ps_good.json", renumber)).offers[0].slot
    assert slot.effecteur_id == Identifier.parse(number)


@pytest.mark.requirement("agg-psindiv@16", "agg-psindiv@17", "agg-psindiv@20")
@pytest.mark.parametrize("value", ["8123", "299000000000010", "1990000010 ", "A"])
def test_a_number_of_no_known_form_places_nothing(value):
    def renumber(found):
        found["a1"]["organization"]["identifier"]["value"] = value

    reading = read(changed("ps_good.json", renumber))
    assert accepted(reading) == ALL - {"a-1", "a-2"}
    assert (10, "organization.identifier.value") in aside(reading)


def test_the_internal_number_of_an_editor_is_never_taken_for_a_national_one():
    def renumber(found):
        number = found["a1"]["organization"]["identifier"]
        number["system"] = "https://agenda.example"

    assert (10, "organization.identifier") in aside(read(changed("ps_good.json", renumber)))


def test_a_wrong_check_digit_is_a_warning_while_published_samples_fail_it():
    def renumber(found):
        found["a"]["identifier"][0]["value"] = "819990000003"

    warnings = read(changed("ps_good.json", renumber)).offers[0].place.warnings
    assert warnings == ("RPPS:19990000003 : clé de contrôle fausse",)


def test_a_wrong_check_digit_is_refused_in_production():
    strict = Judgement(now=NOW, window=LIVE.window, digits=CheckDigits.ERROR)

    def renumber(found):
        found["a"]["identifier"][0]["value"] = "819990000003"

    reading = read(changed("ps_good.json", renumber), judgement=strict)
    assert accepted(reading) == {"b-1", "b-2"}
    assert (8, "identifier.value") in aside(reading)


def test_two_places_under_one_number_are_told_by_nobody():
    def same_number(found):
        found["a2"]["organization"] = found["a1"]["organization"]

    reading = read(changed("ps_good.json", same_number))
    assert accepted(reading) == set()
    assert "plusieurs lieux (31000, 31600)" in reading.defects[0].reason


def test_a_reason_never_repeats_a_value_that_may_be_a_name():
    def leak(found):
        found["a-1"]["status"] = "Jeanne Martin, 3 rue du Puits"

    (defect,) = read(changed("ps_good.json", leak)).defects
    assert defect.reason == "valeur '…' inconnue"


@pytest.mark.requirement("agg-psindiv@22", "agg-psindiv@31", "agg-psindiv@42")
def test_a_role_with_two_places_is_put_aside():
    def two(found):
        found["a1"]["location"].append({"reference": "#place"})

    assert (10, "location") in aside(read(changed("ps_good.json", two)))


@pytest.mark.requirement("agg-psindiv@21", "agg-psindiv@42", "agg-psindiv@43")
def test_an_agenda_and_its_place_must_name_the_same_practitioner():
    def swap(found):
        found["a1"]["practitioner"] = {"reference": "Practitioner/b"}

    reading = read(changed("ps_good.json", swap))
    assert (5, "actor") in aside(reading)
    assert accepted(reading) == ALL - {"a-1", "a-2"}


@pytest.mark.requirement("agg-psindiv@43")
@pytest.mark.parametrize(
    "reference",
    [
        "https://agenda.example/fhir/Schedule/agenda-a1",
        "Schedule/agenda-a1/_history/2",
        "https://other.example/Schedule/agenda-a1",
    ],
)
def test_references_may_be_absolute_or_versioned(reference):
    def refer(found):
        found["a-1"]["schedule"] = {"reference": reference}

    assert "a-1" in accepted(read(changed("ps_good.json", refer)))


def test_of_dated_copies_the_latest_wins():
    bundle = json.loads(fixture("ps_contradiction.json"))
    slots = [entry["resource"] for entry in bundle["entry"]]
    slots[0]["meta"]["lastUpdated"] = "2026-11-22T10:00:00+01:00"
    slots[3]["meta"]["lastUpdated"] = "2026-11-22T11:00:00+01:00"
    reading = read(json.dumps(bundle).encode())
    kept = next(o.slot for o in reading.offers if o.slot.slot_id.endswith("/a-1"))
    assert kept.window.start.isoformat() == "2026-11-23T09:30:00+01:00"
    assert aside(reading) == [(0, "id")]


def test_an_error_the_server_reports_makes_the_answer_partial():
    bundle = json.loads(fixture("ps_good.json"))
    bundle["entry"].append({"resource": json.loads(fixture("outcome_error.json"))})
    reading = read(json.dumps(bundle).encode())
    assert (reading.is_whole, aside(reading)) == (False, [(13, "issue")])


def test_a_total_that_counts_every_entry_is_a_known_habit():
    bundle = json.loads(fixture("ps_good.json"))
    bundle["total"] = len(bundle["entry"])
    assert read(json.dumps(bundle).encode()).is_whole


@pytest.mark.parametrize(
    "entry", [{}, {"resource": {}}, {"resource": None}, [], 3, {"resource": {"resourceType": "X"}}]
)
def test_an_entry_that_is_nothing_is_put_aside_alone(entry):
    bundle = json.loads(fixture("ps_good.json"))
    bundle["entry"].insert(0, entry)
    reading = read(json.dumps(bundle).encode())
    assert [defect.index for defect in reading.defects] == [0]
    assert accepted(reading) == ALL


@pytest.mark.requirement("agg-psindiv@14", "sas-sos-bundle-aggregator#type")
@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (b"[]", "document"),
        (b"{}", "resourceType"),
        (b'{"resourceType": "OperationOutcome"}', "resourceType"),
        (b'{"resourceType": "Bundle", "type": "collection"}', "type"),
        (b'{"resourceType": "Bundle", "type": "searchset", "entry": {}}', "entry"),
        (b"<html>", "document"),
        (b"", "document"),
        (b"[" * 100_000, "document"),
    ],
)
def test_what_is_no_search_answer_is_refused_whole(payload, field):
    with pytest.raises(PayloadRefused) as caught:
        read(payload)
    assert (caught.value.defect.index, caught.value.defect.field) == (None, field)
    assert caught.value.defect.raw == payload


def test_a_truncated_answer_is_refused_whole():
    with pytest.raises(PayloadRefused, match="coupé"):
        read(fixture("ps_truncated.json"))


def test_a_slot_put_aside_casts_doubt_on_its_place_only():
    reading = read(fixture("ps_past.json"))
    assert reading.is_whole
    assert reading.doubtful == {CABINET}


def test_a_slot_that_cannot_be_placed_casts_doubt_everywhere():
    assert not read(fixture("ps_merged_places.json")).is_whole


def test_a_slot_that_cannot_be_read_casts_doubt_everywhere():
    assert not read(fixture("ps_busy.json")).is_whole


@pytest.mark.requirement("fhir-r4@bdl-7")
def test_a_duplicate_casts_no_doubt():
    reading = read(fixture("ps_duplicate.json"))
    assert (reading.is_whole, reading.doubtful) == (True, frozenset())


def test_a_slot_shared_with_a_cpts_names_it():
    reading = read(fixture("cpts_one_without_community.json"), Flow.CPTS)
    assert [offer.communities for offer in reading.offers] == [(CPTS,)]
    assert aside(reading) == [(1, "serviceType")]


def test_the_consultation_places_of_one_association_are_told_apart():
    offers = read(fixture("sos_two_places.json"), Flow.SOS).offers
    assert [str(offer.slot.effecteur_id) for offer in offers] == [
        "LOCAL:99000000000010/501",
        "LOCAL:99000000000010/502",
    ]
    assert {offer.place.organization for offer in offers} == {ANNEXE}
    assert [offer.slot.practitioner for offer in offers] == [None, None]


def test_a_slot_marked_for_disabled_people_is_reserved_and_the_others_are_not():
    dedicated = {
        "coding": [
            {
                "system": "https://mos.esante.gouv.fr/NOS/TRE_R338-ModaliteAccueil/FHIR/TRE-R338-ModaliteAccueil",
                "code": "16",
            }
        ]
    }

    def mark(resources):
        resources["a-1"]["serviceType"].append(dedicated)

    reading = read(changed("ps_good.json", mark))
    assert {one.slot.slot_id for one in reading.offers if one.slot.reserved} == {"LOCAL:editor/a-1"}
    assert reading.unknown_codes == {}
