"""What Pro Santé Connect says of a professional (claims of UserInfo, interop §7)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.psc.errors import NotIdentified
from regulation.kernel.ids import Identifier, IdKind

_NUMBER = re.compile(r"8(?P<rpps>[0-9]{11})")
YES = "VRAI"


@dataclass(frozen=True, slots=True, kw_only=True)
class Professional:
    """`subject` is the provider's own id; `rpps` None: somebody without a national number.

    `may_regulate`: Pro Santé Connect says that they work in medical regulation
    (`Acces_Regulation_Medicale`); unsaid is no.
    """

    subject: str
    rpps: Identifier | None
    given_name: str
    family_name: str
    may_regulate: bool


def professional_of(claims: Mapping[str, object], *, subject: str) -> Professional:
    """Read UserInfo; raise NotIdentified when it is of another than the ID token's subject."""
    if claims.get("sub") != subject:
        raise NotIdentified("les informations reçues sont celles de quelqu'un d'autre")
    number = _NUMBER.fullmatch(_text(claims, "SubjectNameID"))
    return Professional(
        subject=subject,
        rpps=Identifier(IdKind.RPPS, number["rpps"]) if number else None,
        given_name=_text(claims, "given_name"),
        family_name=_text(claims, "family_name"),
        may_regulate=_text(claims, "Acces_Regulation_Medicale") == YES,
    )


def _text(claims: Mapping[str, object], name: str) -> str:
    value = claims.get(name, "")
    return value if isinstance(value, str) else ""
