"""What a report may show of messages that speak of patients: named fields, nothing else.

A field nobody thought of is hidden: of the Hub's messages and of missions, whatever is not listed
here goes out as `•••`, numbers and booleans included.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

MASK: Final = "•••"

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_CODE: Final = re.compile(r"[A-Za-z0-9]+([_.-][A-Za-z0-9]+){0,5}")
_NUMBER: Final = re.compile(r"[\w.:+/-]{1,160}")
_CLIENT: Final = re.compile(r"(hubex:)?(fr|hubex|health|fire)\.[\w.*-]{1,80}")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FIGURE: Final = re.compile(r"-?\d{1,6}(\.\d+)?|True|False")

Shown = Mapping[str, re.Pattern[str]]
"""What may be shown: names of fields, and the form their value must have to be shown."""

OF_THE_HUB: Final[Shown] = {
    **dict.fromkeys(("distributionID", "messageId", "referencedDistributionID"), _NUMBER),
    **dict.fromkeys(("senderID", "owner", "keys", "sender.name", "recipient.name"), _CLIENT),
    **dict.fromkeys(("sender.URI", "recipient.URI", "explicitAddressValue"), _CLIENT),
    **dict.fromkeys(("distributionKind", "distributionStatus", "kind", "status"), _CODE),
    **dict.fromkeys(("explicitAddressScheme", "language", "step", "method"), _CODE),
    **dict.fromkeys(("statusString", "orientationCategory", "decisionType"), _CODE),
    **dict.fromkeys(("resourceType", "role", "code"), _CODE),
    "statusCode": _FIGURE,
    "appointmentId": _UUID,
    **dict.fromkeys(("dateTimeSent", "dateTimeExpires", "sentAt"), _INSTANT),
    **dict.fromkeys(("created", "creation", "start", "end"), _INSTANT),
}
"""Distribution, ids of messages, codes and instants; a case's own number identifies a person."""
OF_MISSIONS: Final[Shown] = {
    **dict.fromkeys(("message_id", "mission_id", "vehicle_id", "about", "what_id"), _NUMBER),
    **dict.fromkeys(("kind", "type", "mode", "answer", "reason", "status", "cause"), _CODE),
    **dict.fromkeys(("at", "until", "created_at", "answer_by", "valid_until"), _INSTANT),
    **dict.fromkeys(("wait_minutes", "price_eur_cents", "available", "real_km"), _FIGURE),
}
"""Where a vehicle is, and where a mission goes, is where a patient lives: positions are hidden."""


def only(tree: object, shown: Shown, names: tuple[str, ...] = ()) -> object:
    """Return the same tree, every value but what may be shown hidden; absent stays absent."""
    if isinstance(tree, Mapping):
        return {name: only(value, shown, (*names, name)) for name, value in tree.items()}
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return [only(value, shown, names) for value in tree]
    if tree is None or tree == "":
        return tree
    form = next((shown[name] for name in _called(names) if name in shown), None)
    return tree if form is not None and form.fullmatch(str(tree)) else MASK


def _called(names: tuple[str, ...]) -> Iterator[str]:
    """Yield how a field may be named: by its parent and itself, or alone."""
    yield ".".join(names[-2:])
    yield from names[-1:]
