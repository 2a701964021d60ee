"""What is measured: each measure of one replication, of all callers or of a group of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from adapters.territory.territory import Territory
from regulation.effecteurs import EffecteurKind
from regulation.tallies import gini
from simulations.world.rows import SEEN, Outcome

FLEET = ("TAXI", "TAXI_TPMR", "VSL", "VSL_TPMR", "AMBULANCE", "SOCIAL")
ORIENTED = "R3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure with its words in French; `better` is "low", "high" or "" (neither)."""

    name: str
    title: str
    unit: str
    better: str
    of: Callable[[pd.DataFrame], float]

    @property
    def digits(self) -> int:
        """Decimals that tell it: an index between 0 and 1 takes two."""
        return 1 if self.unit else 2


def _mean(values: pd.Series) -> float:
    known = values.dropna().astype(float)
    return float(known.mean()) if len(known) else float("nan")


def _share(mask: pd.Series) -> float:
    return 100 * float(mask.mean()) if len(mask) else float("nan")


def _r3(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[(frame.care_level == ORIENTED) & (frame.outcome != Outcome.NOT_ANSWERED)]


def _per_oriented(column: str, scale: float) -> Callable[[pd.DataFrame], float]:
    return lambda frame: _mean(_r3(frame)[column]) / scale


def _by_fleet(frame: pd.DataFrame) -> pd.DataFrame:
    told = _r3(frame)
    return told[told.mode_home.isin(FLEET)]


def _empty(frame: pd.DataFrame) -> float:
    driven, carried = float(frame.driven_m.sum()), float(frame.carried_m.sum())
    return 100 * max(0.0, driven - carried) / driven if driven else float("nan")


def _pharmacy(frame: pd.DataFrame) -> float:
    told = _r3(frame)
    needed = told[(told.pharmacy != "unneeded") & told.outcome.isin([str(one) for one in SEEN])]
    return _share(needed.pharmacy == "reached")


def _unfairness(frame: pd.DataFrame) -> float:
    return _gini_of(_r3(frame).effecteur, frame, PLACES)


def _uneven_transporters(frame: pd.DataFrame) -> float:
    return _gini_of(_r3(frame).provider, frame, TRANSPORTERS)


def _gini_of(names: pd.Series, frame: pd.DataFrame, among: str) -> float:
    """Gini index of how often each is named, those never named counted when it is known how many
    there are (`offered`)."""
    counts = [int(one) for one in names[names != ""].value_counts()]
    if among in frame.columns and len(frame):
        counts += [0] * (int(frame[among].iloc[0]) - len(counts))
    found = gini(counts)
    return float("nan") if found is None else found


PLACES, TRANSPORTERS = "places", "transporters"


def offered(frame: pd.DataFrame, territories: Mapping[str, Territory]) -> pd.DataFrame:
    """Add how many places could receive and how many transporters could drive, by arm."""
    counts = {arm: (_receiving(one), _driving(one)) for arm, one in territories.items()}
    return frame.assign(
        **{
            name: frame.arm.map({arm: told[rank] for arm, told in counts.items()})
            for rank, name in enumerate((PLACES, TRANSPORTERS))
        }
    )


def _receiving(territory: Territory) -> int:
    """Count the places that share an agenda, and the emergency departments."""
    shared = {one.place for one in territory.practitioners if one.booking is not None}
    departments = {one.effecteur_id for one in territory.effecteurs if one.kind is EffecteurKind.ED}
    return len(shared | departments)


def _driving(territory: Territory) -> int:
    return len({one.provider for one in territory.fleet})


EACH: Mapping[str, Callable[[pd.DataFrame], pd.Series]] = {
    "unmet_need": lambda told: 100.0 * (told.outcome == Outcome.RENOUNCED),
    "in_time": lambda told: 100.0 * told.in_time.fillna(value=False).astype(bool),
    "ed_visits": lambda told: 100.0 * (told.outcome == Outcome.ED),
    "patient_eur": lambda told: told.patient_cents / 100.0,
}
"""What the measures of equity are the means of, over the people to be oriented."""


def _mean_of(name: str) -> Callable[[pd.DataFrame], float]:
    return lambda frame: _mean(EACH[name](_r3(frame)))


MEASURES: tuple[Measure, ...] = (
    Measure(
        name="answered", title="Appels décrochés", unit="%", better="high",
        of=lambda frame: _share(frame.outcome != Outcome.NOT_ANSWERED),
    ),
    Measure(
        name="answer_wait_s", title="Attente avant le décroché", unit="s", better="low",
        of=lambda frame: _mean(frame.answer_wait_s),
    ),
    Measure(
        name="decision_min", title="De l'appel à la décision", unit="min", better="low",
        of=_per_oriented("decision_s", 60),
    ),
    Measure(
        name="unmet_need", title="Renoncements (besoin non couvert)", unit="%", better="low",
        of=_mean_of("unmet_need"),
    ),
    Measure(
        name="in_time", title="Vus dans le délai du niveau de soin", unit="%", better="high",
        of=_mean_of("in_time"),
    ),
    Measure(
        name="seen_h", title="De l'appel au soin", unit="h", better="low",
        of=_per_oriented("seen_s", 3600),
    ),
    Measure(
        name="ed_visits", title="Passages aux urgences des patients à orienter", unit="%",
        better="low", of=_mean_of("ed_visits"),
    ),
    Measure(
        name="ambulance_seated", title="Ambulances pour des patients qui peuvent s'asseoir",
        unit="%", better="low", of=lambda frame: _share(_r3(frame).ambulance_seated),
    ),
    Measure(
        name="out_min", title="Trajet vers le soin", unit="min", better="low",
        of=lambda frame: _mean(_r3(frame)[lambda told: told.mode_out != ""].out_s) / 60,
    ),
    Measure(
        name="out_km", title="Distance vers le soin", unit="km", better="low",
        of=lambda frame: _mean(_r3(frame)[lambda told: told.mode_out != ""].out_m) / 1000,
    ),
    Measure(
        name="home_wait_min", title="Attente du retour, ramenés par un transporteur", unit="min",
        better="low", of=lambda frame: _mean(_by_fleet(frame).home_wait_s) / 60,
    ),
    Measure(
        name="pharmacy", title="Pharmacie atteinte ouverte, parmi ceux qui en ont besoin",
        unit="%", better="high", of=_pharmacy,
    ),
    Measure(
        name="stranded", title="Restés sans véhicule de retour", unit="%", better="low",
        of=lambda frame: _share(_r3(frame).stranded),
    ),
    Measure(
        name="am_eur", title="Dépense de l'assurance maladie par patient à orienter", unit="EUR",
        better="low", of=_per_oriented("am_cents", 100),
    ),
    Measure(
        name="transport_eur", title="Transport, tous payeurs, par patient à orienter", unit="EUR",
        better="low", of=_per_oriented("transport_cents", 100),
    ),
    Measure(
        name="patient_eur", title="Reste à charge du patient", unit="EUR", better="low",
        of=_mean_of("patient_eur"),
    ),
    Measure(
        name="local_eur", title="Payé par les collectivités", unit="EUR", better="low",
        of=_per_oriented("local_cents", 100),
    ),
    Measure(
        name="empty_share", title="Kilomètres à vide des transporteurs", unit="%", better="low",
        of=_empty,
    ),
    Measure(
        name="fleet_trips", title="Patients transportés par la flotte", unit="%", better="",
        of=lambda frame: _share(_r3(frame).carried_m > 0),
    ),
    Measure(
        name="co2_kg", title="CO2 par patient à orienter", unit="kg", better="low",
        of=_per_oriented("co2_g", 1000),
    ),
    Measure(
        name="effecteur_gini",
        title="Inégalité de charge entre effecteurs, ceux sans patient compris (Gini)",
        unit="", better="low", of=_unfairness,
    ),
    Measure(
        name="transporter_gini",
        title="Inégalité de charge entre transporteurs, ceux sans course compris (Gini)",
        unit="", better="low", of=_uneven_transporters,
    ),
)  # fmt: skip

BY_NAME: Mapping[str, Measure] = {one.name: one for one in MEASURES}

GROUPS: Mapping[str, str] = {
    "level": "Mobilité",
    "age_band": "Âge",
    "density": "Type de commune",
    "decile": "Décile de niveau de vie",
}
"""Groups by which equity is told; deciles are attributed (`demand.income`), no table has them."""

EQUITY = tuple(EACH)


def by_replication(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one line by arm and replication, a column by measure."""
    lines = [
        {"arm": arm, "replication": number, **{one.name: one.of(told) for one in MEASURES}}
        for (arm, number), told in frame.groupby(["arm", "replication"], sort=True)
    ]
    return pd.DataFrame(lines)


def by_group(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return one line by arm, replication and group, a column by measure of equity."""
    told = _r3(frame)
    keys = ["arm", "replication", "group"]
    values = pd.DataFrame({name: each(told) for name, each in EACH.items()})
    values = values.assign(arm=told.arm, replication=told.replication, group=told[column])
    parts = values.groupby(keys, sort=True)
    return parts[list(EQUITY)].mean().assign(people=parts.size()).reset_index()
