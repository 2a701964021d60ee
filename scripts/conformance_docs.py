"""Write docs/conformance.md: requirement → check → test, as a consumer and as a producer.

`python scripts/conformance_docs.py` checks that the page is up to date; `--write` writes it.
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
from tests.unit.adapters.audit import company  # noqa: E402
from tests.unit.adapters.audit.worlds import audited  # noqa: E402

NOTICE = (
    "<!-- Écrit par scripts/conformance_docs.py : modifier le code ou les tests, pas la page. -->"
)
LAST_ROW = 49


def main(arguments: Sequence[str]) -> int:
    pages = {"docs/conformance.md": conformance()}
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
