"""Premises against needs, with Acceslibre's fields: yes, with help, no, or unknown.

The rules are `rules/acceslibre.toml`. Acceslibre's own queries let an unknown pass; here an unknown
is shown as one (docs/decisions/0007). A no needs an obstacle, or every way known to be closed, but
for a few that nobody told of (a second PMR entrance, the experience of whoever gives care).
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from regulation.effecteurs import Accessibility, Accessible
from regulation.kernel.observed import Freshness, Observed
from regulation.rules import CompiledRule, RuleBook

OK, HELP, NO, UNKNOWN = Accessible
FAMILY = "acceslibre"
TOLD, NEEDS = "told.", "needs."
"""Prefixes of facts: whether a field was filled in, whether the person has a need."""

PARTS = "parts."
"""Prefix of the figures that list the parts of a place that a need looks at."""

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
"""Every need of premises, with its name in French."""

IN_FRENCH = {OK: "oui", HELP: "avec une aide", NO: "non", UNKNOWN: "inconnu"}
RAMPS = frozenset({"aucune", "fixe", "amovible"})
CODES: Mapping[str, Set[object]] = {
    "cheminement_ext_rampe": RAMPS,
    "cheminement_ext_devers": frozenset({"aucun", "léger", "important"}),
    "cheminement_ext_pente_degre_difficulte": frozenset({"légère", "importante"}),
    "entree_marches_rampe": RAMPS,
    "accueil_cheminement_rampe": RAMPS,
    "accueil_personnels": frozenset({"aucun", "non-formés", "formés"}),
}
NUMBERS = frozenset(
    {
        "cheminement_ext_nombre_marches",
        "entree_marches",
        "entree_largeur_mini",
        "accueil_cheminement_nombre_marches",
    }
)
YES_NO_FIELDS = frozenset(
    {
        "stationnement_pmr",
        "stationnement_ext_pmr",
        "cheminement_ext_presence",
        "cheminement_ext_terrain_stable",
        "cheminement_ext_plain_pied",
        "cheminement_ext_ascenseur",
        "cheminement_ext_retrecissement",
        "cheminement_ext_pente_presence",
        "cheminement_ext_bande_guidage",
        "entree_plain_pied",
        "entree_ascenseur",
        "entree_pmr",
        "entree_aide_humaine",
        "entree_balise_sonore",
        "entree_reperage",
        "entree_vitree_vitrophanie",
        "accueil_cheminement_plain_pied",
        "accueil_cheminement_ascenseur",
        "accueil_retrecissement",
        "accueil_equipements_malentendants_presence",
        "accueil_salle_consultation_accessible",
        "sanitaires_presence",
        "sanitaires_adaptes",
    }
)
LISTS: Mapping[str, tuple[str, ...]] = {
    "accueil_equipements_malentendants": ("bim", "bmp", "lsf", "lpc", "sts", "autres"),
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
FIELDS = frozenset({*CODES, *NUMBERS, *YES_NO_FIELDS, *LISTS})
"""Fields of Acceslibre that the rules may read; a list is read member by member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PremisesVerdict:
    """Verdict of one need, said in French with the age and the source of the facts."""

    verdict: Accessible
    explanation: str


@dataclass(frozen=True, slots=True)
class PremisesFacts(Mapping[str, object]):
    """What the rules may know of a place, worked out as they ask: its fields, the members of its
    lists, whether a field was filled in, what the person needs."""

    fields: Mapping[str, object]
    needs: Set[str]

    def get(self, key: str, default: object = None) -> object:
        """Return a fact, None when nobody told it."""
        found = self.fields.get(key)
        if found is not None:
            return found
        head, dot, last = key.rpartition(".")
        if not dot:
            return default
        if head == "told":
            return self.fields.get(last) is not None
        if head == "needs":
            return last in self.needs
        members = self.fields.get(head)
        return last in members if isinstance(members, tuple) else default

    def __getitem__(self, key: str) -> object:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)


