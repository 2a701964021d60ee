"""What can be wrong with an instance file."""

from pathlib import Path


class InstanceError(ValueError):
    """A file that is not an instance: names the file, the line when there is one, the reason."""

    def __init__(self, path: Path, reason: str, line: int | None = None) -> None:
        self.path = path
        self.place_and_reason = reason if line is None else f"ligne {line} : {reason}"
        super().__init__(f"{path}: {self.place_and_reason}")
