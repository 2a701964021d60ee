"""A mock Acceslibre: its whole table, and its API for what changed in the last days."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.kit.accessibility import COLUMNS
from regulation.effecteurs import EffecteurKind
from regulation.kernel.ids import IdKind
from regulation.kernel.time import Clock
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.misbehaving import SLOW_S, Answer, Responder
from simulations.registers import Entry, Registers

SHARES: Mapping[EffecteurKind, float] = {
    kind: 0.9 for kind in EffecteurKind if kind not in {EffecteurKind.ED, EffecteurKind.CPTS}
}
"""Share of the places with some answer that the register has (assumption)."""

ACTIVITIES = {
    EffecteurKind.CABINET: "Médecin généraliste",
    EffecteurKind.MSP: "Maison de santé ou centre de santé",
    EffecteurKind.CDS: "Maison de santé ou centre de santé",
    EffecteurKind.PHARMACIE: "Pharmacie",
    EffecteurKind.LABORATOIRE: "Laboratoire d'analyse médicale",
}
HEADER = (
    *("id", "name", "postal_code", "commune", "numero", "voie", "lieu_dit", "code_insee"),
    *("siret", "longitude", "latitude", "activite"),
    *COLUMNS,
)
PAGE_SIZE = 50
Json = dict[str, Any]


def known(registers: Registers) -> tuple[Entry, ...]:
    """Places of which the register says something."""
    found = registers.known_by("acceslibre", SHARES)
    return tuple(one for one in found if one.effecteur.accessibility is not None)


def access_table(registers: Registers, _now: datetime) -> bytes:
    """Write the whole table."""
    written = io.StringIO()
    writer = csv.DictWriter(written, HEADER, lineterminator="\n", restval="")
    writer.writeheader()
    for entry in known(registers):
        writer.writerow(dict(_cells(registers, entry)))
    return written.getvalue().encode()


class AccessApi:
    """The API, under one address; every place is dated by its own last change."""

    def __init__(
        self,
        registers: Registers,
        clock: Clock,
        faults: FaultBoard | None = None,
        *,
        slow_s: float = SLOW_S,
    ) -> None:
        self._registers = registers
        self._clock = clock
        self._responder = Responder(clock, faults, slow_s=slow_s)
        self._known = known(registers)

    def routes(self) -> list[Route]:
        """The addresses this server answers."""
        return [Route("/acceslibre/api/erps/", self.search, methods=["GET"])]

    async def search(self, request: Request) -> Response:
        """Answer one page, or show the fault of the moment."""
        return await self._responder.answer(request, lambda: self._page(request))

    def _page(self, request: Request) -> Answer:
        query, now = request.query_params, self._clock.now()
        page = int(query.get("page", "1"))
        days = query.get("created_or_updated_in_last_days")
        since = now - timedelta(days=int(days)) if days else None
        known = () if Fault.EMPTY in self._responder.shown else self._known
        found = [one for one in known if since is None or self._changed(one, now) >= since]
        first = (page - 1) * PAGE_SIZE
        others = [(name, told) for name, told in query.multi_items() if name != "page"]
        following = request.url.replace(query=urlencode([*others, ("page", str(page + 1))]))
        document = {
            "count": len(found),
            "next": str(following) if first + PAGE_SIZE < len(found) else None,
            "previous": None,
            "page_size": PAGE_SIZE,
            "results": [self._place(one, now) for one in found[first : first + PAGE_SIZE]],
        }
        return Answer(msgspec.json.encode(document), "application/json")

    def _changed(self, entry: Entry, now: datetime) -> datetime:
        return self._registers.changed_at("acceslibre", entry, now)

    def _place(self, entry: Entry, now: datetime) -> Json:
        cells = dict(_cells(self._registers, entry))
        seen = entry.effecteur.accessibility
        answers = dict(seen.value.fields) if seen else {}
        return {
            "uuid": cells["id"],
            "activite": {"nom": cells["activite"]},
            "nom": cells["name"],
            "commune": cells["commune"],
            "code_insee": cells["code_insee"],
            "code_postal": cells["postal_code"],
            "numero": cells["numero"],
            "voie": cells["voie"],
            "siret": cells["siret"] or None,
            "geom": {
                "type": "Point",
                "coordinates": [float(cells["longitude"]), float(cells["latitude"])],
            },
            "updated_at": self._changed(entry, now).isoformat(),
            "accessibilite": {"entree": answers},
        }


def _cells(registers: Registers, entry: Entry) -> Iterator[tuple[str, str]]:
    effecteur = entry.effecteur
    number, _, street = entry.line.partition(" ")
    draws = registers.draws.units(2, "acceslibre id", effecteur.effecteur_id)
    low, high = (int(one * 2**32) for one in draws)
    yield "id", f"{low:08x}-0000-4000-8000-0000{high:08x}"
    yield "name", effecteur.name
    yield "postal_code", entry.postal_code
    yield "commune", entry.town
    yield "numero", number
    yield "voie", street.capitalize()
    yield "code_insee", effecteur.commune
    place = effecteur.effecteur_id
    siret = place if place.kind is IdKind.SIRET else entry.siret
    yield "siret", siret.value if siret else ""
    yield "longitude", f"{effecteur.position.lon:.6f}"
    yield "latitude", f"{effecteur.position.lat:.6f}"
    yield "activite", ACTIVITIES.get(effecteur.kind, "Centre médical")
    seen = effecteur.accessibility
    fields: Mapping[str, object] = seen.value.fields if seen else {}
    yield from ((name, _written(told)) for name, told in fields.items())


def _written(told: object) -> str:
    if isinstance(told, tuple):
        return msgspec.json.encode(list(told)).decode()
    return str(told)
