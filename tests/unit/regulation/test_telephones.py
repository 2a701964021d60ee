"""Telephone numbers: told apart, and written as they are dialled, wherever in France one is."""

import pytest

from regulation.telephones import as_dialled, international, line_of

LA_REUNION = "+262262901234"
POCKET_OF_GUADELOUPE = "+590690001234"
BELGIUM = "+3225551234"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("+33536490001", "05 36 49 00 01"),
        ("0033536490001", "05 36 49 00 01"),
        ("05.36.49.00.01", "05 36 49 00 01"),
        ("+33800123456", "0 800 12 34 56"),
    ],
)
def test_a_number_of_mainland_france_is_written_as_it_is_dialled(number: str, told: str):
    assert as_dialled(number) == told


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (LA_REUNION, "0262 90 12 34"),
        ("0692 12 34 56", "0692 12 34 56"),
        ("+262269612345", "0269 61 23 45"),
        ("+590590812345", "0590 81 23 45"),
        (POCKET_OF_GUADELOUPE, "0690 00 12 34"),
        ("0596 71 23 45", "0596 71 23 45"),
        ("05 94 31 23 45", "0594 31 23 45"),
    ],
)
def test_a_number_of_an_overseas_department_is_written_as_people_there_dial_it(
    number: str, told: str
):
    assert as_dialled(number) == told


@pytest.mark.parametrize(
    ("number", "told"),
    [(BELGIUM, "+32 2 555 12 34"), ("+508412345", "+508 41 23 45")],
)
def test_a_number_of_elsewhere_is_written_with_its_country(number: str, told: str):
    assert as_dialled(number) == told


@pytest.mark.parametrize("written", ["15", "3624", "sonner à la grille", ""])
def test_what_is_no_whole_number_is_left_as_it_came(written: str):
    assert as_dialled(written) == written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+33536490001", "05 36 49 00 01"),
        ("+33 (0)5 36 49 00 01", "0033 5 36 49 00 01"),
        (LA_REUNION, "0262 90 12 34"),
        (LA_REUNION, "+33 2 62 90 12 34"),
        (POCKET_OF_GUADELOUPE, "06 90 00 12 34"),
        ("36 24", "3624"),
    ],
)
def test_a_number_written_otherwise_is_of_the_same_line(one: str, other: str):
    assert line_of(one) == line_of(other)


def test_two_countries_that_share_nine_digits_share_no_line():
    assert line_of("+33536490001") != line_of("+351536490001")


def test_what_cannot_be_read_as_a_number_is_of_no_line_but_that_written_alike():
    assert line_of("12345") != line_of("+33536412345")
    assert line_of("12345") == line_of("12 345")
    assert line_of("sonner") != line_of("appeler")


def test_a_number_is_read_as_where_it_was_written():
    assert international("41 23 45", "PM") == "+508412345"
    assert international("0976 00 12 34", "RE") == "+262976001234"
    assert international("sonner à la grille") is None
