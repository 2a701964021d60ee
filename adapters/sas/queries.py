"""The three searches, parameter by parameter as the guide writes them (IG SAS 1.2.0)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

from adapters.kit.numbers import to_practitioner_token, to_structure_token
from adapters.sas.dates import in_paris
from adapters.sas.places import Flow
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.time import PARIS, TimeWindow

ACCEPT = "application/json+fhir"
"""What the guide asks a consumer to send; servers answer `application/fhir+json`."""

PAGE_SIZE = 1000
DAYS_AHEAD = 2
_PLAIN = ":/,"
"""Characters the published queries leave as they are; `+` and `|` must be encoded."""


def search_window(now: datetime) -> TimeWindow:
    """Return the period the national platform asks: from now to the end of the second next day."""
    last = now.astimezone(PARIS).date() + timedelta(days=DAYS_AHEAD)
    end = datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=PARIS)
    return TimeWindow(in_paris(now), in_paris(end))


def can_ask(flow: Flow, number: Identifier) -> bool:
    """Tell whether the flow searches by numbers of this kind."""
    return number.kind in _KINDS[flow]


def search_path(flow: Flow, numbers: Sequence[Identifier], window: TimeWindow) -> str:
    """Write the search of one batch; ValueError for a number the flow cannot ask by."""
    parameters = _PARAMETERS[flow](numbers, window)
    resource = "Schedule" if flow is Flow.SOS else "Slot"
    query = "&".join(f"{name}={quote(value, safe=_PLAIN)}" for name, value in parameters)
    return f"/{resource}?{query}"


def _practitioner_search(
    numbers: Sequence[Identifier], window: TimeWindow
) -> list[tuple[str, str]]:
    return [
        ("_include", "Slot:schedule"),
        ("_include:iterate", "Schedule:actor"),
        ("start", f"ge{_instant(window.start)}"),
        ("start", f"le{_instant(window.end)}"),
        (
            "schedule.actor:Practitioner.identifier",
            ",".join(to_practitioner_token(number) for number in numbers),
        ),
        ("status", "free"),
        ("_count", str(PAGE_SIZE)),
    ]


def _community_search(numbers: Sequence[Identifier], window: TimeWindow) -> list[tuple[str, str]]:
    return [
        *_practitioner_search(numbers, window),
        ("_include", "Slot:service-type-reference"),
        ("_include:iterate", "HealthcareService:organization"),
    ]


def _sos_search(numbers: Sequence[Identifier], window: TimeWindow) -> list[tuple[str, str]]:
    return [
        ("_revinclude", "Slot:schedule"),
        ("_include", "Schedule:actor:Location"),
        ("_include:iterate", "Location:organization"),
        ("_has:Slot:schedule:start", f"ge{_instant(window.start)}"),
        ("_has:Slot:schedule:start", f"le{_instant(window.end)}"),
        ("_has:Slot:schedule:status", "free"),
        (
            "actor:Location.organization.identifier",
            ",".join(to_structure_token(number) for number in numbers),
        ),
        ("_count", str(PAGE_SIZE)),
    ]


_KINDS = {
    Flow.PS: {IdKind.RPPS},
    Flow.CPTS: {IdKind.RPPS},
    Flow.SOS: {IdKind.SIRET, IdKind.FINESS},
}
_PARAMETERS = {
    Flow.PS: _practitioner_search,
    Flow.CPTS: _community_search,
    Flow.SOS: _sos_search,
}


def _instant(instant: datetime) -> str:
    return in_paris(instant).isoformat(timespec="milliseconds")
