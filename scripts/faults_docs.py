"""Write docs/pannes.md: each fault of each mock server, the command that shows it, what then fails.

`python scripts/faults_docs.py` checks that the page is up to date; `--write` writes it. The last
column is measured, the mock audited while it shows the fault, but for the door of mutual TLS and
the identity provider: theirs is what their tests expect.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

REPO = Path(__file__).parents[1]
sys.path.insert(0, str(REPO))

from adapters.audit.sas_plan import Flow  # noqa: E402  the path comes first
from simulations.feeds import (  # noqa: E402
    annuaire_server,
    bench,
    faults,
    lrm_software,
    mutual_tls,
    psc_faults,
    ror_server,
    transporter_company,
)
from simulations.feeds.faults import Fault  # noqa: E402
from simulations.feeds.lrm_software import LrmFault  # noqa: E402
from simulations.feeds.mutual_tls import DoorFault  # noqa: E402
from simulations.feeds.psc_faults import PscFault  # noqa: E402
from simulations.feeds.transporter_company import TransporterFault  # noqa: E402
from tests.unit.adapters.audit import company  # noqa: E402
from tests.unit.adapters.audit.test_lrm import failed as lrm_failed  # noqa: E402
from tests.unit.adapters.audit.test_lrm import journal as lrm_journal  # noqa: E402
from tests.unit.adapters.audit.test_lrm import judged as lrm_judged  # noqa: E402
from tests.unit.adapters.audit.test_mutual_tls import EXPECTED as DOOR_EXPECTED  # noqa: E402
from tests.unit.adapters.audit.worlds import audited, failed  # noqa: E402

PAGE = REPO / "docs/pannes.md"
NOTICE = "<!-- Écrit par scripts/faults_docs.py : modifier le code ou les tests, pas la page. -->"
BENCH, PSC = "http://127.0.0.1:8100", "http://127.0.0.1:8200"
TRANSPORT = (
    *(Fault.SLOW, Fault.SILENT, Fault.UNAUTHORIZED, Fault.TOO_MANY, Fault.SERVER_ERROR),
    *(Fault.HTML, Fault.TRUNCATED, Fault.CLOCK_SKEW, Fault.EMPTY),
)


def main(arguments: Sequence[str]) -> int:
    text = page()
    if "--write" in arguments:
        PAGE.write_text(text, encoding="utf-8")
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        print("faults_docs: docs/pannes.md is out of date (--write)", file=sys.stderr)
        return 1
    return 0


def page() -> str:
    lines = [*INTRODUCTION, *_of_editor(), *_of_registries(), *_of_door()]
    lines += [*_of_company(), *_of_software(), *_of_provider()]
    return "\n".join([NOTICE, *lines]) + "\n"


def order(desk: str, fault: str) -> str:
    """Write the whole command that has a mock show a fault, to be copied as it is."""
    return f"""curl -X PUT {desk}/_faults -d '{{"show": ["{fault}"]}}'"""


SCRIPT = '{"steps": [{"after_s": 0, "show": ["stale"]}, {"after_s": 60, "show": []}]}'
INTRODUCTION = [
    "# Les pannes des serveurs fictifs, par leur nom",
    "",
    "`aiguilleur feeds serve --port 8100` met en marche tous les SI fictifs d'un territoire.",
    "`--fault NOM` montre une panne dès le départ ; un guichet en change sans rien arrêter :",
    "",
    "```sh",
    "# les pannes connues, celles qui sont montrées, la graine",
    f"curl {BENCH}/_faults",
    "# plus aucune panne",
    f"""curl -X PUT {BENCH}/_faults -d '{{"show": []}}'""",
    "# deux pannes à la fois, d'une autre graine",
    f"""curl -X PUT {BENCH}/_faults -d '{{"show": ["slow", "busy"], "seed": 7}}'""",
    "# un scénario : vieillir tout de suite, guérir au bout d'une minute",
    f"""curl -X PUT {BENCH}/_faults/script -d '{SCRIPT}'""",
    "```",
    "",
    "**La graine** (`--seed` au départ, `seed` au guichet) tire au sort les enregistrements que",
    "touchent l'éditeur, les registres et les fichiers, la moitié et au moins un : même graine,",
    "mêmes victimes ; une autre, d'autres. Les autres serveurs touchent chaque message. Le guichet",
    "refuse (422, en nommant le champ) ce qu'il ne comprend pas, sans rien changer.",
    "",
    "« Ce qui échoue » : les vérifications d'`aiguilleur audit` qui échouent quand le serveur",
    "fictif montre la panne, et elles seules ; sans panne, aucune n'échoue. C'est mesuré en",
    "écrivant cette page pour l'éditeur, le transporteur et le logiciel de régulation ; pour la",
    "porte mTLS et Pro Santé Connect (qu'aucun audit ne juge), c'est ce qu'attendent leurs tests.",
    "« rien » : l'audit n'a rien à reprocher sous cette panne, ou n'y voit pas de quoi juger.",
]


def _table(
    desk: str,
    known: Iterable[StrEnum],
    told: Mapping[StrEnum, str],
    found: Callable[[StrEnum], str],
) -> list[str]:
    return [
        "| panne | ce que fait le serveur | la montrer | ce qui échoue |",
        "|---|---|---|---|",
        *(f"| `{one}` | {told[one]} | `{order(desk, one)}` | {found(one)} |" for one in known),
    ]


def _of_editor() -> list[str]:
    def found(fault: StrEnum) -> str:
        return _together({flow: failed(audited(flow, Fault(fault))) for flow in Flow})

    return ["", "## L'éditeur d'agendas", "", *_table(BENCH, Fault, dict(faults.TOLD), found)]


def _of_registries() -> list[str]:
    """Which of the same faults the other mocks of that desk show."""
    shown: Mapping[str, Iterable[Fault]] = {
        "tous": TRANSPORT,
        "ROR": {*ror_server.OFFER_FAULTS, Fault.DUPLICATE},
        "annuaire": {*annuaire_server.STRUCTURE_FAULTS, Fault.DUPLICATE},
        f"fichiers {', '.join(sorted(bench.TABLES))}": {
            *bench.SPOILERS.keys() - {Fault.EMPTY},
            Fault.STALE,
        },
        f"fichiers {', '.join(sorted(bench.FILES.keys() - bench.TABLES))}": {Fault.STALE},
        "géocodeur (BAN)": {Fault.SWAPPED, Fault.SCHEMA_DRIFT},
    }
    return [
        "",
        "## Les registres, les fichiers et le géocodeur",
        "",
        "Ils partagent le guichet de l'éditeur : la même commande les touche aussi. Nos",
        "adaptateurs mettent de côté ce qui est faux et gardent le reste",
        "(`tests/unit/simulations/feeds`).",
        "",
        "| serveur | pannes qu'il montre |",
        "|---|---|",
        *(
            f"| {name} | {', '.join(f'`{one}`' for one in Fault if one in known)} |"
            for name, known in shown.items()
        ),
    ]


def _of_door() -> list[str]:
    return [
        "",
        "## La porte mTLS",
        "",
        "`aiguilleur feeds serve --mtls DOSSIER` ouvre une porte devant l'éditeur ; le dossier,",
        "s'il est vide, reçoit une autorité locale et les certificats de l'essai.",
        "",
        *_table(
            f"{BENCH}/mtls",
            DoorFault,
            dict(mutual_tls.TOLD),
            lambda fault: DOOR_EXPECTED[DoorFault(fault)],
        ),
    ]


def _of_company() -> list[str]:
    """The transport company's faults, measured."""
    return [
        "",
        "## Le transporteur",
        "",
        *_table(
            f"{BENCH}/transporter",
            TransporterFault,
            dict(transporter_company.TOLD),
            lambda fault: _named(failed(company.audited(TransporterFault(fault)))),
        ),
    ]


