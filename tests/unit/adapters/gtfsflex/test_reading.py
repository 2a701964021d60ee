"""A service on demand as GTFS-Flex tells it: its rules and windows, ordinary stops left alone."""

import io
import zipfile
from pathlib import Path

import pytest

from adapters.gtfsflex.files import read_gtfs_flex
from adapters.kit.ingest import UnreadableFile
from adapters.kit.judgement import FORM_ONLY

FIXTURES = Path(__file__).parents[3] / "fixtures/gtfsflex"
TABLES = ("booking_rules.txt", "stop_times.txt", "trips.txt")


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, (FIXTURES / name).read_bytes())
    return buffer.getvalue()


def test_rules_are_read_and_those_that_cannot_be_are_put_aside():
    found = read_gtfs_flex((FIXTURES / "booking_rules.txt").read_bytes(), FORM_ONLY)
    assert [(one["id"], one["booking"]) for one in found.objects] == [
        ("LOCAL:immediat", "REAL_TIME"),
        ("LOCAL:deux_heures", "SAME_DAY"),
        ("LOCAL:la_veille", "PRIOR_DAYS"),
        ("LOCAL:ouvres", "PRIOR_DAYS"),
    ]
    assert found.objects[3]["counts_service_days"] is True
    assert [(one.index, one.field) for one in found.defects] == [
        (4, "prior_notice_duration_min"),
        (5, "booking_type"),
        (6, "booking_rule_id"),
        (7, "booking_rule_id"),
        (8, "prior_notice_duration_min"),
    ]


def test_windows_are_read_with_their_rules_and_what_is_said_of_wheelchairs():
    found = read_gtfs_flex(zipped(*TABLES), FORM_ONLY)
    windows = [one for one in found.objects if one["kind"] == "flex_window"]
    assert [(one["place"], one["opens"], one["closes"], one["wheelchair"]) for one in windows] == [
        ("lauragais", "06:00", "20:00", "OK"),
        ("gares", "06:00", "26:00", "OK"),
    ]
    assert (windows[0]["pickup_rule"], windows[1]["drop_off_rule"]) == ("deux_heures", "la_veille")
    assert [(one.index, one.field) for one in found.defects[5:]] == [
        (3, "end_pickup_drop_off_window"),
        (4, "pickup_booking_rule_id"),
        (5, "location_id"),
        (6, "pickup_booking_rule_id"),
        (7, "start_pickup_drop_off_window"),
    ]


def test_a_wheelchair_nobody_told_of_is_unknown():
    found = read_gtfs_flex(zipped("booking_rules.txt", "stop_times.txt"), FORM_ONLY)
    assert {one["wheelchair"] for one in found.objects if one["kind"] == "flex_window"} == {
        "UNKNOWN"
    }


def test_a_gtfs_without_booking_rules_is_none_of_ours():
    with pytest.raises(UnreadableFile, match=r"booking_rules\.txt"):
        read_gtfs_flex(zipped("trips.txt"), FORM_ONLY)


def test_a_table_of_another_form_is_put_aside_whole():
    (defect,) = read_gtfs_flex(b"a,b\n1,2\n", FORM_ONLY).defects
    assert (defect.index, defect.field) == (None, "booking_rule_id")
