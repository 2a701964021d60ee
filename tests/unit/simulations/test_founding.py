"""A territory of another department is founded from published tables, and can be read at once."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.territory.folder import read_territory
from adapters.territory.tables import TerritoryRefused
from simulations.territories.catalogue import folder_of
from simulations.territories.founding import Founding
from simulations.territories.published import FoundingRefused

COMMUNES = "code_insee,nom,departement,population,codes_postaux,lat,lon\n" + "".join(
    f"480{rank:02},Village {rank},48,{1700 - 100 * rank},48000,44.{10 + rank},3.{10 + rank % 3}\n"
    for rank in range(9)
)
NOBODY = re.sub(r",48,[0-9]+,", ",48,0,", COMMUNES)
EMERGENCIES = """\
finess,nom,departement,code_insee,lat,lon,urg,passu
010000024,CH du Village,48,48000,44.1,3.1,GEN,12000
010000024,CH du Village,48,48000,44.1,3.1,PED,3000
310016977,Ailleurs,01,01451,46.2,5.2,GEN,38394
"""
AS_EXCEL_SAVES = re.sub(r"(4[46])\.", r"\1,", COMMUNES.replace(",", ";").replace("\n", "\r\n"))
AS_EXCEL_SAVES = AS_EXCEL_SAVES.replace("Village", "Vallée")


def founding(path, *, communes=COMMUNES, emergencies=EMERGENCIES, **asked):
    tables = {"communes.csv": communes, "urgences.csv": emergencies}
    for name, text in tables.items():
        (path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    usual = {"name": "Petit département", "department": "48", "folder": path / "pays"}
    return Founding(
        communes=path / "communes.csv", emergencies=path / "urgences.csv", **usual | asked
    )


def communes_with(old, new):
    assert old in COMMUNES
    return {"communes": COMMUNES.replace(old, new)}


def emergencies_with(old, new):
    assert old in EMERGENCIES
    return {"emergencies": EMERGENCIES.replace(old, new)}


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
        ({"department": "2Z"}, "--department : '2Z' n'est pas le code INSEE"),
        ({"department": "12"}, "departement : n'a aucune ligne du '12', mais de '48'"),
        ({"name": " "}, "--name : ' ' n'est pas un nom"),
        ({"name": "Lo\nzère"}, "--name : 'Lo\\nzère' n'est pas un nom"),
        ({"communes": ""}, "communes.csv : est vide"),
        ({"communes": COMMUNES.splitlines()[0]}, "n'a aucune ligne du '48'"),
        (communes_with("population", "people"), "communes.csv, population : la colonne manque"),
        (
            communes_with("nom,", "nom,nom,"),
            "communes.csv, nom : la colonne est là plus d'une fois",
        ),
        (communes_with(",1600,", ",-4,"), "communes.csv, ligne 3, population : -4 n'est pas entre"),
        (
            communes_with(",1600,", ",12.5,"),
            "ligne 3, population : 12.5 n'est pas un nombre entier",
        ),
        (communes_with(",1600,", ",9000000,"), "ligne 3, population : 9e+06 n'est pas entre"),
        (communes_with(",1600,", ",,"), "ligne 3, population : est vide : écrire sa population"),
        (communes_with("Village 1", ""), "ligne 3, nom : est vide"),
        (communes_with("44.12", "NaN"), "ligne 4, lat : nan n'est pas entre"),
        (communes_with("44.12,3.12", "44.12,"), "ligne 4, lon : est vide"),
        (communes_with("44.12,3.12", ",3.12"), "ligne 4, lat : est vide"),
        (communes_with("44.12", "nord"), "ligne 4, lat : 'nord' n'est pas un nombre"),
        (communes_with("44.12,3.12", "3.12,44.12"), "ligne 4, lat : lat=3.12, lon=44.12 n'est"),
        (communes_with("44.12,3.12", "3.12,44.12"), "lat et lon semblent échangées"),
        (communes_with("44.12,3.12", "0,0"), "ligne 4, lat : lat=0, lon=0 n'est pas en France"),
        (communes_with("44.12,3.12", "48.9,2.3"), "lon=2.3 n'est pas dans le 48, à 50 km près"),
        (communes_with("48002", "48001"), "ligne 4, code_insee : '48001' est déjà à la ligne 3"),
        (
            communes_with("48001", "31001"),
            "ligne 3, code_insee : '31001' et le département '48' ne",
        ),
        (communes_with("1,48,1600", "1,31,1600"), "'48001' et le département '31' ne s'accordent"),
        (communes_with("48001", "4801"), "ligne 3, code_insee : '4801' n'a pas la forme"),
        (communes_with("1600,48000", "1600,"), "ligne 3, codes_postaux : ''"),
        (communes_with("1600,", "1600,,"), "communes.csv, ligne 3 : 8 cases sous 7 colonnes"),
        (communes_with("Village 1", '"Village 1'), "les guillemets ne se referment pas"),
        ({"communes": NOBODY}, "communes.csv, population : personne n'y habite"),
        ({"communes": "\n".join(COMMUNES.splitlines()[:7])}, "a 6 communes situées du '48'"),
        ({"communes": b"PK\x03\x04\x00\x00"}, "n'est pas une table CSV : elle contient un octet"),
        ({"communes": COMMUNES.encode("utf-16")}, "communes.csv : est en UTF-16 : l'enregistrer"),
        (
            {"communes": COMMUNES.replace("Village 1", "Vallée 1").encode("mac-roman")},
            "communes.csv, ligne 3 : n'est ni en UTF-8 ni en Windows-1252",
        ),
        (
            {"communes": COMMUNES.replace("Village 1", "Vallée 1").encode("cp850")},
            "communes.csv, ligne 3 : n'est ni en UTF-8 ni en Windows-1252",
        ),
        (
            emergencies_with(",48,48000", ",12,12000"),
            "urgences.csv, departement : n'a aucune ligne",
        ),
        (emergencies_with("48,48000", "48,48777"), "code_insee : aucun n'est d'une commune de"),
        (emergencies_with("48,48000", "48,31555"), "'31555' et le département '48' ne s'accordent"),
        (
            emergencies_with("010000024", "1"),
            "urgences.csv, ligne 2, finess : '1' n'a pas la forme",
        ),
        (emergencies_with("010000024", "010000025"), "FINESS:010000025 : clé de contrôle fausse"),
        (emergencies_with("12000", "beaucoup"), "ligne 2, passu : 'beaucoup' n'est pas un nombre"),
        (emergencies_with("GEN,12000", "TRAUMA,12000"), "urg : 'TRAUMA' n'est pas parmi GEN, PED"),
        (emergencies_with("PED", "GEN"), "ligne 3, finess : '010000024' est déjà à la ligne 2"),
        (emergencies_with("48000,44.1,3.1,PED", "48001,44.1,3.1,PED"), "pour le même finess"),
        (
            emergencies_with("44.1,3.1,PED", "44.6,3.1,PED"),
            "ligne 3, lat : lat=44.6, lon=3.1 est à",
        ),
        (emergencies_with("44.1,3.1,PED", "3.1,44.1,PED"), "lat et lon semblent échangées"),
    ],
)
def test_what_cannot_be_founded_is_refused_and_nothing_is_written(tmp_path, asked, said):
    with pytest.raises(FoundingRefused) as refused:
        founding(tmp_path, **asked).carry_out()
    assert said in str(refused.value)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["communes.csv", "urgences.csv"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_table_as_a_french_spreadsheet_saves_it_is_read_and_said_to_be(tmp_path, encoding):
    told = founding(tmp_path, communes=AS_EXCEL_SAVES.encode(encoding)).carry_out()
    (village, *_) = read_territory(tmp_path / "pays").communes
    assert (village.name, village.position.lat, village.population) == ("Vallée 0", 44.1, 1700)
    (how,) = told
    assert "colonnes séparées par des points-virgules, virgules décimales" in how
    assert ("Windows-1252" in how) is (encoding == "cp1252")
    assert how in (tmp_path / "pays" / "SOURCES.md").read_text(encoding="utf-8")


def test_a_table_as_published_has_nothing_to_be_told(tmp_path):
    assert founding(tmp_path).carry_out() == []
    assert "inconnu" not in (tmp_path / "pays" / "SOURCES.md").read_text(encoding="utf-8")


def test_passages_that_no_table_tells_stay_unknown_and_it_is_said(tmp_path):
    (told,) = founding(tmp_path, **emergencies_with("PED,3000", "PED,")).carry_out()
    assert told.endswith("ligne 3 : CH du Village : passu est vide : ses passages restent inconnus")
    assert not read_territory(tmp_path / "pays").annual_passages


def test_what_is_nowhere_is_left_aside_and_told(tmp_path):
    asked = communes_with("44.11,3.11", ",")
    asked |= {"emergencies": EMERGENCIES + "480000017,CH d'à côté,48,48001,,,GEN,9\n"}
    commune, emergency = founding(tmp_path, **asked).carry_out()
    assert "ligne 3 : 48001 Village 1 (1600 habitants) est sans coordonnées" in commune
    assert "ligne 5 : CH d'à côté : sa commune 48001 n'est pas située" in emergency
    territory = read_territory(tmp_path / "pays")
    assert (len(territory.communes), len(territory.annual_passages)) == (8, 1)


def test_a_name_whose_letters_the_table_lost_is_kept_and_told(tmp_path):
    asked = communes_with("Village 1", "Vill\ufffde 1")
    asked |= {
        "emergencies": EMERGENCIES.replace(
            "CH du Village,48,48000,44.1,3.1,G", "H\ufffd,48,48000,44.1,3.1,G"
        )
    }
    commune, emergency = founding(tmp_path, **asked).carry_out()
    assert commune.endswith(
        "48001 Vill\ufffde 1 : des lettres de ce nom ont été perdues : le corriger dans le dossier"
    )
    assert "ligne 2 : H\ufffd : des lettres" in emergency


def test_an_emergency_department_without_coordinates_is_put_at_its_commune_and_told(tmp_path):
    (told,) = founding(tmp_path, **emergencies_with("44.1,3.1,GEN", ",,GEN")).carry_out()
    assert told.endswith("ligne 2 : CH du Village : sans coordonnées : mis au centre de sa commune")


def test_an_empty_folder_one_stands_in_can_be_founded(tmp_path, monkeypatch):
    (tmp_path / "pays").mkdir()
    asked = founding(tmp_path, folder=Path())
    monkeypatch.chdir(tmp_path / "pays")
    asked.carry_out()
    assert len(read_territory(tmp_path / "pays").communes) == 9


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
