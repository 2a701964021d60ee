"""Synthetic identifiers: the right form and the right key, in ranges nobody is given.

FINESS numbers of no department (99), RPPS numbers of 1999, SIREN numbers of 999, telephone
numbers of the block that ARCEP keeps for fiction in the south-west (05 36 49).
"""

from regulation.kernel.ids import Identifier, IdKind

PHONES = 10_000


def luhn_key(digits: str) -> str:
    """Return the digit that makes the Luhn sum of the whole a multiple of ten."""
    doubled = (int(d) * (2 - i % 2) for i, d in enumerate(reversed(digits)))
    total = sum(n - 9 if n > 9 else n for n in doubled)  # noqa: PLR2004  two digits summed
    return str(-total % 10)


class Numbering:
    """Gives each synthetic thing the next number of its range."""

    def __init__(self) -> None:
        self._given = dict.fromkeys(("finess", "rpps", "siret", "phone"), 0)

    def finess(self) -> Identifier:
        """Return the next synthetic FINESS number."""
        return _with_key(IdKind.FINESS, f"99{self._next('finess'):06}")

    def rpps(self) -> Identifier:
        """Return the next synthetic RPPS number."""
        return _with_key(IdKind.RPPS, f"1999{self._next('rpps'):06}")

    def siret(self) -> Identifier:
        """Return the next synthetic SIRET number; its SIREN has a right key too."""
        siren = f"999{self._next('siret'):05}"
        return _with_key(IdKind.SIRET, f"{siren}{luhn_key(siren)}0001")

    def phone(self) -> str:
        """Return the next telephone number of the block, in international form."""
        return f"+3353649{self._next('phone') % PHONES:04}"

    def _next(self, what: str) -> int:
        self._given[what] += 1
        return self._given[what]


def _with_key(kind: IdKind, digits: str) -> Identifier:
    return Identifier(kind, digits + luhn_key(digits))
