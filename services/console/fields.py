"""The fields of the call form, as data: names are the paths of a case's JSON document."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from regulation.cases import CareLevel, Priority, Sex
from regulation.effecteurs import CareCode
from regulation.kernel.modes import PharmacyNeed
from regulation.lexicon import CARE
from services.console.motifs import MOTIFS

Choices = tuple[tuple[str, str], ...]
"""Values with their labels; an empty value is an answer not given."""

NOT_ASKED = ("", "Pas demandé")
YES_NO: Choices = (NOT_ASKED, ("true", "Oui"), ("false", "Non"), ("unknown", "Ne sait pas"))
NONE_OF_THEM = "none"
"""What ticks an answer that is a set as asked, and empty."""


class FieldKind(StrEnum):
    """How a field is filled."""

    TEXT = "text"
    NUMBER = "number"
    PLACE = "place"
    CHOICE = "choice"
    SET = "set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question; `mend` says what to write when the answer is refused, `key` leads to it."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    choices: Choices = ()
    hint: str = ""
    mend: str = ""
    required: bool = False
    default: str = ""
    key: str = ""

    @property
    def html_id(self) -> str:
        """Its id in the page."""
        return self.name.replace(".", "-")

    def label_of(self, value: str) -> str:
        """Label of one of its values."""
        return dict(self.choices).get(value, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions that go together."""

    title: str
    fields: tuple[Field, ...]


def _told(name: str, label: str, hint: str = "") -> Field:
    return Field(
        name=f"mobility.{name}", label=label, hint=hint, kind=FieldKind.CHOICE, choices=YES_NO
    )


def _number(name: str, label: str, mend: str, hint: str = "") -> Field:
    return Field(name=name, label=label, mend=mend, hint=hint, kind=FieldKind.NUMBER)


def _choice(
    name: str, label: str, choices: Mapping[StrEnum, str], default: StrEnum, *, key: str
) -> Field:
    return Field(
        key=key,
        name=name,
        label=label,
        kind=FieldKind.CHOICE,
        choices=tuple((str(value), text) for value, text in choices.items()),
        mend="Choisir dans la liste.",
        default=default,
    )


LEVELS: Mapping[StrEnum, str] = {
    CareLevel.R1: "R1 vitale",
    CareLevel.R2: "R2 urgence",
    CareLevel.R3: "R3 SNP",
    CareLevel.R4: "R4 conseil",
}
PRIORITIES: Mapping[StrEnum, str] = {
    Priority.P0: "P0 vitale",
    Priority.P1: "P1 prioritaire",
    Priority.P2: "P2 non urgent",
    Priority.P3: "P3 différé",
    Priority.NR: "Non renseignée",
}
SEXES: Mapping[StrEnum, str] = {
    Sex.U: "Inconnu",
    Sex.F: "Féminin",
    Sex.M: "Masculin",
    Sex.O: "Autre",
}
PHARMACY: Mapping[StrEnum, str] = {
    PharmacyNeed.NONE: "Sans",
    PharmacyNeed.LIKELY: "Probable",
    PharmacyNeed.CERTAIN: "Certain",
}
AUTONOMY: Choices = (
    NOT_ASKED,
    ("alone", "Seul"),
    ("with_companion", "Avec un proche"),
    ("with_professional", "Avec un professionnel"),
    ("unknown", "Ne sait pas"),
)
MOTIVES: Choices = (
    (NONE_OF_THEM, "Aucun de ceux-ci"),
    ("ald", "Affection de longue durée"),
    ("work_accident", "Accident du travail"),
    ("hospitalisation", "Entrée ou sortie d'hospitalisation"),
    ("chemo_radio_dialysis", "Chimiothérapie, radiothérapie, dialyse"),
    ("summons", "Convocation"),
    ("prison_return", "Retour en établissement pénitentiaire"),
    ("unknown", "Ne sait pas"),
)
IMPAIRMENTS: Choices = (
    (NONE_OF_THEM, "Aucune"),
    ("motor", "Motrice"),
    ("visual", "Visuelle"),
    ("hearing", "Auditive"),
    ("speech", "Parole"),
    ("mental", "Mentale"),
    ("psychic", "Psychique"),
    ("cognitive", "Cognitive"),
    ("unknown", "Ne sait pas"),
)
COMMUNICATION: Choices = (
    ("", "Sans difficulté signalée"),
    ("MUET", "Muet ou malentendant"),
    ("VISION", "Malvoyant"),
    ("LANGUE", "Barrière de la langue"),
    ("PANIQUE", "Panique"),
    ("HOSTILE", "Hostile"),
    ("AGITE", "Incohérence, agitation, intoxication"),
    ("AUTRE", "Autre difficulté"),
    ("IMPOSS", "Absence de communication"),
)
"""Codes of the Hub Santé (nomenclature communication, version 26.07.29)."""
PLACE_NOT_FOUND = "Lieu introuvable dans ce territoire : donner le code postal et la commune."

