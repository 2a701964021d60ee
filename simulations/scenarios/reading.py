"""Reads a scenario: strict keys, a base it changes, refused with file, key and reason."""

import tomllib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from adapters.kit.misread import misread
from regulation.kernel.time import TimeWindow
from simulations.demand.arrivals import Episode, Event
from simulations.policies.choosing import Policy
from simulations.territories.catalogue import folder_of

ARMS: Final = Path(__file__).with_name("arms.toml")
KNOWN: Final = frozenset(
    {"base", "name", "title", "territory", "start", "from_hour", "days", "warm_up_hours", "seed",
     "arms", "arm", "change", "episode", "stop"}
)  # fmt: skip
NEEDED: Final = ("name", "title", "territory", "start", "days", "arms")
MOST_DAYS, MOST_WARM_UP_HOURS, LAST_HOUR = 31, 48, 23

Change = Mapping[str, object]


class ScenarioRefused(ValueError):  # noqa: N818  a refusal, named as one says it
    """A scenario cannot be run; the message names file, key and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One way of working: a policy, and changes in order."""

    name: str
    title: str
    policy: Policy
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Replications end when the interval of a measure is no wider than this, half on each side."""

    measure: str
    half_width: float
    least: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What is run; `changes` are those that every arm shares, `from_hour` is by the clock there."""

    name: str
    title: str
    territory: str
    folder: Path
    start: date
    from_hour: int
    days: float
    warm_up_hours: float
    seed: int
    arms: tuple[Arm, ...]
    changes: tuple[Change, ...]
    episodes: tuple[Mapping[str, object], ...]
    stop: Stop | None
    text: str

    def window(self, zone: ZoneInfo) -> TimeWindow:
        """Return the whole period, the warm-up included."""
        counted = self.counted_from(zone)
        return TimeWindow(
            counted - timedelta(hours=self.warm_up_hours), counted + timedelta(days=self.days)
        )

    def counted_from(self, zone: ZoneInfo) -> datetime:
        """Return when calls begin to count."""
        return datetime.combine(self.start, time(self.from_hour), tzinfo=zone)

    def events(self, zone: ZoneInfo) -> tuple[Episode, ...]:
        """Return the events of the period."""
        return tuple(_episode(self.name, one, zone) for one in self.episodes)


def read_scenario(path: Path) -> Scenario:
    """Read a scenario and the base it changes; raise ScenarioRefused."""
    document = _merged(path, set())
    where = path.name
    for key in NEEDED:
        if key not in document:
            raise ScenarioRefused(f"{where} : {key} : manque")
    try:
        folder = folder_of(str(document["territory"]))
    except LookupError as error:
        raise ScenarioRefused(f"{where} : territory : {error}") from None
    arms = _arms(where, document)
    _all_lived(where, _document(path), {one.name for one in arms})
    episodes = _tables(where, document, "episode")
    for one in episodes:
        _episode(where, one, ZoneInfo("Europe/Paris"))
    return Scenario(
        name=_text(where, document, "name"),
        title=_text(where, document, "title"),
        territory=str(document["territory"]),
        folder=folder,
        start=_date(where, "start", document["start"]),
        from_hour=_hour(where, document, "from_hour"),
        days=_number(where, document, "days", MOST_DAYS),
        warm_up_hours=_number(where, document, "warm_up_hours", MOST_WARM_UP_HOURS, 12),
        seed=int(_number(where, document, "seed", 2**31, 1)),
        arms=arms,
        changes=_tables(where, document, "change"),
        episodes=episodes,
        stop=_stop(where, document.get("stop")),
        text=path.read_text(encoding="utf-8"),
    )


def _merged(path: Path, seen: set[Path]) -> dict[str, object]:
    """Read a file over its base: lists of changes, arms and events are added to the base's."""
    if path.resolve() in seen:
        raise ScenarioRefused(f"{path.name} : base : mène à lui-même")
    document = _document(path)
    if "base" not in document:
        return document
    base = _merged(path.parent / str(document.pop("base")), seen | {path.resolve()})
    for key in ("change", "arm", "episode"):
        before, after = base.get(key, []), document.get(key, [])
        if isinstance(before, list) and isinstance(after, list) and (before or after):
            document[key] = [*before, *after]
    return {**base, **document}


def _document(path: Path) -> dict[str, object]:
    try:
        document: dict[str, object] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ScenarioRefused(f"{path.name} : {misread(error)}") from None
    for key in document:
        if key not in KNOWN:
            raise ScenarioRefused(f"{path.name} : {key} : pas une clé de scénario")
    return document


