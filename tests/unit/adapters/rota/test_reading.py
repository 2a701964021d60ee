"""Turns of duty come out of calendars and tables; what is unsure is put aside."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.kit.departments import Department
from adapters.kit.ingest import Ingested, UnreadableFile
from adapters.kit.judgement import FORM_ONLY, Judgement
from adapters.rota.files import READERS
from adapters.rota.mapping import Telling, places_of
from adapters.rota.tables import read_rota
from regulation.kernel.time import TimeWindow

FIXTURES = Path(__file__).parents[3] / "fixtures/rota"
NOW = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
DATED = Judgement(now=NOW, area=Department("31"))


def read(name: str, judgement: Judgement = FORM_ONLY) -> Ingested:
    feed = f"rota-{name.rpartition('.')[2]}"
    return READERS[feed]((FIXTURES / name).read_bytes(), judgement)


def turns(name: str, judgement: Judgement = FORM_ONLY) -> list[dict[str, Any]]:
    return [dict(one) for one in read(name, judgement).objects]


def aside(found: Ingested) -> list[tuple[int | None, str]]:
    return [(one.index, one.field) for one in found.defects]


def times(name: str, judgement: Judgement = FORM_ONLY) -> list[tuple[str, str]]:
    return [(one["start"], one["end"]) for one in turns(name, judgement)]


class TestCalendars:
    def test_an_exhaustive_calendar_is_read_whole(self):
        found = turns("good.ics", DATED)
        assert [one["effecteur_id"] for one in found] == [
            *("FINESS:990000010", "FINESS:990000028", "FINESS:990000028"),
            *("SIRET:99900002900010", None, "FINESS:990000010", "FINESS:990000010"),
        ]
        assert read("good.ics", DATED).defects == ()

    def test_a_recurring_duty_gives_its_turns_less_its_exceptions(self):
        starts = [one["start"] for one in turns("good.ics") if one["uid"] == "semaine@essai"]
        assert starts == ["2026-11-23T20:00:00+01:00", "2026-12-21T20:00:00+01:00"]

    def test_a_mobile_unit_stands_where_and_when_it_says(self):
        (bus,) = (one for one in turns("good.ics") if one["type"] == "UNITE_MOBILE")
        assert bus["position"] == {"lat": 43.2096, "lon": 1.2318}
        assert (bus["start"], bus["booking"]) == ("2026-11-26T09:00:00+01:00", "WALKIN")

    def test_a_day_and_a_duration_are_ends_too(self):
        assert times("good.ics")[-2:] == [
            ("2026-12-25T00:00:00+01:00", "2026-12-26T00:00:00+01:00"),
            ("2026-12-24T20:00:00+01:00", "2026-12-25T08:00:00+01:00"),
        ]

    def test_a_night_keeps_the_clock_on_the_wall_when_the_hour_changes(self):
        assert times("dst.ics") == [
            ("2026-10-24T20:00:00+02:00", "2026-10-25T08:00:00+01:00"),
            ("2026-10-25T20:00:00+01:00", "2026-10-26T08:00:00+01:00"),
            ("2027-03-27T20:00:00+01:00", "2027-03-28T08:00:00+02:00"),
            ("2027-03-28T20:00:00+02:00", "2027-03-29T08:00:00+02:00"),
        ]

    def test_the_last_sequence_wins_and_the_others_are_put_aside(self):
        (turn,) = (one for one in turns("updates.ics") if one["uid"] == "a@essai")
        assert (turn["sequence"], turn["start"]) == (2, "2026-11-23T21:00:00+01:00")
        assert aside(read("updates.ics"))[:2] == [(0, "sequence"), (2, "sequence")]

    def test_a_cancelled_duty_is_told_as_cancelled(self):
        cancelled = [(one["uid"], one["start"]) for one in turns("updates.ics") if one["cancelled"]]
        assert cancelled == [
            ("b@essai", "2026-11-25T20:00:00+01:00"),
            ("c@essai", "2026-11-25T20:00:00+01:00"),
        ]

    def test_one_turn_of_a_series_may_move(self):
        starts = [one["start"] for one in turns("updates.ics") if one["uid"] == "c@essai"]
        assert starts[1] == "2026-11-24T21:00:00+01:00"

    def test_a_tentative_duty_is_not_confirmed(self):
        (turn,) = (one for one in turns("updates.ics") if one["uid"] == "d@essai")
        assert turn["confirmed"] is False

    def test_duplicates_are_one_and_copies_that_disagree_all_go(self):
        assert aside(read("updates.ics"))[2:] == [(9, "uid"), (10, "uid"), (11, "uid")]

    def test_bad_events_are_put_aside_with_the_property_at_fault(self):
        found = read("bad_events.ics", DATED)
        assert [one["uid"] for one in map(dict, found.objects)] == ["12@essai"]
        assert aside(found) == [
            (0, "uid"),
            (1, "dtend"),
            (2, "dtstart"),
            (3, "dtstart"),
            (4, "dtstart"),
            (5, "x-finess"),
            (6, "dtstart"),
            (7, "rrule"),
            (8, "dtend"),
            (9, "dtend"),
            (10, "geo"),
            (11, "dtend"),
        ]

    def test_a_wrong_zone_and_none_are_each_said(self):
        reasons = {one.index: one.reason for one in read("bad_events.ics").defects}
        assert reasons[2] == "n'a pas de fuseau : l'instant est inconnu"
        assert reasons[3] == "le fuseau 'Mars/Base' est inconnu"
        assert "aucune heure légale de France" in reasons[4]

    def test_the_zone_of_the_calendar_is_that_of_its_times_without_one(self):
        assert times("floating_with_zone.ics")[0][0] == "2026-11-23T20:00:00+01:00"

    def test_a_truncated_calendar_loses_its_last_event_only(self):
        found = read("truncated.ics")
        assert aside(found) == [(2, "document")]
        assert len(found.objects) == 3

    def test_an_endless_series_is_told_for_eight_weeks(self):
        assert len(turns("endless.ics")) == 8

    @pytest.mark.parametrize(
        ("rule", "said"),
        [
            ("FREQ=DAILY;INTERVAL=0", "a un intervalle nul : elle n'avance jamais"),
            ("FREQ=WEEKLY\r\nRRULE:FREQ=DAILY", "est là plusieurs fois : laquelle suivre ?"),
            (
                "FREQ=DAILY;BYHOUR=8,20",
                "revient plus d'une fois par jour : aucune garde ne le fait",
            ),
        ],
    )
    def test_a_rule_nobody_can_follow_is_put_aside_and_not_followed(self, rule, said):
        raw = (FIXTURES / "endless.ics").read_bytes()
        found = READERS["rota-ics"](raw.replace(b"FREQ=WEEKLY;BYDAY=MO", rule.encode()), FORM_ONLY)
        assert [(one.field, one.reason) for one in found.defects] == [("rrule", said)]

    @pytest.mark.parametrize(
        "rule",
        [
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
            "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=31;UNTIL=20301231T000000Z",
            "FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1;COUNT=4",
            "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
            "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
            "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
            "FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29;BYYEARDAY=61",
        ],
    )
    def test_a_rule_that_never_falls_is_told_and_the_other_events_are_read(self, rule):
        others = turns("good.ics")
        raw = b"".join((FIXTURES / name).read_bytes() for name in ("endless.ics", "good.ics"))
        found = READERS["rota-ics"](raw.replace(b"FREQ=WEEKLY;BYDAY=MO", rule.encode()), FORM_ONLY)
        (told,) = found.defects
        assert (told.index, told.field) == (0, "rrule")
        assert told.reason.endswith(" ne tombe aucun jour en 40 ans")
        assert rule.split(";")[0] in told.reason
        assert [dict(one) for one in found.objects] == others

    @pytest.mark.parametrize(
        "rule",
        [
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO",
            "FREQ=MONTHLY;BYDAY=5MO",
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            "FREQ=YEARLY;BYWEEKNO=53",
            "FREQ=YEARLY;INTERVAL=3;BYYEARDAY=366",
            "FREQ=WEEKLY;INTERVAL=6;BYDAY=MO,SU",
        ],
    )
    def test_a_rule_that_seldom_falls_is_followed(self, rule):
        raw = (FIXTURES / "endless.ics").read_bytes()
        found = READERS["rota-ics"](raw.replace(b"FREQ=WEEKLY;BYDAY=MO", rule.encode()), FORM_ONLY)
        assert found.objects
        assert found.defects == ()

    def test_calendars_put_one_after_the_other_are_all_read(self):
        raw = b"".join((FIXTURES / name).read_bytes() for name in ("endless.ics", "good.ics"))
        found = READERS["rota-ics"](raw, FORM_ONLY)
        alone = [*turns("endless.ics"), *turns("good.ics")]
        assert (len(found.objects), found.defects) == (len(alone), ())

    def test_a_calendar_that_takes_back_is_not_read_as_the_one_it_follows(self):
        raw = (FIXTURES / "endless.ics").read_bytes()
        back = raw.replace(b"VERSION:2.0", b"VERSION:2.0\r\nMETHOD:CANCEL")
        with pytest.raises(UnreadableFile, match="ne se lisent pas de même"):
            READERS["rota-ics"](raw + back, FORM_ONLY)

    def test_a_rota_of_the_next_quarter_is_not_past(self):
        later = Judgement(now=datetime(2026, 7, 1, tzinfo=UTC))
        assert read("good.ics", later).defects == ()

    def test_a_series_that_is_over_is_past(self):
        assert aside(read("dst.ics", Judgement(now=datetime(2027, 6, 1, tzinfo=UTC)))) == [
            (0, "dtend"),
            (1, "dtend"),
        ]

    def test_what_is_required_is_enough_and_empty_elements_stay_unknown(self):
        (turn,) = turns("required_only.ics")
        assert (turn["effecteur_id"], turn["type"], turn["name"]) == (None, None, None)

    def test_a_calendar_without_events_is_empty(self):
        assert read("empty.ics") == Ingested(objects=(), defects=())

    @pytest.mark.parametrize("content", [b"", b"date,start,end\n", b"{}"])
    def test_what_is_no_calendar_is_refused(self, content):
        with pytest.raises(UnreadableFile, match="n'est pas un calendrier"):
            READERS["rota-ics"](content, FORM_ONLY)

    @settings(max_examples=40, deadline=None)
    @given(
        at=st.integers(min_value=20, max_value=3000), byte=st.integers(min_value=1, max_value=255)
    )
    def test_bytes_damaged_on_the_way_never_raise(self, at, byte):
        damaged = bytearray((FIXTURES / "good.ics").read_bytes())
        damaged[20 + at % (len(damaged) - 40)] = byte  # within the first and last lines
        found = READERS["rota-ics"](bytes(damaged), DATED)
        assert all(one["start"] < one["end"] for one in map(dict[str, Any], found.objects))


class TestTables:
    def test_an_exhaustive_table_is_read_whole(self):
        first = turns("good.csv", DATED)[0]
        assert (first["effecteur_id"], first["type"], first["remark"]) == (
            "FINESS:990000010",
            "PHARMACIE",
            "sonner",
        )
        assert times("good.csv") == [
            ("2026-11-22T20:00:00+01:00", "2026-11-23T08:00:00+01:00"),
            ("2026-11-23T20:00:00+01:00", "2026-11-24T08:00:00+01:00"),
            ("2026-11-29T08:00:00+01:00", "2026-11-30T00:00:00+01:00"),
        ]

    def test_french_headers_semicolons_and_the_old_encoding_are_read_alike(self):
        assert times("good_french_latin1.csv") == times("good.csv")
        assert turns("good_french_latin1.csv")[1]["name"] == "Pharmacie du Modèle"

    def test_what_is_required_is_enough(self):
        assert turns("required_only.csv")[0]["effecteur_id"] == "FINESS:990000010"

    def test_a_table_without_turns_is_empty(self):
        assert read("empty.csv") == Ingested(objects=(), defects=())

    def test_schema_drift_puts_the_whole_table_aside(self):
        (defect,) = read("drift.csv").defects
        assert (defect.index, defect.field) == (None, "date")

    def test_bad_rows_are_put_aside_with_the_column_at_fault(self):
        found = read("bad_rows.csv", DATED)
        assert aside(found) == [
            (0, "date"),
            (1, "start"),
            (2, "start"),
            (3, "finess"),
            (4, "finess"),
            (5, "row"),
            (6, "start"),
            (7, "end"),
            (8, "sequence"),
            (10, "uid"),
            (12, "booking"),
            (13, "address"),
        ]

    def test_an_hour_that_does_not_exist_is_refused(self):
        reasons = {one.index: one.reason for one in read("bad_rows.csv").defects}
        assert reasons[6] == "02:30 n'existe pas le 29/03/2026 : on change d'heure"

    def test_turns_that_are_over_are_counted_together_whatever_their_hour(self):
        late = Judgement(now=NOW + timedelta(days=30))
        reasons = [one.reason for one in read("good.csv", late).defects]
        assert len(reasons) > 1
        assert set(reasons) == {"est passé"}

    @given(
        day=st.dates(min_value=datetime(2025, 1, 1).date(), max_value=datetime(2028, 1, 1).date()),  # noqa: DTZ001
        start=st.integers(min_value=6 * 60, max_value=23 * 60),
        length=st.integers(min_value=15, max_value=23 * 60),
    )
    def test_a_turn_reads_back_by_the_clock_on_the_wall(self, day, start, length):
        end = (start + length) % (24 * 60)
        if 2 * 60 <= end < 3 * 60:
            end = 3 * 60  # an hour that may not exist
        row = f"{day},{start // 60:02}:{start % 60:02},{end // 60:02}:{end % 60:02},990000010"
        (turn,) = read_rota(f"date,start,end,finess\n{row}\n".encode(), FORM_ONLY).turns
        (told,) = READERS["rota-csv"](f"date,start,end,finess\n{row}\n".encode(), FORM_ONLY).objects
        assert dict[str, Any](told)["start"].startswith(f"{day}T{start // 60:02}:{start % 60:02}")
        assert turn.window.start < turn.window.end


def places(name: str, around: TimeWindow):
    found = read_rota((FIXTURES / name).read_bytes(), FORM_ONLY).turns
    telling = Telling(around=around, seen_at=NOW, source="rota", feed="rota-csv", validity={})
    return {one.record_id: one for one in places_of(found, telling)}


def test_turns_add_up_by_place_and_cancelled_ones_count_for_nothing():
    week = TimeWindow(NOW, NOW + timedelta(days=7))
    (place,) = places("bad_rows.csv", week).values()
    assert place.openings is not None
    assert [window.start.isoformat() for window in place.openings.duty] == [
        "2026-11-24T20:00:00+00:00",
        "2026-11-27T19:00:00+00:00",
    ]
