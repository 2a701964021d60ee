"""A refreshed list does not move under the hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.eligibility import Exclusion
from regulation.proposals import Orientation
from services.console.kept import Cause, Change, Seen, lines, read_seen, reasons_gone, seen_of
from services.console.proposals import ShownAnswer, ShownProposal
from tests.worlds import MMG_AT_14, offer


def proposal(place: str, rank: int, clock: str = "20:40", digest: str = "d") -> ShownProposal:
    return ShownProposal(
        key=f"CONSULTATION|{place}",
        digest=digest,
        rank=rank,
        kind="Consultation",
        clock=clock,
        day="",
        title=place,
        way="",
        home="",
        cost="",
        payer="",
        payer_state="plain",
        facts=(),
        stops=(),
        said="",
        reasons=(),
        warnings=(),
        terms=(),
        ends_here=False,
    )


def answer(*places: str) -> ShownAnswer:
    return ShownAnswer(
        proposals=tuple(proposal(place, rank) for rank, place in enumerate(places, start=1)),
        left_out=(),
        proven="",
        snapshot_id="s",
        rules_version="r",
    )


def seen(*places: str) -> tuple[Seen, ...]:
    return tuple(seen_of(proposal(place, 1)) for place in places)


def key(place: str) -> str:
    return f"CONSULTATION|{place}"


def test_at_first_the_best_is_chosen():
    found = lines(answer("A", "B"), (), "", Cause.SAID, {})
    assert [(one.seen.title, one.chosen, one.change) for one in found] == [
        ("A", True, Change.SAME),
        ("B", False, Change.SAME),
    ]


def test_the_first_line_follows_the_ranking_while_the_call_is_told():
    found = lines(answer("B", "A"), seen("A", "B"), key("A"), Cause.SAID, {})
    assert [(one.seen.title, one.chosen) for one in found] == [("B", True), ("A", False)]


def test_a_line_chosen_by_hand_stays_where_it_was():
    found = lines(answer("B", "C", "A"), seen("A", "B", "C"), key("B"), Cause.SAID, {})
    assert [(one.seen.title, one.chosen) for one in found] == [
        ("C", False),
        ("B", True),
        ("A", False),
    ]


def test_the_first_line_stays_when_the_offer_moves_by_itself():
    found = lines(answer("B", "A"), seen("A", "B"), key("A"), Cause.OFFER, {})
    assert [(one.seen.title, one.chosen) for one in found] == [("A", True), ("B", False)]


def test_what_died_stays_struck_with_the_reason():
    gone = {key("B"): "sans créneau"}
    found = lines(answer("A", "C"), seen("A", "B", "C"), key("B"), Cause.OFFER, gone)
    assert [(one.seen.title, one.change) for one in found] == [
        ("A", Change.SAME),
        ("B", Change.DEAD),
        ("C", Change.SAME),
    ]
    assert found[1].note == "sans créneau"
    assert found[1].chosen


def test_lines_that_die_of_what_is_told_leave_but_the_chosen_one():
    found = lines(answer("A"), seen("A", "B", "C"), key("C"), Cause.SAID, {})
    assert [one.seen.title for one in found] == ["A", "C"]
    assert found[1].change is Change.DEAD


def test_a_new_time_is_told_with_the_old_one():
    moved = replace(answer("A"), proposals=(proposal("A", 1, clock="21:00", digest="e"),))
    found = lines(moved, seen("A"), key("A"), Cause.OFFER, {})
    assert found[0].change is Change.CHANGED
    assert found[0].note == "était à 20:40"


def test_a_newcomer_is_marked_when_the_offer_moves():
    found = lines(answer("A", "B"), seen("A"), key("A"), Cause.OFFER, {})
    assert [one.change for one in found] == [Change.SAME, Change.NEW]


@pytest.mark.parametrize("sent", ["", "key=A", "%%%", "key=A&digest=b&clock=c"])
def test_what_makes_no_sense_is_not_a_line(sent: str):
    assert read_seen([sent]) == ()


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_a_line_shows_survives_the_page(title: str, clock: str):
    told = Seen(key="A|B", digest="d", clock=clock, title=title)
    assert read_seen([told.encoded]) == (told,)


PLACES = st.lists(st.sampled_from("ABCDE"), unique=True, max_size=5)


@given(PLACES, PLACES, st.sampled_from("ABCDE"), st.sampled_from(Cause))
def test_every_proposal_is_shown_once_and_one_line_is_chosen(now, before, chosen, cause):
    found = lines(answer(*now), seen(*before), key(chosen), cause, {})
    titles = [one.seen.title for one in found]
    assert len(titles) == len(set(titles))
    assert set(now) <= set(titles)
    assert sum(one.chosen for one in found) == (1 if found and (now or chosen in titles) else 0)
    if cause is Cause.OFFER:
        assert set(titles) == set(now) | set(before)


@given(PLACES.filter(bool), PLACES.filter(bool), st.sampled_from(Cause))
def test_the_line_under_the_hand_keeps_its_place(now, before, cause):
    held = before[-1]
    found = lines(answer(*now), seen(*before), key(held), cause, {})
    at = [one.seen.title for one in found]
    if cause is Cause.OFFER or (held != before[0]):
        assert held in at
        assert at.index(held) == min(before.index(held), len(at) - 1)


def test_why_a_place_is_gone_is_told_of_its_second_line_too():
    surgery = next(iter(offer(MMG_AT_14).effecteurs.values()))
    gone = Exclusion(
        effecteur_id=surgery.effecteur_id, rule_id="ELIG-FERME", reason="Fermé pour congés.",
        source="essai",
    )  # fmt: skip
    orientation = Orientation(
        case_id="appel", snapshot_id="photo", rules_version="r", solver=None, proposals=(),
        excluded=(gone,),
    )  # fmt: skip
    place = str(surgery.effecteur_id)
    told = reasons_gone(seen(place, f"{place}|2"), orientation, offer(MMG_AT_14))
    assert set(told.values()) == {"Fermé pour congés."}
