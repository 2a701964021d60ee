"""Ability to move: what was answered, and the verdict drawn from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum, StrEnum
from operator import attrgetter

from regulation.entitlement import PARTICULARS, Funding
from regulation.rules import Fired


class Unknown(Enum):
    """Asked, and not known. None is: not asked yet."""

    UNKNOWN = "unknown"


UNKNOWN = Unknown.UNKNOWN
Answer = bool | Unknown | None


class VehicleClass(StrEnum):
    """Physical need, from the lightest to the heaviest."""

    INDIVIDUEL = "INDIVIDUEL"
    TAP = "TAP"
    TAP_TPMR = "TAP_TPMR"
    AMBULANCE = "AMBULANCE"
    SMUR = "SMUR"

    @property
    def weight(self) -> int:
        """Rank of the class."""
        return _WEIGHTS[self]


_WEIGHTS = {one: rank for rank, one in enumerate(VehicleClass)}


class Reading(StrEnum):
    """Which reading of the rules a prescription follows."""

    ARRETE_2006 = "ARRETE_2006"
    SIMULATEUR = "SIMULATEUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeAnswers:
    """Access to the home; `steps` before the door, `floor` 0 on the ground."""

    floor: int | Unknown | None = None
    lift: Answer = None
    steps: int | Unknown | None = None
    can_use_stairs: Answer = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AldAnswers:
    """Long-term illness: whether the care relates to it, its session, the incapacity."""

    related: Answer = None
    specific_session: Answer = None
    incapacity: Answer = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A prescribed series of trips."""

    count: int
    months: float
    km_one_way: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MobilityAnswers:
    """Answers of the mobility questionnaire; each may be not asked (None) or not known."""

    age: float | Unknown | None = None
    smur_team_needed: Answer = None
    lying_or_semi_sitting: Answer = None
    stretcher_or_carrying: Answer = None
    qualified_supervision: Answer = None
    oxygen: Answer = None
    asepsis: Answer = None
    stays_in_wheelchair: Answer = None
    uses_wheelchair: Answer = None
    walking_aid: Answer = None
    strict_hygiene: Answer = None
    disinfection_risk: Answer = None
    side_effect_risk: Answer = None
    companion_available: Answer = None
    bariatric: Answer = None
    own_vehicle_available: Answer = None
    public_transport_possible: Answer = None
    sharing_excluded: Answer = None
    car_seat_needed: Answer = None
    service_animal: Answer = None
    hospitalised_now: Answer = None
    leave_without_medical_motive: Answer = None
    autonomy: str | Unknown | None = None
    home: HomeAnswers = field(default_factory=HomeAnswers)
    impairments: frozenset[str] | Unknown | None = None
    motive: frozenset[str] | Unknown | None = None
    ald: AldAnswers = field(default_factory=AldAnswers)
    distance_km_one_way: float | Unknown | None = None
    series: Series | Unknown | None = None
    particulars: frozenset[str] | Unknown | None = None
    language: str | Unknown | None = None

    def facts(self) -> Mapping[str, object]:
        """Known facts by name; what is not asked or not known is absent."""
        known = _known(self)
        for part in (self.home, self.ald, self.series):
            known.update(_known(part))
        inferred = _inferred(self, known)
        known.update(_members(self.impairments, IMPAIRMENT_FACTS))
        known.update(_members(self.motive, MOTIVE_FACTS))
        known.update(_members(self.particulars, PARTICULAR_FACTS))
        known.update(inferred)
        return known

    def not_known(self) -> frozenset[str]:
        """Names of the answers asked and not known; a part (home, ald) is not one answer."""
        told = zip(_WHOLE, _READ_WHOLE(self), strict=True)
        return frozenset(name for name, found in told if found is UNKNOWN)


