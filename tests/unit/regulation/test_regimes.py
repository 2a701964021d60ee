"""Continuity of care or the day: by the clock of Paris and the public holidays."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.kernel.time import PARIS
from regulation.regimes import FACTS, Regime, regime_at
from regulation.rules.conditions import facts_of
from tests.unit.regulation.worlds import rules, rules_without


class Calendar:
    """14 July 2026 (Tuesday), 1 May 2026 (Friday), 14 May 2026 (Thursday) and Christmas."""

    days = frozenset({date(2026, 7, 14), date(2026, 5, 1), date(2026, 5, 14), date(2026, 12, 25)})

    def is_public_holiday(self, day):
        return day in self.days


BRIDGED = replace(
    rules(),
    parameters=tuple(
        replace(one, value=True) if one.name == "pdsa.bridge_days" else one
        for one in rules().parameters
    ),
)
SAID = {
    "2026-11-23T20:00": ("REG-SOIREE", "PDSA_NUIT", "soirée"),
    "2026-11-23T23:59": ("REG-SOIREE", "PDSA_NUIT", "soirée"),
    "2026-11-24T00:00": ("REG-NUIT-PROFONDE", "PDSA_NUIT", "nuit profonde"),
    "2026-11-24T07:59": ("REG-NUIT-PROFONDE", "PDSA_NUIT", "nuit profonde"),
    "2026-11-24T08:00": ("REG-JOURNEE", "JOURNEE", ""),
    "2026-11-22T12:00": ("REG-DIMANCHE-FERIE", "PDSA_JOUR_FERIE", ""),
    "2026-07-14T08:00": ("REG-DIMANCHE-FERIE", "PDSA_JOUR_FERIE", ""),
    "2026-11-28T11:59": ("REG-JOURNEE", "JOURNEE", ""),
    "2026-11-28T12:00": ("REG-SAMEDI", "PDSA_SAMEDI", ""),
    "2026-07-13T10:00": ("REG-JOURNEE", "JOURNEE", ""),
}
BRIDGES = {
    "2026-07-13T10:00": "PDSA_PONT",
    "2026-05-15T10:00": "PDSA_PONT",
    "2026-05-16T10:00": "PDSA_PONT",
    "2026-05-02T10:00": "PDSA_PONT",
    "2026-05-16T12:00": "PDSA_SAMEDI",
    "2026-05-13T10:00": "JOURNEE",
    "2026-07-15T10:00": "JOURNEE",
    "2026-05-16T21:00": "PDSA_NUIT",
}
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.integers(0, 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes))


def in_paris(text):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize("when", SAID)
def test_the_regime_follows_the_clock_of_paris_and_the_holidays(when):
    found = regime_at(in_paris(when), rules(), Calendar())
    assert (found.rule.rule_id, found.regime, found.part) == SAID[when]


@pytest.mark.parametrize("when", BRIDGES)
def test_bridge_days_count_where_the_territory_says_so(when):
    assert regime_at(in_paris(when), BRIDGED, Calendar()).regime == BRIDGES[when]


@pytest.mark.parametrize(
    "rule_id", [one.rule_id for one in rules().rules if one.family == "regimes"]
)
def test_without_its_rule_an_instant_has_another_regime_or_none(rule_id):
    when = {rule: text for text, (rule, _, _) in SAID.items()} | {"REG-PONT": "2026-05-15T10:00"}
    book = replace(rules_without(rule_id), parameters=BRIDGED.parameters)
    try:
        found = regime_at(in_paris(when[rule_id]), book, Calendar()).rule.rule_id
    except LookupError as error:
        found = str(error)
    assert found != rule_id


@given(instants)
def test_every_instant_has_a_regime_whatever_its_zone(at):
    found = regime_at(at, rules(), Calendar())
    assert found.regime in Regime
    assert found == regime_at(at.astimezone(PARIS), rules(), Calendar())


def test_an_instant_no_rule_speaks_of_has_no_regime():
    with pytest.raises(LookupError, match="aucun régime n'est connu au 24/11/2026"):
        regime_at(in_paris("2026-11-24T10:00"), rules_without("REG-JOURNEE"), Calendar())


def test_before_the_text_no_regime_is_known():
    with pytest.raises(LookupError, match=r"pdsa\.bridge_days n'a pas de valeur au 04/05/2019"):
        regime_at(datetime(2019, 5, 4, 12, tzinfo=UTC), rules(), Calendar())


def test_the_rules_read_only_the_facts_of_an_instant():
    read = {n for one in rules().rules if one.family == "regimes" for n in facts_of(one.when)}
    assert read == FACTS
