"""`aiguilleur outbox`: messages to the outside that wait, are sent, or are dead."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer

from adapters.kit.clock import SystemClock
from regulation.kernel.time import PARIS
from regulation.messages import Channel, Delivery, DeliveryState
from services.cli import Format, print_json
from services.cli.db import opened_store
from services.correspondence import Correspondence
from services.errors import BadInput
from services.letters import SAYS, STATES, TO
from services.refusals import Conflict, UnknownMessage
from services.schemas.messages import message_out

COMMAND_LINE = "command-line"
"""Who acts, in the audit trail."""

NEXT: Final = (
    "Renvoyer : aiguilleur outbox resend NUMÉRO ; sinon, le dire par téléphone (le numéro du "
    "message commence par celui du dossier)."
)


def register(app: typer.Typer) -> None:
    """Add the group `outbox`."""
    group = typer.Typer(help="Messages vers l'extérieur : en attente, envoyés, ou morts.")
    group.command(
        "list",
        help="Lister les messages d'un état, les plus anciens d'abord ; sinon les messages morts.",
    )(list_messages)
    group.command("resend", help="Laisser retenter un message mort ; un autre reste tel quel.")(
        resend
    )
    app.add_typer(group, name="outbox")


def list_messages(
    state: Annotated[DeliveryState, typer.Option(help="Quel état.")] = DeliveryState.DEAD,
    output: Annotated[Format, typer.Option("--format", help="Forme de la réponse.")] = Format.TEXT,
) -> None:
    """List the messages in a state, oldest first; those that are dead, unless told otherwise."""
    with _correspondence() as letters:
        found = letters.in_state(state)
    if output is Format.JSON:
        print_json([message_out(one) for one in found])
        return
    for one in found:
        typer.echo(_line(one))
    several = "s" if len(found) > 1 and state is not DeliveryState.WAITING else ""
    typer.echo(f"{len(found)} message{'s' * (len(found) > 1)} {STATES[state]}{several}.")
    if found and state is DeliveryState.DEAD:
        typer.echo(NEXT)


def resend(message_id: Annotated[str, typer.Argument(metavar="MESSAGE_ID")]) -> None:
    """Let a dead message be tried again; one that isn't dead is left as it is."""
    with _correspondence() as letters:
        try:
            before = letters.find(message_id)
            found = letters.resend(message_id, COMMAND_LINE)
        except UnknownMessage:
            raise BadInput("MESSAGE_ID", "aucun message de ce numéro") from None
        except Conflict as refusal:
            raise BadInput("MESSAGE_ID", refusal.reason) from None
    typer.echo(_line(found))
    if before.state is DeliveryState.DEAD:
        until = found.message.until.astimezone(PARIS)
        typer.echo(f"Le service, ou un worker, le retente jusqu'au {until:%d/%m à %H:%M}.")
    else:
        typer.echo(f"Rien n'est renvoyé : ce message est {STATES[before.state]}.")


def _line(delivery: Delivery) -> str:
    message = delivery.message
    reason = f" : {delivery.last_error}" if delivery.last_error else ""
    to = TO[message.channel]
    if message.channel in {Channel.TRANSPORTER, Channel.EFFECTEUR, Channel.PHARMACY}:
        to += f" {message.recipient}"
    tries = f"{delivery.attempts} essai{'s' * (delivery.attempts > 1)}"
    says = SAYS[type(message.body)]
    return f"{message.message_id}  {to}, {says} : {STATES[delivery.state]}, {tries}{reason}"


@contextmanager
def _correspondence() -> Iterator[Correspondence]:
    with opened_store() as store:
        yield Correspondence(store, SystemClock())
