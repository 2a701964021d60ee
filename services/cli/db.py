"""`aiguilleur db`: the tables of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from adapters.db.engine import sqlite_file
from adapters.db.schema import upgrade as migrate
from regulation.ports import StaleVersion
from services.errors import BadInput
from services.settings import read_settings
from services.store import SchemaBehind, SqlStore, StoreUnavailable, engine_of, open_store

MEMORY: Final = ":memory:"
DatabaseUrl = Annotated[
    str | None,
    typer.Option("--url", metavar="URL", help="Sinon AIGUILLEUR_DATABASE_URL, sinon var/."),
]


def register(app: typer.Typer) -> None:
    """Add the group `db`."""
    group = typer.Typer(help="Les tables de la base.")
    group.callback(help="Les tables de la base.")(db)
    group.command(
        "upgrade", help="Mettre les tables à cette version, en gardant ce qu'elles tiennent."
    )(upgrade)
    app.add_typer(group, name="db")


def db() -> None:
    """The tables of the database."""


def upgrade(url: DatabaseUrl = None) -> None:
    """Bring the tables to those of this version, keeping what they hold."""
    chosen = url or read_settings().database_url
    try:
        engine = engine_of(chosen)
    except StoreUnavailable as error:
        raise BadInput("database_url", str(error)) from None
    try:
        migrate(engine)
    except SQLAlchemyError as error:
        raise BadInput("database_url", f"la base refuse : {type(error).__name__}") from None
    finally:
        engine.dispose()
    typer.echo("Les tables sont celles de cette version.")


@contextmanager
def opened_store(url: str | None = None) -> Iterator[SqlStore]:
    """Open the database of the URL, else of the settings, while the context lasts; raise BadInput
    when there is none, it doesn't open, or stops answering meanwhile."""
    chosen = url or read_settings().database_url
    _require_there(chosen)
    try:
        store = open_store(chosen)
    except (SchemaBehind, StoreUnavailable) as error:
        raise BadInput("database_url", str(error)) from None
    try:
        yield store
    except (StaleVersion, StoreUnavailable):
        raise BadInput("database_url", "la base ne répond pas : rien n'est fait") from None
    finally:
        store.close()


def _require_there(url: str) -> None:
    """A file that is not there would be made, empty: nothing in it would read as nothing done."""
    try:
        file = sqlite_file(url)
    except ArgumentError:  # it is no address: whoever opens it says so
        return
    if file and file != MEMORY and not Path(file).exists():
        raise BadInput(
            "database_url", f"{file} n'existe pas : le service ou `aiguilleur db upgrade` le crée"
        )
