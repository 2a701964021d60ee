"""Tables to open in a spreadsheet say what they hold, and nothing is run from them."""

import pytest

from services.spreadsheets import cell, for_excel


@pytest.mark.parametrize(
    "text", ["=1+1", "+33 x", "-A1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "-1+1|x"]
)
def test_a_text_that_would_be_run_is_quoted(text: str):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-12", "+33536490001", "MMG du Nord", ""])
def test_a_number_and_a_plain_text_are_as_they_are(text: str):
    assert cell(text) == text


def test_a_table_without_a_row_is_its_columns_or_nothing():
    assert for_excel([], ("nom", "part")) == "\ufeffnom;part\r\n"
    assert for_excel([]) == "\ufeff"


def test_a_french_excel_finds_columns_accents_and_decimals():
    table = for_excel([{"nom": "Cabinet de l'Été ; Nord", "part": 0.5, "vu": None, "ouvert": True}])
    assert table == '\ufeffnom;part;vu;ouvert\r\n"Cabinet de l\'Été ; Nord";0,5;;oui\r\n'
