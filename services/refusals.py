"""Why a command on a case isn't carried out; each says which field or fact stands in the way."""

from regulation.ports import RecordedOrientation


class UnknownCase(LookupError):  # noqa: N818  a refusal, named as one says it
    """There is no case of this id."""


class UnknownMessage(LookupError):  # noqa: N818  a refusal, named as one says it
    """There is no message of this id."""


class Conflict(Exception):  # noqa: N818  a refusal, named as one says it
    """The case is not in a state in which this can be done."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class TooEarly(Conflict):
    """It cannot be done of this case yet; the reason says from when."""

    def __init__(self, reason: str) -> None:
        super().__init__("case_id", reason)


class OutOfDate(Conflict):
    """The proposal can no longer be carried out; `fresh` is the answer that now can, kept."""

    def __init__(self, field: str, reason: str, fresh: RecordedOrientation | None = None) -> None:
        super().__init__(field, reason)
        self.fresh = fresh
