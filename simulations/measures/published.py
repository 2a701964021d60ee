"""Figures that were published (domain dossier, §5), and how the simulated world tells each; those
it cannot tell, with why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from adapters.territory.territory import Territory
from regulation.effecteurs import EffecteurKind
from simulations.world.rows import SEEN, Outcome

MINUTE_S, HOUR_S, OLD, SENIOR = 60, 3600, 75, 60
ORIENTED = "R3"
NIGHT, DAY = 20, 8
SATURDAY, SUNDAY, NOON = 5, 6, 12
THIRTY_ONE = "31"
PER = 100_000
YVELINES = "Yvelines 2018, 185 appels de jour dont le médecin traitant n'est pas disponible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a figure is told from: the rows of one way of working, over so many days and runs.

    `wall` is the local time of each call. `whole_days`: the days were lived from end to end.
    """

    rows: pd.DataFrame
    wall: pd.Series
    days: int
    runs: int
    territory: Territory
    whole_days: bool = True

    @property
    def inhabitants(self) -> int:
        """People of the territory."""
        return sum(one.population for one in self.territory.communes)

    def per_year(self, count: float) -> float:
        """Carry a count over to a year and an inhabitant; not a number when hours are missing."""
        if not self.whole_days:
            return float("nan")
        return ratio(365 * count, self.runs * self.days * self.inhabitants)

    @property
    def answered(self) -> pd.DataFrame:
        """Calls that were answered."""
        return self.rows[self.rows.outcome != Outcome.NOT_ANSWERED]

    @property
    def oriented(self) -> pd.DataFrame:
        """Those of them for whom a place was looked for."""
        return self.answered[self.answered.care_level == ORIENTED]

    @property
    def out_of_hours(self) -> pd.Series:
        """Whether each call came at night, on a Saturday afternoon or on a Sunday (PDSA)."""
        day, hour = self.wall.dt.day_of_week, self.wall.dt.hour
        weekend = (day == SUNDAY) | ((day == SATURDAY) & (hour >= NOON))
        return weekend | (hour >= NIGHT) | (hour < DAY)

    @property
    def by_day(self) -> pd.DataFrame:
        """Those of the oriented who called outside those hours."""
        return self.oriented[~self.out_of_hours[self.oriented.index]]

    @property
    def by_appointment(self) -> pd.DataFrame:
        """Those of the oriented who were seen otherwise than in an emergency department."""
        return self.oriented[_among(self.oriented, SEEN - {Outcome.ED})]

    def kinds(self, *kinds: EffecteurKind) -> int:
        """Count the places of some kinds."""
        return sum(one.kind in kinds for one in self.territory.effecteurs)


def ratio(one: float, other: float) -> float:
    """Divide; not a number when there is nothing to divide by."""
    return one / other if other else float("nan")


