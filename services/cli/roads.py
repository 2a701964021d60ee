"""`aiguilleur roads`: turn an OpenStreetMap extract into a network the product loads."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from adapters.kit.system_errors import said
from adapters.roads.errors import RoadError
from adapters.roads.network import RoadNetwork
from services.cli import print_json
from services.errors import BadInput

DEFAULT_FOLDER: Final = Path("var/roads")


class Format(StrEnum):
    """How the command answers."""

    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add the group `roads`."""
    group = typer.Typer(no_args_is_help=True, help="Réseaux routiers pour les temps de trajet.")
    group.command(
        "build",
        help="Lire les routes d'un extrait, les ordonner pour répondre vite, et écrire les deux.",
    )(build)
    app.add_typer(group, name="roads")


def build(
    extract: Annotated[
        Path, typer.Argument(metavar="FILE.osm.pbf", help="Extrait d'OpenStreetMap.")
    ],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Où l'écrire.")] = None,
    output: Annotated[Format, typer.Option("--format", help="Forme de la réponse.")] = Format.TEXT,
) -> None:
    """Read the roads of an extract, order them for quick answers, and write both."""
    directory = out or DEFAULT_FOLDER / extract.name.removesuffix(".osm.pbf")
    if not extract.is_file():
        raise BadInput(str(extract), "fichier introuvable")
    try:
        network = RoadNetwork.from_extract(extract)
        network.save(directory)
    except RoadError as error:
        raise BadInput("FILE", str(error)) from None
    except OSError as error:
        raise BadInput("--out", f"{directory} ne peut être écrit : {said(error)}") from None
    size = network.size
    if output is Format.JSON:
        print_json({"directory": str(directory), "source": network.label, **size})
        return
    typer.echo(
        f"{directory} : {size['nodes']} nœuds, {size['arcs']} arcs à sens unique, "
        f"{size['length_km']} km en tout ; {network.label}"
    )
