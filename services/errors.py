"""Errors that are messages to a person: what, where, what to do."""

from pydantic import ValidationError


class BadInput(Exception):  # noqa: N818  it is not an error of ours
    """Input refused: names the field and the reason; nothing has been stored."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason

    @classmethod
    def from_validation(cls, error: ValidationError) -> "BadInput":
        """Name the first field at fault of a border model."""
        first = error.errors(include_url=False, include_context=False)[0]
        return cls(".".join(str(part) for part in first["loc"]) or "document", first["msg"])
