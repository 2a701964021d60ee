"""One picture out of several sources: each fact from whom it is believed, and of what age."""

from dataclasses import replace

from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Freshness
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from regulation.picture import Picture, compose
from regulation.records import PlaceRecord
from regulation.review import duty_alerts
from regulation.trust import TERRITORY
from tests.unit.regulation.recorded import (
    AROUND,
    DAY,
    FINESS_A,
    HOUR,
    MURET,
    NOON,
    RPPS,
    access,
    address,
    hours,
    numbers,
    said,
)

A = Identifier.parse(FINESS_A)
MORNING = TimeWindow(NOON - 3 * HOUR, NOON)
EVENING = TimeWindow(NOON + 8 * HOUR, NOON + 12 * HOUR)


def picture(*records: PlaceRecord, now=NOON, located=None) -> Picture:
    return compose(records, AROUND, now, located)


def origin(found: Picture, fact: str):
    return next(one for one in found.origins[A] if one.fact == fact)


def test_each_fact_comes_from_whom_it_is_believed_with_its_rule():
    found = picture(
        said("finess", "1", FINESS_A, name="NOM FINESS", address=address("3 PL FICTIVE")),
        said("ror", "1", FINESS_A, name="Nom ROR"),
    )
    place = found.effecteurs[A]
    assert (place.name, place.address) == ("Nom ROR", "3 PL FICTIVE, 31600 Muret")
    told = origin(found, "address")
    assert (told.source, told.rule_id, told.freshness) == (
        "finess",
        "FAIT-CONFIANCE",
        Freshness.FRESH,
    )


def test_sources_complete_each_other_on_care_and_accessibility():
    found = picture(
        said("acceslibre", "1", FINESS_A, kind=None, accessibility=access(entree_plain_pied=True)),
        said(
            "ror",
            "1",
            FINESS_A,
            care=frozenset({CareCode.PAEDIATRIC}),
            accessibility=access(accessibilite_declaree="conforme", entree_plain_pied=False),
        ),
    )
    place = found.effecteurs[A]
    assert place.care == {CareCode.GP, CareCode.PAEDIATRIC}
    assert place.accessibility is not None
    assert dict(place.accessibility.value.fields) == {
        "entree_plain_pied": True,
        "accessibilite_declaree": "conforme",
    }


def test_hours_and_duties_come_from_different_sources_and_closures_from_all():
    closed = TimeWindow(NOON - 1 * HOUR, NOON)
    found = picture(
        said("ror", "1", FINESS_A, openings=hours(opened=MORNING)),
        said("rota-ics", "1", FINESS_A, openings=hours(duty=EVENING, closed=(closed,))),
    )
    assert found.effecteurs[A].open_windows == (
        TimeWindow(MORNING.start, closed.start),
        EVENING,
    )


def test_a_rota_that_says_nothing_tonight_is_believed_before_who_copies_it():
    nothing = hours()
    rota = said("rota-ics", "1", FINESS_A, openings=replace(nothing, duty=()))
    ror = said("ror", "1", FINESS_A, openings=hours(opened=MORNING, duty=EVENING))
    assert picture(rota, ror).effecteurs[A].open_windows == (MORNING,)


def test_openings_that_are_lost_are_unknown_and_the_table_does_not_stand_in():
    records = (
        said(TERRITORY, "1", FINESS_A, openings=hours(opened=MORNING)),
        said("ror", "1", FINESS_A, openings=hours(opened=MORNING)),
    )
    assert picture(*records).effecteurs[A].is_open_at(MORNING.start) is True
    later = replace(records[0], observed_at=NOON + 9 * DAY)
    found = picture(later, records[1], now=NOON + 9 * DAY)
    assert found.effecteurs[A].open_windows == ()
    assert origin(found, "opened").rule_id == "FAIT-PERDU"