def share(mask: pd.Series) -> float:
    """Return the share of what is true, in percent; not a number when there is nothing."""
    return 100 * float(mask.mean()) if len(mask) else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published figure; `put_in`: it is one of the inputs; `of` a department alone when said."""

    name: str
    value: float
    unit: str
    source: str
    of: Callable[[Told], float]
    put_in: bool = False
    department: str | None = None


def _among(rows: pd.DataFrame, outcomes: Iterable[Outcome]) -> pd.Series:
    return rows.outcome.isin([str(one) for one in outcomes])


def _visited(told: Told) -> pd.DataFrame:
    return told.rows[told.rows.outcome == Outcome.CONSULTATION]


def _at_ed(told: Told) -> pd.DataFrame:
    return told.rows[told.rows.outcome == Outcome.ED]


def _aged(told: Told, least: int) -> pd.DataFrame:
    return told.rows[told.rows.age >= least]


def _no_car(told: Told, *densities: str) -> float:
    return share(~told.rows[told.rows.density.isin(densities)].car.astype(bool))


def _no_shows(told: Told) -> float:
    booked = {Outcome.CONSULTATION, Outcome.ASSISTED_TELECONSULTATION, Outcome.NO_SHOW}
    assert booked - SEEN == {Outcome.NO_SHOW}
    mine = told.rows[_among(told.rows, booked)]
    return share(mine.outcome == Outcome.NO_SHOW)


def _peak_over_trough(told: Told) -> float:
    if not told.whole_days:
        return float("nan")
    by_hour = told.wall.dt.hour.value_counts()
    evening = by_hour.reindex(range(18, 21), fill_value=0).mean()
    return float(evening / max(1.0, by_hour.reindex(range(3, 6), fill_value=0).mean()))


def _per_day(told: Told, *days: int) -> float:
    """Calls of such days, over those of a working day."""
    by_day = told.wall.groupby(told.wall.dt.date).size()
    weekday = pd.to_datetime(pd.Series(by_day.index, index=by_day.index)).dt.day_of_week
    some, others = by_day[weekday.isin(days)], by_day[weekday < SATURDAY]
    return float(some.mean() / others.mean()) if len(some) and len(others) else float("nan")


def _vehicle_sent(told: Told) -> pd.Series:
    return (told.answered.outcome == Outcome.AMU) | (told.answered.carried_m > 0)


def _care_minutes(told: Told) -> pd.Series:
    return _visited(told).care_s / MINUTE_S


def _pharmacies(told: Told) -> float:
    return told.kinds(EffecteurKind.PHARMACIE)


def _weekend(told: Told) -> float:
    days = told.wall[told.out_of_hours].dt.day_of_week
    whole = told.wall.dt.date.nunique() >= 7  # noqa: PLR2004  a week
    return share(days >= SATURDAY) if whole else float("nan")


FIGURES: tuple[Published, ...] = (
    Published(name="appels par habitant et par an", value=0.51, unit="",
              source="SAMU 31, 730 698 appels en 2023",
              of=lambda t: t.per_year(t.rows.calls.sum())),
    Published(name="dossiers pour 100 habitants et par an, Haute-Garonne", value=20.4, unit="",
              source="SAMU 31, environ 300 000 dossiers en 2021", put_in=True,
              of=lambda t: 100 * t.per_year(len(t.rows))),
    Published(name="dossiers pour 100 habitants et par an, France", value=31, unit="",
              source="DREES 2022 ; de 19 (Seine-et-Marne) à 78 (Lozère)",
              of=lambda t: 100 * t.per_year(len(t.rows))),
    Published(name="samedi, fois un jour de semaine", value=1.35, unit="", put_in=True,
              source="hypothèse : aucun chiffre publié", of=lambda t: _per_day(t, SATURDAY)),
    Published(name="dimanche, fois un jour de semaine", value=1.55, unit="", put_in=True,
              source="hypothèse : aucun chiffre publié", of=lambda t: _per_day(t, SUNDAY)),
    Published(name="18 à 21 h, fois 3 à 6 h", value=7.8, unit="", put_in=True,
              source="hypothèse : seule l'allure est connue", of=_peak_over_trough),
    Published(name="appels de médecine générale, parmi les ambulatoires", value=80, unit="%",
              source="SAMU 31, 2018 : plus de 80 %", put_in=True,
              of=lambda t: share(t.oriented.need == "GP")),
    Published(name="conseils seuls, parmi les dossiers ambulatoires", value=50, unit="%",
              source="SAMU 31, 2018 : la moitié", put_in=True,
              of=lambda t: share(
                  t.rows[t.rows.care_level.isin(["R3", "R4"])].care_level == "R4")),
    Published(name="dossiers ambulatoires", value=50, unit="%",
              source="DGOS 2024-2025 : plus de la moitié",
              of=lambda t: share(t.rows.care_level.isin(["R3", "R4"]))),
    Published(name="dossiers très graves (R1)", value=7, unit="%", source="Haute-Garonne 2024",
              put_in=True, of=lambda t: share(t.rows.care_level == "R1")),
    Published(name="dossiers sans véhicule", value=50, unit="%",
              source="Haute-Garonne 2024 : plus d'un sur deux",
              of=lambda t: share(~_vehicle_sent(t))),
    Published(name="vus en 48 h au plus hors urgences, parmi les patients à orienter",
              value=50, unit="%", source="DGOS 2024-2025 : rendez-vous sous 48 h",
              of=lambda t: share(_among(t.oriented, SEEN - {Outcome.ED})
                                 & (t.oriented.seen_s <= 48 * HOUR_S))),
    Published(name="aux urgences, parmi les patients à orienter de jour", value=27, unit="%",
              source=YVELINES, of=lambda t: share(t.by_day.outcome == Outcome.ED)),
    Published(name="vus par leur médecin traitant, parmi les patients à orienter de jour", value=7,
              unit="%", source=YVELINES,
              of=lambda t: share(_among(t.by_day, SEEN) & t.by_day.own_doctor.astype(bool))),
    Published(name="vus ailleurs en ville le jour même, parmi les patients à orienter de jour",
              value=24, unit="%", source=f"{YVELINES} : ressource de journée",
              of=lambda t: share((t.by_day.outcome == Outcome.CONSULTATION)
                                 & ~t.by_day.own_doctor.astype(bool)
                                 & (t.by_day.seen_s <= 12 * HOUR_S))),
    Published(name="sans médecin traitant", value=12, unit="%", source="Yvelines 2018, 185 appels",
              put_in=True, of=lambda t: share(
                  ~t.oriented[t.oriented.need == "GP"].has_doctor.astype(bool))),
    Published(name="conseils seuls en horaires de permanence des soins", value=50, unit="%",
              source="Cher, PDSA : 50 % de conseils, 24 % de consultations",
              of=lambda t: share(t.rows[t.out_of_hours & (t.rows.care_level.isin(["R3", "R4"]))]
                                 .outcome == Outcome.ADVICE)),
    Published(name="consultations en horaires de permanence des soins", value=24, unit="%",
              source="Cher, PDSA",
              of=lambda t: share(t.rows[t.out_of_hours & (t.rows.care_level.isin(["R3", "R4"]))]
                                 .outcome == Outcome.CONSULTATION)),
    Published(name="appels de permanence des soins le week-end", value=79, unit="%",
              source="Gers 2016", of=_weekend),
    Published(name="appels décrochés", value=88, unit="%", source="DREES, enquête SAMU",
              of=lambda t: share(t.rows.outcome != Outcome.NOT_ANSWERED)),
    Published(name="décrochés en moins d'une minute, parmi les décrochés", value=80, unit="%",
              source="DREES, enquête SAMU",
              of=lambda t: share(t.answered.answer_wait_s < MINUTE_S)),
    Published(name="consultation, durée moyenne", value=16, unit="min", put_in=True,
              source="DREES : 16 minutes, 6 % de plus pour un nouveau patient (hypothèse)",
              of=lambda t: float(_care_minutes(t).mean())),
    Published(name="consultations de 10 à 20 minutes", value=70, unit="%", source="DREES",
              of=lambda t: share(_care_minutes(t).between(10, 20))),
    Published(name="aux urgences, durée médiane de qui rentre chez soi", value=150, unit="min",
              source="DREES, enquête urgences 2023 : 2 h 30", put_in=True,
              of=lambda t: float((_at_ed(t).care_s / MINUTE_S).median())),
    Published(name="aux urgences plus de 8 h", value=15, unit="%",
              source="DREES, enquête urgences 2023, hospitalisés compris",
              of=lambda t: share(_at_ed(t).care_s > 8 * HOUR_S)),
    Published(name="vus le jour même ou le lendemain, parmi les vus hors urgences", value=49,
              unit="%",
              source="DREES 2018, rendez-vous de médecine générale",
              of=lambda t: share(t.by_appointment.seen_s <= 36 * HOUR_S)),
    Published(name="rendez-vous manqués, nouveaux patients", value=5.4, unit="%",
              source="Doctolib, 2024", put_in=True, of=_no_shows),
    Published(name="75 ans et plus, parmi les passages aux urgences", value=14, unit="%",
              source="DREES ; ici, les seuls patients orientés",
              of=lambda t: share(_at_ed(t).age >= OLD)),
    Published(name="limitation physique à 75 ans et plus", value=50.5, unit="%",
              source="CARE 2015", of=lambda t: share(_aged(t, OLD).level != "M0")),
    Published(name="limitation à 60 ans et plus", value=41, unit="%",
              source="DREES Autonomie 2022, limitation sévère de toute sorte",
              of=lambda t: share(_aged(t, SENIOR).level != "M0")),
    Published(name="sans voiture, communes peu denses", value=10, unit="%",
              source="INSEE : moins de 10 % dans les couronnes",
              of=lambda t: _no_car(t, "SPARSE", "VERY_SPARSE")),
    Published(name="sans voiture, communes denses, fois les peu denses", value=3, unit="",
              source="INSEE : trois fois plus dans les pôles",
              of=lambda t: ratio(_no_car(t, "DENSE"), _no_car(t, "SPARSE", "VERY_SPARSE"))),
    Published(name="maisons de santé (MSP)", value=59, unit="", department=THIRTY_ONE,
              source="Haute-Garonne, consultations de 2022", put_in=True,
              of=lambda t: t.kinds(EffecteurKind.MSP)),
    Published(name="centres de santé (CDS)", value=53, unit="", department=THIRTY_ONE,
              source="Haute-Garonne, consultations de 2022", put_in=True,
              of=lambda t: t.kinds(EffecteurKind.CDS)),
    Published(name="communautés (CPTS)", value=14, unit="", department=THIRTY_ONE,
              source="Haute-Garonne, consultations de 2022", put_in=True,
              of=lambda t: t.kinds(EffecteurKind.CPTS)),
    Published(name="maisons médicales de garde (MMG)", value=14, unit="",
              department=THIRTY_ONE, source="Haute-Garonne, consultations de 2022",
              put_in=True, of=lambda t: t.kinds(EffecteurKind.MMG)),
    Published(name="passages aux urgences par an, milliers", value=356.8, unit="",
              source="Haute-Garonne 2023 ; tables SAE du territoire", department=THIRTY_ONE,
              put_in=True, of=lambda t: sum(t.territory.annual_passages.values()) / 1000),
    Published(name="médecins généralistes pour 100 000 habitants", value=106.9, unit="",
              source="Haute-Garonne 2020, plateforme SAS", department=THIRTY_ONE,
              put_in=True, of=lambda t: ratio(PER * general_practitioners(t), t.inhabitants)),
)  # fmt: skip
"""In the order of the dossier."""

GENERALIST = frozenset({"SM53", "SM54"})
IN_TOWN = frozenset({EffecteurKind.CABINET, EffecteurKind.MSP, EffecteurKind.CDS})


def general_practitioners(told: Told) -> int:
    """Count the general practitioners who have a practice in town."""
    kinds = {one.effecteur_id: one.kind for one in told.territory.effecteurs}
    people = told.territory.practitioners
    return len(
        {one.rpps for one in people if one.specialties & GENERALIST and kinds[one.place] in IN_TOWN}
    )


UNTOLD: tuple[tuple[str, str], ...] = (
    ("Pointes (240 appels par heure, 20 minutes d'attente), canicule +10 %, épidémie ×1,6",
     "demandent un scénario avec un épisode ([[episode]])"),
    ("Part des libéraux dans la régulation (33 puis 40 %), régulateur débordé (8 à 14 par heure)",
     "la régulation est une file aux durées publiées (5,5 et 7,2 par heure), non des personnes"),
    ("Motifs d'appel des Yvelines (absent 55 %, complet 14 %, pas de visite 10 %)",
     "le motif n'est pas simulé"),
    ("Rythme horaire de la Somme (2007) et du Gers (2016) par secteur",
     "petites études anciennes ; seule l'allure est reprise"),
    ("Copenhague 1813 (548 appels pour 10 000 habitants)", "une ligne de soir et de nuit seule"),
    ("Limitations sensorielles (32 %) et cognitives (17 %) à 75 ans et plus",
     "la mobilité simulée est physique"),
    ("Cabinets difficiles d'accès (46 %, 60 %)",
     "l'accessibilité inconnue reste inconnue : voir aiguilleur territory describe"),
    ("Moitié de consultations non programmées (MG France), délai médian de 2 jours",
     "les agendas simulés ne montrent que les créneaux libres"),
    ("Flottes de France (14 000 ambulances, 37 000 taxis, VSL), 60 millions de trajets, dépense",
     "l'effectif par département n'est pas publié : hypothèse de territory.toml"),
    ("Passages évitables (20 à 43 %), coût d'un passage (161,50 EUR)",
     "le coût est repris ; l'évitable est ce que la simulation cherche"),
)  # fmt: skip
"""Published figures the simulated world does not tell, and why."""
