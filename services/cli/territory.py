"""`aiguilleur territory`: check a territory folder, or say what is in it."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from adapters.kit.calendar import PublicHolidays
from adapters.territory.folder import read_territory
from adapters.territory.tables import Fault, TerritoryRefused
from adapters.territory.territory import Parameter, Territory
from regulation.kernel.time import TimeWindow
from services.cli import EXIT_AT_FAULT, print_json
from services.errors import BadInput
from simulations.demand.calibration import Sample, calibration, sample_of
from simulations.demand.calls import Demand
from simulations.demand.parameters import read_demand
from simulations.figures import Figures, FiguresRefused
from simulations.territories.catalogue import folder_of
from simulations.territories.founding import Founding
from simulations.territories.published import FoundingRefused


class Format(StrEnum):
    """How the command answers."""

    TEXT = "text"
    JSON = "json"


DEMAND_YEAR: Final = 2026

NameOrFolder = Annotated[
    str, typer.Argument(metavar="NAME_OR_DIR", help="Un territoire fourni, ou un dossier.")
]
Output = Annotated[Format, typer.Option("--format", help="Forme de la réponse.")]


def register(app: typer.Typer) -> None:
    """Add the group `territory`."""
    group = typer.Typer(no_args_is_help=True, help="Dossiers de territoire.")
    group.command(
        "new",
        help=(
            "Fonder le dossier d'un autre département sur des tables publiées ; le reste est "
            "synthétique."
        ),
    )(new)
    group.command(
        "check",
        help=(
            "Dire tout ce qui ne va pas dans un dossier de territoire ; code 3 s'il y a une faute."
        ),
    )(check)
    group.command(
        "describe",
        help="Dire ce que tient un territoire, et lesquels de ses chiffres sont des hypothèses.",
    )(describe)
    group.command(
        "demand",
        help="Tirer une année d'appels, et la mettre à côté des chiffres publiés, avec les écarts.",
    )(demand)
    app.add_typer(group, name="territory")


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Où l'écrire ; vide.")],
    department: Annotated[str, typer.Option(metavar="DEP", help="Son code INSEE, comme 48.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="Son nom.")],
    communes: Annotated[
        Path, typer.Option(metavar="FILE.csv", help="Communes : code, population, coordonnées.")
    ],
    emergencies: Annotated[
        Path, typer.Option(metavar="FILE.csv", help="Services d'urgences (SAE).")
    ],
) -> None:
    """Found the folder of another department from published tables; the rest is synthetic."""
    founding = Founding(
        folder=folder,
        name=name,
        department=department,
        communes=communes,
        emergencies=emergencies,
    )
    try:
        told = founding.carry_out()
    except FoundingRefused as refused:
        raise BadInput(refused.where, refused.reason) from None
    except TerritoryRefused as refused:
        raise BadInput("territory", str(refused.faults[0])) from None
    for line in told:
        typer.echo(line)
    typer.echo(f"{folder} : écrit ; voir SOURCES.md, puis `aiguilleur territory check {folder}`")


def check(name_or_folder: NameOrFolder, output: Output = Format.TEXT) -> None:
    """Say everything that is wrong with a territory folder: exit status 3 when something is."""
    folder = _folder(name_or_folder)
    faults = _faults(folder)
    if output is Format.JSON:
        shown = [_fault_document(fault) for fault in faults]
        print_json({"folder": str(folder), "valid": not faults, "faults": shown})
    else:
        for fault in faults:
            typer.echo(str(fault))
        told = f"{len(faults)} faute{'s' if len(faults) > 1 else ''}" if faults else "rien à redire"
        typer.echo(f"{folder} : {told}")
    if faults:
        raise typer.Exit(EXIT_AT_FAULT)


def describe(name_or_folder: NameOrFolder, output: Output = Format.TEXT) -> None:
    """Say what a territory holds, and which of its figures are assumptions."""
    try:
        territory = read_territory(_folder(name_or_folder))
    except TerritoryRefused as refused:
        for fault in refused.faults:
            typer.echo(str(fault), err=True)
        raise typer.Exit(EXIT_AT_FAULT) from None
    if output is Format.JSON:
        print_json(_document(territory))
        return
    for line in _lines(territory):
        typer.echo(line)


def demand(
    name_or_folder: NameOrFolder,
    year: Annotated[int, typer.Option(metavar="Y", help="Année des appels.")] = DEMAND_YEAR,
    seed: Annotated[int, typer.Option(metavar="S", help="Graine des appels.")] = 1,
    figures: Annotated[
        Path | None, typer.Option(metavar="FILE", help="D'autres chiffres de la demande (TOML).")
    ] = None,
    output: Output = Format.TEXT,
) -> None:
    """Draw a year of calls, and set it beside the published figures, each with its gap."""
    try:
        told = read_demand(figures) if figures else read_demand()
        territory = read_territory(_folder(name_or_folder))
    except FiguresRefused as refused:
        raise BadInput("--figures", str(refused)) from None
    except TerritoryRefused as refused:
        raise BadInput("NAME_OR_DIR", str(refused)) from None
    anchors = calibration(_sampled(territory, told, year, seed))
    if output is Format.JSON:
        print_json([asdict(one) | {"gap": round(one.gap, 4)} for one in anchors])
        return
    for one in anchors:
        kind = "contrôle" if one.is_check else "repris tel quel"
        shown = f"{one.published:>9.3f} publié, {one.simulated:>9.3f} simulé, {one.gap:+7.1%}"
        typer.echo(f"{shown}  {one.name} ({kind} ; {one.source})")


def _sampled(territory: Territory, told: Figures, year: int, seed: int) -> Sample:
    simulated = Demand(territory, told, PublicHolidays(territory.department), seed)
    try:
        start, end = (datetime(one, 1, 1, tzinfo=territory.zone) for one in (year, year + 1))
    except (ValueError, OverflowError):
        raise BadInput("--year", f"{year} n'est pas une année") from None
    return sample_of(simulated, TimeWindow(start, end))


def _folder(name_or_folder: str) -> Path:
    try:
        return folder_of(name_or_folder)
    except LookupError as error:
        raise BadInput("NAME_OR_DIR", str(error)) from None


def _faults(folder: Path) -> tuple[Fault, ...]:
    try:
        read_territory(folder)
    except TerritoryRefused as refused:
        return refused.faults
    return ()


def _fault_document(fault: Fault) -> dict[str, object]:
    return {
        "file": fault.file,
        "line": fault.line or None,
        "field": fault.field,
        "reason": fault.reason,
    }


def _document(territory: Territory) -> dict[str, object]:
    return {
        "name": territory.name,
        "department": territory.department,
        "time_zone": territory.zone.key,
        "communes": len(territory.communes),
        "population": sum(commune.population for commune in territory.communes),
        "effecteurs": dict(sorted(Counter(one.kind for one in territory.effecteurs).items())),
        "synthetic": sum(one.synthetic for one in territory.effecteurs),
        "accessibility_known": sum(one.accessibility is not None for one in territory.effecteurs),
        "hours_known": len(territory.open_places),
        "practitioners": len({one.rpps for one in territory.practitioners}),
        "agendas_shared": sum(one.booking is not None for one in territory.practitioners),
        "fleet": dict(sorted(Counter(one.mode for one in territory.fleet).items())),
        "parameters": {
            name: _parameter(parameter) for name, parameter in territory.parameters.items()
        },
        "attribution": list(territory.attribution),
    }


def _parameter(parameter: Parameter) -> dict[str, object]:
    return {
        "value": parameter.value,
        "unit": parameter.unit,
        "source": parameter.source,
        "assumption": parameter.is_assumption,
    }


def _lines(territory: Territory) -> list[str]:
    found = _document(territory)
    counted = ("communes", "population", "practitioners", "agendas_shared", "hours_known")
    kinds = Counter(one.kind for one in territory.effecteurs)
    modes = Counter(one.mode for one in territory.fleet)
    return [
        f"{territory.name} ({territory.department}), {territory.zone.key}",
        *(f"  {name}: {found[name]}" for name in (*counted, "accessibility_known", "synthetic")),
        "  effecteurs: " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()),
        "  fleet: " + ", ".join(f"{mode} {count}" for mode, count in modes.most_common()),
        *(
            f"  {name} = {parameter.value} ({parameter.unit}; {parameter.source})"
            for name, parameter in territory.parameters.items()
        ),
        *(f"  {line}" for line in territory.attribution),
    ]
