"""A row of the result tables, written by hand."""

from simulations.world.rows import Row


def a_row(**changes):
    """Someone of Muret who is oriented and has no car, changed."""
    told = {
        "case_id": "appel", "called_at": "2026-11-24T10:00:00+01:00", "age": 40,
        "age_band": "18-74", "level": "M0", "commune": "31395", "density": "INTERMEDIATE",
        "decile": 5, "car": False, "need": "GP", "care_level": "R3", **changes,
    }  # fmt: skip
    return Row(**told)
