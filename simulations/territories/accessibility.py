"""Draws what is known of the premises, in Acceslibre's fields: all, some of it, or nothing."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from regulation.effecteurs import EffecteurKind
from simulations.draws import Draws
from simulations.territories.drafts import Drafting, PlaceDraft

SOURCE = "acceslibre (synthétique)"
FIRST_SEEN, DAYS_SEEN = date(2024, 1, 1), 900
"""Observations fall within so many days of the first (assumption)."""

NOBODY_COMES = frozenset({EffecteurKind.CPTS, EffecteurKind.ED})
"""Without rows: a CPTS receives nobody, and nothing is made up about real hospitals."""

Answers = dict[str, str]


def draw_accessibility(drafting: Drafting) -> Iterable[Mapping[str, str]]:
    """Return the rows of accessibility.csv; a place without a row is unknown."""
    rows: dict[str, Mapping[str, str]] = {}
    for place in drafting.places:
        if place.kind in NOBODY_COMES:
            continue
        row = _row(drafting, place) if place.host is None else rows.get(str(place.host))
        if row is not None:
            rows[str(place.effecteur_id)] = {**row, "id": str(place.effecteur_id)}
    return rows.values()


def _row(drafting: Drafting, place: PlaceDraft) -> Answers | None:
    draws, figures, name = drafting.draws, drafting.figures, place.effecteur_id
    unknown, partial = (
        figures.number("access_unknown_share"),
        figures.number("access_partial_share"),
    )
    told = draws.unit("told", name)
    if told < unknown:
        return None
    share = figures.number("access_recent_share" if place.recent else "access_old_share")
    answers = premises(draws, str(name), step_free=draws.chance(share, "step-free", name))
    if told < unknown + partial:
        kept = figures.number("access_answered_share")
        answers = {
            field: value
            for field, value in answers.items()
            if draws.chance(kept, "answered", name, field)
        }
    seen = FIRST_SEEN + timedelta(days=draws.whole(0, DAYS_SEEN - 1, "seen", name))
    return {
        "source": SOURCE,
        "observed_on": seen.isoformat(),
        "valid_days": str(figures.whole("access_valid_days")),
        **answers,
    }


def premises(draws: Draws, name: str, *, step_free: bool) -> Answers:
    """Return a whole set of answers that agree with each other (shares are assumptions)."""
    entrance = _level_entrance(draws, name) if step_free else _stepped_entrance(draws, name)
    return {**_outside(draws, name), **entrance, **_inside(draws, name, step_free=step_free)}


def _outside(draws: Draws, name: str) -> Answers:
    path = draws.chance(0.3, "path", name)
    answers = {
        "transport_station_presence": _flag(draws.chance(0.5, "station", name)),
        "stationnement_presence": _flag(draws.chance(0.5, "parking", name)),
        "stationnement_pmr": _flag(draws.chance(0.35, "own PMR parking", name)),
        "stationnement_ext_pmr": _flag(draws.chance(0.5, "street PMR parking", name)),
        "cheminement_ext_presence": _flag(path),
    }
    if path:
        sloping = draws.chance(0.25, "slope", name)
        answers |= {
            "cheminement_ext_terrain_stable": _flag(draws.chance(0.9, "ground", name)),
            "cheminement_ext_plain_pied": "true",
            "cheminement_ext_pente_presence": _flag(sloping),
            "cheminement_ext_devers": draws.pick(("aucun", "aucun", "léger"), "camber", name),
            "cheminement_ext_retrecissement": _flag(draws.chance(0.08, "narrow path", name)),
            "cheminement_ext_bande_guidage": _flag(draws.chance(0.1, "guiding", name)),
        }
        if sloping:
            degree = draws.pick(("légère", "légère", "importante"), "degree", name)
            answers["cheminement_ext_pente_degre_difficulte"] = degree
    return answers


def _level_entrance(draws: Draws, name: str) -> Answers:
    return {
        "entree_reperage": _flag(draws.chance(0.8, "marked", name)),
        "entree_plain_pied": "true",
        "entree_largeur_mini": draws.pick(("80", "90", "90", "100"), "width", name),
        "entree_dispositif_appel": _flag(draws.chance(0.5, "bell", name)),
        "entree_balise_sonore": _flag(draws.chance(0.05, "beacon", name)),
        "entree_aide_humaine": _flag(draws.chance(0.6, "help", name)),
    }


def _stepped_entrance(draws: Draws, name: str) -> Answers:
    ramps = ("aucune", "aucune", "aucune", "amovible", "fixe")
    return {
        "entree_reperage": _flag(draws.chance(0.7, "marked", name)),
        "entree_plain_pied": "false",
        "entree_marches": str(draws.whole(1, 6, "steps", name)),
        "entree_marches_rampe": draws.pick(ramps, "ramp", name),
        "entree_ascenseur": _flag(draws.chance(0.1, "lift", name)),
        "entree_largeur_mini": draws.pick(("70", "80", "80", "90"), "width", name),
        "entree_dispositif_appel": _flag(draws.chance(0.4, "bell", name)),
        "entree_balise_sonore": "false",
        "entree_aide_humaine": _flag(draws.chance(0.4, "help", name)),
        "entree_pmr": _flag(draws.chance(0.15, "PMR entrance", name)),
    }


def _inside(draws: Draws, name: str, *, step_free: bool) -> Answers:
    level = step_free or draws.chance(0.6, "inside level", name)
    toilet = draws.chance(0.7, "toilet", name)
    loop = draws.chance(0.15, "loop", name)
    answers = {
        "accueil_visibilite": _flag(draws.chance(0.85, "desk", name)),
        "accueil_cheminement_plain_pied": _flag(level),
        "accueil_retrecissement": _flag(draws.chance(0.1, "narrow", name)),
        "accueil_personnels": draws.pick(("aucun", "non-formés", "formés"), "staff", name),
        "accueil_equipements_malentendants_presence": _flag(loop),
        "sanitaires_presence": _flag(toilet),
        "sanitaires_adaptes": _flag(toilet and draws.chance(0.5, "adapted", name)),
        "accueil_salle_consultation_accessible": _flag(level),
    }
    if loop:
        answers["accueil_equipements_malentendants"] = draws.pick(
            ("bim", "bmp", "lsf"), "aid", name
        )
    if not level:
        answers["accueil_cheminement_ascenseur"] = _flag(draws.chance(0.2, "inner lift", name))
        answers["accueil_cheminement_nombre_marches"] = str(draws.whole(1, 18, "inner", name))
    if draws.chance(0.2, "care", name):
        answers["accueil_prise_en_charge_patients"] = draws.pick(
            ("organisation", "outils_communication", "organisation materiel_auscultation"),
            "care of patients",
            name,
        )
    return answers


def _flag(value: bool) -> str:  # noqa: FBT001  a value to write, not a switch
    return "true" if value else "false"
