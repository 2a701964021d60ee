"""What is said of messages themselves: RC-REF, RS-ERROR, and the empty test of a connection."""

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET, UnsetType, field

from adapters.hubsante.codes import StepCode
from adapters.hubsante.wire.part import Wire


class Reference(Wire, frozen=True):
    """RC-REF: what has become of a message."""

    distribution_id: str = field(name="distributionID")
    refused: bool | UnsetType = UNSET
    error_distribution_id: str | UnsetType = field(default=UNSET, name="errorDistributionID")
    step: StepCode | UnsetType = UNSET


class ErrorCode(Wire, frozen=True):
    """The number and the name of an error."""

    status_code: float
    status_string: str


class HubError(Wire, frozen=True):
    """RS-ERROR: a message that could not be taken, or not delivered."""

    error_code: ErrorCode
    error_cause: str
    referenced_distribution_id: str = field(name="referencedDistributionID")
    source_message: Mapping[str, Any] | UnsetType = UNSET