IMPAIRMENTS = ("motor", "visual", "hearing", "speech", "mental", "psychic", "cognitive")
MOTIVES = (
    "hospitalisation",
    "chemo_radio_dialysis",
    "ald",
    "work_accident",
    "prison_return",
    "summons",
    "none",
)
IMPAIRMENT_FACTS = tuple((f"impairments.{member}", member) for member in IMPAIRMENTS)
MOTIVE_FACTS = tuple((f"motive.{member}", member) for member in MOTIVES)
PARTICULAR_FACTS = tuple((f"particulars.{member}", member) for member in PARTICULARS)
MEMBER_FACTS = (*IMPAIRMENT_FACTS, *MOTIVE_FACTS, *PARTICULAR_FACTS)
AUTONOMIES = ("alone", "with_companion", "with_professional")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """The legal side: class that may be prescribed (None: none, for the reason) and reading."""

    vehicle_class: VehicleClass | None
    reason: str
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class MobilityVerdict:
    """What the answers settle. `vehicle_class` None: an answer not known can still change it."""

    vehicle_class: VehicleClass | None
    at_least: VehicleClass
    prescription: Prescription
    vehicle_needs: frozenset[str]
    crew: int
    companion_needed: bool
    shared_allowed: bool
    driver_info: tuple[str, ...]
    premises_needs: frozenset[str]
    funding: Funding
    fired: tuple[Fired, ...]
    to_confirm_by_doctor: tuple[str, ...]
    missing: tuple[str, ...]
    next_question: str | None


ANSWER_NAMES: Mapping[type, tuple[str, ...]] = {
    kind: tuple(one.name for one in fields(kind) if one.name not in {"home", "ald", "series"})
    for kind in (MobilityAnswers, HomeAnswers, AldAnswers, Series)
}
"""Names of the answers of each part, `home`, `ald` and `series` apart."""

_READ = {kind: attrgetter(*names) for kind, names in ANSWER_NAMES.items()}
_WHOLE = (*ANSWER_NAMES[MobilityAnswers], "series")
_READ_WHOLE = attrgetter(*_WHOLE)
_PARTS: tuple[tuple[str, type], ...] = (
    ("home.", HomeAnswers),
    ("ald.", AldAnswers),
    ("series.", Series),
    ("", MobilityAnswers),
)
_FACT_NAMES = {kind: tuple(prefix + name for name in ANSWER_NAMES[kind]) for prefix, kind in _PARTS}


def _known(answers: object) -> dict[str, object]:
    """Answers of one part that are known, by name of fact; no part: none."""
    if answers is None or answers is UNKNOWN:
        return {}
    kind = type(answers)
    named = zip(_FACT_NAMES[kind], _READ[kind](answers), strict=True)
    return {name: one for name, one in named if one is not None and one is not UNKNOWN}


def _members(chosen: object, members: tuple[tuple[str, str], ...]) -> dict[str, object]:
    if not isinstance(chosen, frozenset):
        return {}
    return {fact: member in chosen for fact, member in members}


def _inferred(answers: MobilityAnswers, known: Mapping[str, object]) -> dict[str, object]:
    """What an answer says of a question not asked; never of one asked and not known."""
    inferred: dict[str, object] = {}
    if answers.uses_wheelchair is None and known.get("stays_in_wheelchair") is True:
        inferred["uses_wheelchair"] = True
    if answers.stays_in_wheelchair is None and known.get("uses_wheelchair") is False:
        inferred["stays_in_wheelchair"] = False
    if answers.home.can_use_stairs is None and known.get("stays_in_wheelchair") is True:
        inferred["home.can_use_stairs"] = False
    unaided = known.get("walking_aid") is False and known.get("uses_wheelchair") is False
    walks = known.get("autonomy") == "alone" and unaided
    if walks and answers.home.can_use_stairs is None:
        inferred["home.can_use_stairs"] = True
    return inferred


def yes_or_no_facts() -> frozenset[str]:
    """Names of the facts that are a yes or a no."""
    parts = (("", MobilityAnswers), ("home.", HomeAnswers), ("ald.", AldAnswers))
    told = {
        prefix + one.name for prefix, part in parts for one in fields(part) if one.type == Answer
    }
    return frozenset(told | {fact for fact, _ in MEMBER_FACTS})


def known_facts() -> frozenset[str]:
    """Names of every fact that answers can give to the rules."""
    names = {one.name for one in fields(MobilityAnswers)}
    for part, answers in (("home", HomeAnswers), ("ald", AldAnswers), ("series", Series)):
        names |= {f"{part}.{one.name}" for one in fields(answers)}
    return frozenset(names | {fact for fact, _ in MEMBER_FACTS})
