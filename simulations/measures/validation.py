"""Published figures beside what the simulated world gave, each with its gap."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from simulations.scenarios.changes import Setting
from simulations.world.rows import SEEN, Outcome

MINUTE_S, OLD = 60, 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A published figure and the simulated one; `put_in`: it was given to the simulation."""

    name: str
    published: float
    simulated: float
    unit: str
    source: str
    put_in: bool

    @property
    def gap(self) -> float:
        """Simulated over published, less one."""
        return self.simulated / self.published - 1 if self.published else float("nan")


Told = tuple[str, float, str, str, bool, Callable[[pd.DataFrame], float]]


def validation(frame: pd.DataFrame, arm: str, setting: Setting) -> tuple[Check, ...]:
    """Set what today's way of working gave beside what is published of it (domain dossier, §5)."""
    mine = frame[frame.arm == arm]
    walls = pd.to_datetime(mine.called_at, utc=True).dt.tz_convert(setting.territory.zone.key)
    days = max(1, walls.dt.date.nunique())
    runs = max(1, mine.replication.nunique())
    inhabitants = sum(one.population for one in setting.territory.communes)
    checks: tuple[Told, ...] = (
        (
            "dossiers par jour et pour 1 000 habitants", 300_000 / 365 / 1471.468, "",
            "SAMU 31, environ 300 000 dossiers en 2021", True,
            lambda told: len(told) / runs / days / inhabitants * 1000,
        ),
        ("appels décrochés", 88, "%", "DREES, enquête SAMU : 88 %", False,
         lambda told: 100 * float((told.outcome != Outcome.NOT_ANSWERED).mean())),
        ("décrochés en moins d'une minute, parmi les décrochés", 80, "%",
         "DREES, enquête SAMU : 80 %", False,
         lambda told: 100 * float(
             (told[told.outcome != Outcome.NOT_ANSWERED].answer_wait_s < MINUTE_S).mean())),
        ("dossiers très graves (R1)", 7, "%", "Haute-Garonne 2024", True,
         lambda told: 100 * float((told.care_level == "R1").mean())),
        ("conseils seuls", 40, "%", "SAMU 31, 2018 : la moitié de la médecine générale", True,
         lambda told: 100 * float((told.care_level == "R4").mean())),
        ("appelants de 75 ans et plus (passages aux urgences)", 14, "%", "DREES", False,
         lambda told: 100 * float((told.age >= OLD).mean())),
        ("limitation physique à 75 ans et plus", 50.5, "%", "CARE 2015", False,
         lambda told: 100 * float((told[told.age >= OLD].level != "M0").mean())),
        ("vus en moins de 48 h, parmi les patients à orienter", 50, "%",
         "DGOS 2024-2025 : la moitié des appels ambulatoires, rendez-vous sous 48 h", False,
         lambda told: 100 * float(
             (told[told.care_level == "R3"].seen_s <= 48 * 3600).mean())),
        ("passages aux urgences, médecin traitant absent", 27, "%", "Yvelines 2018, 185 appels",
         False, lambda told: 100 * float(
             (told[told.care_level == "R3"].outcome == Outcome.ED).mean())),
        ("rendez-vous manqués, nouveaux patients", 5.4, "%", "Doctolib, 2024", True, _no_shows),
    )  # fmt: skip
    return tuple(
        Check(
            name=name, published=published, simulated=of(mine), unit=unit, source=source,
            put_in=put_in,
        )
        for name, published, unit, source, put_in, of in checks
    )  # fmt: skip


def _no_shows(told: pd.DataFrame) -> float:
    booked = {Outcome.CONSULTATION, Outcome.ASSISTED_TELECONSULTATION, Outcome.NO_SHOW}
    assert booked - SEEN == {Outcome.NO_SHOW}
    mine = told[told.outcome.isin([str(one) for one in booked])]
    return 100 * float((mine.outcome == Outcome.NO_SHOW).mean())
