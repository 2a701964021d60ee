"""Rows of the result tables, written by hand."""

from dataclasses import asdict

import pyarrow as pa

from simulations.runner.tables import SCHEMA
from simulations.world.rows import Row


def a_row(**changes):
    """Someone of Muret who is oriented and has no car, changed."""
    told = {
        "case_id": "appel", "called_at": "2026-11-24T10:00:00+01:00", "age": 40,
        "age_band": "18-74", "level": "M0", "commune": "31395", "density": "INTERMEDIATE",
        "decile": 5, "car": False, "need": "GP", "care_level": "R3", **changes,
    }  # fmt: skip
    return Row(**told)


def table_of(*rows):
    """One replication of today's way of working, typed as the tables are."""
    told = [{"arm": "today", "replication": 0, **asdict(one)} for one in rows]
    return pa.Table.from_pylist(told, schema=SCHEMA).to_pandas()
