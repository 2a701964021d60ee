"""Somebody, or some system, known to a territory."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regulation.decisions import Role
from services.security.roles import AccessRole, Permission, may


class Proof(StrEnum):
    """How an identity was proved. DECLARED: it was not, the caller only says so."""

    PRO_SANTE_CONNECT = "PRO_SANTE_CONNECT"
    SIGNED_KEY = "SIGNED_KEY"
    DECLARED = "DECLARED"
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """`subject` stands in the audit trail: `KIND:value`, never a name.

    `stepped_up_until`: until when what asks for a fresh proof may be done, None: not at all.
    """

    subject: str
    role: AccessRole
    territories: frozenset[str]
    proof: Proof
    stepped_up_until: datetime | None = None

    def may(self, permission: Permission, territory: str) -> bool:
        """Tell whether they may do this in this territory; what is public is so everywhere."""
        if not may(self.role, permission):
            return False
        return permission is Permission.SEE_PUBLIC or territory in self.territories

    def is_stepped_up(self, now: datetime) -> bool:
        """Tell whether they proved who they are a moment ago."""
        return self.stepped_up_until is not None and now < self.stepped_up_until

    @property
    def desk_role(self) -> Role | None:
        """The role at the desk, None for those who don't sit there."""
        return Role(self.role) if self.role in Role.__members__ else None


NOBODY = Identity(
    subject="LOCAL:anonyme", role=AccessRole.PUBLIC, territories=frozenset(), proof=Proof.NONE
)
"""Whoever asks without saying who they are."""
