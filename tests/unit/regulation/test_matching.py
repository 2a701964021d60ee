"""Two records are one place by a stated rule, or two places somebody may look at."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.effecteurs import EffecteurKind
from regulation.kernel.ids import IdKind
from regulation.kernel.places import Position
from regulation.likeness import name_key, street_key
from regulation.match_rules import RULES
from regulation.matching import MOST_ALIKE, Resolution, aliases, resolve
from regulation.pair_verdicts import Pair, PairSays, Verdicts, read_pair
from regulation.records import PlaceRecord
from tests.unit.regulation.recorded import (
    FINESS_A,
    FINESS_B,
    MURET,
    RPPS,
    SIRET_A,
    SIRET_B,
    address,
    numbers,
    said,
)

ELSEWHERE = address("3 avenue du Modèle")


def rules_of(*records: PlaceRecord) -> tuple[list[str], list[str]]:
    """Rules that merged, rules that doubt."""
    found = resolve(records)
    merged = [link.rule_id for entity in found.entities for link in entity.links]
    return merged, [link.rule_id for link in found.doubtful]


def places(resolution: Resolution) -> list[list[str]]:
    return sorted(
        sorted(record.source for record in entity.records) for entity in resolution.entities
    )


class TestMerging:
    def test_a_finess_number_names_one_place(self):
        ror = said("ror", "1", FINESS_A, name="MSP", kind=EffecteurKind.MSP)
        finess = said("finess", "1", FINESS_A, name="MAISON DE SANTE", address=ELSEWHERE)
        assert rules_of(ror, finess) == (["RAPPR-FINESS"], [])

    def test_a_siret_number_does_too(self):
        assert rules_of(said("ror", "1", SIRET_A), said("annuaire", "1", SIRET_A))[0] == [
            "RAPPR-SIRET"
        ]

    def test_the_same_practitioner_at_the_same_door(self):
        one = said("ror", "1", FINESS_A, name="A", practitioners=numbers(RPPS))
        other = said("annuaire", "1", SIRET_A, name="B", practitioners=numbers(RPPS))
        assert rules_of(one, other)[0] == ["RAPPR-RPPS-ADRESSE"]

    def test_the_same_telephone_at_the_same_door(self):
        one = said("ror", "1", FINESS_A, name="A", phones=("+33561000001",))
        other = said("rota-csv", "1", name="B", phones=("+33561000001",))
        assert rules_of(one, other)[0] == ["RAPPR-TEL-ADRESSE"]

    def test_the_same_name_at_the_same_door_however_they_are_written(self):
        one = said("finess", "1", FINESS_A, name="CABINET DES ESSAIS")
        written = address("12 R DES ESSAIS")
        assert rules_of(one, said("acceslibre", "1", SIRET_A, address=written))[0] == [
            "RAPPR-NOM-ADRESSE"
        ]

    def test_offers_of_one_establishment_are_one_place(self):
        offers = [said("ror", name, FINESS_A, kind=EffecteurKind.MSP, name=name) for name in "abc"]
        assert places(resolve(offers)) == [["ror", "ror", "ror"]]

    def test_a_chain_of_rules_joins_three(self):
        one = said("finess", "1", FINESS_A)
        other = said("ror", "1", FINESS_A, SIRET_A, name="x", address=ELSEWHERE)
        third = said("acceslibre", "1", SIRET_A, name="y", address=address("9 route Autre"))
        assert places(resolve([one, other, third])) == [["acceslibre", "finess", "ror"]]

    def test_every_merge_says_its_rule_its_reason_and_its_source(self):
        (entity,) = resolve([said("ror", "1", FINESS_A), said("finess", "1", FINESS_A)]).entities
        (link,) = entity.links
        assert (link.rule_id, link.reason) == ("RAPPR-FINESS", "même numéro FINESS")
        assert "FINESS" in link.source


class TestDoubting:
    def test_the_same_telephone_elsewhere_is_doubtful(self):
        one = said("ror", "1", phones=("+33561000001",), name="A")
        other = said("annuaire", "1", phones=("+33561000001",), name="B", address=ELSEWHERE)
        assert rules_of(one, other) == ([], ["DOUTE-TELEPHONE"])

    def test_the_same_name_elsewhere_in_town_is_doubtful(self):
        assert rules_of(said("ror", "1"), said("annuaire", "1", address=ELSEWHERE)) == (
            [],
            ["DOUTE-NOM"],
        )

    def test_another_name_at_the_same_door_is_doubtful(self):
        assert rules_of(said("ror", "1", name="A"), said("annuaire", "1", name="B")) == (
            [],
            ["DOUTE-ADRESSE"],
        )

    def test_two_practices_of_one_building_are_two(self):
        one, other = said("ror", "1", SIRET_A, name="A"), said("annuaire", "1", SIRET_B, name="B")
        assert rules_of(one, other) == ([], [])

    def test_one_name_one_door_two_numbers_is_a_contradiction(self):
        merged, doubts = rules_of(said("ror", "1", SIRET_A), said("annuaire", "1", SIRET_B))
        assert (merged, doubts) == ([], ["DOUTE-CONTRADICTION"])

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"kind": EffecteurKind.PHARMACIE}, "l'un est"),
            ({"position": Position(lat=43.6, lon=1.44)}, "à plus de 2 km"),
        ],
    )
    def test_one_number_for_what_cannot_be_one_place_is_a_contradiction(self, change, why):
        one = said("finess", "1", FINESS_A, kind=EffecteurKind.MMG)
        other = replace(said("ror", "1", FINESS_A, kind=EffecteurKind.MMG), **change)
        found = resolve([one, other])
        assert [link.rule_id for link in found.doubtful] == ["DOUTE-CONTRADICTION"]
        assert why in found.doubtful[0].reason

    def test_a_chain_never_joins_two_numbers(self):
        phone = {"phones": ("+33561000001",)}
        one = said("finess", "1", FINESS_A, name="A", **phone)
        other = said("ror", "1", FINESS_B, name="B", **phone)
        between = said("rota-csv", "1", name="C", **phone)
        found = resolve([one, other, between])
        assert [link.rule_id for link in found.doubtful] == ["DOUTE-CHAINE"]
        assert len(found.entities) == 2

    def test_nothing_alike_is_nothing(self):
        far = said("annuaire", "1", name="Z", address=address("1 rue X", "31000", "Toulouse"))
        assert rules_of(said("ror", "1"), far) == ([], [])

    def test_a_street_without_a_number_is_no_door(self):
        one = said("ror", "1", name="A", address=address("rue des Essais"))
        other = said("annuaire", "1", name="B", address=address("rue des Essais"))
        assert rules_of(one, other) == ([], [])


def judged(one: PlaceRecord, other: PlaceRecord, says: PairSays) -> Verdicts:
    return {Pair.of(one.key, other.key): says}


class TestDeciding:
    ONE = said("finess", "1", FINESS_A, name="A", phones=("+33561000001",))
    OTHER = said("ror", "1", FINESS_B, name="A", phones=("+33561000001",), address=ELSEWHERE)

    def test_what_somebody_unites_is_one_place_even_against_the_rules(self):
        found = resolve(
            [self.ONE, self.OTHER], verdicts=judged(self.OTHER, self.ONE, PairSays.SAME)
        )
        (place,) = found.entities
        assert [link.rule_id for link in place.links] == ["GESTE-MEME-LIEU"]
        assert found.doubtful == ()

    def test_what_somebody_keeps_apart_is_neither_merged_nor_doubted(self):
        one, other = said("ror", "1", FINESS_A), said("finess", "1", FINESS_A)
        found = resolve([one, other], verdicts=judged(one, other, PairSays.APART))
        assert len(found.entities) == 2
        assert found.doubtful == ()

    def test_a_third_record_does_not_join_what_somebody_keeps_apart(self):
        one, other = said("ror", "1", FINESS_A), said("finess", "1", FINESS_A)
        third = said("annuaire", "1", FINESS_A)
        found = resolve([one, other, third], verdicts=judged(one, other, PairSays.APART))
        apart = [{record.key for record in place.records} for place in found.entities]
        assert not any({one.key, other.key} <= keys for keys in apart)
        assert [link.rule_id for link in found.doubtful] == ["DOUTE-CHAINE"]
        assert "séparé" in found.doubtful[0].reason

    def test_a_decision_on_a_record_that_is_gone_waits_for_it(self):
        verdicts = judged(self.ONE, self.OTHER, PairSays.SAME)
        assert resolve([self.ONE], verdicts=verdicts) == resolve([self.ONE])

    def test_a_pair_is_named_and_found_again_whatever_its_order(self):
        pair = Pair.of(self.ONE.key, self.OTHER.key)
        assert read_pair(Pair.of(self.OTHER.key, self.ONE.key).about) == pair

    @pytest.mark.parametrize(
        "about", ["", "{}", '["a", "b"]', '["a", "b", "a", "b"]', "[1, 2, 3, 4]", "[" * 1000]
    )
    def test_what_names_no_pair_is_refused(self, about):
        with pytest.raises(ValueError):  # noqa: PT011  whatever the reader of JSON says
            read_pair(about)


class TestNaming:
    def test_the_reference_keeps_its_own_name(self):
        found = resolve(
            [said("territoire", "1", SIRET_A), said("ror", "1", SIRET_A, FINESS_A)], "territoire"
        )
        assert str(found.entities[0].place_id) == SIRET_A

    def test_else_finess_names_before_siret(self):
        found = resolve([said("a", "1", SIRET_A), said("b", "1", SIRET_A, FINESS_A)])
        assert str(found.entities[0].place_id) == FINESS_A

    def test_every_number_leads_to_its_place(self):
        found = resolve(
            [said("territoire", "1", SIRET_A), said("ror", "1", SIRET_A, FINESS_A)], "territoire"
        )
        led = {str(number): str(place) for number, place in aliases(found.entities).items()}
        assert led == {SIRET_A: SIRET_A, FINESS_A: SIRET_A}

    def test_a_number_two_places_claim_leads_nowhere(self):
        far = replace(said("ror", "1", FINESS_A), position=Position(lat=43.6, lon=1.44))
        found = resolve([said("finess", "1", FINESS_A), far])
        assert aliases(found.entities) == {}
        assert [str(one.place_id) for one in found.entities] == ["LOCAL:finess/1", "LOCAL:ror/1"]


@st.composite
def some_records(draw) -> list[PlaceRecord]:
    count = draw(st.integers(min_value=2, max_value=7))
    return [
        said(
            draw(st.sampled_from(["ror", "finess", "annuaire"])),
            str(at),
            *draw(st.lists(st.sampled_from([FINESS_A, FINESS_B, SIRET_A, SIRET_B]), max_size=2)),
            name=draw(st.sampled_from(["A", "B"])),
            kind=draw(st.sampled_from([EffecteurKind.MSP, EffecteurKind.MMG, None])),
            phones=draw(st.sampled_from([(), ("+33561000001",)])),
            address=draw(st.sampled_from([address("1 rue X"), ELSEWHERE])),
            position=draw(st.sampled_from([MURET, Position(lat=43.6, lon=1.44), None])),
        )
        for at in range(count)
    ]


@given(some_records(), st.randoms())
def test_the_order_of_records_changes_nothing(records, random):
    shuffled = list(records)
    random.shuffle(shuffled)
    assert resolve(shuffled) == resolve(records)


@given(some_records())
def test_no_place_has_more_records_than_links_can_join_and_none_is_lost(records):
    found = resolve(records)
    assert sorted(r.key for e in found.entities for r in e.records) == sorted(
        r.key for r in records
    )
    for entity in found.entities:
        assert len(entity.links) >= len(entity.records) - 1
        assert {link.rule_id for link in entity.links} <= {r.rule_id for r in RULES if r.merges}


@given(some_records())
def test_a_pair_in_doubt_is_never_merged(records):
    found = resolve(records)
    of = {record.key: entity.place_id for entity in found.entities for record in entity.records}
    assert all(of[link.first] != of[link.second] for link in found.doubtful)


def test_streets_and_names_are_compared_without_their_clothes():
    assert street_key("12 bis, R. de l'Hôpital") == street_key("12BIS rue l'Hopital")
    assert street_key("AV DU MODELE") == ""
    assert name_key("Cabinet du Dr ESSAI") == name_key("cabinet Dr Essai")
    assert IdKind.FINESS


def test_a_record_without_a_number_is_named_after_its_source_and_its_own_name():
    nameless = said("manual", "fiche 12", address=None)
    assert nameless.place_id == nameless.own_id
    assert str(nameless.own_id) == "LOCAL:manual/fiche-12"
    assert places(resolve([nameless, said("ror", "1", FINESS_A)])) == [["manual"], ["ror"]]


@pytest.mark.parametrize(("count", "are_compared"), [(MOST_ALIKE, True), (MOST_ALIKE + 1, False)])
def test_a_door_that_too_many_places_share_says_nothing_of_any(count, are_compared):
    crowd = [said("ror", str(rank), name=f"Cabinet {rank:03}") for rank in range(count)]
    assert bool(resolve(crowd).doubtful) is are_compared
