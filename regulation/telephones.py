"""Telephone numbers: the same or not however they are written, and written as they are dialled."""

from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

FRANCE: Final = "FR"
MAINLAND: Final = 33
OVERSEAS: Final = (262, 590, 594, 596)
"""Country codes of departments in the one plan that all of France dials by."""

AT_A_PLACE_OR_IN_A_POCKET: Final = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE})
"""What tells where a number is of; one that is called free or through the internet does not."""

MANY: Final = 8192
"""Numbers whose writing is remembered: those of a territory's places, told at each call."""


def read(written: str, region: str = FRANCE) -> PhoneNumber | None:
    """Read a number as it is written in a region of France; None when it is none.

    What begins as those of an overseas department is of there: no other has the same ten digits.
    """
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    if number.country_code != MAINLAND:
        return number
    there = [PhoneNumber(code, number.national_number) for code in OVERSEAS]
    found = [one for one in there if phonenumbers.number_type(one) in AT_A_PLACE_OR_IN_A_POCKET]
    return found[0] if len(found) == 1 else number


def international(written: str, region: str = FRANCE) -> str | None:
    """Write a number with its country and without a space, as +33…; None when it is none."""
    number = read(written, region)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if number else None


def line_of(written: str) -> str:
    """What tells one telephone from another, however its number is written: the number with its
    country; of what is no number (a short one, too few digits), its text without spaces."""
    return international(written) or "".join(written.split())


@lru_cache(maxsize=MANY)
def as_dialled(written: str) -> str:
    """Write a number in the groups people read it by, as it is dialled from anywhere in France:
    one of elsewhere with its country; as it came, when it is none."""
    number = read(written)
    if number is None:
        return written
    is_near = number.country_code in {MAINLAND, *OVERSEAS}
    form = PhoneNumberFormat.NATIONAL if is_near else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)
