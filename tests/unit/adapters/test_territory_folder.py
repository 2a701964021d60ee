"""A territory folder is read whole, or refused with the file, the line, the field and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import PosixPath

import pytest

from adapters.territory.folder import read_territory
from adapters.territory.tables import TerritoryRefused
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.ids import CheckDigits, Identifier
from regulation.kernel.modes import Mode
from regulation.kernel.riders import Load
from regulation.offers import Booking, SlotMode, Visibility
from tests.unit.adapters.territory_folders import (
    ACCESSIBILITY,
    CABINET,
    COMMUNES,
    DOCTOR,
    DUTY,
    EFFECTEURS,
    FLEET,
    MMG,
    PHARMACY,
    PRACTITIONERS,
    TOML,
    write_folder,
)


def refused(folder, digits=CheckDigits.ERROR):
    with pytest.raises(TerritoryRefused) as refusal:
        read_territory(folder, digits)
    return [str(fault) for fault in refusal.value.faults]


def test_a_folder_becomes_effecteurs_with_what_is_known_of_them(tmp_path):
    territory = read_territory(write_folder(tmp_path))
    cabinet, mmg, pharmacy = territory.effecteurs
    assert (cabinet.kind, set(cabinet.care)) == (EffecteurKind.CABINET, {CareCode.GP})
    assert cabinet.address == "1 rue de l'Exemple, 31600 Muret"
    assert cabinet.practitioners == mmg.practitioners == (Identifier.parse(DOCTOR),)
    assert pharmacy.practitioners == ()
    assert pharmacy.effecteur_id == Identifier.parse(PHARMACY)


def test_an_empty_accessibility_cell_is_unknown_and_so_is_a_place_without_a_row(tmp_path):
    cabinet, mmg, _ = read_territory(write_folder(tmp_path)).effecteurs
    assert mmg.accessibility is None
    assert cabinet.accessibility is not None
    assert cabinet.accessibility.value.fields == {
        "entree_plain_pied": True,
        "entree_largeur_mini": 90,
        "accueil_equipements_malentendants": ("bim", "lsf"),
    }
    assert cabinet.accessibility.observed_at == datetime(2025, 6, 1, tzinfo=UTC)
    assert cabinet.accessibility.valid_for == timedelta(days=1095)


def test_a_folder_says_how_agendas_are_kept(tmp_path):
    in_cabinet, on_duty = read_territory(write_folder(tmp_path)).practitioners
    assert (in_cabinet.booking, set(in_cabinet.modes)) == (Booking.ROUTINE, {SlotMode.AMB})
    assert on_duty.visibility == {Visibility.SNP}
    assert on_duty.slot_minutes == 15


def test_a_folder_says_what_each_vehicle_offers(tmp_path):
    (taxi,) = read_territory(write_folder(tmp_path)).fleet
    assert (taxi.mode, taxi.capacity, taxi.crew) == (Mode.TAXI, Load(seats=3), 1)
    assert taxi.equipment == {"CHILD_SEAT", "SERVICE_ANIMAL"}
    assert taxi.notice == timedelta(0)


def test_a_parameter_says_whether_it_is_an_assumption(tmp_path):
    speed = read_territory(write_folder(tmp_path)).parameters["speed"]
    assert (speed.number, speed.unit, speed.is_assumption) == (50, "km/h", True)
    assert not replace(speed, source="INSEE").is_assumption


def test_nobody_asks_for_an_agenda_that_is_not_shared(tmp_path):
    silent = PRACTITIONERS.replace(",ROUTINE,AMB,PUBLIC,", ",,,,")
    folder = write_folder(tmp_path, practitioners__csv=silent)
    cabinet, mmg, _ = read_territory(folder).effecteurs
    assert cabinet.practitioners == ()
    assert mmg.practitioners == (Identifier.parse(DOCTOR),)


SPOILT = {
    "an unknown column": (
        {"communes__csv": COMMUNES.replace("density", "densite", 1)},
        "communes.csv, ligne 1, densite: colonne inconnue",
    ),
    "a missing column": (
        {"communes__csv": COMMUNES.replace("code,", "", 1)},
        "communes.csv, ligne 1, code: la colonne manque",
    ),
    "a column twice": (
        {"communes__csv": COMMUNES.replace("area_km2", "lat", 1)},
        "communes.csv, ligne 1, lat: la colonne est là plus d'une fois",
    ),
    "a line too short": (
        {"communes__csv": COMMUNES.replace(",INTERMEDIATE", "", 1)},
        "communes.csv, ligne 2, row: 7 cases sous 8 colonnes",
    ),
    "a commune twice": (
        {"communes__csv": COMMUNES.replace("31433", "31395")},
        "communes.csv, ligne 3, code: 31395 est déjà à la ligne 2",
    ),
    "a latitude that is none": (
        {"communes__csv": COMMUNES.replace("43.46", "143.46")},
        "communes.csv, ligne 2, lat: 143.46 n'est pas entre -90 et 90",
    ),
    "a latitude in words": (
        {"communes__csv": COMMUNES.replace("43.46", "nord")},
        "communes.csv, ligne 2, lat: 'nord' n'est pas un nombre",
    ),
    "half an inhabitant": (
        {"communes__csv": COMMUNES.replace("26000", "26000.5")},
        "communes.csv, ligne 2, population: 26000.5 n'est pas un nombre entier",
    ),
    "an unknown density": (
        {"communes__csv": COMMUNES.replace("INTERMEDIATE", "MEDIUM", 1)},
        "communes.csv, ligne 2, density: 'MEDIUM' n'est pas parmi DENSE, INTERMEDIATE, SPARSE",
    ),
    "no postal code": (
        {"communes__csv": COMMUNES.replace("31600", "")},
        "communes.csv, ligne 2, postal_codes: est vide",
    ),
    "a missing commune": (
        {"effecteurs__csv": EFFECTEURS.replace("31433", "31555")},
        "effecteurs.csv, ligne 4, commune: pas de commune 31555 dans communes.csv",
    ),
    "an effecteur twice": (
        {"effecteurs__csv": EFFECTEURS.replace(MMG, CABINET)},
        f"effecteurs.csv, ligne 3, id: {CABINET} est déjà à la ligne 2",
    ),
    "an effecteur far from its commune": (
        {"effecteurs__csv": EFFECTEURS.replace("43.461", "44.461")},
        "effecteurs.csv, ligne 2, lat: 111 km de sa commune 31395",
    ),
    "a wrong key": (
        {"effecteurs__csv": EFFECTEURS.replace(PHARMACY, "FINESS:990000011")},
        "effecteurs.csv, ligne 4, id: FINESS:990000011 : clé de contrôle fausse",
    ),
    "a number of no kind": (
        {"effecteurs__csv": EFFECTEURS.replace("FINESS:", "FINES:")},
        "effecteurs.csv, ligne 4, id: 'FINES:990000010' n'est pas un identifiant GENRE:valeur",
    ),
    "an unknown care": (
        {"effecteurs__csv": EFFECTEURS.replace("PHARMACY,", "PILLS,")},
        "effecteurs.csv, ligne 4, care: 'PILLS' n'est pas parmi GP, PAEDIATRIC",
    ),
    "a place that is perhaps synthetic": (
        {"effecteurs__csv": EFFECTEURS.replace(",,,true", ",,,maybe", 1)},
        "effecteurs.csv, ligne 2, synthetic: 'maybe': true ou false est attendu",
    ),
    "hours past midnight": (
        {"effecteurs__csv": EFFECTEURS.replace("09:00-12:00", "20:00-08:00")},
        "effecteurs.csv, ligne 2, hours: '20:00-08:00' finit avant de commencer : après minuit",
    ),
    "an accessibility of nowhere": (
        {"accessibility__csv": ACCESSIBILITY.replace(CABINET, "FINESS:990000028")},
        "accessibility.csv, ligne 2, id: pas de FINESS:990000028 dans effecteurs.csv",
    ),
    "a column Acceslibre does not have": (
        {"accessibility__csv": ACCESSIBILITY.replace("entree_plain_pied", "plain_pied")},
        "accessibility.csv, ligne 1, plain_pied: colonne inconnue",
    ),
    "a value Acceslibre does not have": (
        {"accessibility__csv": ACCESSIBILITY.replace("bim lsf", "bim loupe")},
        "accessibility.csv, ligne 2, accueil_equipements_malentendants: 'loupe' n'est pas",
    ),
    "two codes where one is wanted": (
        {"accessibility__csv": ACCESSIBILITY.replace(",90,,", ",90,aucun formés,")},
        "accessibility.csv, ligne 2, accueil_personnels: une seule valeur est attendue",
    ),
    "a flag that is a number": (
        {"accessibility__csv": ACCESSIBILITY.replace(",true,90", ",1,90")},
        "accessibility.csv, ligne 2, entree_plain_pied: '1': true ou false est attendu",
    ),
    "an observation without a date": (
        {"accessibility__csv": ACCESSIBILITY.replace("2025-06-01", "hier")},
        "accessibility.csv, ligne 2, observed_on: Invalid isoformat string: 'hier'",
    ),
    "a practitioner of nowhere": (
        {"practitioners__csv": PRACTITIONERS.replace(MMG, "FINESS:990000028")},
        "practitioners.csv, ligne 3, place: pas de FINESS:990000028 dans effecteurs.csv",
    ),
    "a practitioner without an RPPS number": (
        {"practitioners__csv": PRACTITIONERS.replace(DOCTOR, "LOCAL:doc", 1)},
        "practitioners.csv, ligne 2, rpps: LOCAL:doc n'est pas un numéro RPPS",
    ),
    "one number for two people": (
        {"practitioners__csv": PRACTITIONERS.replace("Camille", "Maxime", 1)},
        f"practitioners.csv, ligne 3, family_name: {DOCTOR} est Maxime Synthétique sur une autre",
    ),
    "a practitioner twice at one place": (
        {"practitioners__csv": PRACTITIONERS.replace(MMG, CABINET)},
        f"practitioners.csv, ligne 3, rpps: {DOCTOR} à {CABINET} est déjà à la ligne 2",
    ),
    "a shared agenda of no mode": (
        {"practitioners__csv": PRACTITIONERS.replace(",AMB,PUBLIC", ",,PUBLIC")},
        "practitioners.csv, ligne 2, modes: un agenda partagé demande modes et visibility",
    ),
    "a duty of nowhere": (
        {"duty__csv": DUTY.replace(MMG, "FINESS:990000028")},
        "duty.csv, ligne 2, id: pas de FINESS:990000028 dans effecteurs.csv",
    ),
    "a duty both weekly and dated": (
        {"duty__csv": DUTY.replace(",2,0,,,", ",2,0,2026-01-01,,")},
        "duty.csv, ligne 3, hours: écrire soit hours",
    ),
    "a week that never comes": (
        {"duty__csv": DUTY.replace(",2,0,", ",2,2,")},
        "duty.csv, ligne 3, week: 2 n'est pas entre 0 et 1",
    ),
    "a weekly closure": (
        {"duty__csv": DUTY.replace("1,0,,,open", "1,0,,,closed")},
        "duty.csv, ligne 2, status: seule une garde datée peut être fermée",
    ),
    "a duty neither open nor closed": (
        {"duty__csv": DUTY.replace("1,0,,,open", "1,0,,,perhaps")},
        "duty.csv, ligne 2, status: 'perhaps' : open ou closed",
    ),
    "a shift that finit avant de commencer": (
        {"fleet__csv": FLEET.replace("19:00-31:00", "19:00-07:00")},
        "fleet.csv, ligne 2, shifts: '19:00-07:00' finit avant de commencer",
    ),
    "a negative capacity": (
        {"fleet__csv": FLEET.replace(",3,0,0,0,", ",3,0,0,-1,")},
        "fleet.csv, ligne 2, wheelchairs: -1 n'est pas entre 0 et 20",
    ),
    "a vehicle without room": (
        {"fleet__csv": FLEET.replace(",3,0,0,0,", ",0,1,0,0,")},
        "fleet.csv, ligne 2, seats: le véhicule n'a de place pour aucun patient",
    ),
    "a vehicle without a driver": (
        {"fleet__csv": FLEET.replace("SERVICE_ANIMAL,1,", "SERVICE_ANIMAL,0,")},
        "fleet.csv, ligne 2, crew: 0 n'est pas entre 1 et 5",
    ),
    "a mode that is no vehicle": (
        {"fleet__csv": FLEET.replace("TAXI-1,TAXI,", "TAXI-1,ON_FOOT,")},
        "fleet.csv, ligne 2, mode: ON_FOOT n'est pas un mode de la flotte",
    ),
    "unknown equipment": (
        {"fleet__csv": FLEET.replace("CHILD_SEAT ", "JACUZZI ")},
        "fleet.csv, ligne 2, equipment: JACUZZI n'est pas parmi BARIATRIC",
    ),
    "a depot of elsewhere": (
        {"fleet__csv": FLEET.replace(",1,31395,", ",1,75056,")},
        "fleet.csv, ligne 2, depot_commune: pas de commune 75056 dans communes.csv",
    ),
    "a vehicle twice": (
        {"fleet__csv": FLEET + FLEET.splitlines()[1] + "\n"},
        "fleet.csv, ligne 3, vehicle_id: TAXI-1 est déjà à la ligne 2",
    ),
    "a number beyond counting": (
        {"territory__toml": f"x = {'9' * 5_000}"},
        "territory.toml, file: ne peut être lu : contient un nombre démesuré",
    ),
    "an clé inconnue": (
        {"territory__toml": TOML.replace("name", "nom")},
        "territory.toml, nom: clé inconnue",
    ),
    "a missing key": (
        {"territory__toml": TOML.replace("department =", "# department =")},
        "territory.toml, department: la clé manque",
    ),
    "a key of the wrong type": (
        {"territory__toml": TOML.replace('"31"', "31")},
        "territory.toml, department: 31 n'est pas de type str",
    ),
    "a parameter without a source": (
        {"territory__toml": TOML.replace('"assumption"', '""')},
        "territory.toml, parameters.speed.source: est vide",
    ),
    "a parameter that is a bare number": (
        {"territory__toml": TOML + "bare = 3\n"},
        "territory.toml, parameters.bare: écrire value, unit et source",
    ),
    "a time zone that is none": (
        {"territory__toml": TOML.replace("Europe/Paris", "Europe/Toulouse")},
        "territory.toml, time_zone: 'Europe/Toulouse' n'est pas un fuseau",
    ),
    "a file that is no TOML": (
        {"territory__toml": "name ="},
        "territory.toml, file: ne peut être lu : n'est pas du TOML",
    ),
}


@pytest.mark.parametrize(("files", "told"), SPOILT.values(), ids=SPOILT)
def test_a_spoilt_folder_is_refused_with_where_and_why(tmp_path, files, told):
    faults = refused(write_folder(tmp_path, **files))
    assert any(fault.startswith(told) for fault in faults), faults


def test_a_missing_file_is_named(tmp_path):
    (write_folder(tmp_path) / "fleet.csv").unlink()
    (fault,) = refused(tmp_path)
    assert fault.startswith("fleet.csv, file: ne peut être lu")


def test_every_fault_is_told_at_once(tmp_path):
    folder = write_folder(
        tmp_path,
        territory__toml=TOML.replace("name", "nom"),
        communes__csv=COMMUNES.replace("26000", "-1").replace("16.0", "large"),
    )
    assert [fault.rpartition(": ")[0] for fault in refused(folder)] == [
        "territory.toml, nom",
        "territory.toml, name",
        "communes.csv, ligne 2, population",
        "communes.csv, ligne 3, area_km2",
    ]


def test_what_refers_to_a_faulty_table_is_not_blamed(tmp_path):
    folder = write_folder(tmp_path, effecteurs__csv=EFFECTEURS.replace("CABINET,", "SALON,"))
    (fault,) = refused(folder)
    assert fault.startswith("effecteurs.csv, ligne 2, kind: 'SALON' n'est pas parmi")


def test_a_wrong_key_passes_when_the_setting_says_so(tmp_path):
    folder = write_folder(
        tmp_path, effecteurs__csv=EFFECTEURS.replace(PHARMACY, "FINESS:990000011"), duty__csv=DUTY
    )
    (folder / "duty.csv").write_text(DUTY.replace(PHARMACY, "FINESS:990000011"), encoding="utf-8")
    assert read_territory(folder, CheckDigits.WARN).effecteurs[2].effecteur_id.value == "990000011"


class ReplacedOnceRead(PosixPath):
    """A folder whose settings somebody replaces as soon as they were read."""

    def read_bytes(self):
        content = super().read_bytes()
        if self.name == "territory.toml":
            self.write_text(TOML.replace("Petit-Pays", "Grand-Pays"), encoding="utf-8")
        return content


def test_a_file_replaced_while_it_is_read_is_never_taken_for_what_it_was(tmp_path):
    folder = write_folder(tmp_path)
    assert read_territory(ReplacedOnceRead(folder)).name == "Petit-Pays"
    assert read_territory(folder).name == "Grand-Pays"
    write_folder(folder)
    assert read_territory(folder).name == "Petit-Pays"


def test_a_folder_that_stays_the_same_gives_the_same_territory(tmp_path):
    folder = write_folder(tmp_path)
    first = read_territory(folder)
    (folder / "routes.osm.pbf").write_bytes(b"not a table")
    assert read_territory(folder) is first
