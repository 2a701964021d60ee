"""Premises against needs, with Acceslibre's fields: yes, with help, no, or unknown.

Acceslibre's own queries let an unknown pass; here an unknown is shown as one. Their ramp branch
asks for a lift as well, so that a ramp alone fails: a fixed ramp alone is a yes here, a removable
one a yes with help (decision of the project, docs/decisions/0007). A no needs every other way in to
be known as closed, but for a second, PMR entrance that nobody told of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from regulation.effecteurs import Accessibility, Accessible
from regulation.kernel.observed import Freshness, Observed

OK, HELP, NO, UNKNOWN = Accessible
MIN_WIDTH_CM = 80
FEW_STEPS = 1

Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class PremisesVerdict:
    """Verdict of one need, said in French with the age and the source of the facts."""

    verdict: Accessible
    explanation: str


NAMES = {
    "STEP_FREE": "accès sans marche",
    "WIDTH_80": "passage de 80 cm",
    "PMR_PARKING": "stationnement adapté",
    "ADAPTED_TOILET": "sanitaires adaptés",
    "VISUAL": "repères pour déficients visuels",
    "HEARING": "équipement pour déficients auditifs",
    "TRAINED_STAFF": "personnel formé",
    "BARIATRIC_EQUIPMENT": "matériel bariatrique",
    "TRANSFER_HELP": "aide au transfert",
    "STRETCHER_ACCESS": "accès pour brancard",
}
IN_FRENCH = {OK: "oui", HELP: "avec une aide", NO: "non", UNKNOWN: "inconnu"}


def judge_premises(
    need: str, accessibility: Observed[Accessibility] | None, now: datetime
) -> PremisesVerdict:
    """Judge one need; facts never seen, or LOST, are unknown."""
    if accessibility is None:
        return PremisesVerdict(verdict=UNKNOWN, explanation=f"{NAMES[need]} : inconnu")
    lost = accessibility.freshness(now) is Freshness.LOST
    verdict = UNKNOWN if lost else JUDGES[need](accessibility.value.fields)
    days = accessibility.age(now).days
    seen = f"{accessibility.source}, il y a {days} j" if days > 0 else accessibility.source
    told = f"{seen}, trop ancien" if lost else seen
    return PremisesVerdict(
        verdict=verdict, explanation=f"{NAMES[need]} : {IN_FRENCH[verdict]} ({told})"
    )


def worst(*verdicts: Accessible) -> Accessible:
    """All must be met: a no decides, then an unknown, then a help."""
    for candidate in (NO, UNKNOWN, HELP):
        if candidate in verdicts:
            return candidate
    return OK


def best(*verdicts: Accessible) -> Accessible:
    """One is enough: a yes decides, then a help, then an unknown."""
    for candidate in (OK, HELP, UNKNOWN):
        if candidate in verdicts:
            return candidate
    return NO


def flag(value: object) -> Accessible:
    """Verdict of one answer: absent is unknown."""
    if value is None:
        return UNKNOWN
    return OK if value else NO


def step_free(fields: Fields) -> Accessible:
    """Path, entrance and reception on one level, by a ramp or by a lift."""
    return worst(_outside(fields), _entrance(fields), _reception(fields))


def _outside(fields: Fields) -> Accessible:
    if fields.get("cheminement_ext_presence") is not True:
        return OK  # Acceslibre: no outside path, or none told, is no obstacle of its own
    level = best(
        flag(fields.get("cheminement_ext_plain_pied")),
        flag(fields.get("cheminement_ext_ascenseur")),
        _ramp(fields.get("cheminement_ext_rampe")),
    )
    obstacles = (
        fields.get("cheminement_ext_terrain_stable") is False,
        fields.get("cheminement_ext_retrecissement") is True,
        fields.get("cheminement_ext_devers") == "important",
        fields.get("cheminement_ext_pente_presence") is True
        and fields.get("cheminement_ext_pente_degre_difficulte") not in {None, "légère"},
    )
    return NO if any(obstacles) else level


def _entrance(fields: Fields) -> Accessible:
    if fields.get("entree_pmr") is True:
        return OK
    return best(
        flag(fields.get("entree_plain_pied")),
        flag(fields.get("entree_ascenseur")),
        _ramp(fields.get("entree_marches_rampe")),
        _steps(fields.get("entree_marches")),
        _helped(fields),
    )


def _reception(fields: Fields) -> Accessible:
    if fields.get("accueil_retrecissement") is True:
        return NO
    flat = fields.get("accueil_cheminement_plain_pied")
    if flat is not False:
        return OK  # Acceslibre: a reception not told of is passable once inside
    return best(
        flag(fields.get("accueil_cheminement_ascenseur")),
        _ramp(fields.get("accueil_cheminement_rampe")),
    )


def _ramp(value: object) -> Accessible:
    match value:
        case "fixe":
            return OK
        case "amovible":
            return HELP
        case "aucune":
            return NO
        case _:
            return UNKNOWN


def _steps(value: object) -> Accessible:
    if not isinstance(value, int | float):
        return UNKNOWN
    return HELP if value <= FEW_STEPS else NO


def _helped(fields: Fields) -> Accessible:
    """Somebody who helps at the door is a help, never a yes."""
    helped = flag(fields.get("entree_aide_humaine"))
    return HELP if helped is OK else helped


def width(fields: Fields) -> Accessible:
    """The narrowest way in, in centimetres."""
    if fields.get("entree_pmr") is True:
        return OK
    found = fields.get("entree_largeur_mini")
    if not isinstance(found, int | float):
        return UNKNOWN
    return OK if found >= MIN_WIDTH_CM else NO


def _parking(fields: Fields) -> Accessible:
    return best(flag(fields.get("stationnement_pmr")), flag(fields.get("stationnement_ext_pmr")))


def _listed(name: str) -> Callable[[Fields], Accessible]:
    """Verdict of a list of equipment: something in it is a yes."""

    def judge(fields: Fields) -> Accessible:
        found = fields.get(name)
        return UNKNOWN if found is None else (OK if found else NO)

    return judge


def _visual(fields: Fields) -> Accessible:
    told = ("cheminement_ext_bande_guidage", "entree_balise_sonore", "entree_reperage")
    return best(*(flag(fields.get(name)) for name in told), _helped(fields))


def _staff(fields: Fields) -> Accessible:
    match fields.get("accueil_personnels"):
        case "formés":
            return OK
        case "non-formés":
            return HELP
        case "aucun":
            return NO
        case _:
            return UNKNOWN


def _bariatric(fields: Fields) -> Accessible:
    found = fields.get("accueil_prise_en_charge_patients")
    if not isinstance(found, tuple):
        return UNKNOWN
    return OK if "materiel_auscultation" in found else NO


def _transfer(fields: Fields) -> Accessible:
    return best(flag(fields.get("accueil_salle_consultation_accessible")), _helped(fields))


def stretcher(fields: Fields) -> Accessible:
    """A stretcher needs the level and the width."""
    return worst(step_free(fields), width(fields))


JUDGES: Mapping[str, Callable[[Fields], Accessible]] = {
    "STEP_FREE": step_free,
    "WIDTH_80": width,
    "PMR_PARKING": _parking,
    "ADAPTED_TOILET": lambda fields: flag(fields.get("sanitaires_adaptes")),
    "VISUAL": _visual,
    "HEARING": _listed("accueil_equipements_malentendants"),
    "TRAINED_STAFF": _staff,
    "BARIATRIC_EQUIPMENT": _bariatric,
    "TRANSFER_HELP": _transfer,
    "STRETCHER_ACCESS": stretcher,
}
