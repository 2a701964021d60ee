"""Reads the three SAS searches as a server must; what means nothing is refused with its name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from starlette.datastructures import QueryParams

from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.time import TimeWindow
from simulations.feeds.sas_bundles import IDNPS, IDNST, period_of

MOST_NUMBERS = 25
_PRACTITIONERS = "schedule.actor:Practitioner.identifier"
_ASSOCIATIONS = "actor:Location.organization.identifier"


class Search(StrEnum):
    """Which of the searches it is."""

    PS = "PS"
    CPTS = "CPTS"
    SOS = "SOS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is searched. `includes` are the related resources asked along."""

    search: Search
    numbers: tuple[Identifier, ...]
    window: TimeWindow
    includes: frozenset[str]


def slot_query(query: QueryParams) -> Query:
    """Read a search of slots by practitioner; ValueError naming what is wrong."""
    _require_known(query, {"_include", "_include:iterate", "start", "status", "_count"})
    if query.getlist("status") != ["free"]:
        raise ValueError("status: only free is searched")
    numbers = _numbers(query, _PRACTITIONERS, _practitioner)
    includes = frozenset((*query.getlist("_include"), *query.getlist("_include:iterate")))
    community = "Slot:service-type-reference" in includes
    return Query(
        search=Search.CPTS if community else Search.PS,
        numbers=numbers,
        window=_window(query.getlist("start")),
        includes=includes,
    )


def schedule_query(query: QueryParams) -> Query:
    """Read a search of agendas by association (SOS Médecins); ValueError naming what is wrong."""
    chained = "_has:Slot:schedule:"
    known = {"_revinclude", "_include", "_include:iterate", "_count"}
    _require_known(query, {*known, f"{chained}start", f"{chained}status"})
    if query.getlist(f"{chained}status") != ["free"]:
        raise ValueError(f"{chained}status: only free is searched")
    return Query(
        search=Search.SOS,
        numbers=_numbers(query, _ASSOCIATIONS, _association),
        window=_window(query.getlist(f"{chained}start")),
        includes=frozenset(query.getlist("_revinclude")),
    )


def _window(bounds: Sequence[str]) -> TimeWindow:
    start, end = period_of(bounds)
    return TimeWindow(start, end)


def _require_known(query: QueryParams, known: set[str]) -> None:
    numbers = {_PRACTITIONERS, _ASSOCIATIONS}
    stranger = next((name for name in query if name not in known | numbers), None)
    if stranger is not None:
        raise ValueError(f"{stranger}: this parameter is not supported")


def _numbers(
    query: QueryParams, name: str, read: Callable[[str], Identifier]
) -> tuple[Identifier, ...]:
    lists = query.getlist(name)
    if len(lists) != 1:
        raise ValueError(f"{name}: one list of 1 to {MOST_NUMBERS} is required")
    tokens = lists[0].split(",")
    if len(tokens) > MOST_NUMBERS:
        raise ValueError(f"{name}: {len(tokens)} of them, {MOST_NUMBERS} at most")
    return tuple(read(token.strip()) for token in tokens)


def _practitioner(token: str) -> Identifier:
    system, bar, value = token.partition("|")
    if not bar or system != IDNPS or not value.startswith("8"):
        raise ValueError(f"{_PRACTITIONERS}: {token[:64]!r} is not {IDNPS}|8 + RPPS")
    return Identifier(IdKind.RPPS, value[1:])


_STRUCTURES: Mapping[str, IdKind] = {"1": IdKind.FINESS, "3": IdKind.SIRET}


def _association(token: str) -> Identifier:
    system, bar, value = token.partition("|")
    if not bar or system != IDNST or value[:1] not in _STRUCTURES:
        raise ValueError(f"{_ASSOCIATIONS}: {token[:64]!r} is not {IDNST}|3 + SIRET")
    return Identifier(_STRUCTURES[value[0]], value[1:])
