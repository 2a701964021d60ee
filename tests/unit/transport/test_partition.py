"""The best combination of routes met, on programmes small enough to be read."""

import numpy as np
import pytest
from scipy import sparse

from transport.solver import partition
from transport.solver.partition import Thoroughness, _best_dive, _Programme, _relax, _rounded

SIX = range(6)


def six_pairs_and_a_fleet_of_five():
    """Each pair by a route of its own, dear routes that carry one of every pair: no five whole
    routes of the pairs carry everybody, though parts of six do."""
    pairs = [(2 * one, 2 * one + 1) for one in SIX]
    mixed = [[2 * one for one in SIX], [2 * one + 1 for one in SIX]]
    rows = 12 + 1 + 12  # rides, fleet, journeys
    columns = []
    for rides in (*pairs, *mixed):
        column = np.zeros(rows)
        column[list(rides)] = 1.0
        column[12] = 1.0
        columns.append(column)
    for ride in range(12):
        option, left_out = np.zeros(rows), np.zeros(rows)
        option[[ride, 13 + ride]] = -1.0, 1.0
        left_out[13 + ride] = 1.0
        columns += [option, left_out]
    cost = [*[10.0] * 6, 100.0, 100.0, *[0.0, 400.0] * 12]
    high = np.concatenate([np.full(12, np.inf), [5.0], np.ones(12)])
    low = np.concatenate([np.zeros(13), np.ones(12)])
    return _Programme(
        matrix=sparse.csr_matrix(np.array(columns).T),
        cost=np.array(cost),
        low=low,
        high=high,
        routes=8,
    )


def test_a_dive_that_leaves_somebody_without_a_route_chooses_nothing():
    programme = six_pairs_and_a_fleet_of_five()
    relaxed = _relax(programme)
    assert relaxed is not None
    assert relaxed.values[:6] == pytest.approx(np.full(6, 0.75))
    assert not _rounded(programme, relaxed, width=1500, astray=np.zeros(len(programme.cost))).any()


def test_a_dive_whose_routes_go_together_carries_everybody(monkeypatch):
    monkeypatch.setattr(partition, "MOSTLY", 2.0)  # one route at a time
    programme = six_pairs_and_a_fleet_of_five()
    relaxed = _relax(programme)
    assert relaxed is not None
    chosen = _rounded(programme, relaxed, width=1500, astray=np.zeros(len(programme.cost)))
    covered = programme.matrix @ chosen
    assert (covered >= programme.low).all()
    assert (covered <= programme.high).all()
    assert not chosen[9::2].any()  # nobody is left out


def test_more_dives_never_make_the_plan_dearer_and_chance_comes_from_the_seed(monkeypatch):
    monkeypatch.setattr(partition, "MOSTLY", 2.0)
    programme = six_pairs_and_a_fleet_of_five()
    relaxed = _relax(programme)
    assert relaxed is not None

    def best_of(dives, seed):
        how = Thoroughness(dives=dives, noise=5.0)
        return _best_dive(programme, relaxed, 0.0, how, np.random.default_rng(seed))

    straight = programme.cost[best_of(1, 0)].sum()
    for seed in range(5):
        assert programme.cost[best_of(6, seed)].sum() <= straight
        assert (best_of(6, seed) == best_of(6, seed)).all()
