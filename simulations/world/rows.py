"""What is kept of each call: one row of the result tables."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of a call."""

    NOT_ANSWERED = "NOT_ANSWERED"
    AMU = "AMU"
    ADVICE = "ADVICE"
    CONSULTATION = "CONSULTATION"
    HOME_VISIT = "HOME_VISIT"
    TELECONSULTATION = "TELECONSULTATION"
    ASSISTED_TELECONSULTATION = "ASSISTED_TELECONSULTATION"
    PHARMACY = "PHARMACY"
    ED = "ED"
    RENOUNCED = "RENOUNCED"
    NO_SHOW = "NO_SHOW"


SEEN = frozenset(
    {
        Outcome.CONSULTATION,
        Outcome.HOME_VISIT,
        Outcome.TELECONSULTATION,
        Outcome.ASSISTED_TELECONSULTATION,
        Outcome.PHARMACY,
        Outcome.ED,
    }
)


@dataclass(slots=True, kw_only=True)
class Row:
    """One call, from the first ring to home. Seconds, metres, cents; None: does not apply."""

    case_id: str
    called_at: str
    age: int
    age_band: str
    level: str
    commune: str
    density: str
    decile: int
    car: bool
    need: str
    care_level: str
    deadline_s: int | None = None
    outcome: str = Outcome.NOT_ANSWERED
    fate: str = ""
    effecteur: str = ""
    has_doctor: bool = False
    own_doctor: bool = False
    calls: int = 1
    answer_wait_s: float = 0.0
    decision_s: float | None = None
    seen_s: float | None = None
    in_time: bool | None = None
    mode_out: str = ""
    mode_home: str = ""
    provider: str = ""
    out_s: int = 0
    out_m: int = 0
    home_s: int = 0
    home_m: int = 0
    care_wait_s: float | None = None
    care_s: float | None = None
    home_wait_s: float | None = None
    home_at_s: float | None = None
    pharmacy: str = "unneeded"
    am_cents: int = 0
    patient_cents: int = 0
    local_cents: int = 0
    hospital_cents: int = 0
    transport_cents: int = 0
    driven_m: int = 0
    carried_m: int = 0
    own_m: int = 0
    co2_g: int = 0
    ambulance_seated: bool = False
    shared: bool = False
    refusals: int = 0
    slots_lost: int = 0
    replannings: int = 0
    breakdowns: int = 0
    stranded: bool = False
