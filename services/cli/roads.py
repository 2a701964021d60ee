"""`aiguilleur roads`: turn an OpenStreetMap extract into a network the product loads."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

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
    group = typer.Typer(no_args_is_help=True, help="Road networks for travel times.")
    group.command("build")(build)
    app.add_typer(group, name="roads")


def build(
    extract: Annotated[Path, typer.Argument(metavar="FILE.osm.pbf", help="OSM extract.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to write it.")] = None,
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> None:
    """Read the roads of an extract, order them for quick answers, and write both."""
    directory = out or DEFAULT_FOLDER / extract.name.removesuffix(".osm.pbf")
    if not extract.is_file():
        raise BadInput(str(extract), "no such file")
    try:
        network = RoadNetwork.from_extract(extract)
        network.save(directory)
    except RoadError as error:
        raise BadInput("FILE", str(error)) from None
    except OSError as error:
        raise BadInput("--out", f"{directory} can't be written: {error.strerror}") from None
    size = network.size
    if output is Format.JSON:
        print_json({"directory": str(directory), "source": network.label, **size})
        return
    typer.echo(
        f"{directory}: {size['nodes']} nodes, {size['arcs']} one-way arcs, "
        f"{size['length_km']} km of them; {network.label}"
    )
