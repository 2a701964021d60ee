"""The trace of an access to a case, or to what the territory settles: who, what, when, which case,
with what outcome."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regulation.kernel.time import require_aware


class AuditAction(StrEnum):
    """What was asked."""

    OPEN = "OPEN"
    READ = "READ"
    PROPOSE = "PROPOSE"
    DECIDE = "DECIDE"
    TAKE_BACK = "TAKE_BACK"
    RESEND = "RESEND"
    LIFT_FLAG = "LIFT_FLAG"
    SEEK = "SEEK"
    FOLLOW = "FOLLOW"
    WANT_RETURN = "WANT_RETURN"
    CLOSE = "CLOSE"
    CANCEL = "CANCEL"
    LEAVE_NOTE = "LEAVE_NOTE"
    SEARCH = "SEARCH"
    TRY_FIGURE = "TRY_FIGURE"
    JUDGE_PAIR = "JUDGE_PAIR"
    WITHDRAW_LINKS = "WITHDRAW_LINKS"
    REREAD = "REREAD"


class AuditOutcome(StrEnum):
    """What came of it."""

    DONE = "DONE"
    REPEATED = "REPEATED"
    REFUSED = "REFUSED"
    CONFLICT = "CONFLICT"
    NOT_FOUND = "NOT_FOUND"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line. `who` is what the caller declares until access is authenticated; no line holds
    anything of the patient but the id of the case. What is done to no one case stands under the
    name of what it is done to, in place of an id."""

    at: datetime
    who: str
    action: AuditAction
    case_id: str
    outcome: AuditOutcome

    def __post_init__(self) -> None:
        require_aware(self.at, "audit entry")
