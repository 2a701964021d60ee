"""Write docs/conformance.md and docs/pannes.md: requirement → check → test, fault × check.

`python scripts/conformance_docs.py` checks that the pages are up to date; `--write` writes them.
The matrix is measured: the mock editor is audited under each of its faults.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

REPO = Path(__file__).parents[1]
sys.path.insert(0, str(REPO))

from adapters.audit.checks import Check, Verdict  # noqa: E402  the path comes first
from adapters.audit.profiles import CHECKS  # noqa: E402
from adapters.audit.sas_plan import Flow  # noqa: E402
from adapters.audit.sas_ps import ROWS  # noqa: E402
from simulations.feeds.faults import TOLD, Fault  # noqa: E402
from simulations.feeds.lrm_software import TOLD as LRM_TOLD  # noqa: E402
from simulations.feeds.lrm_software import LrmFault  # noqa: E402
from simulations.feeds.transporter_company import TOLD as COMPANY_TOLD  # noqa: E402
from simulations.feeds.transporter_company import TransporterFault  # noqa: E402
from tests.unit.adapters.audit import company  # noqa: E402
from tests.unit.adapters.audit.test_lrm import failed as lrm_failed  # noqa: E402
from tests.unit.adapters.audit.test_lrm import journal as lrm_journal  # noqa: E402
from tests.unit.adapters.audit.test_lrm import judged as lrm_judged  # noqa: E402
from tests.unit.adapters.audit.worlds import audited, failed  # noqa: E402

NOTICE = (
    "<!-- Écrit par scripts/conformance_docs.py : modifier le code ou les tests, pas la page. -->"
)
LAST_ROW = 49


def main(arguments: Sequence[str]) -> int:
    pages = {"docs/conformance.md": conformance(), "docs/pannes.md": faults_page()}
    if "--write" in arguments:
        for name, text in pages.items():
            (REPO / name).write_text(text, encoding="utf-8")
    stale = [name for name, text in pages.items() if not _is(REPO / name, text)]
    for name in stale:
        print(f"conformance_docs: {name} is out of date (--write)", file=sys.stderr)
    return 1 if stale else 0


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def conformance() -> str:
    tests = marked_tests(REPO / "tests")
    outcomes = {flow: audited(flow).outcomes for flow in Flow}
    lines = [
        NOTICE,
        "# Conformité : exigence, vérification, test",
        "",
        "Comme consommateur, l'adaptateur SAS lit ce que le guide permet d'envoyer ; comme",
        "producteur, l'éditeur fictif répond ce qu'il exige. `aiguilleur audit` vérifie un",
        "producteur exigence par exigence. « Se prouve » : du dehors, par les seules réponses.",
        "",
        f"## Créneaux des professionnels (INT_R01) : les {LAST_ROW} lignes du jeu de test national",
        "",
        "| exigence | vérification | niveau | se prouve | notre éditeur fictif | tests |",
        "|---|---|---|---|---|---|",
    ]
    by_row = _by_requirement(CHECKS[Flow.PS](None))
    verdicts = {one.check.check_id: one.verdict for one in outcomes[Flow.PS]}
    for number in range(1, LAST_ROW + 1):
        row = f"{ROWS}@{number}"
        lines += [_line(row, check, verdicts, tests) for check in by_row[row]]
    for flow, title in ((Flow.CPTS, "des CPTS (INT_R04)"), (Flow.SOS, "de SOS Médecins")):
        lines += ["", f"## Créneaux {title} : les profils publiés", ""]
        lines += [
            "| exigence | vérification | niveau | notre éditeur fictif |",
            "|---|---|---|---|",
        ]
        for one in outcomes[flow]:
            told = ", ".join(f"`{name}`" for name in one.check.requirements) or "fiabilité"
            lines.append(
                f"| {told} | {one.check.check_id} : {one.check.statement} | {one.check.level} "
                f"| {VERDICTS[one.verdict]} |"
            )
    lines += ["", "## Logiciels de régulation (INT_L01, INT_L02, Hub Santé)", ""]
    lines += ["| exigence | vérification | niveau |", "|---|---|---|"]
    for check in CHECKS["lrm"](None):
        told = ", ".join(f"`{name}`" for name in check.requirements) or "fiabilité"
        lines.append(f"| {told} | {check.check_id} : {check.statement} | {check.level} |")
    lines += ["", "## Transporteurs (docs/transporteurs.md)", ""]
    lines += [
        "| exigence | vérification | niveau | notre transporteur fictif |",
        "|---|---|---|---|",
    ]
    for one in company.audited().outcomes:
        told = ", ".join(f"`{name}`" for name in one.check.requirements) or "fiabilité"
        lines.append(
            f"| {told} | {one.check.check_id} : {one.check.statement} | {one.check.level} "
            f"| {VERDICTS[one.verdict]} |"
        )
    return "\n".join(lines) + "\n"


VERDICTS = {
    Verdict.PASS: "tenue",
    Verdict.FAIL: "**manquée**",
    Verdict.NOT_PROVABLE: "rien à juger",
    Verdict.NOT_RUN: "pas faite",
}


def _line(
    row: str, check: Check, verdicts: Mapping[str, Verdict], tests: Mapping[str, list[str]]
) -> str:
    proven = "non" if verdicts[check.check_id] is Verdict.NOT_PROVABLE else "oui"
    proven = "avec des certificats" if check.check_id.startswith("mtls") else proven
    named = "<br>".join(f"`{name}`" for name in tests[row]) or "—"
    return (
        f"| `{row}` | {check.check_id} : {check.statement} | {check.level} | {proven} "
        f"| {VERDICTS[verdicts[check.check_id]]} | {named} |"
    )


def _by_requirement(checks: Sequence[Check]) -> dict[str, list[Check]]:
    found: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        for requirement in check.requirements:
            found[requirement].append(check)
    return found


def marked_tests(folder: Path) -> dict[str, list[str]]:
    """Names of the tests by the requirement they say they prove."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for requirement in _requirements(node):
                    found[requirement].append(node.name)
    return found


