"""A mock Annuaire Santé: a key, pages, increments, so many questions a second; and its faults."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from regulation.effecteurs import EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.time import Clock
from simulations.feeds.boards import victims
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.misbehaving import SLOW_S, Responder, fhir_answer, outcome_answer
from simulations.registers import Entry, Registers

SECTORS = {
    EffecteurKind.CABINET: "SA08",
    EffecteurKind.MSP: "SA08",
    EffecteurKind.CDS: "SA05",
    EffecteurKind.PHARMACIE: "SA33",
}
SHARES: Mapping[EffecteurKind, float] = dict.fromkeys(SECTORS, 0.95)
"""Share of each kind of place the register has (assumption)."""

PAGE_SIZE = 200
MOST_PER_S: Final = 17
"""Questions a second for each application (portal.api.esante.gouv.fr, Annuaire Santé API v2)."""

NOS = "https://mos.esante.gouv.fr/NOS/"
PART = "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-"
Json = dict[str, Any]


class Ration:
    """So many questions in each second, which begins with the first of them, as gateways count."""

    def __init__(self, most_per_s: int, elapsed_s: Callable[[], float]) -> None:
        self._most_per_s = most_per_s
        self._elapsed_s = elapsed_s
        self._began_s: float | None = None
        self._asked = 0

    def takes(self) -> bool:
        """Count one more; tell whether it is within the ration."""
        now_s = self._elapsed_s()
        if self._began_s is None or now_s - self._began_s >= 1.0:
            self._began_s, self._asked = now_s, 0
        self._asked += 1
        return self._asked <= self._most_per_s


class AnnuaireServer:
    """The register under one address, for who has the key; `elapsed_s` counts the seconds in which
    it is asked."""

    def __init__(
        self,
        registers: Registers,
        clock: Clock,
        faults: FaultBoard | None = None,
        *,
        api_key: str = "demo",
        slow_s: float = SLOW_S,
        largest_page: int = PAGE_SIZE,
        elapsed_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registers = registers
        self._clock = clock
        self._api_key = api_key
        self._largest_page = largest_page
        self._responder = Responder(clock, faults, slow_s=slow_s)
        self._ration = Ration(MOST_PER_S, elapsed_s)
        self._known = tuple(registers.known_by("annuaire", SHARES))

    def routes(self) -> list[Route]:
        """The address this server answers."""
        return [Route("/annuaire/fhir/v2/Organization", self.search, methods=["GET"])]

    async def search(self, request: Request) -> Response:
        """Answer one page, or show the fault of the moment."""
        if request.headers.get("esante-api-key") != self._api_key:
            refusal = outcome_answer("security", "unknown key", HTTPStatus.UNAUTHORIZED)
            return self._responder.send(refusal)
        if not self._ration.takes():
            text = f"more than {MOST_PER_S} requests a second"
            refusal = outcome_answer("throttled", text, HTTPStatus.TOO_MANY_REQUESTS)
            return self._responder.send(refusal)
        return await self._responder.answer(request, lambda: fhir_answer(self._page(request)))

    def _page(self, request: Request) -> Json:
        query, now = request.query_params, self._clock.now()
        sector = query.get("type", "").rpartition("|")[2]
        since = query.get("_lastUpdated", "").removeprefix("ge")
        first = int(query.get("_offset", "0"))
        size = min(int(query.get("_count", "50")), self._largest_page)
        found = [
            one
            for one in self._known
            if Fault.EMPTY not in self._responder.shown
            and SECTORS[one.effecteur.kind] == sector
            and (not since or self._changed(one, now) >= datetime.fromisoformat(since))
        ]
        others = [(name, told) for name, told in query.multi_items() if name != "_offset"]
        following = request.url.replace(query=urlencode([*others, ("_offset", str(first + size))]))
        links = [{"relation": "self", "url": str(request.url)}]
        if first + size < len(found):
            links.append({"relation": "next", "url": str(following)})
        written = [
            one for entry in found[first : first + size] for one in self._written(entry, now)
        ]
        entries = [{"resource": one} for one in self._spoilt(written)]
        return {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": len(found),
            "meta": {"lastUpdated": now.isoformat(timespec="milliseconds")},
            "link": links,
            **({"entry": entries} if entries else {}),
        }

    def _spoilt(self, written: list[Json]) -> list[Json]:
        return spoil(written, self._responder.shown, self._responder.seed)

    def _changed(self, entry: Entry, now: datetime) -> datetime:
        return self._registers.changed_at("annuaire", entry, now)

    def _written(self, entry: Entry, now: datetime) -> Iterator[Json]:
        effecteur = entry.effecteur
        number, _, street = self._registers.shortened(entry.line).partition(" ")
        kind, _, name = street.partition(" ")
        key = effecteur.effecteur_id.value
        parts = {"houseNumber": number, "streetNameType": kind, "streetNameBase": name}
        yield {
            "resourceType": "Organization",
            "id": f"st-{key}",
            "meta": {"lastUpdated": self._changed(entry, now).isoformat()},
            "active": True,
            "identifier": [_number(effecteur.effecteur_id)],
            "type": [_concept("TRE_R02-SecteurActivite", SECTORS[effecteur.kind])],
            "name": effecteur.name.upper(),
            **({"telecom": [_phone(effecteur.phone)]} if effecteur.phone else {}),
            "address": [
                {
                    "line": [None],
                    "_line": [
                        {
                            "extension": [
                                {"url": f"{PART}{part}", "valueString": told}
                                for part, told in parts.items()
                                if told
                            ]
                        }
                    ],
                    "city": f"{entry.postal_code} {entry.town.upper()}",
                    "postalCode": entry.postal_code,
                }
            ],
        }
        for rpps in effecteur.practitioners:
            yield {
                "resourceType": "Practitioner",
                "id": f"ps-{rpps.value}",
                "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": rpps.value}],
            }
            yield {
                "resourceType": "PractitionerRole",
                "id": f"ex-{key}-{rpps.value}",
                "practitioner": {"reference": f"Practitioner/ps-{rpps.value}"},
                "organization": {"reference": f"Organization/st-{key}"},
                "specialty": [
                    _concept("TRE_R38-SpecialiteOrdinale", code)
                    for code in sorted(effecteur.specialties)
                ],
            }


def _number(place: Identifier) -> Json:
    prefix = {IdKind.FINESS: "1", IdKind.SIRET: "3"}[place.kind]
    return {"system": "urn:oid:1.2.250.1.71.4.2.2", "value": prefix + place.value}


def _phone(phone: str) -> Json:
    return {"system": "phone", "value": phone.replace("+33", "0")}


def _concept(table: str, code: str) -> Json:
    return {"coding": [{"system": f"{NOS}{table}/FHIR/{table.replace('_', '-', 1)}", "code": code}]}


def _empty_elements(structure: Json) -> None:
    structure["name"] = ""


def _schema_drift(structure: Json) -> None:
    structure["address"] = "1 rue de l'Exemple"


def _wrong_prefix(structure: Json) -> None:
    structure["identifier"][0]["value"] = "9" + structure["identifier"][0]["value"][1:]


def _wrong_zone(structure: Json) -> None:
    """The owner's clock is a season ahead."""
    changed = datetime.fromisoformat(structure["meta"]["lastUpdated"])
    structure["meta"]["lastUpdated"] = (changed + timedelta(days=500)).isoformat()


STRUCTURE_FAULTS: Mapping[Fault, Callable[[Json], None]] = {
    Fault.EMPTY_ELEMENTS: _empty_elements,
    Fault.SCHEMA_DRIFT: _schema_drift,
    Fault.WRONG_PREFIX: _wrong_prefix,
    Fault.WRONG_ZONE: _wrong_zone,
}


def spoil(written: list[Json], shown: frozenset[Fault], seed: int) -> list[Json]:
    """Spoil half of the structures, drawn by the seed, so that the rest must be kept."""
    structures = [one for one in written if one["resourceType"] == "Organization"]
    for fault in shown & STRUCTURE_FAULTS.keys():
        for structure in victims(structures, fault, seed, _id):
            STRUCTURE_FAULTS[fault](structure)
    again = victims(structures, Fault.DUPLICATE, seed, _id) if Fault.DUPLICATE in shown else []
    return [*written, *again]


def _id(resource: Json) -> str:
    return str(resource["id"])
