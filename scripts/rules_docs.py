"""Write docs/regles/<family>.md from the rule files, one page a doctor can read and contest.

`python scripts/rules_docs.py` checks that the pages are up to date; `--write` writes them.
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import takewhile
from pathlib import Path

from adapters.rulebook import load_rulebook
from regulation.assessment import SIMULATOR_STATES, simulator_family
from regulation.lexicon import EFFECTS
from regulation.readings import Difference, compare_readings, first_day
from regulation.wording import (
    case_in_words,
    condition_in_words,
    effect_in_words,
    measure_in_words,
    reason_of,
    value_in_words,
)

REPO = Path(__file__).parents[1]
RULES = REPO / "regulation/rules"
PAGES = REPO / "docs/regles"
STATUSES = {"law": "texte", "convention": "convention", "assumption": "hypothèse"}
NOTICE = "<!-- Écrit par scripts/rules_docs.py : modifier le fichier de règles, pas cette page. -->"
TITLE = "# Les règles, famille par famille"
INTRODUCTION = """\
Chaque règle et chaque chiffre porte une source, un statut et une date. « Hypothèse » : personne ne
l'a publié, un médecin régulateur ou l'ARS doit le valider. `aiguilleur rules check` les vérifie,
`aiguilleur rules explain ID` en montre une."""


READINGS = """\
Le verdict suit l'arrêté du 23 décembre 2006. Le simulateur officiel
(betagouv/transports-sanitaires) n'a pas dit la même chose à chacun de ses états publiés ; trois
sont transcrits. Le chiffre `simulator.state` dit lequel est comparé, et là où les deux lectures
diffèrent le verdict l'écrit dans les points à confirmer par un médecin. Toutes les combinaisons
sont pesées :
douze critères (la déficience intellectuelle tient lieu des trois qui demandent un tiers), les trois
façons de se déplacer, avec et sans quelqu'un pour accompagner ; au rez-de-chaussée, à 47 ans, pour
que l'escalier et l'âge n'y changent rien. Une ligne rassemble les combinaisons où les mêmes règles
parlent. `aiguilleur rules readings` refait ce compte."""
READINGS_HEAD = (
    "| combinaisons | arrêté | simulateur | la plus simple | pourquoi |",
    "|---:|---|---|---|---|",
)
READINGS_NAME = "deux_lectures.md"


def main(arguments: Sequence[str]) -> int:
    pages = {**dict(every_page(RULES)), READINGS_NAME: readings_page()}
    if "--write" in arguments:
        PAGES.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (PAGES / name).write_text(text, encoding="utf-8")
    faults = list(stale(pages))
    for fault in faults:
        print(f"rules_docs: {fault}", file=sys.stderr)
    return 1 if faults else 0


def stale(pages: Mapping[str, str]) -> Iterator[str]:
    for name, text in pages.items():
        page = PAGES / name
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            yield f"docs/regles/{name} is out of date (--write)"
    for page in sorted(PAGES.glob("*.md")):
        if page.name not in {*pages, READINGS_NAME}:
            yield f"docs/regles/{page.name} has no rule file any more: delete it"


def every_page(folder: Path) -> Iterator[tuple[str, str]]:
    files = [read(path) for path in sorted(folder.glob("*.toml"))]
    for file in files:
        yield f"{file['family']}.md", page_of(file)
    yield "README.md", index_of(files)


def readings_page() -> str:
    """The page of the readings: counted on the rules in force, never by hand."""
    book = load_rulebook()
    at = first_day(book)
    compared = compare_readings(book, at)
    parts = [NOTICE, "# Deux lectures : l'arrêté et le simulateur officiel", READINGS]
    parts.append(f"Règles du {in_french(at)} ; {compared.combinations} combinaisons pesées.")
    for state in SIMULATOR_STATES:
        found = compared.of(state)
        family = simulator_family(state)
        parts.append(f"## État ({state}) : {sum(one.count for one in found)} différences")
        parts.append(f"Règles de cet état : [{family}]({family}.md).")
        parts.append("\n".join([*READINGS_HEAD, *map(told_difference, found)]))
    return "\n\n".join(parts) + "\n"


def told_difference(one: Difference) -> str:
    cells = (str(one.count), one.arrete, one.simulator, case_in_words(one.simplest))
    return "| " + " | ".join((*cells, reason_of(one))) + " |"


def read(path: Path) -> dict:
    text = path.read_text(encoding="utf-8")
    opening = takewhile(lambda line: line.startswith("#"), text.splitlines())
    told = " ".join(line.removeprefix("#").strip() for line in opening)
    return {**tomllib.loads(text), "file": path.name, "told": told}


def page_of(file: Mapping) -> str:
    parts = [NOTICE, f"# {file['title']}", *([file["told"]] if file["told"] else [])]
    parts.append(
        f"Fichier : `regulation/rules/{file['file']}` ; famille `{file['family']}`. {counted(file)}"
    )
    if file.get("rule"):
        parts += ["## Règles", *(told_rule(row) for row in file["rule"])]
        parts += crosswalk(file["rule"])
    if file.get("parameter"):
        parts += ["## Chiffres", table_of(file["parameter"])]
    return "\n\n".join(parts) + "\n"


def index_of(files: Sequence[Mapping]) -> str:
    lines = [
        f"| [{file['title']}]({file['family']}.md) | {len(file.get('rule', ()))} "
        f"| {len(file.get('parameter', ()))} | {assumptions(file)} |"
        for file in files
    ]
    head = ["| famille | règles | chiffres | dont hypothèses |", "|---|---:|---:|---:|"]
    readings = f"[L'arrêté et le simulateur officiel, différence par différence]({READINGS_NAME})."
    parts = [NOTICE, TITLE, INTRODUCTION, "\n".join([*head, *lines]), readings]
    return "\n\n".join(parts) + "\n"


def counted(file: Mapping) -> str:
    rules, figures = len(file.get("rule", ())), len(file.get("parameter", ()))
    return f"Règles : {rules}. Chiffres : {figures}. Hypothèses : {assumptions(file)}."


def assumptions(file: Mapping) -> int:
    rows = [*file.get("rule", ()), *file.get("parameter", ())]
    return sum(row["status"] == "assumption" for row in rows)


def crosswalk(rows: Sequence[Mapping]) -> list[str]:
    """The table of the levels, where each rule gives one."""
    if any("level" not in row.get("then", {}) for row in rows):
        return []
    names = list(rows[0]["then"])
    head = [
        "| " + " | ".join(EFFECTS[name] for name in names) + " |",
        "|---" * len(names) + "|",
    ]
    lines = [
        "| " + " | ".join(value_in_words(row["then"][name]) for name in names) + " |"
        for row in reversed(rows)
    ]
    return ["## Correspondances", "\n".join([*head, *lines])]


def told_rule(row: Mapping) -> str:
    lines = [f"### {row['id']}", "", row["statement"], ""]
    if row.get("when"):
        lines.append(f"- Si : {condition_in_words(row['when'])}")
    if row.get("then"):
        lines.append(f"- Alors : {effect_in_words(row['then'])}")
    lines.append(f"- Source : {row['source']} ({STATUSES[row['status']]}, {in_force(row)})")
    return "\n".join(lines)


def table_of(rows: Sequence[Mapping]) -> str:
    columns = ("chiffre", "valeur", "ce qu'il dit", "source", "statut", "en vigueur")
    head = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    return "\n".join([*head, *map(told_figure, rows)])


def told_figure(row: Mapping) -> str:
    scope = f" ({row['scope']})" if row.get("scope") else ""
    local = " ; réglable par territoire" if row.get("overridable") else ""
    value = measure_in_words(row["name"], row["value"], row.get("unit", ""))
    cells = (
        f"`{row['name']}`{scope}", value, row["statement"], row["source"],
        STATUSES[row["status"]] + local, in_force(row),
    )  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def in_force(row: Mapping) -> str:
    until = row.get("until")
    since = f"depuis le {in_french(row['since'])}"
    return f"{since}, jusqu'au {in_french(until)}" if until else since


def in_french(day: date) -> str:
    return f"{day:%d/%m/%Y}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
