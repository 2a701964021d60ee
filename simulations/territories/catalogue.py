"""The territories that come with the program, by name."""

from pathlib import Path

_HERE = Path(__file__).parent


def names() -> tuple[str, ...]:
    """Return the names of the territories at hand."""
    return tuple(sorted(path.parent.name for path in _HERE.glob("*/territory.toml")))


def folder_of(name_or_folder: str) -> Path:
    """Return the folder of a named territory, or the folder itself; LookupError otherwise."""
    if name_or_folder in names():
        return _HERE / name_or_folder
    folder = Path(name_or_folder)
    if folder.is_dir():
        return folder
    raise LookupError(
        f"aucun territoire {name_or_folder!r} : donner un dossier, ou l'un de {', '.join(names())}"
    )
