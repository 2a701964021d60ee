"""Who pays for the transport, on what paper, and the one sentence that says so."""

from dataclasses import dataclass
from enum import StrEnum

from regulation.rules import Fired


class FundingPayer(StrEnum):
    """Who the rules say pays; NONE: nobody but the patient, or not known yet."""

    CPAM = "CPAM"
    ETABLISSEMENT = "ETABLISSEMENT"
    NONE = "NONE"


class Document(StrEnum):
    """The paper without which nobody pays (DAP: demande d'accord préalable)."""

    PRESCRIPTION_TRANSPORT = "PRESCRIPTION_TRANSPORT"
    DAP = "DAP"
    CONVOCATION = "CONVOCATION"
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """Whether the transport is covered; None while an answer that decides it isn't known.

    `sentence` is said to the caller, in French.
    """

    covered: bool | None
    payer: FundingPayer
    document: Document
    sentence: str
    fired: tuple[Fired, ...]
