"""How assumptions are moved to see what would change the conclusion."""

from enum import StrEnum


class Method(StrEnum):
    """One at a time, or all together by Morris, or by the shares of variance of Sobol."""

    OAT = "oat"
    MORRIS = "morris"
    SOBOL = "sobol"
