"""The options of `aiguilleur audit`, each by the name its value bears in the command."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.audit.profiles import CHECKS
from services.cli import Format

Target = Annotated[str, typer.Argument(metavar="URL_OR_FILE", help="Server, or recorded answer.")]
Profile = Annotated[str, typer.Option(metavar="NAME", help=f"One of {', '.join(CHECKS)}.")]
Ids = Annotated[
    list[str] | None,
    typer.Option("--id", metavar="ID", help="Whom to ask for; else the territory's. Repeated."),
]
Us = Annotated[str, typer.Option("--as", metavar="ID", help="Who we are at the Hub (profile lrm).")]
TerritoryName = Annotated[
    str, typer.Option(metavar="NAME_OR_DIR", help="Whose numbers and addresses.")
]
At = Annotated[str | None, typer.Option(metavar="T", help="As if it were T, running on from it.")]
Rate = Annotated[float, typer.Option(metavar="N", help="Questions a second, at most.")]
Book = Annotated[
    int,
    typer.Option(
        metavar="N",
        help="Leave to write: N slots or missions, then cancelled; profile lrm, synthetic files.",
    ),
]
Certificate = Annotated[Path | None, typer.Option(help="PEM of our mTLS certificate.")]
Key = Annotated[Path | None, typer.Option(help="PEM of its key.")]
Authorities = Annotated[Path | None, typer.Option(help="PEM of the authorities.")]
OtherName = Annotated[Path | None, typer.Option(help="PEM (certificate and key) of another CN.")]
OtherUnit = Annotated[Path | None, typer.Option(help="PEM (certificate and key) of another OU.")]
Secret = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Secret shared (profile transporter).")
]
Listen = Annotated[
    str, typer.Option("--listen", metavar="HOST:PORT", help="Where a transporter sends.")
]
Patience = Annotated[float, typer.Option(metavar="S", help="Seconds a transporter is listened to.")]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Write audit.json and audit.html there.")
]
Earlier = Annotated[
    list[Path] | None, typer.Option(metavar="FILE", help="Earlier audit.json, oldest first.")
]
Output = Annotated[Format, typer.Option("--format", help="How to print it.")]
