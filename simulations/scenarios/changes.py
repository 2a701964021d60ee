"""Ordered changes of what is: a figure set, supply added, a lever moved; or why they are not."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from adapters.kit.hours import parse_hours
from adapters.territory.territory import Territory
from simulations.figures import Figures, FiguresRefused
from simulations.policies.choosing import Levers
from simulations.scenarios.supply import ADDED, names, with_vehicles

MOST_ADDED = 1000
KEYS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "set": (frozenset({"set", "value"}), frozenset()),
    "add": (frozenset({"add", "count"}), frozenset({"hours", "mode"})),
    "lever": (frozenset({"lever", "value"}), frozenset()),
}
"""Keys that each kind of change needs, and those it may have."""


class ChangeRefused(ValueError):  # noqa: N818  a refusal, named as one says it
    """A change means nothing; the message names the key and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What there is, before or after changes."""

    territory: Territory
    demand: Figures
    world: Figures
    levers: Levers = field(default_factory=Levers)


def changed(setting: Setting, change: Mapping[str, object]) -> Setting:
    """Return the setting after one change."""
    verbs = [verb for verb in KEYS if verb in change]
    if len(verbs) != 1:
        raise ChangeRefused(f"l'un de {', '.join(KEYS)} est attendu")
    needed, allowed = KEYS[verbs[0]]
    for key in change:
        if key not in needed | allowed:
            raise ChangeRefused(f"{key} : pas une clé d'un changement qui dit {verbs[0]!r}")
    for key in sorted(needed):
        if key not in change:
            raise ChangeRefused(f"{key} : manque")
    match verbs[0]:
        case "set":
            return _set(setting, str(change["set"]), change["value"])
        case "add":
            return _add(setting, change)
        case _:
            levers = _lever(setting.levers, change)
            _all_there(levers, setting.territory)
            return replace(setting, levers=levers)


def _set(setting: Setting, key: str, value: object) -> Setting:
    side, _, name = key.partition(".")
    table, _, figure = name.rpartition(".")
    source = "assumption: fixé par le scénario"
    try:
        if side == "demand":
            return replace(setting, demand=setting.demand.having(table, figure, value, source))
        if side == "world":
            return replace(setting, world=setting.world.having(table, figure, value, source))
    except FiguresRefused as refused:
        raise ChangeRefused(f"set : {refused}") from None
    raise ChangeRefused(f"set : {key!r} n'est ni demand.TABLE.NOM ni world.TABLE.NOM")


def _add(setting: Setting, change: Mapping[str, object]) -> Setting:
    what, count = str(change["add"]), change["count"]
    if isinstance(count, bool) or not isinstance(count, int) or not 0 < count <= MOST_ADDED:
        raise ChangeRefused(f"count : {count!r} n'est pas un entier de 1 à {MOST_ADDED}")
    try:
        hours = parse_hours(str(change["hours"])) if "hours" in change else None
    except ValueError as error:
        raise ChangeRefused(f"hours : {error}") from None
    if what not in {*names()}:
        raise ChangeRefused(f"add : {what!r} n'est pas parmi {', '.join(names())}")
    try:
        if what == "vehicles":
            mode = str(change.get("mode", ""))
            territory = with_vehicles(setting.territory, mode, count, hours)
        else:
            territory = ADDED[what](setting.territory, count, hours)
    except ValueError as error:
        raise ChangeRefused(str(error)) from None
    return replace(setting, territory=territory)


def _all_there(levers: Levers, territory: Territory) -> None:
    """Refuse a commune that pays and is nowhere in the territory."""
    strangers = sorted({*(levers.local_pays or ())} - {one.code for one in territory.communes})
    if strangers:
        raise ChangeRefused(f"value : {', '.join(strangers)} : pas une commune de {territory.name}")


def _lever(levers: Levers, change: Mapping[str, object]) -> Levers:
    name, value = str(change["lever"]), change["value"]
    match name:
        case "shared" if isinstance(value, bool):
            return replace(levers, shared=value)
        case "reimbursed_cents" if (
            isinstance(value, int) and not isinstance(value, bool) and value >= 0
        ):
            return replace(levers, reimbursed_cents=value)
        case "local_pays" if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return replace(levers, local_pays=frozenset(value))
        case "shared" | "reimbursed_cents" | "local_pays":
            raise ChangeRefused(f"value : {value!r} n'est pas ce que prend le levier {name}")
        case _:
            raise ChangeRefused(
                f"lever : {name!r} n'est pas parmi shared, reimbursed_cents, local_pays"
            )
