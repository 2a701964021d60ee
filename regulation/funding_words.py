"""Who pays, said to the caller: the rate, the paper, what is missing, checked or presumed."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

from regulation.entitlement import Document, FundingPayer
from regulation.rules import Rule

_ASKED = {
    "age": "l'âge du patient",
    "motive": "le motif du transport",
    "ald.related": "si les soins sont liés à l'ALD",
    "ald.specific_session": "s'il s'agit d'une séance particulière de l'ALD",
    "ald.incapacity": "si l'ALD empêche de se déplacer seul",
    "vehicle_class": "le véhicule qu'impose l'état du patient",
    "leave_without_medical_motive": "si la permission de sortie a un motif médical",
    "particulars": "les situations particulières (C2S, AME, maternité dès le 6e mois…)",
    "distance_km_one_way": "la distance de l'aller",
    "series": "le nombre et la distance des trajets de la série",
}
"""What to ask for a fact not known, as said to the caller."""

_PAPERS = {
    Document.PRESCRIPTION_TRANSPORT: "sur prescription médicale de transport",
    Document.DAP: "sur prescription et après accord préalable",
    Document.CONVOCATION: "sur présentation de la convocation",
}

_WHOM = {
    FundingPayer.CPAM: "l'Assurance maladie",
    FundingPayer.ETABLISSEMENT: "l'établissement",
    FundingPayer.NONE: "personne",
}

NOT_HOSPITALISED = "que le patient n'est pas hospitalisé en ce moment"
NO_EXCEPTION = (
    "qu'aucune exception de l'article 80 ne s'applique (HAD, EHPAD ou USLD d'un autre site,"
    " radiothérapie en ville, dialyse à domicile, aide médicale urgente)"
)
NO_APPROVAL = "qu'aucun accord préalable n'est nécessaire (distance, série, cas particulier)"

_PRESUMED = {
    "distance_km_one_way": "trajet de moins de 150 km",
    "series": "hors série",
    "particulars": "aucune situation particulière (C2S, AME, maternité dès le 6e mois, plafond de"
    " franchise…)",
    "leave_without_medical_motive": "sortie pour un motif médical",
}
"""By answer never asked: what is taken for granted, in the order it is said."""

_PRESUMED_CLOSED = {"particulars": "ni CAMSP, ni CMPP, ni maternité éloignée"}
"""What is said instead where the answer could have opened a cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What is certain of the part borne, and what may be better for the patient.

    `percent` is borne at least, `percent_at_most` at best, `franchise_cents` is kept back at most
    (None: not known, or another payer), doubtful when nobody can tell from the answers that it is
    due. The two sets name the answers each still waits for.
    """

    percent: int | None = None
    percent_at_most: int | None = None
    franchise_cents: int | None = None
    rate_waits: frozenset[str] = frozenset()
    franchise_waits: frozenset[str] = frozenset()
    franchise_doubtful: bool = False


def to_establish(waiting: Set[str]) -> str:
    """Say that nobody can tell yet who pays, and what is missing."""
    return f"Prise en charge à établir, il manque : {', '.join(_to_ask(waiting))}."


def not_paid(others: Sequence[Rule]) -> str:
    """Say that nobody pays, in the words of the rules."""
    return " ".join(one.statement for one in others) or "Transport non pris en charge."


def paid(
    cover: Cover, payer: FundingPayer, paper: Document, reason: str, *, doubts: Sequence[str]
) -> str:
    """Say who pays how much, on what paper and why, then what could still change it."""
    borne = f"Transport pris en charge{_rate(cover)} par {_WHOM[payer]}"
    told = [f"{borne}, {_PAPERS[paper]}{_franchise(cover)} : {reason}", *_open(cover)]
    if doubts:
        told.append(f"À vérifier : {' ; '.join(doubts)}.")
    return " ".join(told)


def presumed_in_words(presumed: Set[str], *, opening: bool = False) -> str:
    """Say what was taken for granted without being asked; nothing when nothing was.

    `opening`: what it could have opened is a cover, not a better one.
    """
    said = _PRESUMED | (_PRESUMED_CLOSED if opening else {})
    told = [words for answer, words in said.items() if answer in presumed]
    return f" Présumé : {', '.join(told)}." if told else ""


def _rate(cover: Cover) -> str:
    if cover.percent is None:
        return ""
    return f" à {cover.percent} %" + (" au moins" if cover.rate_waits else "")


def _franchise(cover: Cover) -> str:
    cents = cover.franchise_cents
    if cents is None:
        return ""
    if cents == 0:
        return ", sans franchise"
    told = f", moins une franchise de {cents // 100},{cents % 100:02d} € par trajet"
    return told + (" au plus" if cover.franchise_waits or cover.franchise_doubtful else "")


def _open(cover: Cover) -> Iterator[str]:
    if cover.rate_waits:
        missing = ", ".join(_to_ask(cover.rate_waits))
        yield f"Le taux peut atteindre {cover.percent_at_most} %, il manque : {missing}."
    if cover.franchise_waits:
        missing = ", ".join(_to_ask(cover.franchise_waits))
        yield f"La franchise peut n'être pas due, il manque : {missing}."


def _to_ask(waiting: Set[str]) -> Iterable[str]:
    """Say what is waited for, once each; of the ALD only once it is the motive."""
    told = sorted(name for name in waiting if not name.startswith("ald."))
    names = told if "motive" in waiting else sorted(waiting)
    return dict.fromkeys(_ASKED.get(name, name) for name in names)
