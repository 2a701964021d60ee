"""A proposal that costs the patient less says so, on the screen and over HTTP."""

from dataclasses import replace

from regulation.proposals import OrientationProposal, ProposalKind
from services.console.proposals import keys_of, shown_proposal
from services.schemas.answers import ProposalOut
from services.schemas.orientation import proposal_out
from tests.worlds import NOON

RANKED = OrientationProposal(
    rank=3, kind=ProposalKind.CONSULTATION, objective={}, explanation=("Consultation.",)
)
SPARING = replace(RANKED, rank=4, spares_cents=1250)


def test_what_is_spared_is_marked_on_its_line():
    (mark,) = shown_proposal(SPARING, NOON).facts
    assert (mark.text, mark.state) == ("12,50 € de transport de moins", "ok")
    assert not shown_proposal(RANKED, NOON).facts


def test_a_cheaper_way_to_a_place_is_another_line_than_the_ranked_one():
    ranked, sparing = keys_of([RANKED, SPARING])
    assert ranked != sparing


def test_a_place_keeps_its_line_whether_it_is_ranked_or_spares():
    assert keys_of([SPARING]) == keys_of([RANKED])


def test_what_is_spared_is_told_over_http_where_something_is():
    assert ProposalOut.model_validate(proposal_out(SPARING)).spares_eur_cents == 1250
    assert "spares_eur_cents" not in proposal_out(RANKED)
