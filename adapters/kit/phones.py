"""Telephone numbers in one form, so that two feeds' are the same when they are."""

from regulation import telephones

_REGIONS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT"}


def international(written: str, postal_code: str = "") -> str | None:
    """Return the number as +33…; None when it is none. The postal code says whose dialling plan
    a national number is of."""
    text = written.strip()
    if len(text) == 9 and text.isdigit() and text[0] != "0":  # noqa: PLR2004  the leading 0, lost
        text = f"0{text}"  # spreadsheets drop it, and so do some FINESS extracts
    return telephones.international(text, _REGIONS.get(postal_code[:3], telephones.FRANCE))
