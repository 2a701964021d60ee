"""Rules in French words: the names of their facts and of their effects, and what they say."""

from collections.abc import Iterator, Mapping, Sequence

from regulation.premises import FIELDS, LISTS
from regulation.premises import NAMES as NEEDS
from regulation.readings import Comparison, Difference
from regulation.rules import Parameter, Rule, Status, Validity

FACTS: Mapping[str, str] = {
    "age": "âge",
    "smur_team_needed": "besoin d'une équipe SMUR",
    "lying_or_semi_sitting": "position allongée ou demi-assise",
    "stretcher_or_carrying": "brancardage ou portage",
    "qualified_supervision": "surveillance par une personne qualifiée",
    "oxygen": "oxygène pendant le trajet",
    "asepsis": "conditions d'asepsie",
    "stays_in_wheelchair": "voyage sans quitter son fauteuil",
    "uses_wheelchair": "fauteuil roulant",
    "walking_aid": "aide à la marche (canne, déambulateur)",
    "strict_hygiene": "hygiène rigoureuse",
    "disinfection_risk": "risque infectieux, désinfection du véhicule",
    "side_effect_risk": "effets secondaires à craindre en route",
    "companion_available": "quelqu'un peut l'accompagner",
    "bariatric": "obésité sévère",
    "own_vehicle_available": "voiture disponible",
    "public_transport_possible": "transports en commun possibles",
    "sharing_excluded": "transport partagé exclu",
    "car_seat_needed": "siège pour enfant demandé",
    "service_animal": "chien guide ou d'assistance",
    "hospitalised_now": "hospitalisé en ce moment",
    "leave_without_medical_motive": "permission de sortie sans motif médical",
    "autonomy": "façon de se déplacer",
    "home": "domicile",
    "home.floor": "étage",
    "home.lift": "ascenseur",
    "home.steps": "marches devant la porte",
    "home.can_use_stairs": "prend l'escalier",
    "impairments": "déficiences",
    "impairments.motor": "déficience motrice",
    "impairments.visual": "déficience visuelle",
    "impairments.hearing": "déficience auditive",
    "impairments.speech": "troubles de la parole",
    "impairments.mental": "déficience intellectuelle",
    "impairments.psychic": "trouble psychique",
    "impairments.cognitive": "trouble cognitif",
    "motive": "motif du transport",
    "motive.hospitalisation": "motif hospitalisation",
    "motive.chemo_radio_dialysis": "motif chimiothérapie, radiothérapie ou dialyse",
    "motive.ald": "motif ALD",
    "motive.work_accident": "motif accident du travail ou maladie professionnelle",
    "motive.prison_return": "motif retour en établissement pénitentiaire",
    "motive.summons": "motif convocation",
    "motive.none": "aucun motif de la liste",
    "ald": "ALD",
    "ald.related": "soins liés à l'ALD",
    "ald.specific_session": "séance particulière de l'ALD",
    "ald.incapacity": "ALD qui empêche de se déplacer seul",
    "distance_km_one_way": "kilomètres à l'aller",
    "series": "série de transports",
    "series.count": "nombre de transports de la série",
    "series.months": "durée de la série, en mois",
    "series.km_one_way": "kilomètres à l'aller de la série",
    "series.in_two_months": "transports de la série en deux mois",
    "language": "langue parlée",
    "particulars": "situations particulières",
    "particulars.plane_or_boat": "avion ou bateau",
    "particulars.camsp_cmpp": "soins en CAMSP ou CMPP",
    "particulars.remote_maternity": "maternité éloignée",
    "particulars.samsah": "soins en SAMSAH",
    "particulars.escort": "transport payé pour la personne qui accompagne",
    "particulars.emergency_aid": "aide médicale urgente, hors SMUR",
    "particulars.had_outside_protocol": "prescrit par une HAD hors protocole",
    "particulars.had_admission": "retour à domicile pour une admission en HAD",
    "particulars.usld": "depuis ou vers une USLD d'un autre site",
    "particulars.ehpad": "depuis ou vers un EHPAD d'un autre site",
    "particulars.radiotherapy_elsewhere": "radiothérapie en ville, moins de 48 heures",
    "particulars.home_dialysis": "dialyse à domicile",
    "particulars.young_patient_leave": "permission d'un patient de moins de 20 ans",
    "particulars.css": "complémentaire santé solidaire",
    "particulars.ame": "aide médicale de l'État",
    "particulars.maternity": "maternité",
    "particulars.franchise_cap_reached": "plafond annuel de la franchise atteint",
    "particulars.third_party_liable": "accident causé par un tiers",
    "needs_approval": "un accord préalable est nécessaire",
    "shared_allowed": "transport partagé possible",
    "companion_needed": "un accompagnant est nécessaire",
    "has_criterion": "un critère de transport est rempli",
    "vehicle_class": "classe de véhicule",
    "at_least": "classe au moins nécessaire",
    "class_settled": "classe établie",
    "priority": "priorité de la régulation",
    "care_level": "niveau de soins",
    "deadline_set": "délai fixé par un médecin régulateur",
    "motif": "motif de recours",
    "motif_chapter": "chapitre du motif de recours",
    "need.code": "besoin de soins",
    "need.specialty": "spécialité demandée",
    "need.motif": "motif de recours",
    "patient.age": "âge du patient",
    "patient.sex": "sexe du patient",
    "effecteur.id": "effecteur",
    "effecteur.kind": "type d'effecteur",
    "hour": "heure de Paris",
    "weekday": "jour de la semaine (1 lundi, 7 dimanche)",
    "holiday": "jour férié",
    "holiday_tomorrow": "férié le lendemain",
    "holiday_yesterday": "férié la veille",
    "holiday_two_days_ago": "férié l'avant-veille",
    "pdsa.bridge_days": "les ponts comptent dans ce territoire",
}
"""Facts by name. Those of a family of names (needs, kinds of care, protocols) are worked out."""

