"""Who gets which of the things that several want: never twice, and least in all by the tiers."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from transport.solver.sharing_out import Offer, Shares

keys = st.tuples(*[st.integers(0, 3)] * 4)
offers = st.builds(Offer, keys, st.sampled_from(["s1", "s2"]) | st.none())
everybody = st.lists(st.lists(offers, min_size=1, max_size=3), min_size=1, max_size=4)


def total(chosen):
    return tuple(map(sum, zip(*(one.key for one in chosen), strict=True)))


def is_fair(chosen):
    claims = [one.claim for one in chosen if one.claim is not None]
    return len(claims) == len(set(claims))


@given(everybody)
@settings(max_examples=40, deadline=None)
def test_all_together_have_the_least_that_any_fair_sharing_out_gives(people):
    fair = [total(one) for one in product(*people) if is_fair(one)]
    given = Shares(people).least(1.0)
    if given is None:
        assert not fair
        return
    chosen = [mine[which] for mine, which in zip(people, given, strict=True)]
    assert is_fair(chosen)
    assert total(chosen) == min(fair)


def test_without_time_nothing_is_shared_out():
    wanted = [[Offer((0, n, 0, 0), "s"), Offer((0, 9, 0, 0), None)] for n in range(3)]
    assert Shares(wanted).least(0.0) is None
