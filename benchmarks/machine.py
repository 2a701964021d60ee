"""What every measurement says of the machine it ran on."""

import os


def machine_line() -> str:
    """Cores and load, as printed above measurements."""
    one, five, fifteen = os.getloadavg()
    return f"{os.cpu_count()} cores; load {one:.2f} {five:.2f} {fifteen:.2f} (1, 5, 15 min)"
