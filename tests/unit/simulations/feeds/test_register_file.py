"""The register of fragile persons, from the mock to what a regulator may know of who calls."""

from adapters.ccas.files import read_register
from adapters.ccas.gateway import PersonRegister
from adapters.ccas.mapping import NEEDS
from adapters.kit.judgement import Judgement
from simulations.feeds.register_file import PERSONS, fragile_persons
from simulations.registers import Registers
from tests.unit.simulations.demonstration import haute_garonne
from tests.unit.simulations.feeds.registries import AREA, NOW

JUDGEMENT = Judgement(area=AREA, now=NOW)
SECRET = b"essai"


def register(seed=1):
    return fragile_persons(Registers(haute_garonne(), seed=seed), NOW)


def test_every_row_is_read_or_left_out_for_want_of_consent():
    persons, defects = read_register(register(), JUDGEMENT, SECRET)
    assert len(persons) + len(defects) == PERSONS
    assert {(one.field, one.reason) for one in defects} == {("consentement", "n'est pas donné")}
    assert {name for one in persons for name in one.answers} == {name for name, _ in NEEDS.values()}


def test_who_calls_is_found_by_the_number_of_the_register():
    raw, known = register(), PersonRegister(secret=SECRET)
    known.take_in(raw, JUDGEMENT)
    rows = [line.split(";") for line in raw.decode().splitlines()[1:]]
    for _, insee, phone, _, consent, *_ in rows:
        found = known.find(phone, NOW, JUDGEMENT) if phone else None
        assert (found is not None) == bool(phone and consent == "oui")
        assert found is None or found.insee == insee


def test_the_same_day_tells_the_same_and_another_seed_another():
    assert register() == register() != register(seed=2)
