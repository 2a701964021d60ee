"""Accessibility columns: the field names and values of Acceslibre's schema 0.0.20.

An empty cell is unknown. Names and values follow the open-data schema of Acceslibre (Licence
Ouverte); the last group is of its May 2026 health fields, not yet in the exported schema.
"""

from functools import partial

from adapters.kit.rows import YES_NO, Row
from regulation.effecteurs import Accessibility

FLAGS = (
    "transport_station_presence",
    "stationnement_presence",
    "stationnement_pmr",
    "stationnement_ext_presence",
    "stationnement_ext_pmr",
    "cheminement_ext_presence",
    "cheminement_ext_terrain_stable",
    "cheminement_ext_plain_pied",
    "cheminement_ext_ascenseur",
    "cheminement_ext_pente_presence",
    "cheminement_ext_bande_guidage",
    "cheminement_ext_retrecissement",
    "entree_reperage",
    "entree_vitree",
    "entree_vitree_vitrophanie",
    "entree_plain_pied",
    "entree_ascenseur",
    "entree_dispositif_appel",
    "entree_balise_sonore",
    "entree_aide_humaine",
    "entree_pmr",
    "accueil_visibilite",
    "accueil_audiodescription_presence",
    "accueil_equipements_malentendants_presence",
    "accueil_cheminement_plain_pied",
    "accueil_cheminement_ascenseur",
    "accueil_retrecissement",
    "sanitaires_presence",
    "sanitaires_adaptes",
    "accueil_salle_consultation_accessible",
    "accueil_consultation_domicile",
)
COUNTS = {
    "cheminement_ext_nombre_marches": 200,
    "entree_marches": 200,
    "entree_largeur_mini": 500,
    "accueil_cheminement_nombre_marches": 200,
}
"""Whole numbers with the most they may be: steps, and centimetres for the width."""

_RAMP = ("aucune", "fixe", "amovible")
CODES = {
    "cheminement_ext_rampe": _RAMP,
    "cheminement_ext_pente_degre_difficulte": ("légère", "importante"),
    "cheminement_ext_devers": ("aucun", "léger", "important"),
    "entree_marches_rampe": _RAMP,
    "accueil_personnels": ("aucun", "formés", "non-formés"),
    "accueil_cheminement_rampe": _RAMP,
}
LISTS = {
    "accueil_equipements_malentendants": ("bim", "bmp", "lsf", "lpc", "sts", "autres"),
    "entree_dispositif_appel_type": ("bouton", "interphone", "visiophone"),
    "accueil_soignant_experience": (
        "visuel",
        "auditif",
        "moteur",
        "mental",
        "psychique",
        "cognitif",
    ),
    "accueil_prise_en_charge_patients": (
        "preparation",
        "organisation",
        "outils_communication",
        "materiel_auscultation",
    ),
}

COLUMNS = (*FLAGS, *COUNTS, *CODES, *LISTS)

Answer = bool | float | str | tuple[str, ...]


class UnknownWord(ValueError):  # noqa: N818  the answer is at fault, not the code
    """An answer is a word that the schema does not list."""


def read_answer(name: str, told: str) -> Answer:
    """Read one answer as text; raise UnknownWord, or ValueError when it is not of its kind."""
    if name in FLAGS:
        return _flag(told)
    if name in COUNTS:
        return _count(told, COUNTS[name])
    words = tuple(told.split())
    choices = CODES.get(name) or LISTS[name]
    for word in words:
        if word not in choices:
            raise UnknownWord(f"{word!r} n'est pas parmi {', '.join(choices)}")
    if name in LISTS:
        return words
    if len(words) != 1:
        raise ValueError("une seule valeur est attendue")
    return words[0]


def read_accessibility(row: Row) -> Accessibility:
    """Read the accessibility cells that say something; raise FieldFault on a wrong value."""
    told = (name for name in COLUMNS if row.optional(name))
    return Accessibility(fields={name: row.read(name, partial(read_answer, name)) for name in told})


def _flag(told: str) -> bool:
    if told.lower() not in YES_NO:  # Acceslibre's own exports write True and False
        raise ValueError(f"{told!r}: true ou false est attendu")
    return YES_NO[told.lower()]


def _count(told: str, most: int) -> int:
    try:
        count = float(told)
    except ValueError:
        raise ValueError(f"{told!r} n'est pas un nombre") from None
    if not count.is_integer():
        raise ValueError(f"{count:g} n'est pas un nombre entier")
    if not 0 <= count <= most:
        raise ValueError(f"{count:g} n'est pas entre 0 et {most}")
    return int(count)
