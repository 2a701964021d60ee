"""The outside systems a running service reads: named in a file, asked again and again.

Each source is asked at its own pace, apart from the others: one that hangs, or lies, holds up
none. What becomes of each is told by `/sources`.
"""

import asyncio
import logging
import threading
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from adapters.acceslibre.gateway import open_acceslibre
from adapters.annuaire.gateway import open_annuaire
from adapters.finess.gateway import open_finess
from adapters.kit.departments import Department
from adapters.kit.directory import Directory
from adapters.kit.http import ClientCertificate
from adapters.kit.manifest import load_manifest
from adapters.kit.misread import misread
from adapters.kit.oauth import ClientCredentials
from adapters.kit.poller import Pace, poll
from adapters.kit.refused_values import reason
from adapters.kit.registry import PlaceSource
from adapters.kit.system_errors import said
from adapters.ror.gateway import open_ror
from adapters.rota.gateway import open_rota
from adapters.sas.gateway import open_offers
from adapters.sas.places import Flow
from regulation.kernel.ids import Identifier, IdKind
from regulation.snapshots import SourceState
from services.bootstrap import Parts
from services.errors import BadInput

log = logging.getLogger(__name__)

VARIABLE: Final = "AIGUILLEUR_FEEDS"
SLOWER: Final = 8.0
"""How many times its period a source that keeps failing is left alone, at most."""

