"""The fields of the call form, as data: names are the paths of a case's JSON document."""

from collections.abc import Mapping
from dataclasses import dataclass

from regulation.cases import CareLevel, Priority, Sex
from regulation.effecteurs import CareCode
from regulation.kernel.modes import PharmacyNeed

Choices = tuple[tuple[str, str], ...]
"""Values with their labels; an empty value is an answer not given."""

NOT_ASKED = ("", "Pas demandé")
YES_NO: Choices = (NOT_ASKED, ("true", "Oui"), ("false", "Non"), ("unknown", "Ne sait pas"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question. `choices` None: a text; `mend` says what to write when it is refused."""

    name: str
    label: str
    choices: Choices | None = None
    hint: str = ""
    mend: str = ""
    required: bool = False
    number: bool = False
    default: str = ""

    @property
    def html_id(self) -> str:
        """Its id in the page."""
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions that go together."""

    title: str
    fields: tuple[Field, ...]


def _told(name: str, label: str, hint: str = "") -> Field:
    return Field(name=f"mobility.{name}", label=label, hint=hint, choices=YES_NO)


NEEDS: Mapping[CareCode, str] = {
    CareCode.GP: "Médecine générale",
    CareCode.PAEDIATRIC: "Pédiatrie",
    CareCode.DENTAL: "Soins dentaires",
    CareCode.NURSE: "Soins infirmiers",
    CareCode.PHYSIO_RESPIRATORY: "Kinésithérapie respiratoire",
    CareCode.MIDWIFE: "Sage-femme",
    CareCode.PSYCHIATRY: "Psychiatrie",
    CareCode.IMAGING: "Imagerie",
    CareCode.LAB: "Biologie",
    CareCode.PHARMACY: "Pharmacie",
    CareCode.OTHER_SPECIALTY: "Autre spécialité",
}
LEVELS: Mapping[CareLevel, str] = {
    CareLevel.R1: "R1 — urgence vitale, transfert à l'AMU",
    CareLevel.R2: "R2 — urgent, délai fixé par le médecin régulateur",
    CareLevel.R3: "R3 — soins non programmés",
    CareLevel.R4: "R4 — conseil",
}
PRIORITIES: Mapping[Priority, str] = {
    Priority.P0: "P0",
    Priority.P1: "P1",
    Priority.P2: "P2",
    Priority.P3: "P3",
    Priority.NR: "Non renseignée",
}
SEXES: Mapping[Sex, str] = {Sex.U: "Inconnu", Sex.F: "Féminin", Sex.M: "Masculin", Sex.O: "Autre"}
PHARMACY: Mapping[PharmacyNeed, str] = {
    PharmacyNeed.NONE: "Pas de passage",
    PharmacyNeed.LIKELY: "Passage probable",
    PharmacyNeed.CERTAIN: "Passage certain",
}
AUTONOMY: Choices = (
    NOT_ASKED,
    ("alone", "Seul"),
    ("with_companion", "Avec un proche"),
    ("with_professional", "Avec un professionnel"),
    ("unknown", "Ne sait pas"),
)
MOTIVES: Choices = (
    NOT_ASKED,
    ("none", "Aucun de ceux-ci"),
    ("ald", "Affection de longue durée"),
    ("work_accident", "Accident du travail"),
    ("hospitalisation", "Entrée ou sortie d'hospitalisation"),
    ("chemo_radio_dialysis", "Chimiothérapie, radiothérapie ou dialyse"),
    ("summons", "Convocation"),
    ("prison_return", "Retour en établissement pénitentiaire"),
)

PATIENT = Section(
    title="Qui et où",
    fields=(
        Field(
            name="patient.age",
            label="Âge",
            hint="En années ; 0,5 pour six mois.",
            mend="Donner un âge en années, entre 0 et 125.",
            required=True,
            number=True,
        ),
        Field(
            name="patient.sex",
            label="Sexe",
            choices=tuple((str(sex), text) for sex, text in SEXES.items()),
            default=Sex.U,
        ),
        Field(
            name="patient.position",
            label="Adresse ou commune",
            hint="Par exemple « 31600 Muret ». Le patient est placé au centre de la commune.",
            mend="Lieu introuvable dans ce territoire : donner le code postal et la commune.",
            required=True,
        ),
        Field(
            name="return_to",
            label="Retour à une autre adresse",
            hint="Vide : retour au même endroit.",
            mend="Lieu introuvable dans ce territoire : donner le code postal et la commune.",
        ),
    ),
)
NEED = Section(
    title="Besoin de soin",
    fields=(
        Field(
            name="need.code",
            label="Besoin",
            choices=tuple((str(code), text) for code, text in NEEDS.items()),
            mend="Choisir un besoin dans la liste.",
            default=CareCode.GP,
        ),
        Field(
            name="need.care_level",
            label="Niveau de soin",
            choices=tuple((str(level), text) for level, text in LEVELS.items()),
            mend="Choisir un niveau dans la liste.",
            default=CareLevel.R3,
        ),
        Field(
            name="need.priority",
            label="Priorité",
            choices=tuple((str(one), text) for one, text in PRIORITIES.items()),
            default=Priority.P2,
        ),
        Field(
            name="need.deadline_minutes",
            label="Délai fixé par le médecin régulateur",
            hint="En minutes ; vide : celui du niveau de soin.",
            mend="Donner un nombre entier de minutes, de 1 à 10 080.",
            number=True,
        ),
    ),
)
MOBILITY = Section(
    title="Se déplacer",
    fields=(
        Field(name="mobility.autonomy", label="Se déplace", choices=AUTONOMY),
        _told("walking_aid", "Aide à la marche (cannes, déambulateur)"),
        _told("uses_wheelchair", "Fauteuil roulant"),
        _told("stays_in_wheelchair", "Reste dans son fauteuil pendant le trajet"),
        _told("lying_or_semi_sitting", "Doit voyager allongé ou demi-assis"),
        _told("stretcher_or_carrying", "Brancard ou portage"),
        _told("oxygen", "Oxygène"),
        _told("qualified_supervision", "Surveillance par une personne qualifiée"),
        _told("smur_team_needed", "Équipe du SMUR nécessaire"),
        Field(
            name="mobility.home.floor",
            label="Étage du domicile",
            hint="0 pour le rez-de-chaussée.",
            mend="Donner un étage en chiffres.",
            number=True,
        ),
        _told("home.lift", "Ascenseur"),
        _told("home.can_use_stairs", "Peut prendre les escaliers"),
        _told("companion_available", "Un proche peut accompagner"),
        _told("own_vehicle_available", "Une voiture est disponible"),
        _told("public_transport_possible", "Les transports en commun sont possibles"),
        Field(
            name="mobility.motive",
            label="Motif ouvrant droit au transport",
            choices=MOTIVES,
        ),
    ),
)
RETURN = Section(
    title="Au retour",
    fields=(
        Field(
            name="pharmacy_stop",
            label="Pharmacie",
            choices=tuple((str(need), text) for need, text in PHARMACY.items()),
            default=PharmacyNeed.NONE,
        ),
    ),
)
SECTIONS = (PATIENT, NEED, MOBILITY, RETURN)
FIELDS: Mapping[str, Field] = {
    field.name: field for section in SECTIONS for field in section.fields
}
