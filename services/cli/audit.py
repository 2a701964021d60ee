"""`aiguilleur audit`: whether an outside system does what the published texts require of it."""

import json
import ssl
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import typer

from adapters.audit.exchanges import Purpose
from adapters.audit.masking import masked_address, masked_reason, masked_text
from adapters.audit.profiles import CHECKS
from adapters.audit.report import (
    Audit,
    Conclusion,
    EarlierRefused,
    dialect_of,
    document_of,
    examine,
)
from adapters.audit.run import Manner
from adapters.audit.sas_shared import FindAddress
from adapters.audit.trees import Json
from adapters.kit.http import ClientCertificate, mutual_context
from adapters.kit.system_errors import said
from adapters.territory.folder import read_territory
from adapters.territory.tables import TerritoryRefused
from adapters.territory.territory import Territory
from regulation.kernel.places import Position
from regulation.kernel.time import Clock
from services.audits.gathering import Wanted, gather_evidence
from services.audits.page import VERDICTS, headline, lasting, page_of
from services.cli import EXIT_AT_FAULT, Format, print_json
from services.cli import audit_options as options
from services.cli.feeds import clock_at
from services.errors import BadInput
from services.sheet_file import write_whole
from simulations.territories.catalogue import folder_of

DEFAULT_TERRITORY: Final = "haute_garonne"
MOST_PER_S: Final = 50.0
LONGEST_PATIENCE_S: Final = 3600.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "audit",
        help=(
            "Auditer un serveur ou une réponse enregistrée, en lecture seule sauf --book ; code 3 "
            "s'il échoue.\n\n"
            "Le profil lrm par un courtier ne prouve rien sans --book : on n'entend un LRM que si "
            "on lui envoie des dossiers fictifs."
        ),
    )(audit)


def audit(
    target: options.Target,
    *,
    profile: options.Profile,
    ids: options.Ids = None,
    us: options.Us = "fr.health.ptfsas",
    territory: options.TerritoryName = DEFAULT_TERRITORY,
    at: options.At = None,
    rate: options.Rate = 5.0,
    book: options.Book = 0,
    certificate: options.Certificate = None,
    key: options.Key = None,
    authorities: options.Authorities = None,
    other_name: options.OtherName = None,
    other_unit: options.OtherUnit = None,
    secret: options.Secret = None,
    listening: options.Listen = "127.0.0.1:8301",
    patience: options.Patience = 60.0,
    out: options.Out = None,
    earlier: options.Earlier = None,
    output: options.Output = Format.TEXT,
) -> None:
    """Audit a server or a recorded answer, reading only unless --book; exit 3 when it fails.

    Profile lrm over a broker proves nothing without --book: a regulation software is heard only
    when it is sent synthetic files.
    """
    _require(profile=profile, rate=rate, book=book, patience=patience)
    before = [_earlier(path) for path in earlier or ()]
    _prepare(out)
    wanted = Wanted(
        profile=profile,
        target=target,
        ids=ids or (),
        us=us,
        bookings=book,
        manner=Manner(
            per_s=rate,
            certificate=_certificate("--certificate", certificate, key, authorities),
            authorities=_authorities(authorities),
            others=_others(other_name, other_unit, authorities),
        ),
        secret=secret,
        listen=listening,
        patience_s=patience,
    )
    done = _examined(wanted, _territory(territory), clock_at(at))
    _report(done, _document(done, before, earlier or ()), out, output)
    if done.conclusion is Conclusion.NOT_CONFORMING:
        raise typer.Exit(EXIT_AT_FAULT)


def _examined(wanted: Wanted, place: Territory, clock: Clock) -> Audit:
    """Gather what the checks of the profile look at, and examine it."""
    began = time.perf_counter()
    evidence = gather_evidence(wanted, place, clock)
    return examine(
        CHECKS[wanted.profile](_finder(place)),
        evidence,
        profile=wanted.profile,
        target=wanted.target,
        at=clock.now(),
        lasted_s=time.perf_counter() - began,
    )


def _require(*, profile: str, rate: float, book: int, patience: float) -> None:
    """Raise BadInput naming the option whose value is none."""
    if profile not in CHECKS:
        raise BadInput("--profile", f"{profile!r} n'est pas parmi {', '.join(CHECKS)}")
    if not 0 < rate <= MOST_PER_S:
        raise BadInput("--rate", f"{rate:g} n'est pas entre 0 et {MOST_PER_S:g} par seconde")
    if book < 0:
        raise BadInput("--book", f"{book} n'est pas un nombre de créneaux")
    if not 0 < patience <= LONGEST_PATIENCE_S:
        raise BadInput("--patience", f"{patience:g} n'est pas entre 0 et {LONGEST_PATIENCE_S:g} s")


