"""Why a message is not taken: the exchange's own numbers, and the element at fault."""

from dataclasses import dataclass
from enum import IntEnum

from adapters.kit.quarantine import Defect


class HubErrorCode(IntEnum):
    """Numbers of RS-ERROR (models of the Hub Santé); below 600 the Hub says them as well."""

    DELIVERY_MODE_INCONSISTENCY = 100
    NOT_ALLOWED_CONTENT_TYPE = 101
    UNRECOGNIZED_MESSAGE_FORMAT = 102
    SENDER_INCONSISTENCY = 200
    INVALID_MESSAGE = 300
    SCHEMA_NOT_FOUND = 301
    EXPIRED_MESSAGE_BEFORE_ROUTING = 400
    CONFLICT = 409
    DEAD_LETTER_QUEUED = 500
    UNROUTABLE_MESSAGE = 501
    MESSAGE_CONVERSION_ERROR = 600
    INTERNAL_CLIENT_ERROR = 700
    CASE_ALREADY_EXISTS = 701
    WRONG_MESSAGE_SEQUENCE = 702
    UNKNOWN_SENDER = 703
    INSUFFICIENT_DATA = 704


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One message, or the envelope as a whole, put aside, and the number to answer with."""

    code: HubErrorCode
    defect: Defect

    @property
    def cause(self) -> str:
        """What to answer: the element and what is wrong with it, never its content."""
        return f"{self.defect.field}: {self.defect.reason}"


class Unacceptable(Exception):  # noqa: N818  the message is at fault, not the code
    """A message cannot be taken."""

    def __init__(self, code: HubErrorCode, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.code = code
        self.field = field
        self.reason = reason
