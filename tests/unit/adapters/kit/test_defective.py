"""What the readers of payloads find is said to an operator in French, by its field."""

import msgspec
import pytest

from adapters.kit.defective import Defective, from_form_error
from adapters.kit.numbers import structure_number


class Dose(msgspec.Struct, tag="Dose"):
    name: str
    count: float


def defect_of(raw: str) -> Defective:
    with pytest.raises(msgspec.DecodeError) as caught:
        msgspec.json.decode(raw, type=Dose)
    return from_form_error(str(caught.value))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ('{"name": "a", "count": 1e999}', "count: est un nombre trop grand pour être lu"),
        ('{"type": 1, "name": "a", "count": 1}', "type: str est attendu"),
    ],
)
def test_what_cannot_be_read_is_said_in_french(raw, said):
    assert str(defect_of(raw)) == said


def test_a_number_of_no_known_form_is_told_the_forms_in_french():
    with pytest.raises(Defective, match=r"\(1 \+ FINESS ou 3 \+ SIRET\)"):
        structure_number("x")
