"""`aiguilleur outbox`: messages to the outside that wait, are sent, or are dead."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from adapters.kit.clock import SystemClock
from regulation.messages import Delivery, DeliveryState
from services.cli import Format, print_json
from services.correspondence import Correspondence
from services.errors import BadInput
from services.refusals import Conflict, UnknownMessage
from services.schemas.messages import message_out
from services.settings import read_settings
from services.store import SchemaBehind, StoreUnavailable, open_store

COMMAND_LINE = "command-line"
"""Who acts, in the audit trail."""


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
    typer.echo(f"{len(found)} message(s) {state}.")


def resend(message_id: Annotated[str, typer.Argument(metavar="MESSAGE_ID")]) -> None:
    """Let a dead message be tried again; one that isn't dead is left as it is."""
    with _correspondence() as letters:
        try:
            found = letters.resend(message_id, COMMAND_LINE)
        except UnknownMessage:
            raise BadInput("MESSAGE_ID", "aucun message de ce numéro") from None
        except Conflict as refusal:
            raise BadInput("MESSAGE_ID", refusal.reason) from None
    typer.echo(_line(found))


def _line(delivery: Delivery) -> str:
    message = delivery.message
    reason = f" : {delivery.last_error}" if delivery.last_error else ""
    tries = f"{delivery.attempts} essai(s)"
    return f"{message.message_id}  {message.channel}  {delivery.state}  {tries}{reason}"


@contextmanager
def _correspondence() -> Iterator[Correspondence]:
    try:
        store = open_store(read_settings().database_url)
        try:
            yield Correspondence(store, SystemClock())
        finally:
            store.close()
    except (SchemaBehind, StoreUnavailable) as error:
        raise BadInput("database_url", str(error)) from None
