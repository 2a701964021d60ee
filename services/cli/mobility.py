"""`aiguilleur mobility`: the mobility verdict of a file of answers."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from adapters.kit.clock import SystemClock
from regulation.assessment import assess
from regulation.explanations import funding_sentences
from regulation.lexicon import CLASSES, EQUIPMENT
from regulation.mobility import MobilityAnswers, MobilityVerdict
from regulation.premises import NAMES as NEEDS
from regulation.prescription import prescription_entries
from regulation.rules import RuleBook
from regulation.scales import Scales, scales_of
from regulation.wording import fact_in_french
from services.cli import Format, print_json, read_instant, read_json
from services.cli.rules import Overrides, usable_rules
from services.schemas.mobility import MobilityIn, scales_out, verdict_out


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "mobility",
        help=(
            "Évaluer la mobilité : classe, prescription, prise en charge, avec les règles "
            "appliquées."
        ),
    )(mobility)


def mobility(
    answers: Annotated[Path, typer.Argument(metavar="ANSWERS.json", help="Les réponses.")],
    at: Annotated[
        str | None, typer.Option(metavar="T", help="Règles de cet instant (maintenant).")
    ] = None,
    overrides: Overrides = None,
    output: Annotated[Format, typer.Option("--format", help="Forme de la réponse.")] = Format.TEXT,
    scales: Annotated[
        bool, typer.Option("--scales", help="Ajouter au JSON les niveaux d'autres échelles.")
    ] = False,
) -> None:
    """Assess the ability to move: class, prescription, funding, with the rules that fired."""
    document: MobilityIn = read_json(answers, MobilityIn)
    now = read_instant(at, "--at", SystemClock().now())
    rulebook = usable_rules(overrides)
    given = document.to_answers()
    verdict = assess(given, rulebook, now)
    placed = scales_of(given, verdict.vehicle_class, rulebook, now)
    if output is Format.JSON:
        print_json({**verdict_out(verdict), **({"scales": scales_out(placed)} if scales else {})})
    else:
        said = [
            *_told(verdict, rulebook),
            _scales_in_words(placed),
            *_to_print(given, verdict, rulebook, now),
        ]
        typer.echo("\n".join(said))


def _told(verdict: MobilityVerdict, rulebook: RuleBook) -> Iterator[str]:
    """Say the verdict in French."""
    yield _class_in_words(verdict)
    yield f"Prescription : {verdict.prescription.reason}"
    yield from funding_sentences(verdict.funding)
    yield from _conditions_in_words(verdict)
    yield from (f"· {one.reason} [{one.rule_id} ; {one.source}]" for one in verdict.fired)
    yield from (f"! À confirmer par un médecin : {text}" for text in verdict.to_confirm_by_doctor)
    yield from (f"> {text}" for text in verdict.driver_info)
    if verdict.missing:
        names = ", ".join(f"{fact_in_french(name)} [{name}]" for name in verdict.missing)
        yield f"Réponses manquantes : {names}"
    question = rulebook.find_rule(verdict.next_question) if verdict.next_question else None
    if question is not None:
        yield f"Question suivante : {question.rule_id}, « {question.statement} »"


def _class_in_words(verdict: MobilityVerdict) -> str:
    known, least = verdict.vehicle_class, verdict.at_least
    if known is None:
        return f"Classe : à préciser (au moins {least} : {CLASSES[least]})"
    return f"Classe : {known} ({CLASSES[known]})"


def _conditions_in_words(verdict: MobilityVerdict) -> Iterator[str]:
    """Say with whom and with what the person rides, and what the place must offer."""
    companion = "oui" if verdict.companion_needed else "non"
    shared = "possible" if verdict.shared_allowed else "non"
    crew = f"équipage de {verdict.crew}, " if verdict.crew else ""
    yield f"Trajet : {crew}accompagnant : {companion}, partage : {shared}"
    if verdict.vehicle_needs:
        yield f"Véhicule : {', '.join(EQUIPMENT[one] for one in sorted(verdict.vehicle_needs))}"
    if verdict.premises_needs:
        yield f"Locaux : {', '.join(NEEDS[one] for one in sorted(verdict.premises_needs))}"


def _scales_in_words(placed: Scales) -> str:
    """Say the level of mobility in each scale."""
    level = placed.level or "à préciser"
    codes = {
        "HL7 v2": placed.hl7_v2,
        "HL7 v3": placed.hl7_v3,
        "NHS": placed.nhs,
        "NEMT": (placed.nemt,) if placed.nemt else (),
    }
    others = "".join(f" ; {name} : {', '.join(found)}" for name, found in codes.items() if found)
    return f"Niveau de mobilité : {level}{others}"


def _to_print(
    answers: MobilityAnswers, verdict: MobilityVerdict, rulebook: RuleBook, now: datetime
) -> Iterator[str]:
    """Say what the transport prescription carries, when there is one."""
    entries = prescription_entries(answers, verdict, rulebook, now)
    if entries:
        yield "À porter sur la prescription de transport, relue et signée par un médecin :"
    for one in entries:
        rule = f" [{one.rule.rule_id}]" if one.rule else ""
        yield f"  {one.box} : {one.text or 'à remplir'}{rule}"
