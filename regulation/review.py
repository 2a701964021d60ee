"""What somebody should look at: pairs in doubt, sources that disagree, duties nobody declared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from regulation.effecteurs import Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.time import PARIS, TimeWindow
from regulation.kernel.windows import uncovered
from regulation.matching import Link
from regulation.records import RecordKey

AHEAD = timedelta(hours=24)
"""How long before it begins a duty that nobody declared is told of."""

NO_PHARMACY = "PHARMACIE-GARDE-NON-DECLAREE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Two sources, both recent, that say different things of one fact."""

    effecteur_id: Identifier
    fact: str
    believed: str
    other: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something missing that somebody should see to before it is needed."""

    kind: str
    window: TimeWindow
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """Pairs of records in doubt, and the places their records are of."""

    links: tuple[Link, ...] = ()
    place_of: Mapping[RecordKey, Identifier] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What somebody should look at: pairs in doubt, sources that disagree, what is missing;
    `place_of` leads records to their place."""

    doubtful: tuple[Link, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    alerts: tuple[Alert, ...] = ()
    place_of: Mapping[RecordKey, Identifier] = field(default_factory=dict)


def duty_alerts(effecteurs: Iterable[Effecteur], now: datetime) -> tuple[Alert, ...]:
    """Tell when, within a day, no pharmacy is declared open or on duty: it is not guessed."""
    pharmacies = [one for one in effecteurs if one.kind is EffecteurKind.PHARMACIE]
    if not pharmacies:
        return ()
    told = (window for one in pharmacies for window in one.open_windows)
    gaps = uncovered(TimeWindow(now, now + AHEAD), told)
    return tuple(Alert(kind=NO_PHARMACY, window=gap, message=_told(gap)) for gap in gaps)


def _told(gap: TimeWindow) -> str:
    start, end = (instant.astimezone(PARIS) for instant in (gap.start, gap.end))
    return (
        f"aucune pharmacie déclarée ouverte ou de garde du {start:%d/%m %H:%M} "
        f"au {end:%d/%m %H:%M} : à confirmer par téléphone"
    )