def _of_software() -> list[str]:
    """The regulation software's faults, measured on the journal of a whole scenario."""
    return [
        "",
        "## Le logiciel de régulation, sur le Hub",
        "",
        "`aiguilleur feeds serve --hub amqp://…` le met au travail sur un courtier RabbitMQ, avec",
        "un Hub fictif. Ce qui échoue est mesuré sur le journal (`aiguilleur audit JOURNAL",
        "--profile lrm`), où la clé de routage est connue.",
        "",
        *_table(
            f"{BENCH}/lrm",
            LrmFault,
            dict(lrm_software.TOLD),
            lambda fault: _named(lrm_failed(lrm_judged(lrm_journal(LrmFault(fault))))),
        ),
    ]


def _of_provider() -> list[str]:
    return [
        "",
        "## Pro Santé Connect",
        "",
        "`aiguilleur feeds psc --port 8200` ; sous aucune de ces pannes personne n'est identifié",
        "(`tests/unit/adapters/psc`).",
        "",
        *_table(PSC, PscFault, dict(psc_faults.TOLD), lambda _: "toute connexion"),
    ]


def _named(checks: Iterable[str]) -> str:
    return ", ".join(sorted(checks)) or "rien"


def _together(found: Mapping[Flow, list[str]]) -> str:
    """Write the checks once when the three searches fail alike, else by search."""
    if len({tuple(sorted(names)) for names in found.values()}) == 1:
        return _named(found[Flow.PS])
    told = {flow: _named(names) for flow, names in found.items()}
    return "<br>".join(f"{flow} : {names}" for flow, names in told.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
