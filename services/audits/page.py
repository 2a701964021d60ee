"""One self-contained page in French of an audit's report, to be sent to an editor."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from adapters.audit.checks import Verdict
from adapters.audit.report import Conclusion
from regulation.kernel.time import PARIS

PROFILES = {
    "sas-ps": "créneaux des professionnels de santé (INT_R01)",
    "sas-cpts": "créneaux des CPTS (INT_R04)",
    "sas-sos": "créneaux de SOS Médecins",
    "transporter": "transporteur (réponses, états, positions)",
    "lrm": "logiciel de régulation médicale (INT_L01, INT_L02)",
}
NO_FAILING = "aucun manquement dans ce qui a été vérifié ({kept} exigences sur {of})"
CONCLUSIONS = {
    Conclusion.CONFORMING: "Aucun manquement dans ce qui a été vérifié ({kept} exigences sur {of})",
    Conclusion.NOT_CONFORMING: "Non conforme : {missed} exigence(s) manquée(s) sur {of}",
    Conclusion.UNDETERMINED: f"Indéterminé, l'audit s'est arrêté ou a trop peu vu : {NO_FAILING}",
}
OF_A_FILE = f"Indéterminé, un enregistrement ne dit pas ce que fait le système : {NO_FAILING}"
VERDICTS = {
    Verdict.FAIL: "non",
    Verdict.PASS: "oui",
    Verdict.NOT_PROVABLE: "ne se prouve pas",
    Verdict.NOT_RUN: "pas essayé",
}
LEVELS = {
    "SHALL": "obligatoire",
    "SHALL NOT": "interdit",
    "SHOULD": "recommandé",
    "MEASURE": "mesure",
}

_templates = Environment(
    loader=PackageLoader("services.audits"), autoescape=True, undefined=StrictUndefined
)


def headline(document: Mapping[str, Any]) -> str:
    """Say what an audit comes to, and over how many requirements."""
    conclusion = Conclusion(document["conclusion"])
    is_file = conclusion is Conclusion.UNDETERMINED and document["is_file"]
    told = OF_A_FILE if is_file else CONCLUSIONS[conclusion]
    return told.format(**document["binding"])


def lasting(seconds: object) -> str:
    """Write how long an audit took, in French; not timed: nothing."""
    return "" if seconds is None else f"{seconds} s".replace(".", ",")


def page_of(document: Mapping[str, object]) -> str:
    """Write the page of a report; what servers sent is escaped, nothing is fetched."""
    at = datetime.fromisoformat(str(document["at"])).astimezone(PARIS)
    return _templates.get_template("report.html").render(
        report=document,
        at=f"{at:%d/%m/%Y à %H:%M} (heure de Paris)",
        profile=PROFILES.get(str(document["profile"]), document["profile"]),
        conclusion=headline(document),
        lasted=lasting(document["lasted_s"]),
        verdicts=VERDICTS,
        levels=LEVELS,
    )
