"""The questions as the operator answers them: one card, one key an answer.

The rules say which question is worth asking (`regulation.questionnaire`); a card says how it is
put and what each key fills in. A question that fills several answers may take several cards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from services.console.fields import NONE_OF_THEM

Answers = Mapping[str, str]
"""Values of the form by name of field."""

YES, NO, UNKNOWN = "true", "false", "unknown"
YES_KEY, NO_KEY, UNKNOWN_KEY = "o", "n", "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer: its key, its words, what it fills in."""

    key: str
    label: str
    fills: Answers

    @property
    def encoded(self) -> str:
        """What it fills in, as the page carries it."""
        return urlencode(self.fills)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One question with its answers. `many`: several may be ticked before going on.

    `short` goes before an answer when it is recalled, if the answer doesn't say it all.
    """

    card_id: str
    text: str
    options: tuple[Option, ...]
    many: bool = False
    short: str = ""
    fills: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        names = frozenset(name for option in self.options for name in option.fills)
        object.__setattr__(self, "fills", names)

    def is_answered(self, filled: Answers) -> bool:
        """Tell whether the fields of one of its answers are filled; of `many`, all of them."""
        wholes = [self.fills] if self.many else [one.fills for one in self.options]
        return any(all(filled.get(name) for name in whole) for whole in wholes)


def _yes_no(card_id: str, short: str, text: str, name: str) -> Card:
    told = ((YES_KEY, "Oui", YES), (NO_KEY, "Non", NO), (UNKNOWN_KEY, "Ne sait pas", UNKNOWN))
    return Card(
        card_id=card_id,
        text=text,
        options=tuple(
            Option(key=key, label=label, fills={name: value}) for key, label, value in told
        ),
        short=short,
    )


def _ticks(card_id: str, short: str, text: str, ticks: Mapping[str, str]) -> Card:
    """A card of things of which none, one or several apply."""
    names = {f"mobility.{name}": label for name, label in ticks.items()}
    options = [
        Option(key=str(number), label=label, fills={name: YES})
        for number, (name, label) in enumerate(names.items(), start=1)
    ]
    options += [
        Option(key=NO_KEY, label="Rien de cela", fills=dict.fromkeys(names, NO)),
        Option(key=UNKNOWN_KEY, label="Ne sait pas", fills=dict.fromkeys(names, UNKNOWN)),
    ]
    return Card(card_id=card_id, text=text, options=tuple(options), many=True, short=short)


SEATED = ("uses_wheelchair", "stays_in_wheelchair")
CARRIED = ("lying_or_semi_sitting", "stretcher_or_carrying")


def _moves(key: str, label: str, *true: str, autonomy: str = "", aid: str = "") -> Option:
    fills = {f"mobility.{name}": YES if name in true else NO for name in (*SEATED, *CARRIED)}
    told = {"mobility.autonomy": autonomy, "mobility.walking_aid": aid}
    return Option(
        key=key, label=label, fills={**fills, **{name: one for name, one in told.items() if one}}
    )


def _carried(key: str, label: str, how: str) -> Option:
    """Carried or lying: nothing is said of aids."""
    fills = {f"mobility.{name}": YES if name == how else NO for name in CARRIED}
    return Option(key=key, label=label, fills=fills)


MOVING = Card(
    card_id="deplacement",
    text="Comment se déplace-t-il ?",
    options=(
        _moves("1", "Seul, sans aide", autonomy="alone", aid=NO),
        _moves("2", "Seul, canne ou déambulateur", autonomy="alone", aid=YES),
        _moves("3", "Avec un proche", autonomy="with_companion"),
        _moves("4", "Avec un professionnel", autonomy="with_professional"),
        _moves("5", "Fauteuil, se transfère", "uses_wheelchair", aid=NO),
        _moves("6", "Reste dans son fauteuil", "uses_wheelchair", "stays_in_wheelchair", aid=NO),
        _carried("7", "À porter, à brancarder", "stretcher_or_carrying"),
        _carried("8", "Allongé ou demi-assis", "lying_or_semi_sitting"),
        Option(
            key=UNKNOWN_KEY,
            label="Ne sait pas",
            fills={
                f"mobility.{name}": UNKNOWN
                for name in ("autonomy", "walking_aid", *SEATED, *CARRIED)
            },
        ),
    ),
)
AID = _yes_no("aide", "canne", "Avec une canne ou un déambulateur ?", "mobility.walking_aid")
AUTONOMY = Card(
    card_id="autonomie",
    text="Se déplace-t-il seul ?",
    options=tuple(
        Option(key=key, label=label, fills={"mobility.autonomy": value})
        for key, label, value in (
            ("1", "Seul", "alone"),
            ("2", "Avec un proche", "with_companion"),
            ("3", "Avec un professionnel", "with_professional"),
            (UNKNOWN_KEY, "Ne sait pas", UNKNOWN),
        )
    ),
)
RIDE = _ticks(
    "trajet",
    "trajet",
    "Pendant le trajet, faut-il…",
    {
        "smur_team_needed": "Équipe du SMUR",
        "qualified_supervision": "Surveillance",
        "oxygen": "Oxygène",
        "asepsis": "Asepsie",
        "strict_hygiene": "Hygiène rigoureuse",
        "disinfection_risk": "Désinfection",
        "side_effect_risk": "Effets secondaires",
    },
)
IMPAIRMENTS = Card(
    card_id="deficience",
    text="Une déficience ?",
    options=tuple(
        Option(key=key, label=label, fills={"mobility.impairments": member})
        for key, label, member in (
            ("1", "Motrice", "motor"),
            ("2", "Visuelle", "visual"),
            ("3", "Auditive", "hearing"),
            ("4", "Parole", "speech"),
            ("5", "Mentale", "mental"),
            ("6", "Psychique", "psychic"),
            ("7", "Cognitive", "cognitive"),
            (NO_KEY, "Aucune", NONE_OF_THEM),
            (UNKNOWN_KEY, "Ne sait pas", UNKNOWN),
        )
    ),
    many=True,
    short="déficience",
)
COMPANION = _yes_no(
    "accompagnant",
    "accompagnant",
    "Quelqu'un peut-il l'accompagner, aller et retour ?",
    "mobility.companion_available",
)
STAIRS = _yes_no(
    "escalier",
    "escalier",
    "Peut-il prendre l'escalier de chez lui ?",
    "mobility.home.can_use_stairs",
)
GROUND = "0"
FLOOR = Card(
    card_id="etage",
    text="À quel étage habite-t-il ?",
    short="étage",
    options=(
        Option(
            key=GROUND,
            label="Rez-de-chaussée",
            fills={"mobility.home.floor": GROUND},
        ),
        *(
            Option(key=str(floor), label=str(floor), fills={"mobility.home.floor": str(floor)})
            for floor in range(1, 10)
        ),
        Option(key=UNKNOWN_KEY, label="Ne sait pas", fills={"mobility.home.floor": UNKNOWN}),
    ),
)
LIFT = _yes_no("ascenseur", "ascenseur", "Y a-t-il un ascenseur ?", "mobility.home.lift")
MOTIVE = Card(
    card_id="motif",
    text="Un motif qui ouvre droit au transport ?",
    options=tuple(
        Option(key=key, label=label, fills={"mobility.motive": motive})
        for key, label, motive in (
            (NO_KEY, "Rien de cela", NONE_OF_THEM),
            ("1", "ALD", "ald"),
            ("2", "Accident du travail", "work_accident"),
            ("3", "Hospitalisation", "hospitalisation"),
            ("4", "Chimio, rayons, dialyse", "chemo_radio_dialysis"),
            ("5", "Convocation", "summons"),
            ("6", "Retour en prison", "prison_return"),
            (UNKNOWN_KEY, "Ne sait pas", UNKNOWN),
        )
    ),
    short="motif",
)
"""One motive, the usual case; several are ticked among all the answers."""
ALD_RELATED = _yes_no(
    "ald-lien", "lié à l'ALD", "Ces soins sont-ils liés à l'ALD ?", "mobility.ald.related"
)
ALD_INCAPACITY = _yes_no(
    "ald-incapacite",
    "incapacité",
    "L'ALD l'empêche-t-elle de se déplacer seul ?",
    "mobility.ald.incapacity",
)
ALD_SESSION = _yes_no(
    "ald-seance",
    "séance",
    "Est-ce une séance particulière de l'ALD ?",
    "mobility.ald.specific_session",
)
HOSPITALISED = _yes_no(
    "hospitalise", "hospitalisé", "Est-il hospitalisé en ce moment ?", "mobility.hospitalised_now"
)
MEANS = Card(
    card_id="moyens",
    text="Par ses propres moyens ?",
    options=tuple(
        Option(
            key=key,
            label=label,
            fills={
                "mobility.own_vehicle_available": car,
                "mobility.public_transport_possible": transit,
            },
        )
        for key, label, car, transit in (
            ("1", "En voiture", YES, NO),
            ("2", "En transports en commun", NO, YES),
            ("3", "L'un ou l'autre", YES, YES),
            (NO_KEY, "Ni l'un ni l'autre", NO, NO),
            (UNKNOWN_KEY, "Ne sait pas", UNKNOWN, UNKNOWN),
        )
    ),
)
"""Not a question of the rules: it changes no verdict, but how one may come."""

CARDS_OF: Mapping[str, tuple[Card, ...]] = {
    "Q-DEPLACEMENT": (MOVING, AID, AUTONOMY),
    "Q-TRAJET": (RIDE, IMPAIRMENTS),
    "Q-ACCOMPAGNANT": (COMPANION,),
    "Q-ESCALIER": (STAIRS,),
    "Q-ETAGE": (FLOOR, LIFT),
    "Q-MOTIF": (MOTIVE, ALD_RELATED, ALD_INCAPACITY, ALD_SESSION, HOSPITALISED),
}
"""Cards of each question of the rules; the age is a field of its own."""

CARDS = (*(card for cards in CARDS_OF.values() for card in cards), MEANS)
