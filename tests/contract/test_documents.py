"""What is written as a document is read back the same, whatever it held."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.db.answers import read_answers
from adapters.db.documents import from_document, to_document
from regulation.effecteurs import Accessibility
from regulation.kernel.observed import Observed
from regulation.kernel.places import Position
from regulation.kernel.time import PARIS
from regulation.mobility import (
    AUTONOMIES,
    IMPAIRMENTS,
    UNKNOWN,
    AldAnswers,
    HomeAnswers,
    MobilityAnswers,
    Series,
)
from regulation.offers import Agenda, Slot
from tests.worlds import MMG_AT_14, MMG_ID, offer, slot

ASKED_OF_A_FEED = {"effecteur_id", "slots", "asked"}
answer = st.sampled_from([True, False, UNKNOWN, None])
whole = st.one_of(st.integers(-5, 60), st.sampled_from([UNKNOWN, None]))
mobility = st.builds(
    MobilityAnswers,
    age=st.one_of(st.none(), st.floats(0, 125)),
    oxygen=answer,
    walking_aid=answer,
    autonomy=st.sampled_from([*AUTONOMIES, UNKNOWN, None]),
    home=st.builds(HomeAnswers, floor=whole, lift=answer, steps=whole, can_use_stairs=answer),
    impairments=st.one_of(
        st.frozensets(st.sampled_from(IMPAIRMENTS)), st.sampled_from([UNKNOWN, None])
    ),
    ald=st.builds(AldAnswers, related=answer),
    series=st.one_of(
        st.none(),
        st.builds(
            Series,
            count=st.integers(1, 99),
            months=st.floats(0.5, 60),
            km_one_way=st.floats(0, 2000),
        ),
    ),
)
fields = st.dictionaries(
    st.text(min_size=1),
    st.one_of(
        st.booleans(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(),
        st.lists(st.text(), max_size=3).map(tuple),
    ),
    max_size=4,
)


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime


def through_json(thing: object) -> object:
    return json.loads(json.dumps(to_document(thing)))


@settings(max_examples=60, deadline=None)
@given(mobility)
def test_answers_keep_their_three_values(told: MobilityAnswers):
    document = through_json(told)
    assert isinstance(document, dict)
    assert read_answers(document) == told


@settings(max_examples=60, deadline=None)
@given(fields, st.timedeltas(min_value=timedelta(microseconds=1), max_value=timedelta(days=3650)))
def test_accessibility_keeps_the_type_of_each_fact(seen: dict[str, object], good_for: timedelta):
    facts = Observed(Accessibility(fields=seen), datetime(2026, 3, 1, tzinfo=UTC), "s", good_for)  # type: ignore[arg-type]
    back = from_document(through_json(facts), Observed[Accessibility])
    assert back == facts
    kinds = {name: type(value) for name, value in back.value.fields.items()}
    assert kinds == {name: type(value) for name, value in seen.items()}


@settings(max_examples=60, deadline=None)
@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001  in Paris just below
    st.sampled_from([0, 1]),
)
def test_an_instant_stays_the_same_point_in_time_even_in_the_hour_that_comes_twice(
    wall: datetime, fold: int
):
    told = wall.replace(tzinfo=PARIS, fold=fold)
    back = from_document(through_json(Moment(told)), Moment)
    assert back.at.astimezone(UTC) == told.astimezone(UTC)
    assert back.at.utcoffset() == told.utcoffset()


def test_a_position_is_written_as_its_degrees_alone_though_it_was_looked_up():
    place = Position(lat=43.6, lon=1.44)
    assert {place: "here"}[Position(lat=43.6, lon=1.44)] == "here"
    assert to_document(place) == {"lat": 43.6, "lon": 1.44}
    assert from_document({"lat": 43.6, "lon": 1.44}, Position) == place


def test_an_agenda_kept_before_it_told_when_its_first_slot_begins_is_read():
    (kept,) = offer(slot("creneau-1", MMG_ID, 120)).agendas.values()
    document = {name: value for name, value in to_document(kept).items() if name in ASKED_OF_A_FEED}
    found = from_document(document, Agenda)
    assert (found, found.first) == (kept, kept.first)


def test_a_slot_written_before_its_instants_were_worked_out_is_read():
    document = to_document(MMG_AT_14)
    for worked_out in ("begins", "ends"):
        document.pop(worked_out)
    read = from_document(document, Slot)
    assert read == MMG_AT_14
    assert (read.begins, read.ends) == (MMG_AT_14.begins, MMG_AT_14.ends)
