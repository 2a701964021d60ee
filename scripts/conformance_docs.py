"""Write docs/conformance.md: requirement → check → test, as a producer and as a consumer.

`python scripts/conformance_docs.py` checks that the page is up to date; `--write` writes it. A test
says by `@pytest.mark.requirement` what it proves; where it stands says of which side.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

REPO = Path(__file__).parents[1]
sys.path.insert(0, str(REPO))

from adapters.audit.checks import Outcome, Verdict  # noqa: E402  the path comes first
from adapters.audit.sas_plan import Flow  # noqa: E402
from adapters.audit.sas_ps import INSIDE, ROWS  # noqa: E402
from simulations.feeds.lrm_software import LrmFault  # noqa: E402
from simulations.feeds.transporter_company import TransporterFault  # noqa: E402
from tests.unit.adapters.audit import company, test_matrix  # noqa: E402
from tests.unit.adapters.audit.test_lrm import EXPECTED as LRM_EXPECTED  # noqa: E402
from tests.unit.adapters.audit.test_lrm import journal, judged  # noqa: E402
from tests.unit.adapters.audit.test_mutual_tls import EXPECTED as DOOR_EXPECTED  # noqa: E402
from tests.unit.adapters.audit.test_transporter import EXPECTED as COMPANY_EXPECTED  # noqa: E402
from tests.unit.adapters.audit.worlds import audited  # noqa: E402

PAGE = REPO / "docs/conformance.md"
NOTICE = (
    "<!-- Écrit par scripts/conformance_docs.py : modifier le code ou les tests, pas la page. -->"
)
LAST_ROW = 49
FLOWS: Mapping[Flow, str] = {
    Flow.PS: f"Créneaux des professionnels (INT_R01) : les {LAST_ROW} lignes du jeu de test",
    Flow.CPTS: "Créneaux des CPTS (INT_R04) : les profils publiés",
    Flow.SOS: "Créneaux de SOS Médecins : les profils publiés",
}
PRODUCERS = ("tests/unit/simulations/feeds", "tests/unit/adapters/audit")
"""Where tests prove what our mocks send; marked tests elsewhere prove what our adapters read."""
NOT_READ: Mapping[str, str] = {
    "mtls-certificat": "au serveur de l'exiger ; le nôtre se présente (`adapters.kit.http`)",
    "mtls-cn": "au serveur de le vérifier",
    "mtls-ou": "au serveur de la vérifier",
    "nom": "le nom n'est pas lu : il vient de l'annuaire",
    "numero-telephone": "le téléphone n'est pas lu : il vient des registres",
    "sans-telephone": "le téléphone n'est pas lu",
    "telephone": "le téléphone n'est pas lu",
    "lieu-exact": "ne se prouve d'aucun côté",
    "indisponibilites": "ce qui n'est pas transmis n'est pas lu",
}
"""Why a requirement has no test of our reading."""
NOT_READ_OF_HUB: Mapping[str, str] = {
    "refus-a-tort": "nous n'envoyons que ce que le guide admet",
    "conflit": "un conflit (409) s'écrit au journal des envois",
    "lien-discret": "un paramètre inconnu n'est pas lu",
}
NOT_READ_OF_COMPANY: Mapping[str, str] = {
    "renvoi": "au transporteur de renvoyer ; la même réception deux fois ne compte qu'une",
    "mission-d-autrui": "une mission inconnue est mise de côté au service",
}
COLUMNS = (
    *("exigence", "vérification", "niveau", "notre serveur fictif"),
    *("pannes qui la font échouer", "producteur : tests", "consommateur : tests"),
)
VERDICTS = {
    Verdict.PASS: "tenue",
    Verdict.FAIL: "**manquée**",
    Verdict.NOT_PROVABLE: "ne se prouve pas du dehors",
    Verdict.NOT_RUN: "pas essayée",
}


@dataclass(frozen=True, slots=True)
class Marked:
    """Names of the tests that prove each requirement, of one side."""

    producer: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    consumer: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def main(arguments: Sequence[str]) -> int:
    text = page()
    if "--write" in arguments:
        PAGE.write_text(text, encoding="utf-8")
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        print("conformance_docs: docs/conformance.md is out of date (--write)", file=sys.stderr)
        return 1
    return 0


def page() -> str:
    tests = marked_tests(REPO)
    lines = [NOTICE, *INTRODUCTION]
    for flow, title in FLOWS.items():
        lines += _section(title, audited(flow).outcomes, tests, _by_fault(flow), SAS)
    software, provider = judged(journal()).outcomes, company.audited().outcomes
    lines += _section(
        "Logiciels de régulation (INT_L01, INT_L02, Hub Santé)",
        software,
        tests,
        _inverted({str(one): LRM_EXPECTED[one] for one in LrmFault}),
        Side("test_a_conforming_software_passes_every_check", NOT_READ_OF_HUB),
    )
    lines += _section(
        "Transporteurs (docs/transporteurs.md)",
        provider,
        tests,
        _inverted({str(one): COMPANY_EXPECTED[one] for one in TransporterFault}),
        Side("test_a_conforming_company_passes_every_check", NOT_READ_OF_COMPANY),
    )
    return "\n".join(lines) + "\n"


INTRODUCTION = [
    "# Conformité : exigence, vérification, test",
    "",
    "Nous sommes des deux côtés. **Producteur** : les serveurs fictifs répondent ce que le texte",
    "exige ; `aiguilleur audit` le vérifie exigence par exigence, et chaque exigence qui se prouve",
    "a échoué sous une panne au moins ([pannes](pannes.md)). **Consommateur** : nos adaptateurs",
    "lisent ce que le texte permet d'envoyer, et mettent de côté le reste.",
    "",
    "« Ne se prouve pas du dehors » : il faudrait voir dans la solution de l'éditeur. « Rien à",
    "juger » : le serveur fictif n'a pas à envoyer ce qui serait jugé. Un tiret : mesure de",
    "fiabilité, ou exigence dont l'adaptateur ne se sert pas.",
]


@dataclass(frozen=True, slots=True)
class Side:
    """The test that a mock passes every check of a profile, and what our reading leaves out."""

    conforming: str
    not_read: Mapping[str, str]


SAS = Side("test_a_conforming_editor_passes_whatever_can_be_proved", NOT_READ)


def _section(
    title: str,
    outcomes: Sequence[Outcome],
    tests: Marked,
    failing: Mapping[str, Sequence[str]],
    side: Side,
) -> list[str]:
    """Write a table: one line for each requirement of each check, those of the test kit by row."""
    pairs = [
        (requirement, one)
        for one in outcomes
        for requirement in one.check.requirements or ("fiabilité",)
    ]
    return [
        "",
        f"## {title}",
        "",
        f"| {' | '.join(COLUMNS)} |",
        "|---" * len(COLUMNS) + "|",
        *(_line(*pair, tests, failing, side) for pair in sorted(pairs, key=_rank)),
    ]


def _rank(pair: tuple[str, Outcome]) -> tuple[int, str]:
    """Rows of the test kit first, in order; others as they come."""
    kit, _, row = pair[0].partition("@")
    return (int(row), "") if kit == ROWS and row.isdecimal() else (LAST_ROW + 1, "")


def _line(
    requirement: str,
    outcome: Outcome,
    tests: Marked,
    failing: Mapping[str, Sequence[str]],
    side: Side,
) -> str:
    check = outcome.check
    verdict = VERDICTS[outcome.verdict]
    if outcome.verdict is Verdict.NOT_PROVABLE and outcome.note != INSIDE:
        verdict = f"rien à juger : {outcome.note}"
    if check.check_id in DOOR_EXPECTED.values():
        verdict = "tenue, derrière la porte mTLS"
    proves = outcome.verdict is Verdict.PASS
    producer = [*([side.conforming] if proves else []), *tests.producer.get(requirement, ())]
    consumer = tests.consumer.get(requirement, ())
    told = (
        f"`{requirement}`" if "@" in requirement or "-" in requirement else requirement,
        f"{check.check_id} : {check.statement}",
        str(check.level),
        verdict,
        _listed(failing.get(check.check_id, ())),
        _listed(producer),
        _listed(consumer) if consumer else side.not_read.get(check.check_id, "—"),
    )
    return f"| {' | '.join(told)} |"


def _listed(names: Iterable[str]) -> str:
    return "<br>".join(f"`{name}`" for name in dict.fromkeys(names)) or "—"


def _by_fault(flow: Flow) -> dict[str, list[str]]:
    expected = {str(fault): test_matrix.expected(flow, fault) for fault in test_matrix.Fault}
    door = {str(fault): {check} for fault, check in DOOR_EXPECTED.items()}
    return _inverted({**expected, **door})


def _inverted(failed: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """From what each fault fails to what fails each check."""
    found: dict[str, list[str]] = defaultdict(list)
    for fault, checks in failed.items():
        for check in checks:
            found[check].append(fault)
    return dict(found)


def marked_tests(repo: Path) -> Marked:
    """Find the tests by the requirement they say they prove, on the side of their folder."""
    found = Marked()
    for path in sorted((repo / "tests").rglob("test_*.py")):
        is_producer = path.relative_to(repo).as_posix().startswith(PRODUCERS)
        side = found.producer if is_producer else found.consumer
        for name, requirements in _tests_of(path, _requirements):
            for requirement in requirements:
                side[requirement].append(name)
    return found


def _tests_of(
    path: Path, read: Callable[[ast.AST], Iterator[str]]
) -> Iterator[tuple[str, list[str]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, [one for each in node.decorator_list for one in read(each)]


def _requirements(decorator: ast.AST) -> Iterator[str]:
    if (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr == "requirement"
    ):
        yield from (str(one.value) for one in decorator.args if isinstance(one, ast.Constant))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
