"""Rule files: a broken one names the file, the row and the reason; a version names the content."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.rulebook import RuleFileError, load_rulebook
from regulation.mobility import known_facts
from regulation.rules import Status

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
HEAD = 'family = "classe_arrete"\ntitle = "Essai"\n'
RULE = """
[[rule]]
id = "ESS-UN"
statement = "Une règle écrite pour un essai."
when = { oxygen = true }
then = { class = "AMBULANCE", crew = 2 }
source = "Texte d'essai"
status = "law"
since = 2020-01-01
"""
RATE = """
[[parameter]]
name = "taxi.km"
value = 110
unit = "centimes"
scope = "31"
statement = "Prix du kilomètre en Haute-Garonne."
source = "Convention d'essai"
status = "convention"
since = 2025-11-01
overridable = true
"""
REFUSAL = """
[[rule]]
id = "TER-UN"
statement = "Ce lieu ne reçoit pas de brancard."
when = { "effecteur.id" = "LOCAL:mmg", "needs.STRETCHER_ACCESS" = true }
then = { refuse = true }
source = "Courrier d'essai"
status = "convention"
since = 2026-11-01
"""
OWN_RATE = RATE.replace("value = 110", "value = 125").replace("2025-11-01", "2026-06-01")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "essai.toml").write_text(HEAD + RULE + RATE, encoding="utf-8")
    return tmp_path


def write(folder: Path, text: str, name: str = "essai.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_gives_its_rules_and_its_figures(folder: Path):
    book = load_rulebook(folder)
    rule = book.find_rule("ESS-UN")
    assert rule is not None
    assert (rule.family, rule.status) == ("classe_arrete", Status.LAW)
    assert rule.then == {"class": "AMBULANCE", "crew": 2}
    assert rule.place == "essai.toml:4"
    assert book.number("taxi.km", NOON, "31") == 110


def test_a_list_in_a_file_is_a_list_in_the_rule(folder: Path):
    informed = RULE.replace("class = ", 'inform = ["A", "B"], companion = true, class = ')
    write(folder, HEAD.replace("classe_arrete", "accompagnement") + informed)
    with pytest.raises(RuleFileError) as refused:
        load_rulebook(folder)
    assert refused.value.faults == (
        "essai.toml:4: règle ESS-UN : effet inconnu : class",
        "essai.toml:4: règle ESS-UN : effet inconnu : crew",
    )


def test_a_file_of_the_same_content_has_the_same_version(folder: Path):
    assert load_rulebook(folder).version == load_rulebook(folder).version


@pytest.mark.parametrize(
    ("before", "after"), [("110", "111"), ("ESS-UN", "ESS-DEUX"), ("oxygen", "asepsis")]
)
def test_the_version_changes_with_the_content(folder: Path, before: str, after: str):
    old = load_rulebook(folder).version
    write(folder, (HEAD + RULE + RATE).replace(before, after))
    assert load_rulebook(folder).version != old


def test_the_version_changes_with_the_figures_of_a_territory(folder: Path, tmp_path: Path):
    own = write(tmp_path, f'territory = "essai"\n{OWN_RATE}', "regles.own")
    assert load_rulebook(folder, own).version != load_rulebook(folder).version


def test_a_territory_sets_a_figure_from_a_date_and_the_old_one_holds_before(folder: Path):
    own = write(folder, f'territory = "essai"\n{OWN_RATE}', "regles.own")
    book = load_rulebook(folder, own)
    assert book.number("taxi.km", NOON, "31") == 125
    assert book.number("taxi.km", datetime(2026, 5, 31, 12, tzinfo=UTC), "31") == 110


@pytest.mark.parametrize(
    ("national", "own"),
    [
        (RATE.replace("overridable = true", ""), OWN_RATE),
        (RATE, OWN_RATE.replace('scope = "31"', 'scope = "09"')),
        (RATE, OWN_RATE.replace("taxi.km", "taxi.minute")),
    ],
    ids=["not marked", "another scope", "unknown"],
)
def test_a_territory_sets_only_what_is_marked(folder: Path, national: str, own: str):
    write(folder, HEAD + RULE + national)
    path = write(folder, f'territory = "essai"\n{own}', "regles.own")
    with pytest.raises(RuleFileError, match=r"regles\.own:3: chiffre .* : un territoire ne peut"):
        load_rulebook(folder, path)


def test_a_territory_refuses_effecteurs_by_rules_of_its_own(folder: Path):
    own = write(folder, f'territory = "essai"\n{REFUSAL}', "regles.own")
    rule = load_rulebook(folder, own).find_rule("TER-UN")
    assert rule is not None
    assert rule.family == "competences"


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (
            RULE.replace("ESS-UN", "TER-UN"),
            "regles.own:3: règle TER-UN : un territoire ne peut que",
        ),
        (OWN_RATE + OWN_RATE, "regles.own:14: chiffre taxi.km (31) : écrit deux fois"),
        (
            REFUSAL.replace("effecteur.id", "effecteur.name"),
            "regles.own:3: règle TER-UN : fait inconnu : effecteur.name",
        ),
        (
            REFUSAL.replace("STRETCHER_ACCESS", "oxygen"),
            "regles.own:3: règle TER-UN : fait inconnu : needs.oxygen",
        ),
        (
            REFUSAL.replace("= true }\nthen", '= "oui" }\nthen'),
            "regles.own:3: règle TER-UN : fait needs.STRETCHER_ACCESS : la valeur 'oui'",
        ),
        ("[[rule]]\nid = 3", "regles.own:2: règle 3 : statement : absent"),
    ],
    ids=["another effect", "two values at once", "fact", "need", "value", "a broken row"],
)
def test_what_a_territory_may_not_write_is_named_with_its_line(folder: Path, own: str, said: str):
    path = write(folder, f'territory = "essai"\n{own}', "regles.own")
    with pytest.raises(RuleFileError) as refused:
        load_rulebook(folder, path)
    assert any(fault.startswith(said) for fault in refused.value.faults), refused.value.faults


def test_a_row_written_inline_is_named_without_a_line(folder: Path):
    row = RULE.replace("[[rule]]", "").strip().replace("\n", ", ")
    write(folder, f"{HEAD}rule = [{{ {row} }}, {{ {row} }}]\n")
    with pytest.raises(RuleFileError, match=r"essai\.toml: règle ESS-UN : écrit deux fois"):
        load_rulebook(folder)


def test_a_territory_file_that_is_not_there_is_named(folder: Path):
    with pytest.raises(RuleFileError, match=r"nulle-part\.toml : ce fichier manque"):
        load_rulebook(folder, folder / "nulle-part.toml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("family = ", "essai.toml:1: ce n'est pas du TOML : « family = »"),
        (HEAD + "[[rule]\n" + RULE, "essai.toml:3: ce n'est pas du TOML : « [[rule] »"),
        (HEAD + 'x = "', "essai.toml:3: ce n'est pas du TOML : « x = \" »"),
        ("\n= 1\n", "essai.toml:2: ce n'est pas du TOML : « = 1 »"),
        (HEAD + RULE.replace("when = {", "when = 3 #"), "essai.toml:4: règle ESS-UN : when : une"),
        (RULE, "essai.toml: family : absent"),
        (HEAD.replace("classe", "Classe"), "essai.toml: family : mal écrit"),
        (HEAD + 'colour = "red"\n', "essai.toml: colour : mot inconnu ici"),
        (
            HEAD.replace("arrete", "arete") + RULE,
            "essai.toml:4: règle ESS-UN : famille inconnue : ",
        ),
        (HEAD + RULE.replace("source", "origin"), "essai.toml:4: règle ESS-UN : source : absent"),
        (
            HEAD + RULE.replace("Texte d'essai", "  a "),
            "essai.toml:4: règle ESS-UN : source : tr",
        ),
        (
            HEAD + RULE.replace("law", "custom"),
            "essai.toml:4: règle ESS-UN : status : law, con",
        ),
        (HEAD + RULE.replace("2020-01-01", '"hier"'), "essai.toml:4: règle ESS-UN : since : "),
        (
            HEAD + RULE + "until = 2019-12-31\n",
            "essai.toml:4: règle ESS-UN : until précède since",
        ),
        (HEAD + RULE.replace('"ESS-UN"', '"ess"'), "essai.toml:4: règle ess : id : mal écrit"),
        (HEAD + RULE.replace('id = "ESS-UN"', ""), "essai.toml:4: règle 1 : id : absent"),
        (HEAD + RATE.replace("value", "amount"), "essai.toml:4: chiffre taxi.km : value : absent"),
        (HEAD + "rule = [3]\n", "essai.toml: règle 1 : une table est attendue"),
        (HEAD + "rule = 3\n", "essai.toml: rule : une liste est attendue"),
        (HEAD + RULE + RULE, "essai.toml:13: règle ESS-UN : écrit deux fois pour les mêmes jours"),
        (HEAD + RATE + RATE, "essai.toml:15: chiffre taxi.km (31) : écrit deux fois"),
        (
            HEAD + RULE.replace("{ oxygen = true }", "{ any = 3 }"),
            "essai.toml:4: règle ESS-UN : any : une liste",
        ),
        (
            HEAD + RULE.replace("oxygen", "oxigen"),
            "essai.toml:4: règle ESS-UN : fait inconnu",
        ),
        (
            HEAD + RULE.replace("{ oxygen = true }", "{ age = { ge = 10, lt = 10 } }"),
            "essai.toml:4: règle ESS-UN : aucune réponse ne peut la rendre vraie",
        ),
        (
            HEAD + RULE + RULE.replace("ESS-UN", "ESS-DEUX"),
            "essai.toml:13: règle ESS-DEUX : ne dit rien que ESS-UN ne dise déjà",
        ),
        (
            HEAD + RULE + RULE.replace("ESS-UN", "ESS-DEUX").replace("AMBULANCE", "TAP"),
            "essai.toml:13: règle ESS-DEUX : class n'est pas ce que ESS-UN dit du même cas",
        ),
        (
            HEAD + RATE + "until = 2026-05-31\n" + OWN_RATE.replace("06-01", "07-01"),
            "essai.toml:16: chiffre taxi.km (31) : rien n'est écrit entre le 31/05/2026",
        ),
    ],
)
def test_a_broken_file_names_the_file_the_row_and_the_reason(folder: Path, text: str, said: str):
    write(folder, text)
    with pytest.raises(RuleFileError) as refused:
        load_rulebook(folder)
    assert any(fault.startswith(said) for fault in refused.value.faults), refused.value.faults


def test_every_fault_is_told_and_the_first_one_says_how_many_more(folder: Path):
    write(folder, HEAD + RULE.replace("law", "loi").replace("source", "origine"))
    with pytest.raises(RuleFileError) as refused:
        load_rulebook(folder)
    assert len(refused.value.faults) == 3
    assert str(refused.value).endswith("(et 2 de plus : `aiguilleur rules check`)")
    assert str(refused.value).count("\n") == 0


def test_a_file_that_is_not_text_is_refused_by_name(folder: Path):
    (folder / "essai.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(RuleFileError, match=r"essai\.toml: ce n'est pas un texte en UTF-8"):
        load_rulebook(folder)


def test_a_folder_without_a_rule_file_is_refused(tmp_path: Path):
    with pytest.raises(RuleFileError, match="aucun fichier de règles"):
        load_rulebook(tmp_path)


def test_values_that_follow_each_other_are_one_figure(folder: Path):
    old = RATE.replace("since = 2025-11-01", "since = 2024-01-01\nuntil = 2025-10-31")
    later = RULE.replace("since = 2020-01-01", "since = 2019-01-01\nuntil = 2019-12-31")
    write(folder, HEAD + RULE + later + old + RATE)
    assert len(load_rulebook(folder).parameters) == 2


def test_every_rule_in_force_has_a_source_and_a_condition_on_known_facts():
    book = load_rulebook()
    assert all(one.source and one.statement for one in book.rules)
    assert all(one.source and one.statement for one in book.parameters)
    classes = [one for one in book.rules if one.family == "classe_arrete"]
    assert classes
    assert known_facts() >= {name for one in classes for name in one.when if name not in _WORDS}


_WORDS = {"any", "not"}
