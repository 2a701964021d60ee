"""A service on demand as GOFS-lite tells it: each record read, or put aside with its reason."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from adapters.gofs.files import read_gofs
from adapters.gofs.mapping import Stamp, rule_of
from adapters.kit.booking_rules import BookingType
from adapters.kit.departments import Department
from adapters.kit.ingest import Json, UnreadableFile
from adapters.kit.judgement import FORM_ONLY, Judgement
from regulation.kernel.time import PARIS

FIXTURES = Path(__file__).parents[3] / "fixtures/gofs"
NOW = datetime.fromisoformat("2026-11-28T19:40:00+01:00")
HERE = Judgement(now=NOW, area=Department("31"))


def sent(name: str) -> bytes:
    return (FIXTURES / f"{name}.json").read_bytes()


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(f"tad/{name}.json", sent(name))
    return buffer.getvalue()


def reasons(raw: bytes, judgement: Judgement = HERE) -> list[tuple[int | None, str]]:
    return [(one.index, one.field) for one in read_gofs(raw, judgement).defects]


def of_kind(objects: Sequence[Json], kind: str) -> list[Json]:
    return [one for one in objects if one["kind"] == kind]


def test_booking_rules_are_read_with_the_zones_they_hold_between():
    found = read_gofs(sent("booking_rules"), HERE)
    assert found.defects == ()
    assert [one["booking"] for one in found.objects] == [
        *("REAL_TIME", "SAME_DAY", "PRIOR_DAYS", "PRIOR_DAYS")
    ]
    assert found.objects[1] == {
        "kind": "booking_rule",
        "from_zones": ["lauragais"],
        "to_zones": ["lauragais", "toulouse"],
        "booking": "SAME_DAY",
        "notice_min": 120,
        "last_day": None,
        "last_time": None,
        "counts_service_days": False,
        "phone": "+33561000001",
        "booking_url": "https://tad.example/reserver",
        "source": "gofs",
        "observed_at": "2026-11-28T18:00:00+01:00",
        "valid_until": "2026-11-29T18:00:00+01:00",
    }


@pytest.mark.parametrize(
    ("index", "closes_at"),
    [
        (0, "2026-11-30T14:00:00+01:00"),
        (1, "2026-11-30T12:00:00+01:00"),
        (2, "2026-11-29T17:00:00+01:00"),
        (3, None),
    ],
)
def test_until_when_one_may_book_is_told_or_said_to_be_unknown(index: int, closes_at: str | None):
    raw = json.dumps(json.loads(sent("booking_rules"))["data"]["booking_rules"][index]).encode()
    rule = rule_of(raw, Stamp(observed_at=NOW, valid_until=NOW)).rule
    pickup_at = datetime.fromisoformat("2026-11-30T14:00:00+01:00")
    last = None if closes_at is None else datetime.fromisoformat(closes_at)
    assert rule.closes_at(pickup_at, PARIS) == last
    if last is None:
        assert rule.may_book(NOW, pickup_at, PARIS) is None
    else:
        assert rule.may_book(last, pickup_at, PARIS) is True
        assert rule.may_book(last + timedelta(seconds=1), pickup_at, PARIS) is False
    assert rule.kind in set(BookingType)


def test_a_rule_that_lacks_what_its_kind_needs_is_put_aside_and_the_others_are_kept():
    found = read_gofs(sent("broken_rules"), HERE)
    assert len(found.objects) == 1
    assert [(one.index, one.field) for one in found.defects] == [
        (0, "prior_notice_duration_min"),
        (1, "booking_type"),
        (2, "prior_notice_duration_min"),
        (3, "prior_notice_last_day"),
        (4, "prior_notice_last_time"),
        (5, "prior_notice_duration_min"),
        (6, "booking_type"),
    ]
    assert b'"booking_type": 7' in found.defects[1].raw


def test_a_capacity_is_a_number_or_a_text_and_a_wheelchair_nobody_told_of_is_unknown():
    found = read_gofs(sent("vehicle_types"), HERE)
    assert [(one["seats"], one["wheelchair"]) for one in found.objects] == [
        (8, "OK_WITH_HELP"),
        (4, "NO"),
        (None, "UNKNOWN"),
    ]
    assert reasons(sent("vehicle_types")) == [(3, "max_capacity")]


def test_a_zone_elsewhere_nowhere_or_upside_down_is_put_aside():
    found = read_gofs(sent("zones"), HERE)
    assert [one["id"] for one in found.objects] == ["LOCAL:lauragais", "LOCAL:toulouse"]
    assert found.objects[0]["bbox"] == pytest.approx([1.6, 43.4, 1.8, 43.6])
    assert reasons(sent("zones")) == [
        *((2, "geometry.coordinates"), (3, "geometry"), (4, "geometry.coordinates"))
    ]
    assert len(read_gofs(sent("zones"), FORM_ONLY).objects) == 3


def test_a_calendar_that_is_over_or_upside_down_is_put_aside():
    assert reasons(sent("calendars")) == [(1, "end_date"), (2, "end_date"), (3, "days")]


def test_how_long_one_waits_is_known_for_its_ttl_only():
    at = datetime.fromisoformat("2026-11-28T18:00:30+01:00")
    found = read_gofs(sent("wait_times"), Judgement(now=at))
    assert found.objects[0]["wait_s"] == 900
    assert reasons(sent("wait_times")) == [(0, "last_updated")]


def test_all_the_files_together_are_held_to_the_ids_they_name():
    names = [path.stem for path in FIXTURES.glob("*.json") if path.stem != "broken_rules"]
    found = read_gofs(zipped(*sorted(names)), HERE)
    assert len(of_kind(found.objects, "booking_rule")) == 4
    assert len(of_kind(found.objects, "operating_rule")) == 1
    assert of_kind(found.objects, "service")[0]["name"] == "TAD synthétique du Lauragais"
    assert ("from_zone_id", "'ailleurs' n'est dans aucun fichier du flux") in [
        (one.field, one.reason) for one in found.defects
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"last_updated": "hier"}, "last_updated"),
        ({"last_updated": "2026-11-28T18:00:00"}, "last_updated"),
        ({"last_updated": "2026-11-28T20:00:00+01:00"}, "last_updated"),
        ({"ttl": -1}, "ttl"),
        ({"data": {}}, "data"),
        ({"data": {"booking_rules": 3}}, "document"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_put_aside_whole(change: dict[str, object], field: str):
    document = json.loads(sent("booking_rules")) | change
    assert reasons(json.dumps(document).encode()) == [(None, field)]


def test_a_posix_time_is_an_instant_too():
    document = json.loads(sent("booking_rules")) | {"last_updated": int(NOW.timestamp())}
    (first, *_) = read_gofs(json.dumps(document).encode(), HERE).objects
    assert first["observed_at"] == "2026-11-28T18:40:00+00:00"


def test_what_is_neither_json_nor_a_zip_is_refused():
    with pytest.raises(UnreadableFile):
        read_gofs(b"pas du JSON", HERE)
    with pytest.raises(UnreadableFile):
        read_gofs(zipped("gofs").replace(b"tad.example", b"tad.exemple"), HERE)