def _territory(name_or_folder: str) -> Territory:
    try:
        return read_territory(folder_of(name_or_folder))
    except (LookupError, TerritoryRefused) as error:
        raise BadInput("--territory", str(error)) from None


def _certificate(
    option: str, certificate: Path | None, key: Path | None, authorities: Path | None
) -> ClientCertificate | None:
    """The certificate of an option, once it has been loaded; raise BadInput naming the option."""
    if certificate is None:
        return None
    given = ClientCertificate(
        certificate=certificate, key=key or certificate, authorities=_authorities(authorities)
    )
    try:
        mutual_context(given)
    except OSError as error:  # an ssl.SSLError is one
        raise BadInput(option, f"{certificate} : {_not_loaded(error)}") from None
    return given


def _authorities(path: Path | None) -> Path | None:
    if path is not None:
        try:
            ssl.create_default_context(cafile=str(path))
        except OSError as error:
            raise BadInput("--authorities", f"{path} : {_not_loaded(error)}") from None
    return path


def _not_loaded(error: OSError) -> str:
    is_of_tls = isinstance(error, ssl.SSLError)
    return "n'est pas un PEM que l'on puisse charger, avec sa clé" if is_of_tls else said(error)


def _others(
    name: Path | None, unit: Path | None, authorities: Path | None
) -> dict[Purpose, ClientCertificate]:
    """The certificates that nobody should let in: of another name, of another unit."""
    given = {
        Purpose.OTHER_NAME: _certificate("--other-name", name, None, authorities),
        Purpose.OTHER_UNIT: _certificate("--other-unit", unit, None, authorities),
    }
    return {purpose: one for purpose, one in given.items() if one is not None}


def _finder(territory: Territory) -> FindAddress:
    def find(address: str) -> Position | None:
        found = territory.find_address(address)
        return found.position if found is not None else None

    return find


def _earlier(path: Path) -> Json:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput("--earlier", f"{path} : {said(error)}") from None
    except (ValueError, RecursionError):
        raise BadInput("--earlier", f"{path} n'est pas le rapport d'un audit") from None
    if not isinstance(document, dict) or not isinstance(document.get("checks"), list):
        raise BadInput("--earlier", f"{path} n'est pas le rapport d'un audit")
    return document


def _document(done: Audit, before: Sequence[Json], paths: Sequence[Path]) -> dict[str, object]:
    try:
        return document_of(done, before)
    except EarlierRefused as refused:
        raise BadInput("--earlier", f"{paths[refused.rank]}: {refused}") from None


def _report(done: Audit, document: Json, out: Path | None, output: Format) -> None:
    if out is not None:
        _write(out, document)
    print_json(document) if output is Format.JSON else _print(done, document)


def _prepare(folder: Path | None) -> None:
    """Have the folder there before anything is asked: an audit can't be asked twice for nothing."""
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput("--out", f"{folder} : {said(error)}") from None


def _write(folder: Path, document: Json) -> None:
    written = json.dumps(document, ensure_ascii=False, indent=2)
    try:
        write_whole(written, folder / "audit.json")
        write_whole(page_of(document), folder / "audit.html")
    except OSError as error:
        raise BadInput("--out", f"{folder} : {said(error)}") from None


def _print(done: Audit, document: Json) -> None:
    typer.echo(f"{done.profile} {masked_address(done.target)} : {headline(document)}.")
    typer.echo(f"{document['questions']} questions en {lasting(document['lasted_s'])}.")
    if document["compared"] and not document["trend"]:
        typer.echo("Comparé à l'audit précédent : rien n'a changé.")
    if done.evidence.stopped:
        typer.echo(f"Arrêté avant la fin : {done.evidence.stopped}.")
    for one in done.outcomes:
        proves = ", ".join(one.check.requirements) or one.check.check_id
        note = f" ({masked_text(one.note)})" if one.note else ""
        typer.echo(f"{VERDICTS[one.verdict]:>16}  {one.check.statement} [{proves}]{note}")
        for fault in one.faults[:2]:
            reason = masked_reason(fault.where, fault.reason, dialect_of(fault.exchange))
            told = f"{masked_text(fault.where)} {reason}".strip()
            typer.echo(f"{'':>18}{told}")
