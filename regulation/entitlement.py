"""Who pays for the transport, on what paper: the words of the answer."""

from dataclasses import dataclass
from enum import StrEnum

from regulation.rules import Fired

FAMILY = "prise_en_charge"
DERIVED_FACTS = frozenset(
    {"vehicle_class", "at_least", "class_settled", "series.in_two_months"}
    | {"needs_approval", "cost_open", "emergency_told"}
)
"""Facts of the rules that no answer gives: they are worked out here."""


PARTICULARS = (
    "plane_or_boat",
    "camsp_cmpp",
    "remote_maternity",
    "samsah",
    "escort",
    "emergency_aid",
    "had_outside_protocol",
    "had_admission",
    "usld",
    "ehpad",
    "radiotherapy_elsewhere",
    "home_dialysis",
    "young_patient_leave",
    "css",
    "ame",
    "maternity",
    "franchise_cap_reached",
    "third_party_liable",
)
"""Particulars that change who pays, on what paper, or what is left to pay; told when there are."""


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

    `sentence` is said to the caller, in French; `waiting` names the answers it waits for; `notes`
    are the rules that add a word of their own. `percent` is the least share of the health
    insurance, `percent_at_most` the best an answer waited for can make it, `franchise_cents` the
    most it keeps back on each trip (None: another payer, or not known). `presumed` names the
    answers never asked that could change any of it: the sentence says what was taken for granted.
    `is_cost_open`: what is left to the patient may still turn out to be less.
    """

    covered: bool | None
    payer: FundingPayer
    document: Document
    sentence: str
    fired: tuple[Fired, ...]
    waiting: frozenset[str] = frozenset()
    notes: tuple[Fired, ...] = ()
    percent: int | None = None
    percent_at_most: int | None = None
    franchise_cents: int | None = None
    presumed: frozenset[str] = frozenset()
    is_cost_open: bool = False