FAMILIES_OF_FACTS = {
    "needs.": "besoin : ",
    "told.": "champ rempli : ",
    "effecteur.care.": "l'effecteur fait : ",
    "protocol.": "protocole allumé : ",
}
EFFECTS: Mapping[str, str] = {
    "class": "classe",
    "crew": "équipage",
    "asks_sharing": "demande si le partage est possible",
    "companion": "un accompagnant fait le trajet",
    "equipment": "équipement",
    "shared": "transport partagé possible",
    "unshared": "transport non partagé",
    "inform": "dire au conducteur",
    "confirm": "à confirmer par un médecin",
    "contradiction": "réponses contradictoires",
    "needs": "besoins envers les locaux",
    "where": "partie du lieu",
    "verdict": "verdict",
    "refuse": "effecteur écarté",
    "also": "peut aussi être reçu par",
    "regime": "régime",
    "part": "partie de la nuit",
    "facts": "réponses renseignées",
    "covered": "pris en charge",
    "document": "pièce",
    "rate": "taux",
    "franchise": "franchise due",
    "adds": "ajoute une phrase",
    "reimburses": "véhicules remboursés",
    "box": "rubrique",
    "entry": "à porter",
    "payer": "payeur",
    "prior_approval": "accord préalable",
    "otherwise": "dit quand rien n'est pris en charge",
    "term": "terme",
    "tier": "rang",
    "weight": "poids",
}
STATUSES = {
    Status.LAW: "texte",
    Status.CONVENTION: "convention",
    Status.ASSUMPTION: "hypothèse à valider",
}
VALUES = {
    "alone": "seul",
    "with_companion": "avec un proche",
    "with_professional": "avec un professionnel",
}
EQUIPMENT = {
    "OXYGEN": "oxygène",
    "BARIATRIC": "équipement bariatrique",
    "CHILD_SEAT": "siège pour enfant",
    "SERVICE_ANIMAL": "place pour un chien d'assistance",
    "WHEELCHAIR_FOLDED": "fauteuil plié dans le coffre",
    "COMPANION_SEAT": "place pour un accompagnant",
}
CLASSES = {
    "INDIVIDUEL": "moyens personnels ou transports en commun",
    "TAP": "transport assis professionnalisé, VSL ou taxi conventionné",
    "TAP_TPMR": "VSL ou taxi conventionné TPMR",
    "AMBULANCE": "ambulance",
    "SMUR": "équipe SMUR, hors du parcours",
}
COMPARISONS = {"lt": "<", "le": "≤", "gt": ">", "ge": "≥"}


def fact_in_french(name: str) -> str:
    """Name of a fact in French; a name nobody translated is left as it is."""
    for prefix, words in FAMILIES_OF_FACTS.items():
        if name.startswith(prefix):
            last = name.removeprefix(prefix)
            return words + NEEDS.get(last, last)
    if name in FIELDS or name.partition(".")[0] in LISTS:
        return f"champ {name}"
    return FACTS.get(name, name)


