"""Places suggested while an address is typed are addresses that are found."""

import pytest

from adapters.territory.addresses import AddressBook, Entry
from regulation.kernel.places import CommuneCode, Position

HERE = Position(lat=43.6, lon=1.44)


def entry(code: str, name: str, population: int, *postal: str) -> Entry:
    return Entry(
        commune=CommuneCode(code),
        name=name,
        postal_codes=postal,
        position=HERE,
        population=population,
    )


BOOK = AddressBook(
    "31",
    [
        entry("31395", "Muret", 25_000, "31600"),
        entry("31580", "Le Pin-Murelet", 170, "31370"),
        entry("31547", "Seysses", 9_000, "31600"),
        entry("31555", "Toulouse", 490_000, "31000", "31100", "31200"),
        entry("31557", "Tournefeuille", 28_000, "31170"),
        entry("31483", "Saint-Gaudens", 11_000, "31800"),
    ],
)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("mur", "31600 Muret"),
        ("to", "31000 Toulouse"),
        ("st gau", "31800 Saint-Gaudens"),
        ("31600", "31600 Muret"),
        ("31200", "31200 Toulouse"),
        ("31600 sey", "31600 Seysses"),
        ("12 rue des Lilas, mur", "12 rue des Lilas, 31600 Muret"),
        ("12 rue des lilas mur", "12 rue des lilas, 31600 Muret"),
        ("3 rue de Toulouse seyss", "3 rue de Toulouse, 31600 Seysses"),
    ],
)
def test_the_likeliest_place_comes_first_and_is_found(typed: str, first: str):
    found = BOOK.suggest(typed, 8)
    assert found[0] == first
    assert BOOK.find(found[0]) is not None


@pytest.mark.parametrize("typed", ["", "m", "zzz", "12 rue des lilas", ",", "31600 paris"])
def test_nothing_is_suggested_when_nothing_is_meant(typed: str):
    assert BOOK.suggest(typed, 8) == ()


def test_no_more_places_than_asked():
    assert len(BOOK.suggest("31", 3)) == 3