def _arms(where: str, document: Mapping[str, object]) -> tuple[Arm, ...]:
    shipped = tomllib.loads(ARMS.read_text(encoding="utf-8"))["arm"]
    own = _tables(where, document, "arm")
    known = {str(one.get("name")): _arm(where, one) for one in (*shipped, *own)}
    wanted = document["arms"]
    if not isinstance(wanted, list) or not wanted:
        raise ScenarioRefused(f"{where} : arms : une liste de noms est attendue")
    for name in wanted:
        if name not in known:
            raise ScenarioRefused(f"{where} : arms : {name!r} n'est pas parmi {', '.join(known)}")
    if len(set(wanted)) != len(wanted):
        raise ScenarioRefused(f"{where} : arms : un nom y est deux fois")
    return tuple(known[name] for name in wanted)


def _all_lived(where: str, own: Mapping[str, object], lived: Set[str]) -> None:
    """Refuse an arm written in the file itself that nobody would live; a base may hold others."""
    for name in (one.get("name") for one in _tables(where, own, "arm")):
        if name not in lived:
            raise ScenarioRefused(f"{where} : arm : {name!r} n'est pas dans arms, ne serait pas lu")


def _arm(where: str, told: Mapping[str, object]) -> Arm:
    for key in told:
        if key not in {"name", "title", "policy", "change"}:
            raise ScenarioRefused(f"{where} : arm.{key} : pas une clé de bras")
    for key in ("name", "title", "policy"):
        _text(where, told, key, "arm.")
    if told["policy"] not in {str(one) for one in Policy}:
        raise ScenarioRefused(
            f"{where} : arm.policy : {told['policy']!r} n'est pas parmi {', '.join(Policy)}"
        )
    return Arm(
        name=str(told["name"]),
        title=str(told["title"]),
        policy=Policy(str(told["policy"])),
        changes=_tables(where, told, "change"),
    )


def _tables(where: str, document: Mapping[str, object], key: str) -> tuple[Change, ...]:
    found = document.get(key, [])
    if not isinstance(found, Sequence) or not all(isinstance(one, dict) for one in found):
        raise ScenarioRefused(f"{where} : {key} : écrire [[{key}]]")
    return tuple(found)


def _episode(where: str, told: Mapping[str, object], zone: ZoneInfo) -> Episode:
    if {*told} != {"event", "from", "days"}:
        raise ScenarioRefused(
            f"{where} : episode : event, from et days sont attendus, rien d'autre"
        )
    if told["event"] not in {str(one) for one in Event}:
        raise ScenarioRefused(
            f"{where} : episode.event : {told['event']!r} n'est pas parmi {', '.join(Event)}"
        )
    start = datetime.combine(
        _date(where, "episode.from", told["from"]), datetime.min.time(), tzinfo=zone
    )
    length = timedelta(days=_number(where, told, "days", MOST_DAYS))
    return Episode(event=Event(str(told["event"])), window=TimeWindow(start, start + length))


def _stop(where: str, told: object) -> Stop | None:
    if told is None:
        return None
    if not isinstance(told, dict) or {*told} - {"least"} != {"measure", "half_width"}:
        raise ScenarioRefused(
            f"{where} : stop : measure et half_width sont attendus (least peut l'être)"
        )
    width = _number(where, told, "half_width", 1e9)
    least = int(_number(where, told, "least", 1000, 5))
    return Stop(measure=str(told["measure"]), half_width=width, least=max(2, least))


def _text(where: str, document: Mapping[str, object], key: str, under: str = "") -> str:
    value = document.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ScenarioRefused(f"{where} : {under}{key} : un texte est attendu")
    return value


def _date(where: str, key: str, value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ScenarioRefused(f"{where} : {key} : {value!r} n'est pas une date, comme 2026-11-24")
    return value


def _hour(where: str, document: Mapping[str, object], key: str) -> int:
    hour = _number(where, document, key, LAST_HOUR, 0)
    if not hour.is_integer():
        raise ScenarioRefused(f"{where} : {key} : {hour:g} n'est pas une heure entière")
    return int(hour)


def _number(
    where: str,
    document: Mapping[str, object],
    key: str,
    most: float,
    default: float | None = None,
) -> float:
    """Read a number: above 0 when it must be there, from 0 when it has a default."""
    value = document.get(key, default)
    if isinstance(value, int | float) and not isinstance(value, bool):
        is_enough = value > 0 or (value == 0 and default is not None)
        if is_enough and value <= most:
            return float(value)
    span = f"de 0 à {most:g}" if default is not None else f"plus grand que 0, d'au plus {most:g}"
    raise ScenarioRefused(f"{where} : {key} : {value!r} n'est pas un nombre {span}")