def test_what_the_territory_alone_tells_stands():
    table = said(TERRITORY, "1", FINESS_A, openings=hours(opened=MORNING))
    other = said("finess", "1", FINESS_A)
    assert picture(table, other).effecteurs[A].open_windows == (MORNING,)


def test_a_category_says_more_than_surgery():
    found = picture(
        said("finess", "1", FINESS_A, kind=EffecteurKind.CABINET),
        said("ror", "1", FINESS_A, kind=EffecteurKind.MMG),
    )
    assert found.effecteurs[A].kind is EffecteurKind.MMG


def test_two_recent_sources_that_place_it_apart_are_told():
    found = picture(
        said("ror", "1", FINESS_A),
        said("finess", "1", FINESS_A, position=Position(lat=43.470, lon=1.331)),
    )
    (one,) = found.disagreements
    assert (one.fact, one.believed, one.other) == ("position", "ror", "finess")
    assert found.effecteurs[A].position == MURET


def test_a_place_without_a_position_is_placed_by_its_address_or_set_apart():
    nowhere = said("annuaire", "1", FINESS_A, position=None)
    assert picture(nowhere).unplaced == (A,)
    found = picture(nowhere, located={address("12 rue des Essais"): MURET})
    assert found.effecteurs[A].position == MURET


def test_what_is_of_no_kind_cannot_be_sent_to():
    assert picture(said("acceslibre", "1", FINESS_A, kind=None)).unplaced == (A,)


def test_every_number_and_every_record_leads_to_its_place():
    records = said("ror", "1", FINESS_A), said("annuaire", "9", FINESS_A)
    found = picture(*records)
    assert found.aliases == {A: A}
    assert {found.place_of[record.key] for record in records} == {A}


def test_a_picture_is_named_by_its_facts():
    one, same = picture(said("ror", "1", FINESS_A)), picture(said("ror", "1", FINESS_A))
    other = picture(said("ror", "1", FINESS_A, name="Autre"))
    assert one.picture_id == same.picture_id != other.picture_id


def test_an_agenda_is_asked_only_of_who_is_known_to_share_one():
    annuaire = said("annuaire", "1", FINESS_A, practitioners=numbers(RPPS))
    assert picture(annuaire).effecteurs[A].practitioners == ()
    table = said(TERRITORY, "1", FINESS_A, practitioners=numbers(RPPS))
    assert [str(one) for one in picture(table, annuaire).effecteurs[A].practitioners] == [RPPS]


def pharmacy(**told):
    found = picture(said("rota-ics", "1", FINESS_A, kind=EffecteurKind.PHARMACIE, **told))
    return found.effecteurs.values()


def test_a_day_ahead_one_knows_that_no_pharmacy_is_declared_on_duty():
    alerts = duty_alerts(pharmacy(openings=hours(duty=EVENING)), NOON)
    assert [one.window for one in alerts] == [
        TimeWindow(NOON, EVENING.start),
        TimeWindow(EVENING.end, NOON + DAY),
    ]
    assert "du 22/11 13:00 au 22/11 21:00" in alerts[0].message


def test_a_territory_without_a_pharmacy_has_no_such_alert():
    mmg = picture(said("ror", "1", FINESS_A, kind=EffecteurKind.MMG)).effecteurs.values()
    assert duty_alerts(mmg, NOON) == ()


def test_pharmacies_of_unknown_hours_cover_nothing():
    (alert,) = duty_alerts(pharmacy(), NOON)
    assert alert.window == TimeWindow(NOON, NOON + DAY)


def test_a_source_that_answers_nothing_more_leaves_the_most_trusted_answers_as_they_are():
    first = said("acceslibre", "1", FINESS_A, kind=None, accessibility=access(entree_pmr=True))
    second = said("ror", "1", FINESS_A, accessibility=access(entree_pmr=False))
    place = picture(first, second).effecteurs[A]
    assert place.accessibility is not None
    assert place.accessibility.source == "acceslibre"
    assert dict(place.accessibility.value.fields) == {"entree_pmr": True}
