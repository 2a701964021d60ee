"""The first line of a row: who calls, from where, how they move."""

from adapters.territory.territory import Commune
from regulation.cases import Case
from regulation.mobility import MobilityAnswers
from simulations.world.rows import Row

BANDS = ((18, "0-17"), (60, "18-59"), (75, "60-74"), (85, "75-84"), (200, "85+"))


def row_of(case: Case, commune: Commune, decile: int) -> Row:
    """Return the row of a call that begins, from a commune, by somebody of a decile of income."""
    return Row(
        case_id=case.case_id,
        called_at=case.caller.at.isoformat(),
        age=int(case.patient.age),
        age_band=next(name for upto, name in BANDS if case.patient.age < upto),
        level=level_of(case.mobility),
        commune=str(commune.code),
        density=str(commune.density),
        decile=decile,
        car=case.mobility.own_vehicle_available is True,
        need=str(case.need.code),
        care_level=str(case.need.care_level),
    )


def level_of(answers: MobilityAnswers) -> str:
    """Name how somebody moves, as the demand draws it: from M0, alone, to M5+, carried or lying."""
    if answers.lying_or_semi_sitting is True or answers.stretcher_or_carrying is True:
        return "M5+"
    if answers.stays_in_wheelchair is True:
        return "M4"
    if answers.uses_wheelchair is True:
        return "M3"
    if answers.walking_aid is True:
        return "M1" if answers.autonomy == "alone" else "M2"
    return "M0"
