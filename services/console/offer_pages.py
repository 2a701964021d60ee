"""The map of the offer: for regulators with free slots, for everybody without; its open data."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from adapters.territory.territory import Commune
from regulation.disclosure import Standing
from regulation.effecteurs import EffecteurKind
from regulation.measures import clock, kilometres
from services.access import Work
from services.console.around import Reached, by_road
from services.console.base_map import base_map
from services.console.offer import AnyPlace, Wanted
from services.console.offer_book import OfferBook
from services.console.offer_told import (
    ShownPlace,
    csv_of,
    geojson_of,
    kind_of,
    shown_place,
    to_public,
)
from services.console.pages import page
from services.runtime import Runtime

router = APIRouter(include_in_schema=False)

MOST_LISTED = 80
KINDS = (
    EffecteurKind.MMG,
    EffecteurKind.SOS,
    EffecteurKind.CABINET,
    EffecteurKind.MSP,
    EffecteurKind.CDS,
    EffecteurKind.PHARMACIE,
    EffecteurKind.LABORATOIRE,
    EffecteurKind.IMAGERIE,
    EffecteurKind.TELE,
    EffecteurKind.ED,
)
ANYBODY = {"Access-Control-Allow-Origin": "*"}
"""Open data is for any page to read."""

FIRST = {Standing.OPEN: 0, Standing.UNKNOWN: 1, Standing.CLOSED: 2}


async def offer_of(request: Request) -> OfferBook:
    """Return the offer of the application that serves the request."""
    book: OfferBook = request.app.state.offer
    return book


Offer = Annotated[OfferBook, Depends(offer_of)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a page or an export is asked for; `near`: the commune from which distances count."""

    wanted: Wanted
    near: str

    @property
    def query(self) -> str:
        """The same, as an address writes it."""
        told = [("type", str(one)) for one in KINDS if one in self.wanted.kinds]
        flags = (
            ("ouvert", self.wanted.is_open),
            ("garde", self.wanted.on_duty),
            ("accessible", self.wanted.accessible),
            ("libre", self.wanted.free),
        )
        told += [(name, "oui") for name, is_asked in flags if is_asked]
        return urlencode(told + ([("pres", self.near)] if self.near else []))


def asked(  # noqa: PLR0917  fields of an address, given by their names
    kinds: Annotated[list[str], Query(alias="type", max_length=20, default_factory=list)],
    is_open: Annotated[str, Query(alias="ouvert", max_length=3)] = "",
    on_duty: Annotated[str, Query(alias="garde", max_length=3)] = "",
    accessible: Annotated[str, Query(max_length=3)] = "",
    free: Annotated[str, Query(alias="libre", max_length=3)] = "",
    near: Annotated[str, Query(alias="pres", max_length=100)] = "",
) -> Asked:
    """Read the filters; a kind that makes no sense is as if it weren't there."""
    wanted = Wanted(
        kinds=frozenset(one for one in KINDS if one in kinds),
        is_open=bool(is_open),
        on_duty=bool(on_duty),
        accessible=bool(accessible),
        free=bool(free),
    )
    return Asked(wanted=wanted, near=near.strip())


Filters = Annotated[Asked, Depends(asked)]


@router.get("/carte")
def offer_map(work: Work, offer: Offer, filters: Filters) -> HTMLResponse:
    """Show the offer to those who regulate."""
    return _map(work.runtime, offer, filters, is_public=False)


@router.get("/public")
def public_map(work: Work, offer: Offer, filters: Filters) -> HTMLResponse:
    """Show the offer to everybody."""
    filters = _publicly(filters)
    return _map(work.runtime, offer, filters, is_public=True)


@router.get("/carte/lieux.geojson")
def places_geojson(work: Work, offer: Offer, filters: Filters) -> Response:
    """Return the places of the map."""
    return _geojson(work.runtime, offer, filters, is_public=False)


@router.get("/public/lieux.geojson")
def public_geojson(work: Work, offer: Offer, filters: Filters) -> Response:
    """Return the places as open data."""
    return _geojson(work.runtime, offer, _publicly(filters), is_public=True)


