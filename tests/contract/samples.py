"""One of each thing a store keeps, rich enough for anything lost on the way to show."""

from datetime import UTC, datetime, timedelta

from regulation.bookings import SlotBooking
from regulation.cases import Caller, CareLevel, CareNeed, Case, Patient, Priority, Sex
from regulation.decisions import Actor, Decision, Role
from regulation.effecteurs import Accessibility, Accessible, CareCode, Effecteur, EffecteurKind
from regulation.eligibility import Exclusion
from regulation.kernel.ids import Identifier
from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import LegKind, Mode, Payer, PharmacyNeed, SolverStatus
from regulation.kernel.observed import Freshness, Observed
from regulation.kernel.places import CommuneCode, Position
from regulation.kernel.riders import Load, RiderNeeds
from regulation.kernel.time import PARIS, TimeWindow
from regulation.kernel.travel import LegPrice
from regulation.mobility import UNKNOWN, AldAnswers, HomeAnswers, MobilityAnswers, Series
from regulation.offers import Availability, Booking, SlotMode
from regulation.proposals import (
    EffecteurFacts,
    Orientation,
    OrientationProposal,
    ProposalKind,
    ProposedSlot,
    SolverReport,
)
from transport.fleet import PromisedRide, Via

NOON = datetime(2026, 11, 28, 12, 0, 0, 123456, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HOME, MMG = Position(lat=43.123456789, lon=1.1), Position(lat=43.6, lon=1.44)
MMG_ID = Identifier.parse("LOCAL:mmg-1")

CASE = Case(
    case_id="case-1",
    caller=Caller(at=NOON.astimezone(PARIS), phone="+33 5 00 00 00 00", language="fr"),
    patient=Patient(age=0.25, position=HOME, sex=Sex.F),
    need=CareNeed(
        code=CareCode.PAEDIATRIC,
        care_level=CareLevel.R3,
        specialty="SM40",
        deadline=90 * MINUTE,
        priority=Priority.P3,
        motif="M05.01",
    ),
    mobility=MobilityAnswers(
        age=0.25,
        walking_aid=True,
        oxygen=False,
        asepsis=UNKNOWN,
        autonomy=UNKNOWN,
        home=HomeAnswers(floor=3, lift=False, steps=UNKNOWN),
        impairments=frozenset({"motor", "hearing"}),
        motive=frozenset(),
        ald=AldAnswers(related=UNKNOWN),
        series=Series(count=4, months=2.5, km_one_way=151.5),
    ),
    pharmacy_stop=PharmacyNeed.LIKELY,
    return_to=MMG,
    preferred_effecteur=MMG_ID,
)

EFFECTEUR = Effecteur(
    effecteur_id=MMG_ID,
    kind=EffecteurKind.MMG,
    name="MMG d'essai « Été »",
    position=MMG,
    commune=CommuneCode("31555"),
    phone="+33 5 00 00 00 01",
    care=frozenset({CareCode.GP, CareCode.PAEDIATRIC}),
    specialties=frozenset({"SM40", "SM53"}),
    practitioners=(Identifier.parse("RPPS:10000000001"),),
    accessibility=Observed(
        Accessibility(
            fields={
                "entree_plain_pied": True,
                "entree_largeur_mini": 85,
                "cheminement_ext_pente": "légère",
                "accueil_personnels": ("formés", "non-formés"),
            }
        ),
        NOON - 400 * HOUR,
        "acceslibre",
        timedelta(days=365, microseconds=7),
    ),
    open_windows=(TimeWindow(NOON - HOUR, NOON + 9 * HOUR),),
    min_age=0.25,
    synthetic=True,
)


def leg(kind: LegKind, minutes: int, *, vehicle_id: str | None = "AMB-1") -> PlannedLeg:
    there = NOON + minutes * MINUTE
    return PlannedLeg(
        kind=kind,
        mode=Mode.AMBULANCE if vehicle_id else Mode.CARE_TEAM,
        vehicle_id=vehicle_id,
        origin=HOME,
        destination=MMG,
        pickup_at=there,
        dropoff_at=there + 20 * MINUTE,
        distance_m=12_345,
        on_board_s=900,
        price=LegPrice(total_cents=10_001, patient_cents=0, am_cents=10_001, payer=Payer.CPAM),
        will_call=kind is LegKind.RETURN,
    )


PROPOSAL = OrientationProposal(
    rank=1,
    kind=ProposalKind.CONSULTATION,
    effecteur=EffecteurFacts(
        effecteur=EFFECTEUR,
        availability=Availability.FREE,
        freshness=Freshness.STALE,
        observed_at=NOON - 7 * MINUTE,
        accessibility={"STEP_FREE": Accessible.OK, "TRANSFER_HELP": Accessible.UNKNOWN},
    ),
    slot=ProposedSlot(
        slot_id="slot-1",
        window=TimeWindow(NOON + HOUR, NOON + HOUR + 20 * MINUTE),
        mode=SlotMode.AMB,
        booking=Booking.ROUTINE,
        source="sas-ps",
        observed_at=NOON - 7 * MINUTE,
    ),
    care=TimeWindow(NOON + HOUR, NOON + HOUR + 20 * MINUTE),
    legs=(leg(LegKind.OUTWARD, 30), leg(LegKind.RETURN, 90)),
    home_at=NOON + 2 * HOUR,
    objective={"waiting_s": 600, "unknown_access": 1, "aboard_s": 1800},
    explanation=("Consultation : MMG d'essai, 14:00.",),
    warnings=("Accessibilité inconnue (TRANSFER_HELP).",),
)

ORIENTATION = Orientation(
    case_id="case-1",
    snapshot_id="snap-1",
    rules_version="2026-11-01",
    solver=SolverReport(
        status=SolverStatus.FEASIBLE, wall_ms=41.7, bound=1234.5, shares={"travel": 0.25}
    ),
    proposals=(
        PROPOSAL,
        OrientationProposal(
            rank=2, kind=ProposalKind.ADVICE, objective={}, explanation=("Conseil.",)
        ),
    ),
    excluded=(
        Exclusion(
            effecteur_id=Identifier.parse("LOCAL:mmg-2"),
            rule_id="ELIG-AGE",
            reason="ne reçoit pas avant 3 ans",
            source="Déclaration",
        ),
    ),
)

RIDE = PromisedRide(
    ride_id="case-1:1/return",
    vehicle_id="AMB-1",
    pickup=MMG,
    dropoff=HOME,
    pickup_at=NOON + HOUR,
    dropoff_at=NOON + 2 * HOUR,
    tolerance=10 * MINUTE,
    needs=RiderNeeds(
        load=Load(stretchers=1, attendants=1),
        modes=frozenset({Mode.AMBULANCE}),
        equipment=frozenset({"OXYGEN", "BARIATRIC"}),
        crew=2,
    ),
    vias=(Via(position=HOME, service_s=420),),
)

BOOKING = SlotBooking(
    slot_id="slot-1",
    source="sas-ps",
    effecteur_id=MMG_ID,
    window=TimeWindow(NOON + HOUR, NOON + HOUR + 20 * MINUTE),
    case_id="case-1",
    booked_at=NOON,
)

DECISION = Decision(
    case_id="case-1",
    orientation_id="case-1:1",
    rank=1,
    at=NOON,
    actor=Actor(actor_id="LOCAL:dr-1", role=Role.REGULATING_DOCTOR),
    motive="plus près de sa fille",
    idempotency_key="key-1",
)