LONGEST_ALONE_S: Final = 3_600.0
"""How long it is, at most, when its period is shorter than that."""
Opening = AbstractAsyncContextManager[PlaceSource]
Number = Annotated[str, Field(pattern=r"^(FINESS|SIRET|LOCAL):[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
Siret = Annotated[str, Field(pattern=r"^SIRET:\d{14}$")]
Url = Annotated[str, Field(pattern=r"^https?://[!-~]+$")]


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class EditorIn(_Told):
    """An editor of agendas (SAS); `certificate` and `key` for mTLS.

    `associations` (SOS Médecins, each by its SIRET) say which place of the territory each of their
    consultation places is, by the number the editor gives it: nothing else in the flow tells.
    """

    name: str
    url: Url
    flow: Literal["sas-ps", "sas-cpts", "sas-sos"] = "sas-ps"
    associations: dict[Siret, dict[str, Number]] = {}
    certificate: Path | None = None
    key: Path | None = None
    authorities: Path | None = None

    @model_validator(mode="after")
    def _asked_by_what_the_flow_asks(self) -> "EditorIn":
        if (self.flow == "sas-sos") != bool(self.associations):
            raise ValueError("associations : requises par sas-sos, et par lui seul")
        self.places()  # refused here, where the file is read, and not by the thread that asks
        return self

    @property
    def numbers(self) -> tuple[Identifier, ...] | None:
        """Whom to ask for; None: the practitioners of the territory."""
        return tuple(map(Identifier.parse, self.associations)) or None

    def places(self) -> Mapping[Identifier, Mapping[Identifier, Identifier]]:
        """Return the places of each association, by the number that the flow gives them."""
        return {
            (one := Identifier.parse(association)): {
                Identifier(IdKind.LOCAL, f"{one.value}/{inside}"): Identifier.parse(place)
                for inside, place in places.items()
            }
            for association, places in self.associations.items()
        }


class RorIn(_Told):
    """The ROR, and who we are to its authority."""

    url: Url
    token_url: Url
    client_id: str
    secret_file: Path | None = None


class AnnuaireIn(_Told):
    """The Annuaire Santé, with the key it gave us."""

    url: Url
    key_file: Path


class FileIn(_Told):
    """A file at an address."""

    url: Url


class AccessIn(_Told):
    """Acceslibre: its file, and its API when there is one."""

    url: Url
    api_url: Url | None = None


class RotaIn(_Told):
    """A duty rota, as a calendar or as a table."""

    name: str
    url: Url
    form: Literal["rota-ics", "rota-csv"]


class FeedsIn(_Told):
    """Every source to read."""

    sas: tuple[EditorIn, ...] = ()
    ror: RorIn | None = None
    annuaire: AnnuaireIn | None = None
    finess: FileIn | None = None
    acceslibre: AccessIn | None = None
    rota: tuple[RotaIn, ...] = ()

    def registries(self) -> "FeedsIn":
        """Return what tells of places alone: registries and rotas, no agenda."""
        return self.model_copy(update={"sas": ()})


def read_feeds(path: Path | None) -> FeedsIn:
    """Read the file of sources; none: nothing is read. Raise BadInput naming what is wrong."""
    if path is None:
        return FeedsIn()
    try:
        return FeedsIn.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BadInput(VARIABLE, f"{path} : {where} : {reason(first)}") from None
    except (OSError, ValueError, RecursionError) as error:  # no file, no UTF-8, no TOML
        raise BadInput(VARIABLE, f"{path} : {misread(error)}") from None


@dataclass(frozen=True, slots=True)
class NumberedPlaces:
    """A directory that knows the places of associations besides, by the numbers editors give."""

    directory: Directory
    places: Mapping[Identifier, Mapping[Identifier, Identifier]]

    def find_effecteur(self, number: Identifier) -> Identifier | None:
        """Return the effecteur of that number; None when nobody knows it."""
        known = (inside[number] for inside in self.places.values() if number in inside)
        return self.directory.find_effecteur(next(known, number))

    def practices_of(self, practitioner: Identifier) -> frozenset[Identifier]:
        """Effecteurs where they receive: the places of an association; empty when unknown."""
        inside = self.places.get(practitioner)
        if inside is None:
            return self.directory.practices_of(practitioner)
        found = map(self.directory.find_effecteur, inside.values())
        return frozenset(one for one in found if one is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Reads the sources of a territory into its live offer."""

    parts: Parts
    feeds: FeedsIn

    async def run(self, stop: asyncio.Event) -> None:
        """Ask every source at its pace until stopped."""
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            async for ask, period_s in self._opened(stack):
                group.create_task(_again_and_again(ask, period_s, stop))

    async def _opened(
        self, stack: AsyncExitStack
    ) -> AsyncIterator[tuple[Callable[[], Awaitable[bool]], float]]:
        """Open each source; yield what asks it once and tells whether it answered, and its pace."""
        for editor in self.feeds.sas:
            yield await self._editor(stack, editor)
        for opening in self._places():
            source = await stack.enter_async_context(opening)
            yield self._place(source), source.period.total_seconds()

    async def _editor(
        self, stack: AsyncExitStack, told: EditorIn
    ) -> tuple[Callable[[], Awaitable[bool]], float]:
        feed = await stack.enter_async_context(
            open_offers(
                told.url,
                source=told.name,
                directory=NumberedPlaces(self.parts.offer.directory, told.places()),
                quarantine=self.parts.quarantine,
                draws=np.random.default_rng(),
                flow=Flow(told.flow),
                certificate=_certificate(told),
            )
        )

        async def ask() -> bool:
            await self.parts.offer.refresh(feed, numbers=told.numbers)
            return feed.health(self.parts.clock.now()).state is SourceState.OK

        return ask, load_manifest("adapters.sas").get_feed(told.flow).asked.period_s

    def _place(self, source: PlaceSource) -> Callable[[], Awaitable[bool]]:
        async def ask() -> bool:
            await self.parts.offer.refresh_places(source)
            return source.health(self.parts.clock.now()).state is SourceState.OK

        return ask

    def _places(self) -> Iterator[Opening]:
        """Open the registries and the rotas that are named."""
        feeds, draws = self.feeds, np.random.default_rng()
        area = Department(self.parts.territory.department)
        quarantine = self.parts.quarantine
        if feeds.ror is not None:
            yield open_ror(
                feeds.ror.url,
                token_url=feeds.ror.token_url,
                credentials=ClientCredentials(
                    client_id=feeds.ror.client_id, secret=_secret(feeds.ror.secret_file)
                ),
                area=area,
                calendar=self.parts.calendar,
                quarantine=quarantine,
                draws=draws,
            )
        if feeds.annuaire is not None:
            yield open_annuaire(
                feeds.annuaire.url,
                api_key=_secret(feeds.annuaire.key_file),
                area=area,
                quarantine=quarantine,
                draws=draws,
            )
        if feeds.finess is not None:
            yield open_finess(feeds.finess.url, area=area, quarantine=quarantine, draws=draws)
        if feeds.acceslibre is not None:
            yield open_acceslibre(
                feeds.acceslibre.url,
                area=area,
                quarantine=quarantine,
                draws=draws,
                api_url=feeds.acceslibre.api_url,
            )
        for rota in feeds.rota:
            yield open_rota(
                rota.url,
                feed_name=rota.form,
                area=area,
                quarantine=quarantine,
                draws=draws,
                source=rota.name,
            )


@contextmanager
def read_in_thread(parts: Parts, feeds: FeedsIn) -> Iterator[None]:
    """Read the sources in a thread of its own while the context lasts; none named: no thread."""
    if feeds == FeedsIn():
        yield
        return
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    reading = Reading(parts=parts, feeds=feeds)
    thread = threading.Thread(
        target=lambda: loop.run_until_complete(reading.run(stop)), daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


async def _again_and_again(
    ask: Callable[[], Awaitable[bool]], period_s: float, stop: asyncio.Event
) -> None:
    async def once() -> bool:
        try:
            return await ask()
        except Exception as fault:  # noqa: BLE001  one source at fault must not end the others
            # The message of a fault could hold personal data: its type alone is said.
            log.error("a source could not be read: %s", type(fault).__name__)  # noqa: TRY400
            return False

    async def pause(seconds: float) -> None:
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            return

    await poll(
        once,
        pace=Pace(
            period_s=period_s,
            longest_s=max(period_s, min(SLOWER * period_s, LONGEST_ALONE_S)),
        ),
        draws=np.random.default_rng(),
        sleep=pause,
        is_stopped=stop.is_set,
    )


def _certificate(told: EditorIn) -> ClientCertificate | None:
    if told.certificate is None:
        return None
    return ClientCertificate(
        certificate=told.certificate,
        key=told.key or told.certificate,
        authorities=told.authorities,
    )


def _secret(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadInput(VARIABLE, f"{path} : {said(error)}") from None