@router.get("/public/lieux.csv")
def public_csv(work: Work, offer: Offer, filters: Filters) -> Response:
    """Return the places as open data, for spreadsheets."""
    found = _found(offer, _publicly(filters), is_public=True)
    return StreamingResponse(
        csv_of(found, work.runtime.ground()),
        media_type="text/csv; charset=utf-8",
        headers={**ANYBODY, "Content-Disposition": 'attachment; filename="offre-de-soins.csv"'},
    )


@router.get("/public/fond.json")
def ground(work: Work) -> Response:
    """Return the base map: communes and roads, drawn from the territory's own points."""
    drawn = base_map(work.runtime.ground())
    kept = {"Cache-Control": "public, max-age=86400", "ETag": f'"{drawn.digest}"', **ANYBODY}
    return Response(drawn.document, media_type="application/json", headers=kept)


def _publicly(filters: Asked) -> Asked:
    """Free slots are no business of the public's."""
    wanted = filters.wanted
    kept = Wanted(
        kinds=wanted.kinds,
        is_open=wanted.is_open,
        accessible=wanted.accessible,
        on_duty=wanted.on_duty,
    )
    return Asked(wanted=kept, near=filters.near)


def _geojson(runtime: Runtime, offer: OfferBook, filters: Asked, *, is_public: bool) -> Response:
    found = _found(offer, filters, is_public=is_public)
    told = geojson_of(found, runtime.ground(), runtime.clock.now())
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    headers = ANYBODY if is_public else {}
    return Response(text, media_type="application/geo+json", headers=headers)


def _map(runtime: Runtime, offer: OfferBook, filters: Asked, *, is_public: bool) -> HTMLResponse:
    places = _found(offer, filters, is_public=is_public)
    commune = _near(runtime, filters.near)
    here = "/public" if is_public else "/carte"
    content = {
        "is_public": is_public,
        "here": here,
        "filters": filters,
        "kinds": [(str(one), kind_of(one), one in filters.wanted.kinds) for one in KINDS],
        "communes": sorted(one.name for one in runtime.ground().communes),
        "near": commune,
        "unknown_near": bool(filters.near) and commune is None,
        "places": tuple(_listed(places, commune, runtime)),
        "count": len(places),
        "open_count": sum(one.standing is Standing.OPEN for one in places),
        "unknown_count": sum(one.standing is Standing.UNKNOWN for one in places),
        "at": clock(runtime.clock.now()),
        "tiles": runtime.tiles_url,
        "attribution": runtime.ground().attribution,
    }
    return page("offer.html", runtime, content, shows_tiles=True)


def _near(runtime: Runtime, told: str) -> Commune | None:
    """Find the commune told, by its name or its code."""
    words = told.casefold()
    if not words:
        return None
    found = (one for one in runtime.ground().communes if words in {one.name.casefold(), one.code})
    return next(found, None)


def _found(offer: OfferBook, filters: Asked, *, is_public: bool) -> Sequence[AnyPlace]:
    """The places that are wanted, as whoever asks may be told of them."""
    found = filters.wanted.of(offer.places())
    return tuple(map(to_public, found)) if is_public else tuple(found)


def _listed(
    places: Sequence[AnyPlace], near: Commune | None, runtime: Runtime
) -> Iterator[ShownPlace]:
    """The first places of the list: open ones first, then the nearest, or those on duty."""
    now, ground = runtime.clock.now(), runtime.ground()
    if near is None:
        order = sorted(places, key=lambda one: (FIRST[one.standing], not one.on_duty, one.name))
        for one in order[:MOST_LISTED]:
            yield shown_place(one, ground, now)
        return
    reached = by_road(near.position, places, runtime.travel, now)
    first = sorted(reached, key=lambda one: (FIRST[one.place.standing], one.road_m))
    for way in first[:MOST_LISTED]:
        yield shown_way(way, runtime)


def shown_way(way: Reached, runtime: Runtime) -> ShownPlace:
    """Tell of a place with the road to it."""
    return shown_place(
        way.place,
        runtime.ground(),
        runtime.clock.now(),
        distance=kilometres(way.road_m),
    )
