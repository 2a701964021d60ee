"""What can be wrong with an instance file."""

from pathlib import Path


class InstanceError(ValueError):
    """A file that is not an instance: names the file, the line when there is one, the reason."""

    def __init__(self, path: Path, reason: str, line: int | None = None) -> None:
        place = f"{path}, line {line}" if line is not None else str(path)
        super().__init__(f"{place}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason
