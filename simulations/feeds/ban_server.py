"""A mock geocoder: finds the addresses of a territory's places, and communes for the others."""

import csv
import io
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.territory.territory import Territory
from regulation.kernel.places import Position
from regulation.kernel.time import Clock
from regulation.likeness import plain
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.misbehaving import SLOW_S, Answer, Responder

Json = dict[str, Any]
SURE, UNSURE = 0.95, 0.45


class BanServer:
    """The geocoder under one address. `asked` counts the addresses it was asked."""

    def __init__(
        self,
        territory: Territory,
        clock: Clock,
        faults: FaultBoard | None = None,
        *,
        slow_s: float = SLOW_S,
    ) -> None:
        self._territory = territory
        self._responder = Responder(clock, faults, slow_s=slow_s)
        self._doors = {
            plain(one.address): (one.position, one.commune) for one in territory.effecteurs
        }
        self.asked: list[str] = []

    def routes(self) -> list[Route]:
        """The addresses this server answers."""
        return [
            Route("/geocodage/search", self.search, methods=["GET"]),
            Route("/geocodage/search/csv", self.search_table, methods=["POST"]),
        ]

    async def search(self, request: Request) -> Response:
        """Answer one address."""
        return await self._responder.answer(request, lambda: self._one(request))

    async def search_table(self, request: Request) -> Response:
        """Answer a batch."""
        async with request.form() as form:
            table = form["data"]
            content = table if isinstance(table, str) else (await table.read()).decode()
        return await self._responder.answer(request, lambda: self._table(content))

    def _one(self, request: Request) -> Answer:
        query = request.query_params.get("q", "")
        if not query:
            raise ValueError("q: is required")
        found = self._find(query)
        features = []
        if found is not None:
            lat, lon = self._coordinates(found[0])
            _, commune, kind, score = found
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [lon, lat]},
                    "properties": {"score": score, "type": kind, "citycode": commune},
                }
            )
        document = {"type": "FeatureCollection", "features": features}
        return Answer(msgspec.json.encode(document), "application/json")

    def _table(self, content: str) -> Answer:
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(["index", "adresse", *self._columns()])
        for row in csv.DictReader(io.StringIO(content)):
            found = self._find(row["adresse"])
            told: tuple[object, ...] = ("", "", "", "", "")
            if found is not None:
                position, commune, kind, score = found
                told = (*self._coordinates(position), score, kind, commune)
            writer.writerow([row["index"], row["adresse"], *told])
        return Answer(written.getvalue().encode(), "text/csv")

    def _columns(self) -> tuple[str, ...]:
        score = "score" if Fault.SCHEMA_DRIFT in self._responder.shown else "result_score"
        return ("latitude", "longitude", score, "result_type", "result_citycode")

    def _coordinates(self, position: Position) -> tuple[float, float]:
        """Return latitude and longitude, one for the other when that is the fault shown."""
        if Fault.SWAPPED in self._responder.shown:
            return position.lon, position.lat
        return position.lat, position.lon

    def _find(self, query: str) -> tuple[Position, str, str, float] | None:
        self.asked.append(query)
        if Fault.EMPTY in self._responder.shown:
            return None
        door = self._doors.get(plain(query))
        if door is not None:
            return *door, "housenumber", SURE
        commune = self._territory.find_address(query)
        if commune is None:
            return None
        return commune.position, commune.commune, "municipality", UNSURE