@dataclass(slots=True)
class _Part:
    """The rules of one part of a place, by what they conclude."""

    obstacles: list[CompiledRule] = field(default_factory=list)
    ways: list[CompiledRule] = field(default_factory=list)
    helps: list[CompiledRule] = field(default_factory=list)

    def verdict(self, facts: PremisesFacts) -> tuple[Accessible, str]:
        """The verdict, and the id of the rule that decided a no or a help, if one did."""
        for one in self.obstacles:
            if one.holds(facts):
                return NO, one.rule.rule_id
        doubt = not (self.ways or self.helps)
        for verdict, rules in ((OK, self.ways), (HELP, self.helps)):
            for one in rules:
                holds = one.holds(facts)
                if holds:
                    return verdict, one.rule.rule_id if verdict is HELP else ""
                doubt = doubt or holds is None
        return (UNKNOWN if doubt else NO), ""


MOST_REMEMBERED = 50_000
_Known = Observed[Accessibility] | None
_Asked = tuple[int, frozenset[str], bool, int]
_Answered = tuple[_Known, Mapping[str, PremisesVerdict]]
"""By identity of what is known of the place, the needs, whether it is LOST and its age in days:
what is known, and the verdicts."""


@dataclass(frozen=True, slots=True)
class PremisesRules:
    """The rules in force on premises: which parts each need looks at, and their rules.

    What they say of a place is remembered, for the same needs and the same day, while what is
    known of it is the same object: places change once in months, decisions are many.
    """

    parts: Mapping[str, _Part]
    looked_at: Mapping[str, Sequence[str]]
    _seen: dict[_Asked, _Answered] = field(default_factory=dict, compare=False, repr=False)

    def judge(
        self, needs: frozenset[str], accessibility: _Known, now: datetime
    ) -> Mapping[str, PremisesVerdict]:
        """Judge each of the needs of a person; facts never seen, or LOST, are unknown."""
        if not needs:
            return {}
        lost, days = False, 0
        if accessibility is not None:
            lost = accessibility.freshness(now) is Freshness.LOST
            days = accessibility.age(now).days
        key = (id(accessibility), needs, lost, days)
        seen = self._seen.get(key)
        if seen is not None and seen[0] is accessibility:
            return seen[1]
        if len(self._seen) >= MOST_REMEMBERED:
            self._seen.clear()
        judged = {need: self._judged(need, needs, accessibility, now) for need in sorted(needs)}
        self._seen[key] = (accessibility, judged)
        return judged

    def _judged(
        self, need: str, needs: frozenset[str], accessibility: _Known, now: datetime
    ) -> PremisesVerdict:
        if accessibility is None:
            return PremisesVerdict(verdict=UNKNOWN, explanation=f"{NAMES[need]} : inconnu")
        lost = accessibility.freshness(now) is Freshness.LOST
        fields = {} if lost else accessibility.value.fields
        verdict, rule_id = self.verdict(need, needs, fields)
        days = accessibility.age(now).days
        seen = f"{accessibility.source}, il y a {days} j" if days > 0 else accessibility.source
        told = f"{seen}, trop ancien" if lost else seen
        decided = f" [{rule_id}]" if rule_id else ""
        return PremisesVerdict(
            verdict=verdict, explanation=f"{NAMES[need]} : {IN_FRENCH[verdict]} ({told}){decided}"
        )

    def verdict(
        self, need: str, needs: Set[str], fields: Mapping[str, object]
    ) -> tuple[Accessible, str]:
        """The worst of the parts: a no decides, then an unknown, then a help."""
        if not fields:
            return UNKNOWN, ""
        facts = PremisesFacts(fields, needs)
        found = [self.parts[part].verdict(facts) for part in self.looked_at[need]]
        return min(found, key=lambda one: _WORST_FIRST[one[0]])


_WORST_FIRST = {NO: 0, UNKNOWN: 1, HELP: 2, OK: 3}


def premises_rules(rulebook: RuleBook, at: datetime) -> PremisesRules:
    """Return the rules in force on premises; raise UnknownParameterError naming a need left out."""
    return rulebook.worked_out(FAMILY, at, lambda: _sorted_rules(rulebook, at))


def _sorted_rules(rulebook: RuleBook, at: datetime) -> PremisesRules:
    looked_at = {need: rulebook.words(PARTS + need, at) for need in NAMES}
    parts = {part: _Part() for listed in looked_at.values() for part in listed}
    for one in rulebook.family(FAMILY, at):
        part = parts[str(one.rule.then["where"])]
        match Accessible(str(one.rule.then["verdict"])):
            case Accessible.NO:
                part.obstacles.append(one)
            case Accessible.OK_WITH_HELP:
                part.helps.append(one)
            case _:
                part.ways.append(one)
    return PremisesRules(parts, looked_at)
