"""Closed lists both sides share: modes, legs, payers, encounters, statuses, tiers."""

from enum import IntEnum, StrEnum


class Mode(StrEnum):
    """How somebody moves on one leg."""

    ON_FOOT = "ON_FOOT"
    OWN_CAR = "OWN_CAR"
    COMPANION_CAR = "COMPANION_CAR"
    PUBLIC_TRANSPORT = "PUBLIC_TRANSPORT"
    SOCIAL = "SOCIAL"
    TAXI = "TAXI"
    TAXI_TPMR = "TAXI_TPMR"
    VSL = "VSL"
    VSL_TPMR = "VSL_TPMR"
    AMBULANCE = "AMBULANCE"
    CARE_TEAM = "CARE_TEAM"


FLEET_MODES = frozenset(
    {Mode.SOCIAL, Mode.TAXI, Mode.TAXI_TPMR, Mode.VSL, Mode.VSL_TPMR, Mode.AMBULANCE}
)
OWN_MODES = frozenset({Mode.ON_FOOT, Mode.OWN_CAR, Mode.COMPANION_CAR, Mode.PUBLIC_TRANSPORT})


class LegKind(StrEnum):
    """What a leg is for."""

    OUTWARD = "outward"
    PHARMACY = "pharmacy"
    RETURN = "return"
    CARE_TEAM = "care_team"


class Payer(StrEnum):
    """Who pays a leg."""

    CPAM = "CPAM"
    ETABLISSEMENT = "ETABLISSEMENT"
    COLLECTIVITE = "COLLECTIVITE"
    PATIENT = "PATIENT"
    UNKNOWN = "UNKNOWN"


class PharmacyNeed(StrEnum):
    """Whether the way home passes by a pharmacy."""

    NONE = "none"
    LIKELY = "likely"
    CERTAIN = "certain"


class Encounter(StrEnum):
    """Who moves so that patient and carer meet."""

    PATIENT_TRAVELS = "PATIENT_TRAVELS"
    TEAM_TRAVELS = "TEAM_TRAVELS"
    REMOTE = "REMOTE"


class SolverStatus(StrEnum):
    """What is proven of a result."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    TRUNCATED = "TRUNCATED"

    def with_(self, other: "SolverStatus") -> "SolverStatus":
        """Return what is proven of the better of two results: the least of what is of each."""
        proven = list(SolverStatus)
        return max(self, other, key=proven.index)


class Tier(IntEnum):
    """Lexicographic tiers below the hard rules (design: 1 is `check`)."""

    LATENESS = 2
    BURDEN = 3
    COST = 4
