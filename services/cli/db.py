"""`aiguilleur db`: the tables of the database."""

from typing import Annotated

import typer
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from adapters.db.engine import make_engine
from adapters.db.schema import upgrade as migrate
from services.errors import BadInput
from services.settings import read_settings
from services.store import StoreUnavailable, prepare_folder

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
        prepare_folder(chosen)
        engine = make_engine(chosen)
    except StoreUnavailable as error:
        raise BadInput("database_url", str(error)) from None
    except ModuleNotFoundError as missing:
        raise BadInput("database_url", f"son pilote n'est pas installé : {missing.name}") from None
    except (ArgumentError, NoSuchModuleError):  # the URL may hold a password: not repeated
        raise BadInput("database_url", "n'est pas l'adresse d'une base d'un type connu") from None
    try:
        migrate(engine)
    except SQLAlchemyError as error:
        raise BadInput("database_url", f"la base refuse : {type(error).__name__}") from None
    finally:
        engine.dispose()
    typer.echo("Les tables sont celles de cette version.")
