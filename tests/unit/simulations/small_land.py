"""A small land with one of each: the tiny territory, an emergency department, doctors who visit,
doctors seen from afar, and vehicles all day long."""

from dataclasses import replace
from datetime import timedelta

from regulation.cases import CareLevel
from regulation.effecteurs import CareCode
from regulation.kernel.places import Position
from simulations.territories.identifiers import Numbering
from tests.unit.adapters.territory_folders import EFFECTEURS, FLEET, PRACTITIONERS
from tests.unit.simulations.tiny_runs import set_in_world

_numbers = Numbering()
for _ in range(50):  # the tiny territory has the first ones
    _numbers.siret(), _numbers.finess(), _numbers.rpps()
SOS, TELE, ED = _numbers.siret(), _numbers.siret(), _numbers.finess()
VISITS, AFAR = _numbers.rpps(), _numbers.rpps()

LAND = {
    "effecteurs__csv": EFFECTEURS
    + f"""\
{SOS},SOS,SOS d'essai,31395,4 rue de l'Exemple,31600,,43.463,1.333,GP,SM54,24/7,,,true
{TELE},TELE,Téléconsultation d'essai,31395,5 rue de l'Exemple,31600,,43.464,1.334,GP,SM54,\
Mo-Su 07:00-23:00,,,true
{ED},ED,Urgences d'essai,31433,6 rue de l'Exemple,31120,,43.521,1.411,GP PAEDIATRIC,,24/7,,20000,\
true
""",
    "practitioners__csv": PRACTITIONERS
    + f"""\
{VISITS},Synthétique,Dominique,{SOS},SM54,ROUTINE,HH,SNP,40,Mo-Su 08:00-24:00
{AFAR},Synthétique,Charlie,{TELE},SM54,ROUTINE,VR,PUBLIC SNP,15,
""",
    "fleet__csv": FLEET
    + """\
TAXI-2,TAXI,Taxis d'essai,3,0,0,0,CHILD_SEAT SERVICE_ANIMAL,1,31395,43.46,1.33,0,24/7
TAXI-3,TAXI,Taxis d'en face,3,0,0,0,CHILD_SEAT SERVICE_ANIMAL,1,31433,43.52,1.41,0,24/7
TPMR-1,TAXI_TPMR,Taxis d'en face,3,0,0,1,WHEELCHAIR_FOLDED,1,31433,43.52,1.41,0,24/7
AMBU-1,AMBULANCE,Ambulances d'essai,1,1,1,0,OXYGEN,2,31433,43.52,1.41,0,24/7
""",
}
FREE_FLEET = (
    set_in_world(fleet__other_work=0, fleet__refusal=0)
    + """
[[change]]
set = "demand.household.companion"
value = 0
[[change]]
set = "demand.household.no_car_intermediate"
value = 0.8
"""
)
"""Vehicles do nothing else and refuse nobody; most people have neither a car nor company."""

CALM = set_in_world(
    answering__patience_minutes=1000,
    answering__assistant_minutes=1,
    unserved__pays_up_to_eur=100_000,
    care__no_show=0,
)
"""Nobody hangs up, nobody minds the price, everybody comes."""


def neighbours(life, start, count):
    """People of one street who call one after the other, and walk with an aid and somebody."""
    for minute in range(count):
        case = life.demand.people.case(f"voisin-{minute}", start + timedelta(minutes=minute))
        yield replace(
            case,
            patient=replace(case.patient, age=40.0, position=Position(lat=43.52, lon=1.41)),
            need=replace(case.need, code=CareCode.GP, care_level=CareLevel.R3),
            mobility=replace(
                case.mobility, age=40.0, own_vehicle_available=False, companion_available=False,
                public_transport_possible=False, uses_wheelchair=False, stays_in_wheelchair=False,
                lying_or_semi_sitting=False, stretcher_or_carrying=False, walking_aid=True,
                autonomy="with_professional",
            ),
        )  # fmt: skip