def rule_in_words(rule: Rule) -> Iterator[str]:
    """Say a rule line by line: its sentence, its condition, its effect, what it rests on."""
    yield f"{rule.rule_id} : {rule.statement}"
    if rule.when:
        yield f"Si : {condition_in_words(rule.when)}"
    if rule.then:
        yield f"Alors : {effect_in_words(rule.then)}"
    yield from _grounds(rule)


def figure_in_words(figure: Parameter) -> Iterator[str]:
    """Say a figure line by line."""
    scope = f" ({figure.scope})" if figure.scope else ""
    yield f"{figure.name}{scope} : {figure.statement}"
    yield f"Valeur : {value_in_words(figure.value)} {figure.unit}".rstrip()
    if figure.overridable:
        yield "Réglable par un territoire."
    yield from _grounds(figure)


def _grounds(row: Rule | Parameter) -> Iterator[str]:
    yield f"Source : {row.source}"
    yield f"Statut : {STATUSES[row.status]} ; {validity_in_words(row.validity)}"
    where = f" ; écrit en {row.place}" if row.place else ""
    yield f"Famille : {row.family}{where}"


def validity_in_words(validity: Validity) -> str:
    """Say on which days something holds."""
    since = f"en vigueur depuis le {validity.since:%d/%m/%Y}"
    return f"{since}, jusqu'au {validity.until:%d/%m/%Y}" if validity.until else since


def condition_in_words(when: Mapping[str, object]) -> str:
    """Say a condition; each fact goes with the name it has in the files."""
    return " et ".join(_part(key, wanted) for key, wanted in when.items())


def _part(key: str, wanted: object) -> str:
    if key == "any" and isinstance(wanted, list | tuple):
        return "(" + " ou ".join(condition_in_words(one) for one in wanted) + ")"
    if key == "not" and isinstance(wanted, Mapping):
        return f"sauf si ({condition_in_words(wanted)})"
    name = f"{fact_in_french(key)} [{key}]"
    match wanted:
        case Mapping():
            bounds = (f"{COMPARISONS[n]} {_bound(v)}" for n, v in wanted.items())
            return f"{name} {' et '.join(bounds)}"
        case list() | tuple():
            return f"{name} parmi {value_in_words(wanted)}"
        case _:
            return f"{name} = {value_in_words(wanted)}"


def comparison_in_words(compared: Comparison) -> Iterator[str]:
    """Say how often each state of the simulator differs from the arrêté, and why."""
    yield f"{compared.combinations} combinaisons des critères, de l'autonomie et de l'accompagnant."
    for state in sorted({one.state for one in compared.differences}):
        found = compared.of(state)
        yield f"État ({state}) : {sum(one.count for one in found)} différences avec l'arrêté."
        for one in found:
            yield f"· {one.count} : arrêté {one.arrete}, simulateur {one.simulator}"
            yield f"  le plus simple : {case_in_words(one.simplest)}"
            yield f"  {reason_of(one)}"


def case_in_words(told: Mapping[str, object]) -> str:
    """Say a combination: its criteria, how one moves, whether somebody goes along."""
    criteria = [fact_in_french(name) for name, value in told.items() if value is True]
    moves = f"se déplace {value_in_words(told['autonomy'])}"
    alone = [] if told["companion_available"] else ["personne ne peut l'accompagner"]
    return ", ".join([*criteria, moves, *alone])


def reason_of(one: Difference) -> str:
    """Say which rules make the two readings differ."""
    arrete = _applied("l'arrêté", one.arrete_rules)
    state = _applied(f"l'état ({one.state})", one.simulator_rules)
    return f"{arrete} ; {state}"


def _applied(reading: str, rules: Sequence[str]) -> str:
    return f"{reading} applique {' et '.join(rules)}" if rules else f"rien dans {reading}"


def _bound(limit: object) -> str:
    return f"le chiffre {limit}" if isinstance(limit, str) else value_in_words(limit)


def effect_in_words(then: Mapping[str, object]) -> str:
    """Say what a rule does."""
    return " ; ".join(
        EFFECTS.get(name, name) if value is True else f"{EFFECTS.get(name, name)} : {_told(value)}"
        for name, value in then.items()
    )


def _told(value: object) -> str:
    return "non" if value is False else value_in_words(value)


def value_in_words(value: object) -> str:
    """Say a value as it is read in French."""
    match value:
        case bool():
            return "oui" if value else "non"
        case list() | tuple():
            return ", ".join(value_in_words(one) for one in value)
        case str():
            return VALUES.get(value, value)
        case _:
            return str(value).replace(".", ",")
