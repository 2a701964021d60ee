"""Deciles of income are attributed by kind of commune, and say what people live on."""

from collections import Counter

from adapters.territory.territory import Density
from simulations.demand.incomes import DECILES, Incomes
from simulations.demand.parameters import read_demand
from simulations.draws import Draws

INCOMES = Incomes(read_demand(), Draws(1))


def drawn(density):
    return Counter(INCOMES.decile(density, f"appel-{number}") for number in range(3000))


def test_deciles_go_from_one_to_ten_and_follow_the_kind_of_commune():
    dense, sparse = drawn(Density.DENSE), drawn(Density.SPARSE)
    assert set(dense) == set(sparse) == set(range(1, DECILES + 1))
    assert dense[10] > sparse[10]


def test_the_richer_live_on_more_and_the_mean_is_one():
    told = [INCOMES.multiple(decile) for decile in range(1, DECILES + 1)]
    assert told == sorted(told)
    assert abs(sum(told) / DECILES - 1) < 1e-9
