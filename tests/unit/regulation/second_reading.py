"""Class and coverage read a second time, straight from the texts, sharing nothing with the rules.

The arrêté of 23 December 2006 and three published states of the official simulator, side by side;
coverage by CSS R322-10 and R322-10-1. A person is a set of criteria, how they move (alone, with a
relative, with a professional) and whether somebody can go along.
"""

LIGHTEST, SEATED, SEATED_IN_CHAIR, STRETCHER, EMERGENCY = (
    "INDIVIDUEL",
    "TAP",
    "TAP_TPMR",
    "AMBULANCE",
    "SMUR",
)
NOTHING = "aucun mode justifié"
CARRIED = {"lying", "carrying", "watching", "oxygen", "asepsis"}


def heavy(needs):
    """The classes on which the arrêté and every state of the simulator agree, None for the rest."""
    if "smur" in needs:
        return EMERGENCY
    if needs & CARRIED:
        return STRETCHER
    if "chair" in needs:
        return SEATED_IN_CHAIR
    return None


def needs_help_to_move(needs, moves):
    return "aid" in needs and moves in {"relative", "professional"}


def needs_a_third_party(needs, escorted):
    return "third party" in needs and not escorted


def by_the_arrete(needs, moves, escorted):
    """Class of a person, in the arrêté's own order."""
    if heavy(needs):
        return heavy(needs)
    if needs_help_to_move(needs, moves) or needs_a_third_party(needs, escorted):
        return SEATED
    if needs & {"hygiene", "disinfection", "side effects"}:
        return SEATED
    return LIGHTEST


def by_state_a(needs, moves, escorted):
    """State 355a6f5c: the arrêté without disinfection; nobody's own means without autonomy."""
    if heavy(needs):
        return heavy(needs)
    if needs_help_to_move(needs, moves) or needs_a_third_party(needs, escorted):
        return SEATED
    if needs & {"hygiene", "side effects"}:
        return SEATED
    return LIGHTEST if moves in {"alone", "relative"} else NOTHING


def by_state_b(needs, moves, escorted):
    """State 72d01a3 (22 July 2026): help to move, third party, disinfection open nothing."""
    if heavy(needs):
        return heavy(needs)
    return SEATED if needs & {"hygiene", "side effects"} else LIGHTEST


def by_state_c(needs, moves, escorted):
    """State 0836f83: a professional's help opens the list of criteria, a relative's does not."""
    if heavy(needs):
        return heavy(needs)
    if moves == "professional" or needs & {"hygiene", "disinfection", "side effects"}:
        return SEATED
    return LIGHTEST


OPENING_JOURNEYS = {"far", "series", "camsp", "remote maternity"}


def is_covered(needs, moves, escorted, motive, ald, *, journey="near"):
    """Whether the transport is paid for. `ald`: related, specific session, incapacity.

    `journey`: over 150 km, four times over 50 km in two months, to a CAMSP or a CMPP, to a remote
    maternity (R322-10, 1°, d and e), or near.
    """
    if by_the_arrete(needs, moves, escorted) in {STRETCHER, EMERGENCY}:
        return True
    if journey in OPENING_JOURNEYS:
        return True
    if motive in {"none", None}:
        return False
    if motive == "ald":
        return "related" in ald and bool(ald & {"specific session", "incapacity"})
    return True


def percent_borne(needs, moves, escorted, motive, ald):
    """Share of the health insurance for somebody at home, None when nothing is paid for."""
    if not is_covered(needs, moves, escorted, motive, ald):
        return None
    ill = motive == "ald" and "related" in ald and ald & {"specific session", "incapacity"}
    ill = ill or ("related" in ald and motive in {"hospitalisation", "prison_return"})
    return 100 if ill or motive in {"work_accident", "chemo_radio_dialysis", "summons"} else 55


def owes_franchise(needs, moves, escorted, motive):
    """Whether an adult whose transport is paid for owes the franchise (CSS L160-13, III).

    Only an emergency exempts an ambulance, and nobody has said that this is one.
    """
    return by_the_arrete(needs, moves, escorted) != LIGHTEST and motive != "work_accident"
