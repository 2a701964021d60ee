"""The call screen as a browser drives it: one form, sent again and again."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import httpx

from tests.unit.services.console.html import Elements

WALKS_WITH_SOMEBODY = {
    "patient.age": "47",
    "patient.position": "31000 Toulouse",
    "mobility.autonomy": "with_companion",
    "mobility.companion_available": "true",
    "mobility.walking_aid": "true",
    "mobility.uses_wheelchair": "false",
    "mobility.stays_in_wheelchair": "false",
    "mobility.lying_or_semi_sitting": "false",
    "mobility.stretcher_or_carrying": "false",
    "mobility.smur_team_needed": "false",
    "mobility.qualified_supervision": "false",
    "mobility.oxygen": "false",
    "mobility.asepsis": "false",
    "mobility.strict_hygiene": "false",
    "mobility.disinfection_risk": "false",
    "mobility.side_effect_risk": "false",
    "mobility.impairments": "motor",
    "mobility.home.floor": "0",
    "mobility.home.can_use_stairs": "true",
    "mobility.motive": "none",
    "mobility.hospitalised_now": "false",
    "mobility.own_vehicle_available": "false",
    "mobility.public_transport_possible": "false",
    "pharmacy_stop": "none",
}


@dataclass
class Screen:
    """One screen: what it would send next."""

    client: httpx.AsyncClient
    fields: dict[str, str] = field(default_factory=lambda: dict(WALKS_WITH_SOMEBODY))
    seen: list[str] = field(default_factory=list)

    async def open(self) -> "Screen":
        """Load the page: its ids become this screen's."""
        page = Elements((await self.client.get("/")).text)
        for one in page.all("input"):
            if one.get("type") == "hidden":
                self.fields[one["name"] or ""] = one["value"] or ""
        return self

    async def read(self) -> Elements:
        """Ask what the call says so far."""
        return Elements((await self.client.post("/appel/lecture", data=self.fields)).text)

    async def propose(self, cause: str = "saisie") -> Elements:
        """Ask for proposals; the lines shown, and the chosen one, become this screen's."""
        data = {**self.fields, "cause": cause, "vu": self.seen}
        page = Elements((await self.client.post("/appel/propositions", data=data)).text)
        self.take_in(page)
        return page

    def take_in(self, page: Elements) -> None:
        """Show what came."""
        self.seen = [one["value"] or "" for one in page.all("input") if one.get("name") == "vu"]
        for pick in picks(page):
            if "checked" in pick:
                self.choose(pick)

    def choose(self, pick: dict[str, str | None]) -> None:
        """Choose a line."""
        self.fields |= {"choisi": pick["value"] or "", "empreinte": pick["data-digest"] or ""}

    async def decide(self, **changes: str) -> httpx.Response:
        """Decide the chosen line."""
        data = {**self.fields, "vu": self.seen, **changes}
        return await self.client.post("/appel/decision", data=data)

    async def undo(self) -> httpx.Response:
        """Take the decision back."""
        return await self.client.post("/appel/annulation", data=self.fields)


def picks(page: Elements) -> list[dict[str, str | None]]:
    """The lines one may choose."""
    return [one for one in page.all("input") if one.get("name") == "choisi"]


def places(page: Elements) -> list[str]:
    """Which effecteur each line is, in order."""
    return [(one["value"] or "").partition("|")[2] for one in picks(page)]


def shown(seen: str) -> dict[str, str]:
    """What a line says it shows."""
    return dict(parse_qsl(seen))
