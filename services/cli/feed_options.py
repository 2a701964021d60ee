"""The options of `aiguilleur feeds serve`, each by the name its value bears in the command."""

from pathlib import Path
from typing import Annotated, Final

import typer

from simulations.feeds.faults import Fault
from simulations.feeds.lrm_software import LrmFault
from simulations.feeds.mutual_tls import DoorFault
from simulations.feeds.transporter_company import TransporterFault

NAMES: Final = tuple(dict.fromkeys(map(str, (*Fault, *TransporterFault, *LrmFault, *DoorFault))))
"""The faults that the mocks can show."""

Port = Annotated[int, typer.Option(metavar="P", help="Port sur la boucle locale.")]
Faults = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help=f"Panne à montrer : {', '.join(NAMES)}. Répétable."),
]
TerritoryName = Annotated[str, typer.Option(metavar="NAME_OR_DIR", help="Territoire des agendas.")]
At = Annotated[
    str | None,
    typer.Option(metavar="T", help="Commencer à cet instant, l'heure courant ensuite."),
]
Seed = Annotated[
    int, typer.Option(metavar="S", help="Graine des agendas, et de qui les pannes touchent.")
]
Webhook = Annotated[
    str, typer.Option(metavar="URL", help="Où le transporteur dit ce qui se passe.")
]
Secret = Annotated[str, typer.Option(help="Avec quoi il signe ; pour essai seulement.")]
Hub = Annotated[
    str, typer.Option(metavar="URL", help="Courtier (amqp://…) d'un Hub et d'un LRM fictif.")
]
Mtls = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Certificats d'une porte en TLS mutuel.")
]
MtlsPort = Annotated[int, typer.Option(metavar="P", help="Port de cette porte.")]
