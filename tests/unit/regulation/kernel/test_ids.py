"""Identifiers: their form, their check digit, and what a wrong one costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.kernel.ids import CheckDigits, Identifier, IdKind, check

REAL_RPPS = ("10002909371", "10005681340")
REAL_FINESS = (
    "950047225", "950046227", "010000024", "010003820", "050005917", "250003530", "350054680",
    "540002698", "580008803", "780000287", "970102018",
)  # fmt: skip
LA_POSTE_HEAD_OFFICE = "35600000000048"
LA_POSTE_BRANCH = "35600000049837"


@pytest.mark.parametrize("value", REAL_RPPS)
def test_the_check_digit_of_a_real_rpps_number_is_right(value: str):
    assert Identifier(IdKind.RPPS, value).has_valid_check_digit() is True


@pytest.mark.parametrize("value", REAL_FINESS)
def test_the_check_digit_of_a_real_finess_number_is_right(value: str):
    assert Identifier(IdKind.FINESS, value).has_valid_check_digit() is True


@pytest.mark.parametrize(
    ("kind", "value"),
    [(IdKind.RPPS, one) for one in REAL_RPPS] + [(IdKind.FINESS, one) for one in REAL_FINESS],
)
@pytest.mark.parametrize("added", range(1, 10))
def test_any_other_last_digit_is_wrong(kind: IdKind, value: str, added: int):
    changed = value[:-1] + str((int(value[-1]) + added) % 10)
    assert Identifier(kind, changed).has_valid_check_digit() is False


def test_a_siret_number_is_checked_by_luhn():
    assert Identifier(IdKind.SIRET, "73282932000074").has_valid_check_digit() is True
    assert Identifier(IdKind.SIRET, "73282932000075").has_valid_check_digit() is False


def test_the_establishments_of_la_poste_have_their_own_key():
    assert Identifier(IdKind.SIRET, LA_POSTE_BRANCH).has_valid_check_digit() is True
    assert Identifier(IdKind.SIRET, "35600000049838").has_valid_check_digit() is False


def test_the_head_office_of_la_poste_has_an_ordinary_key():
    assert Identifier(IdKind.SIRET, LA_POSTE_HEAD_OFFICE).has_valid_check_digit() is True
    assert Identifier(IdKind.SIRET, "35600000000045").has_valid_check_digit() is False


@pytest.mark.parametrize("text", ["LOCAL:mmg-nord", "FINESS:2A0000014"])
def test_a_number_without_a_known_key_is_neither_right_nor_wrong(text: str):
    assert Identifier.parse(text).has_valid_check_digit() is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (IdKind.RPPS, "1000290937"),
        (IdKind.RPPS, "1000290937X"),
        (IdKind.FINESS, "2C0000014"),
        (IdKind.SIRET, "7328293200007"),
        (IdKind.LOCAL, ""),
        (IdKind.LOCAL, "-x"),
        (IdKind.LOCAL, "x" * 65),
    ],
)
def test_a_number_of_another_form_is_refused_by_name(kind: IdKind, value: str):
    with pytest.raises(ValueError, match=f"forme d.un numéro {kind}"):
        Identifier(kind, value)


@pytest.mark.parametrize("text", ["", "RPPS", "rpps:10002909371", "ADELI:123", "10002909371"])
def test_a_text_that_is_not_kind_and_value_is_refused(text: str):
    with pytest.raises(ValueError, match="GENRE:valeur"):
        Identifier.parse(text)


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}", fullmatch=True))
def test_an_identifier_is_read_back_as_it_is_written(value: str):
    one = Identifier(IdKind.LOCAL, value)
    assert Identifier.parse(str(one)) == one


def test_a_wrong_check_digit_is_a_warning_while_testing():
    warning = check(Identifier(IdKind.RPPS, "10002909372"), CheckDigits.WARN)
    assert warning == "RPPS:10002909372 : clé de contrôle fausse"


def test_a_wrong_check_digit_is_an_error_in_production():
    with pytest.raises(ValueError, match="RPPS:10002909372"):
        check(Identifier(IdKind.RPPS, "10002909372"), CheckDigits.ERROR)


@pytest.mark.parametrize("policy", list(CheckDigits))
@pytest.mark.parametrize("text", ["RPPS:10002909371", "LOCAL:mmg", "FINESS:2A0000014"])
def test_nothing_is_said_of_a_right_number_nor_of_one_without_a_key(policy: CheckDigits, text: str):
    assert check(Identifier.parse(text), policy) is None