def _requirements(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for decorator in function.decorator_list:
        if (
            isinstance(decorator, ast.Call)
            and isinstance(decorator.func, ast.Attribute)
            and decorator.func.attr == "requirement"
        ):
            yield from (str(one.value) for one in decorator.args if isinstance(one, ast.Constant))


def faults_page() -> str:
    lines = [
        NOTICE,
        "# Les pannes des serveurs fictifs, par leur nom",
        "",
        "`aiguilleur feeds serve --fault NOM` montre une panne dès le départ ; le guichet",
        "`/_faults` du serveur en change sans l'arrêter :",
        "",
        "```",
        "curl http://127.0.0.1:8100/_faults",
        """curl -X PUT http://127.0.0.1:8100/_faults -d '{"show": ["slow"]}'""",
        """curl -X PUT http://127.0.0.1:8100/_faults/script -d '{"steps": [""",
        """  {"after_s": 0, "show": ["stale"]}, {"after_s": 60, "show": []}]}'""",
        "```",
        "",
        "Une panne touche un enregistrement sur deux, toujours les mêmes pour une même graine :",
        "tout se rejoue. La dernière colonne est mesurée : ce qu'`aiguilleur audit` voit échouer",
        "quand l'éditeur fictif montre la panne, et elles seules. Sans panne, aucune n'échoue.",
        "",
        "| panne | ce que fait l'éditeur | `curl -X PUT …/_faults -d` | ce qui échoue |",
        "|---|---|---|---|",
    ]
    for fault in Fault:
        found = {flow: failed(audited(flow, fault)) for flow in Flow}
        lines.append(f"| `{fault}` | {TOLD[fault]} | {_order(fault)} | {_together(found)} |")
    lines += [*_of_company(), *_of_software()]
    return "\n".join(lines) + "\n"


def _of_company() -> list[str]:
    """The transport company's faults, measured."""
    lines = [
        "",
        "## Le transporteur fictif",
        "",
        "Son guichet est à part (`/transporter/_faults`) ; `--fault NOM` vaut aussi pour lui.",
        "",
        "```",
        "curl http://127.0.0.1:8100/transporter/_faults",
        """curl -X PUT http://127.0.0.1:8100/transporter/_faults/script -d '{"steps": [""",
        """  {"after_s": 0, "show": ["stale"]}, {"after_s": 60, "show": []}]}'""",
        "```",
        "",
        "| panne | ce que fait le transporteur | `curl -X PUT …/_faults -d` | ce qui échoue |",
        "|---|---|---|---|",
    ]
    for fault in TransporterFault:
        found = ", ".join(sorted(failed(company.audited(fault))))
        lines.append(f"| `{fault}` | {COMPANY_TOLD[fault]} | {_order(fault)} | {found} |")
    return lines


def _of_software() -> list[str]:
    """The regulation software's faults, measured on the journal of a whole scenario."""
    lines = [
        "",
        "## Le logiciel de régulation fictif, sur le Hub",
        "",
        "`aiguilleur feeds serve --hub amqp://…` le met au travail sur un courtier RabbitMQ, avec",
        "un Hub fictif ; son guichet est `/lrm/_faults`. Ce qui échoue est mesuré sur le journal",
        "(`aiguilleur audit JOURNAL --profile lrm`), où la clé de routage est connue.",
        "",
        "| panne | ce que fait le logiciel | `curl -X PUT …/lrm/_faults -d` | ce qui échoue |",
        "|---|---|---|---|",
    ]
    for fault in LrmFault:
        found = ", ".join(sorted(lrm_failed(lrm_judged(lrm_journal(fault)))))
        lines.append(f"| `{fault}` | {LRM_TOLD[fault]} | {_order(fault)} | {found} |")
    return lines


def _order(fault: str) -> str:
    return f"""`'{{"show": ["{fault}"]}}'`"""


def _together(found: Mapping[Flow, list[str]]) -> str:
    """Write the checks once when the three searches fail alike, else by search."""
    if len({tuple(sorted(names)) for names in found.values()}) == 1:
        return ", ".join(sorted(found[Flow.PS]))
    told = {flow: ", ".join(sorted(names)) or "rien" for flow, names in found.items()}
    return "<br>".join(f"{flow} : {names}" for flow, names in told.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
