"""A tiny territory served by mock registries, and the gateways that read them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import msgspec
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.kit.departments import Department
from adapters.kit.manifest import Feed, load_manifest
from adapters.territory.folder import read_territory
from adapters.territory.territory import Territory
from regulation.effecteurs import EffecteurKind
from regulation.kernel.time import TimeWindow
from simulations.feeds.serving import serve_in_thread
from simulations.territories.catalogue import folder_of

NOW = datetime.fromisoformat("2026-11-22T19:40:00+01:00")
AREA = Department("31")
AROUND = TimeWindow(NOW - timedelta(days=1), NOW + timedelta(days=3))


class Clock:
    """A clock that a test sets."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@cache
def some_of_haute_garonne() -> Territory:
    """One place in twenty of the demonstration territory, and every MMG."""
    territory = read_territory(folder_of("haute_garonne"))
    kept = tuple(
        one
        for at, one in enumerate(territory.effecteurs)
        if at % 20 == 0 or one.kind is EffecteurKind.MMG
    )
    return replace(territory, effecteurs=kept)


def hasty(package: str, name: str, **changes: object) -> Feed:
    """The feed as its manifest says, asked once and briefly."""
    feed = load_manifest(package).get_feed(name)
    told = {"attempts": 1, "timeout_s": 3.0, "failures_to_open": 1_000, **changes}
    return msgspec.structs.replace(feed, query=msgspec.structs.replace(feed.asked, **told))


@contextmanager
def serving(routes: list[Route]) -> Iterator[str]:
    with serve_in_thread(Starlette(routes=routes)) as url:
        yield url
