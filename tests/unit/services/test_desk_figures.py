"""The desk of a territory reads its figures from the rules: one that is missing is named."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.kit.clock import FixedClock
from regulation.rules import UnknownParameterError
from services.bootstrap import Parts, assemble
from simulations.territories.catalogue import folder_of

NOON = datetime(2026, 11, 28, 11, tzinfo=UTC)
READ = (
    "walk_speed_km_h",
    "walk_max_metres",
    "transit_factor",
    "transit_access_minutes",
    "transit_hours",
    "max_wait_home_minutes",
    "arrive_before_minutes",
    "pharmacies_on_the_way",
    "lost_position_margin_minutes",
)


@pytest.fixture(scope="module")
def parts() -> Parts:
    """The demonstration territory put together, no feed opened."""
    return assemble(folder_of("haute_garonne"), FixedClock(NOON))


def test_the_desk_carries_the_rules_and_the_holidays_of_its_territory(parts: Parts):
    desk = parts.desk(NOON, (), ())
    assert desk.rulebook is parts.desk.rulebook
    assert desk.calendar is parts.calendar


@pytest.mark.parametrize("name", READ)
def test_a_figure_that_is_missing_is_named_rather_than_guessed(parts: Parts, name: str):
    book = parts.desk.rulebook
    left = tuple(one for one in book.parameters if one.name != name)
    assert len(left) < len(book.parameters)
    with pytest.raises(UnknownParameterError, match=name):
        parts.desk.under(replace(book, parameters=left))(NOON, (), ())
