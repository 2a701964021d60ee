"""`aiguilleur audit`: whether an outside system does what the published texts require of it."""

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from adapters.audit.exchanges import Purpose
from adapters.audit.masking import masked_address, masked_text
from adapters.audit.profiles import CHECKS
from adapters.audit.report import Audit, Conclusion, document_of, examine
from adapters.audit.run import Manner
from adapters.audit.sas_shared import FindAddress
from adapters.audit.trees import Json
from adapters.kit.http import ClientCertificate
from adapters.territory.folder import read_territory
from adapters.territory.tables import TerritoryRefused
from adapters.territory.territory import Territory
from regulation.kernel.places import Position
from services.audits.gathering import Wanted, gather_evidence
from services.audits.page import CONCLUSIONS, VERDICTS, page_of
from services.cli import EXIT_AT_FAULT, Format, print_json
from services.cli.feeds import clock_at
from services.errors import BadInput
from simulations.territories.catalogue import folder_of

DEFAULT_TERRITORY: Final = "haute_garonne"
MOST_PER_S: Final = 50.0
LONGEST_PATIENCE_S: Final = 3600.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit")(audit)


def audit(
    target: Annotated[
        str, typer.Argument(metavar="URL_OR_FILE", help="Server, or recorded answer.")
    ],
    *,
    profile: Annotated[str, typer.Option(metavar="NAME", help=f"One of {', '.join(CHECKS)}.")],
    ids: Annotated[
        list[str] | None,
        typer.Option("--id", metavar="ID", help="Whom to ask for; else the territory's. Repeated."),
    ] = None,
    us: Annotated[
        str, typer.Option("--as", metavar="ID", help="Who we are at the Hub (profile lrm).")
    ] = "fr.health.ptfsas",
    territory: Annotated[
        str, typer.Option(metavar="NAME_OR_DIR", help="Whose numbers and addresses.")
    ] = DEFAULT_TERRITORY,
    at: Annotated[
        str | None, typer.Option(metavar="T", help="As if it were T, running on from it.")
    ] = None,
    rate: Annotated[float, typer.Option(metavar="N", help="Questions a second, at most.")] = 5.0,
    book: Annotated[
        int, typer.Option(metavar="N", help="Book N slots or missions, then cancel; 0: none.")
    ] = 0,
    certificate: Annotated[Path | None, typer.Option(help="PEM of our mTLS certificate.")] = None,
    key: Annotated[Path | None, typer.Option(help="PEM of its key.")] = None,
    authorities: Annotated[Path | None, typer.Option(help="PEM of the authorities.")] = None,
    other_name: Annotated[
        Path | None, typer.Option(help="PEM (certificate and key) of another CN.")
    ] = None,
    other_unit: Annotated[
        Path | None, typer.Option(help="PEM (certificate and key) of another OU.")
    ] = None,
    secret: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Secret shared (profile transporter).")
    ] = None,
    listening: Annotated[
        str, typer.Option("--listen", metavar="HOST:PORT", help="Where a transporter sends.")
    ] = "127.0.0.1:8301",
    patience: Annotated[
        float, typer.Option(metavar="S", help="Seconds a transporter is listened to.")
    ] = 60.0,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write audit.json and audit.html there.")
    ] = None,
    earlier: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Earlier audit.json, oldest first.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TEXT,
) -> None:
    """Audit a server or a recorded answer, reading only unless --book; exit 3 when it fails.

    Profile lrm over a broker proves nothing without --book: a regulation software is heard only
    when it is sent synthetic files.
    """
    if profile not in CHECKS:
        raise BadInput("--profile", f"{profile!r} is not one of {', '.join(CHECKS)}")
    if not 0 < rate <= MOST_PER_S:
        raise BadInput("--rate", f"{rate:g} is not between 0 and {MOST_PER_S:g} a second")
    if book < 0:
        raise BadInput("--book", f"{book} is not a number of slots")
    if not 0 < patience <= LONGEST_PATIENCE_S:
        raise BadInput("--patience", f"{patience:g} is not from 0 to {LONGEST_PATIENCE_S:g} s")
    clock, place = clock_at(at), _territory(territory)
    manner = Manner(
        per_s=rate,
        certificate=_certificate(certificate, key, authorities),
        authorities=authorities,
        others={
            purpose: ClientCertificate(certificate=path, key=path, authorities=authorities)
            for purpose, path in (
                (Purpose.OTHER_NAME, other_name),
                (Purpose.OTHER_UNIT, other_unit),
            )
            if path is not None
        },
    )
    wanted = Wanted(
        profile=profile,
        target=target,
        ids=ids or (),
        us=us,
        bookings=book,
        manner=manner,
        secret=secret,
        listen=listening,
        patience_s=patience,
    )
    evidence = gather_evidence(wanted, place, clock)
    done = examine(
        CHECKS[profile](_finder(place)), evidence, profile=profile, target=target, at=clock.now()
    )
    document = document_of(done, [_earlier(path) for path in earlier or ()])
    if out is not None:
        _write(out, document)
    print_json(document) if output is Format.JSON else _print(done)
    if done.conclusion is Conclusion.NOT_CONFORMING:
        raise typer.Exit(EXIT_AT_FAULT)


def _territory(name_or_folder: str) -> Territory:
    try:
        return read_territory(folder_of(name_or_folder))
    except (LookupError, TerritoryRefused) as error:
        raise BadInput("--territory", str(error)) from None


def _certificate(
    certificate: Path | None, key: Path | None, authorities: Path | None
) -> ClientCertificate | None:
    if certificate is None:
        return None
    return ClientCertificate(
        certificate=certificate, key=key or certificate, authorities=authorities
    )


def _finder(territory: Territory) -> FindAddress:
    def find(address: str) -> Position | None:
        found = territory.find_address(address)
        return found.position if found is not None else None

    return find


def _earlier(path: Path) -> Json:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise BadInput("--earlier", f"{path} is not a report of an audit") from None
    if not isinstance(document, dict) or not isinstance(document.get("checks"), list):
        raise BadInput("--earlier", f"{path} is not a report of an audit")
    return document


def _write(folder: Path, document: Json) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    written = json.dumps(document, ensure_ascii=False, indent=2)
    (folder / "audit.json").write_text(written, encoding="utf-8")
    (folder / "audit.html").write_text(page_of(document), encoding="utf-8")


def _print(done: Audit) -> None:
    typer.echo(f"{done.profile} {masked_address(done.target)} : {CONCLUSIONS[done.conclusion]}.")
    if done.evidence.stopped:
        typer.echo(f"Arrêté avant la fin : {done.evidence.stopped}.")
    for one in done.outcomes:
        proves = ", ".join(one.check.requirements) or one.check.check_id
        note = f" ({one.note})" if one.note else ""
        typer.echo(f"{VERDICTS[one.verdict]:>16}  {one.check.statement} [{proves}]{note}")
        for fault in one.faults[:2]:
            told = masked_text(f"{fault.where} {fault.reason}".strip())
            typer.echo(f"{'':>18}{told}")
