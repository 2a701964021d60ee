"""Reads territory.toml: name, department, time zone, attribution, parameters with a source."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters.kit.misread import misread
from adapters.territory.tables import Fault, FolderFiles
from adapters.territory.territory import Parameter

FILE = "territory.toml"
KEYS: dict[str, tuple[type, ...]] = {
    "name": (str,),
    "department": (str,),
    "time_zone": (str,),
    "attribution": (list,),
    "parameters": (dict,),
}
PARAMETER_KEYS: dict[str, tuple[type, ...]] = {
    "value": (int, float, str, list),
    "unit": (str,),
    "source": (str,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What territory.toml says."""

    name: str
    department: str
    zone: ZoneInfo
    attribution: tuple[str, ...]
    parameters: Mapping[str, Parameter]


def read_settings(files: FolderFiles, faults: list[Fault]) -> Settings | None:
    """Read territory.toml; None when it is at fault, its faults added to the list."""
    try:
        document = tomllib.loads(files.text(FILE))
    except (OSError, ValueError, RecursionError) as error:  # no file, no UTF-8, no TOML
        faults.append(_fault("file", f"ne peut être lu : {misread(error)}"))
        return None
    wrong = list(_wrong_keys(document, KEYS, ""))
    if not wrong:
        wrong = [*_wrong_parameters(document["parameters"]), *_wrong_zone(document["time_zone"])]
    faults.extend(wrong)
    if wrong:
        return None
    return Settings(
        name=document["name"],
        department=document["department"],
        zone=ZoneInfo(document["time_zone"]),
        attribution=tuple(str(line) for line in document["attribution"]),
        parameters={
            name: Parameter(value=_value(told["value"]), unit=told["unit"], source=told["source"])
            for name, told in document["parameters"].items()
        },
    )


def _value(told: float | str | list[object]) -> float | str | tuple[str, ...]:
    return tuple(str(one) for one in told) if isinstance(told, list) else told


def _wrong_parameters(parameters: Mapping[str, object]) -> Iterator[Fault]:
    for name, told in parameters.items():
        where = f"parameters.{name}"
        if not isinstance(told, dict):
            yield _fault(where, "écrire value, unit et source")
            continue
        yield from _wrong_keys(told, PARAMETER_KEYS, f"{where}.")
        if not told.get("source"):
            yield _fault(f"{where}.source", "est vide : nommer la source, ou écrire `assumption`")


def _wrong_zone(name: str) -> Iterator[Fault]:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        yield _fault("time_zone", f"{name!r} n'est pas un fuseau tel que Europe/Paris")


def _wrong_keys(
    document: Mapping[str, object], wanted: Mapping[str, tuple[type, ...]], where: str
) -> Iterator[Fault]:
    for key in document:
        if key not in wanted:
            yield _fault(f"{where}{key}", "clé inconnue")
    for key, types in wanted.items():
        if key not in document:
            yield _fault(f"{where}{key}", "la clé manque")
        elif isinstance(document[key], bool) or not isinstance(document[key], types):
            names = " ou ".join(one.__name__ for one in types)
            yield _fault(f"{where}{key}", f"{document[key]!r} n'est pas de type {names}")


def _fault(field: str, reason: str) -> Fault:
    return Fault(file=FILE, line=0, field=field, reason=reason)
