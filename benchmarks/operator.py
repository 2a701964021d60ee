"""A regulator at the keyboard: takes an example call from greeting to decision, counting keys.

What is free text (the address, as it is heard) is counted apart. The operator reads the screen:
whatever question is asked is answered from the example, by the key the screen shows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Call = Mapping[str, Any]
"""An example call, as JSON."""

SECONDS = 60_000.0
AIDED = {True: "o", False: "n"}
RIDE = (
    "smur_team_needed",
    "qualified_supervision",
    "oxygen",
    "asepsis",
    "strict_hygiene",
    "disinfection_risk",
    "side_effect_risk",
)
IMPAIRMENTS = ("motor", "visual", "hearing", "speech", "mental", "psychic", "cognitive")
MOTIVES = {
    "none": "n",
    "ald": "1",
    "work_accident": "2",
    "hospitalisation": "3",
    "chemo_radio_dialysis": "4",
    "summons": "5",
    "prison_return": "6",
}
AUTONOMY = {"alone": "1", "with_companion": "2", "with_professional": "3"}
NEEDS = {
    "PAEDIATRIC": "péd",
    "DENTAL": "soins d",
    "NURSE": "soins i",
    "PHYSIO_RESPIRATORY": "k",
    "MIDWIFE": "sa",
    "PSYCHIATRY": "ps",
    "IMAGING": "i",
    "LAB": "b",
    "PHARMACY": "ph",
}
"""Letters that lead to a need in its list."""
MOTIFS = {"M03.14": "fi", "M02.06": "traumatisme b", "M03.06": "douleur t"}
"""Letters that lead to a reason for calling in its list."""
PHARMACY = {"none": 0, "likely": 1, "certain": 2}


class Keyboard(Protocol):
    """A keyboard."""

    def press(self, key: str) -> None:
        """Press and release a key."""
        ...

    def type(self, text: str) -> None:
        """Write a text."""
        ...


@dataclass
class Operator:
    """`page`: a playwright page on the console; the counts are of one call."""

    page: Any
    strokes: int = 0
    written: int = 0
    keys: list[str] = field(default_factory=list)

    def take(self, call: Call, town: str) -> None:
        """Take the call up to proposals that stand still."""
        patient, need = call["patient"], call["need"]
        self.place(town)
        self.press(*f"{patient['age']:g}".replace(".", ","), "Enter")
        self._need(need, call.get("pharmacy_stop") or "none")
        if call["mobility"]:
            self._answer_questions(call["mobility"])
        self.settled()

    def decide(self) -> None:
        """Decide the chosen proposal."""
        self.press("Enter")
        self.page.wait_for_selector(".decided", timeout=SECONDS)

    def place(self, town: str) -> None:
        """Write the town as it is heard, and take the suggestion that is it."""
        self.page.wait_for_selector("[data-places]:focus", timeout=SECONDS)
        self.page.keyboard.type(town)
        self.written += len(town)
        self.page.wait_for_selector("[role=option]", timeout=SECONDS)
        options = self.page.locator("[role=option]").all_inner_texts()
        steps = next((n for n, one in enumerate(options) if one[6:] == town), 0)
        self.press(*["ArrowDown"] * steps, "Enter")

    def press(self, *keys: str) -> None:
        """Press keys, each counted."""
        for key in keys:
            self.page.keyboard.press(key)
            self.strokes += 1
            self.keys.append(key)

    def settled(self) -> None:
        """Wait for proposals that stand still."""
        self.page.wait_for_selector("#reponse:not([aria-busy=true]) .line", timeout=SECONDS)

    def _need(self, need: Call, pharmacy: str) -> None:
        if need["code"] != "GP":
            self.press("b", *NEEDS[need["code"]], "Enter")
        if need["care_level"] == "R4":
            self.press("u", "ArrowDown", "Enter")
        if need.get("priority") == "P0":
            self.press("f", "Enter")
        if "deadline_minutes" in need:
            self.press("d", *str(need["deadline_minutes"]), "Enter")
        if "motif" in need:
            self.press("m", *MOTIFS[need["motif"]], "Enter")
        self.press(*["p"] * PHARMACY[pharmacy])

    def _answer_questions(self, told: Call) -> None:
        seen = ""
        while card := self._card(seen):
            self.press(*keys_for(card, told))
            seen = card

    def _card(self, before: str) -> str:
        """Wait for a question that isn't the one just answered; empty when there is none left."""
        other = f"#question .card:not([data-card-id='{before}']), #question .asked-all"
        found = self.page.wait_for_selector(other, timeout=SECONDS)
        return found.get_attribute("data-card-id") or ""


def keys_for(card: str, told: Call) -> Sequence[str]:
    """The keys that answer a question."""
    home, ald = told.get("home", {}), told.get("ald", {})
    single = {
        "deplacement": lambda: _moves(told),
        "aide": lambda: _yes_no(told.get("walking_aid")),
        "autonomie": lambda: AUTONOMY.get(told.get("autonomy", ""), "?"),
        "accompagnant": lambda: _yes_no(told.get("companion_available")),
        "escalier": lambda: _yes_no(home.get("can_use_stairs")),
        "etage": lambda: str(home.get("floor", "?")).replace("unknown", "?"),
        "ascenseur": lambda: _yes_no(home.get("lift")),
        "motif": lambda: MOTIVES.get(next(iter(told.get("motive", ())), ""), "?"),
        "ald-lien": lambda: _yes_no(ald.get("related")),
        "ald-incapacite": lambda: _yes_no(ald.get("incapacity")),
        "ald-seance": lambda: _yes_no(ald.get("specific_session")),
        "hospitalise": lambda: _yes_no(told.get("hospitalised_now")),
        "moyens": lambda: _means(told),
    }
    if card in single:
        return (single[card](),)
    if card == "trajet":
        return _ticks([told.get(name) for name in RIDE])
    found = told.get("impairments")
    return _ticks([None if found is None else name in found for name in IMPAIRMENTS])


def _yes_no(value: object) -> str:
    return AIDED.get(value, "?") if isinstance(value, bool) else "?"


def _ticks(values: Sequence[object]) -> Sequence[str]:
    """Tick what is true; what is not known of any leaves them all unknown."""
    ticked = [str(number) for number, value in enumerate(values, start=1) if value is True]
    if ticked:
        return (*ticked, "Enter")
    return ("n",) if all(value is False for value in _told(values)) and values else ("?",)


def _told(values: Sequence[object]) -> Iterator[object]:
    """A need that the caller was not asked about is not there, unless nothing was asked."""
    asked = [value for value in values if value is not None]
    yield from asked or values


def _moves(told: Call) -> str:
    if told.get("lying_or_semi_sitting") is True:
        return "8"
    if told.get("stretcher_or_carrying") is True:
        return "7"
    if told.get("stays_in_wheelchair") is True:
        return "6"
    if told.get("uses_wheelchair") is True:
        return "5"
    alone = {True: "2", False: "1"}
    others = {"with_companion": "3", "with_professional": "4"}
    if told.get("autonomy") == "alone":
        return alone.get(bool(told.get("walking_aid")), "?")
    return others.get(told.get("autonomy", ""), "?")


def _means(told: Call) -> str:
    car = told.get("own_vehicle_available")
    transit = told.get("public_transport_possible")
    if "unknown" in {car, transit} or (car is None and transit is None):
        return "?"
    return {(True, False): "1", (False, True): "2", (True, True): "3"}.get(
        (bool(car), bool(transit)), "n"
    )
