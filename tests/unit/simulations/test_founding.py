"""A territory of another department is founded from published tables, and can be read at once."""

import re
from dataclasses import replace

import pytest

from adapters.territory.folder import read_territory
from adapters.territory.tables import TerritoryRefused
from simulations.territories.catalogue import folder_of
from simulations.territories.founding import Founding, FoundingRefused

COMMUNES = "code_insee,nom,departement,population,codes_postaux,lat,lon\n" + "".join(
    f"990{rank:02},Village {rank},99,{1700 - 100 * rank},99000,44.{10 + rank},3.{10 + rank % 3}\n"
    for rank in range(9)
)
NOBODY = re.sub(r",99,[0-9]+,", ",99,0,", COMMUNES)
EMERGENCIES = """\
finess,nom,departement,code_insee,lat,lon,urg,passu
010000024,CH du Village,99,99000,44.1,3.1,GEN,12000
010000024,CH du Village,99,99000,44.1,3.1,PED,3000
310016977,Ailleurs,01,01451,46.2,5.2,GEN,38394
"""


def founding(path, *, communes=COMMUNES, emergencies=EMERGENCIES, department="99"):
    tables = {"communes.csv": communes, "urgences.csv": emergencies}
    for name, text in tables.items():
        (path / name).write_text(text, encoding="utf-8")
    return Founding(
        folder=path / "pays",
        name="Petit département",
        department=department,
        communes=path / "communes.csv",
        emergencies=path / "urgences.csv",
    )


def test_a_founded_territory_is_valid_and_says_what_is_assumed(tmp_path):
    founding(tmp_path).carry_out()
    territory = read_territory(tmp_path / "pays")
    assert (len(territory.communes), territory.name) == (9, "Petit département")
    (passages,) = territory.annual_passages.values()
    assert passages == 15000
    assert territory.parameters["pharmacy_count"].is_assumption
    assert territory.fleet


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"department": "2Z"}, "a 0 communes de '2Z'"),
        ({"communes": COMMUNES.replace("population", "people")}, "la colonne population manque"),
        ({"emergencies": EMERGENCIES.replace(",99,99000", ",98,99000")}, "n'en a aucun dans '99'"),
        ({"communes": COMMUNES.replace(",1600,", ",-4,")}, "99001 : population : '-4' ne se peut"),
        ({"communes": COMMUNES.replace(",1600,", ",12.5,")}, "99001 : population : '12.5' ne se"),
        ({"communes": COMMUNES.replace("44.12", "NaN")}, "99002 : lat : 'NaN' ne se peut"),
        ({"communes": COMMUNES.replace("44.12,3.12", "44.12,")}, "99002 : lon : '' ne se peut"),
        ({"communes": COMMUNES.replace("44.12", "nord")}, "99002 : lat : 'nord' ne se peut"),
        ({"communes": COMMUNES.replace("99002", "99001")}, "99001 : code_insee : est là deux fois"),
        ({"communes": COMMUNES.replace("1600,99000", "1600,")}, "99001 : codes_postaux : ''"),
        ({"communes": NOBODY}, "communes.csv : population : personne n'y habite"),
        (
            {"emergencies": EMERGENCIES.replace("010000024", "1")},
            "'1' n'a pas la forme d'un numéro",
        ),
        ({"emergencies": EMERGENCIES.replace("12000", "beaucoup")}, "passu : 'beaucoup' ne se"),
    ],
)
def test_what_cannot_be_founded_is_refused_and_nothing_is_written(tmp_path, asked, said):
    with pytest.raises(FoundingRefused) as refused:
        founding(tmp_path, **asked).carry_out()
    assert said in str(refused.value)
    assert not (tmp_path / "pays").exists()


def test_a_table_whose_accents_would_be_lost_is_refused(tmp_path):
    asked = founding(tmp_path)
    (tmp_path / "communes.csv").write_bytes(COMMUNES.replace("Village", "Vallée").encode("latin-1"))
    with pytest.raises(FoundingRefused, match=r"communes\.csv : n'est pas en UTF-8"):
        asked.carry_out()


def test_the_mark_a_spreadsheet_puts_first_is_no_part_of_a_column(tmp_path):
    founding(tmp_path, communes="\ufeff" + COMMUNES).carry_out()
    assert len(read_territory(tmp_path / "pays").communes) == 9


def test_a_territory_that_cannot_be_generated_leaves_nothing_behind(tmp_path, monkeypatch):
    def refuses(folder, _):
        assert (folder / "communes.csv").exists()
        raise TerritoryRefused(())

    monkeypatch.setattr("simulations.territories.founding.generate", refuses)
    with pytest.raises(TerritoryRefused):
        founding(tmp_path).carry_out()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["communes.csv", "urgences.csv"]


def test_where_nothing_can_be_written_is_told(tmp_path):
    asked = founding(tmp_path)
    (tmp_path / "fichier").touch()
    with pytest.raises(FoundingRefused, match="fichier/pays : existe déjà"):
        replace(asked, folder=tmp_path / "fichier" / "pays").carry_out()


@pytest.mark.parametrize(("name", "people"), [("lozere", 76_486), ("val_de_marne", 1_426_929)])
def test_a_rural_and_a_dense_department_made_by_the_same_tool_are_valid(name, people):
    territory = read_territory(folder_of(name))
    assert sum(one.population for one in territory.communes) == people