PATIENT = Section(
    title="Qui et où",
    fields=(
        Field(
            name="patient.position",
            label="Adresse ou commune",
            kind=FieldKind.PLACE,
            key="a",
            hint="Le patient est placé au centre de la commune.",
            mend=PLACE_NOT_FOUND,
            required=True,
        ),
        Field(
            name="patient.age",
            label="Âge",
            kind=FieldKind.NUMBER,
            mend="Donner un âge en années, entre 0 et 125.",
            hint="0,5 : six mois.",
            required=True,
        ),
        _choice("patient.sex", "Sexe", SEXES, Sex.U, key="s"),
    ),
)
NEED = Section(
    title="Besoin de soin",
    fields=(
        _choice("need.code", "Besoin", CARE, CareCode.GP, key="b"),
        _choice("need.care_level", "Niveau", LEVELS, CareLevel.R3, key="u"),
        _choice("need.priority", "Priorité", PRIORITIES, Priority.P2, key="i"),
        Field(
            name="need.deadline_minutes",
            label="Délai (min)",
            kind=FieldKind.NUMBER,
            mend="Donner un nombre entier de minutes, de 1 à 10 080.",
            hint="Vide : celui du niveau.",
            key="d",
        ),
        _choice("pharmacy_stop", "Pharmacie", PHARMACY, PharmacyNeed.NONE, key="p"),
        Field(
            name="need.motif",
            label="Motif",
            kind=FieldKind.CHOICE,
            choices=(("", "Non précisé"), *((code, f"{text} ({code})") for code, text in MOTIFS)),
            mend="Choisir un motif dans la liste.",
            key="m",
        ),
    ),
)
MORE = Section(
    title="Autour de l'appel",
    fields=(
        Field(
            name="return_to",
            label="Retour à une autre adresse",
            kind=FieldKind.PLACE,
            hint="Vide : retour au même endroit.",
            mend=PLACE_NOT_FOUND,
        ),
        Field(
            name="preferred_effecteur",
            label="Effecteur demandé (médecin traitant)",
            hint="Identifiant, par exemple RPPS:81…",
            mend="Donner un identifiant de la forme TYPE:valeur.",
        ),
        Field(
            name="need.specialty",
            label="Spécialité (code TRE_R38)",
            mend="Donner un code de la nomenclature TRE_R38, par exemple SM26.",
        ),
        Field(name="caller.phone", label="Téléphone", mend="Donner un numéro de téléphone."),
        Field(
            name="caller.language",
            label="Langue de l'appelant",
            hint="Code de deux lettres : en, ar, es…",
            mend="Donner un code de langue de deux ou trois lettres.",
        ),
        Field(
            name="caller.communication",
            label="Difficulté de communication",
            kind=FieldKind.CHOICE,
            choices=COMMUNICATION,
        ),
    ),
)
MOBILITY = Section(
    title="Se déplacer",
    fields=(
        Field(
            name="mobility.autonomy", label="Se déplace", kind=FieldKind.CHOICE, choices=AUTONOMY
        ),
        _told("walking_aid", "Canne ou déambulateur"),
        _told("uses_wheelchair", "Fauteuil roulant"),
        _told("stays_in_wheelchair", "Reste dans son fauteuil"),
        _told("lying_or_semi_sitting", "Allongé ou demi-assis"),
        _told("stretcher_or_carrying", "Brancard ou portage"),
        _told("smur_team_needed", "Équipe du SMUR"),
        _told("qualified_supervision", "Surveillance qualifiée"),
        _told("oxygen", "Oxygène"),
        _told("asepsis", "Asepsie"),
        _told("strict_hygiene", "Hygiène rigoureuse"),
        _told("disinfection_risk", "Désinfection"),
        _told("side_effect_risk", "Effets secondaires à craindre"),
        _told("bariatric", "Forte corpulence (bariatrique)"),
        Field(
            name="mobility.impairments",
            label="Déficience",
            kind=FieldKind.SET,
            choices=IMPAIRMENTS,
        ),
        _told("companion_available", "Un proche peut accompagner"),
        _told("own_vehicle_available", "Une voiture est disponible"),
        _told("public_transport_possible", "Transports en commun possibles"),
        _number(
            "mobility.home.floor",
            "Étage du domicile",
            "Donner un étage en chiffres.",
            "0 : rez-de-chaussée.",
        ),
        _told("home.lift", "Ascenseur"),
        _number(
            "mobility.home.steps", "Marches devant la porte", "Donner un nombre entier de marches."
        ),
        _told("home.can_use_stairs", "Peut prendre les escaliers"),
        _told("sharing_excluded", "Transport partagé exclu"),
        _told("car_seat_needed", "Siège enfant"),
        _told("service_animal", "Animal d'assistance"),
    ),
)
FUNDING = Section(
    title="Prise en charge du transport",
    fields=(
        Field(name="mobility.motive", label="Motif", kind=FieldKind.SET, choices=MOTIVES),
        _told("ald.related", "Soins liés à l'ALD"),
        _told("ald.incapacity", "L'ALD empêche de se déplacer seul"),
        _told("ald.specific_session", "Séance particulière de l'ALD"),
        _told("hospitalised_now", "Hospitalisé en ce moment"),
        _told("leave_without_medical_motive", "Permission sans motif médical"),
    ),
)
SECTIONS = (PATIENT, NEED, MOBILITY, FUNDING, MORE)
FIELDS: Mapping[str, Field] = {
    field.name: field for section in SECTIONS for field in section.fields
}
DEFAULTS: Mapping[str, str] = {name: field.default for name, field in FIELDS.items()}
