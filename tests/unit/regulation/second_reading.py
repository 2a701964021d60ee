"""Class and coverage read a second time, straight from the texts, sharing nothing with the rules.

The arrêté of 23 December 2006 and the official simulator's order (state of 22 July 2026), side by
side; coverage by CSS R322-10 and R322-10-1.
"""

LIGHTEST, SEATED, SEATED_IN_CHAIR, STRETCHER, EMERGENCY = (
    "INDIVIDUEL",
    "TAP",
    "TAP_TPMR",
    "AMBULANCE",
    "SMUR",
)


def by_the_arrete(needs):
    """Class of a set of criteria, in the arrêté's own order."""
    if "smur" in needs:
        return EMERGENCY
    if needs & {"lying", "carrying", "watching", "oxygen", "asepsis"}:
        return STRETCHER
    if "chair" in needs:
        return SEATED_IN_CHAIR
    if needs & {"helped", "third party", "hygiene", "disinfection", "side effects"}:
        return SEATED
    return LIGHTEST


def by_the_simulator(needs):
    """Class of the same criteria in the simulator: help to move and disinfection open nothing."""
    if "smur" in needs:
        return EMERGENCY
    if needs & {"lying", "carrying", "watching", "oxygen", "asepsis"}:
        return STRETCHER
    if "chair" in needs:
        return SEATED_IN_CHAIR
    if needs & {"hygiene", "side effects"}:
        return SEATED
    return LIGHTEST


def is_covered(needs, motive, ald):
    """Whether the transport is paid for. `ald`: related, specific session, incapacity."""
    if by_the_arrete(needs) in {STRETCHER, EMERGENCY}:
        return True
    if motive in {"none", None}:
        return False
    if motive == "ald":
        return "related" in ald and bool(ald & {"specific session", "incapacity"})
    return True
