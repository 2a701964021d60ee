"""The options of `aiguilleur audit`, each by the name its value bears in the command."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.audit.profiles import CHECKS
from services.cli import Format

Target = Annotated[
    str, typer.Argument(metavar="URL_OR_FILE", help="Serveur, ou réponse enregistrée.")
]
Profile = Annotated[str, typer.Option(metavar="NAME", help=f"L'un de {', '.join(CHECKS)}.")]
Ids = Annotated[
    list[str] | None,
    typer.Option("--id", metavar="ID", help="Qui demander ; sinon ceux du territoire. Répétable."),
]
Us = Annotated[str, typer.Option("--as", metavar="ID", help="Qui nous sommes au Hub (profil lrm).")]
TerritoryName = Annotated[
    str, typer.Option(metavar="NAME_OR_DIR", help="Territoire des numéros et adresses.")
]
At = Annotated[
    str | None, typer.Option(metavar="T", help="Comme s'il était T, l'heure courant ensuite.")
]
Rate = Annotated[float, typer.Option(metavar="N", help="Questions par seconde, au plus.")]
Book = Annotated[
    int,
    typer.Option(
        metavar="N",
        help="Permet d'écrire : N créneaux ou missions, ensuite annulés ; lrm : dossiers fictifs.",
    ),
]
Certificate = Annotated[Path | None, typer.Option(help="PEM de notre certificat mTLS.")]
Key = Annotated[Path | None, typer.Option(help="PEM de sa clé.")]
Authorities = Annotated[Path | None, typer.Option(help="PEM des autorités.")]
OtherName = Annotated[Path | None, typer.Option(help="PEM (certificat et clé) d'un autre CN.")]
OtherUnit = Annotated[Path | None, typer.Option(help="PEM (certificat et clé) d'une autre OU.")]
Secret = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Secret partagé (profil transporter).")
]
Listen = Annotated[
    str, typer.Option("--listen", metavar="HOST:PORT", help="Où un transporteur envoie.")
]
Patience = Annotated[float, typer.Option(metavar="S", help="Secondes d'écoute d'un transporteur.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Y écrire audit.json et audit.html.")]
Earlier = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="Un audit.json antérieur, du plus ancien au plus récent."),
]
Output = Annotated[Format, typer.Option("--format", help="Forme de la réponse.")]
