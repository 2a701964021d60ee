"""A tiny territory folder, written by code: two towns, a cabinet, an MMG, a pharmacy, a taxi."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

CABINET = "SIRET:99900001100018"
MMG = "SIRET:99900002900010"
PHARMACY = "FINESS:990000010"
DOCTOR = "RPPS:19990000010"

TOML = """\
name = "Petit-Pays"
department = "31"
time_zone = "Europe/Paris"
attribution = ["écrit pour les tests"]

[parameters]
speed = { value = 50, unit = "km/h", source = "assumption" }
"""
COMMUNES = """\
code,name,population,postal_codes,lat,lon,area_km2,density
31395,Muret,26000,31600,43.46,1.33,57.5,INTERMEDIATE
31433,Portet-sur-Garonne,9800,31120 31121,43.52,1.41,16.0,INTERMEDIATE
"""
EFFECTEURS = f"""\
id,kind,name,commune,address,postal_code,phone,lat,lon,care,specialties,hours,min_age,\
annual_passages,synthetic
{CABINET},CABINET,Cabinet d'essai,31395,1 rue de l'Exemple,31600,+33536490001,43.461,1.331,GP,\
SM54,Mo-Fr 09:00-12:00; PH off,,,true
{MMG},MMG,MMG d'essai,31395,2 rue de l'Exemple,31600,,43.462,1.332,GP,SM54,,,,true
{PHARMACY},PHARMACIE,Pharmacie d'essai,31433,3 place Fictive,31120,,43.52,1.41,PHARMACY,,\
Mo-Sa 09:00-19:30,,,true
"""
ACCESSIBILITY = f"""\
id,source,observed_on,valid_days,entree_plain_pied,entree_largeur_mini,accueil_personnels,\
accueil_equipements_malentendants
{CABINET},acceslibre,2025-06-01,1095,true,90,,bim lsf
"""
PRACTITIONERS = f"""\
rpps,family_name,given_name,place,specialties,booking,modes,visibility,slot_minutes,hours
{DOCTOR},Synthétique,Camille,{CABINET},SM54,ROUTINE,AMB,PUBLIC,15,
{DOCTOR},Synthétique,Camille,{MMG},SM54,ROUTINE,AMB,SNP,15,
"""
DUTY = f"""\
id,hours,every_weeks,week,date,spans,status
{MMG},"Mo-Fr 20:00-24:00; Sa 12:00-24:00; Su,PH 08:00-24:00",1,0,,,open
{PHARMACY},"Mo-Su 20:00-32:00",2,0,,,open
{CABINET},,,,2026-03-04,10:00-11:00,closed
"""
FLEET = """\
vehicle_id,mode,provider,seats,attendants,stretchers,wheelchairs,equipment,crew,depot_commune,\
depot_lat,depot_lon,notice_minutes,shifts
TAXI-1,TAXI,Taxis d'essai,3,0,0,0,CHILD_SEAT SERVICE_ANIMAL,1,31395,43.46,1.33,0,\
Mo-Sa 19:00-31:00; PH off
"""
FILES = {
    "territory.toml": TOML,
    "communes.csv": COMMUNES,
    "effecteurs.csv": EFFECTEURS,
    "accessibility.csv": ACCESSIBILITY,
    "practitioners.csv": PRACTITIONERS,
    "duty.csv": DUTY,
    "fleet.csv": FLEET,
}


class HolidaysOn:
    """A calendar whose public holidays are the days given."""

    def __init__(self, *days: date) -> None:
        self._days = days

    def is_public_holiday(self, day: date) -> bool:
        return day in self._days


NO_HOLIDAY = HolidaysOn()


def write_folder(folder, **replaced):
    """Write the folder; `replaced` maps a file, its dot as two underscores, to its text."""
    texts = FILES | {name.replace("__", "."): text for name, text in replaced.items()}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def in_paris(year, month, day, hour=0, minute=0):
    """Return an instant by its wall time in Paris."""
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)
