"""What transporters tell of rides, kept as events: once each, however often it comes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from regulation.events import Event, EventKind, Fact
from services.store import Unit
from transport.reports import (
    MissionReported,
    Report,
    RideAnswered,
    VehicleEngaged,
    VehicleSeen,
)

RideReport = RideAnswered | VehicleEngaged | MissionReported
"""What is kept for ever; where vehicles are is not."""

KINDS: Mapping[type[RideReport], EventKind] = {
    RideAnswered: EventKind.RIDE_ANSWERED,
    VehicleEngaged: EventKind.RIDE_ENGAGED,
    MissionReported: EventKind.RIDE_STATUS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """Which mission and which case of ours a report is about; None: not known to be ours."""

    mission_id: str | None = None
    case_id: str | None = None


def record_news(unit: Unit, report: Report, concerned: Concerned, now: datetime) -> Event | None:
    """Keep a report as an event, and return it; None when it was no news."""
    if isinstance(report, VehicleSeen):
        return None
    if not unit.inbox.admit(f"{report.source}/report", _number(report, concerned), now):
        return None
    facts: dict[str, Fact] = {"mission_id": concerned.mission_id, "source": report.source}
    event = Event(
        at=report.at,
        kind=KINDS[type(report)],
        case_id=concerned.case_id,
        facts=facts | dict(_facts(report)),
    )
    unit.events.record(event)
    return event


def concerned_by(unit: Unit, mission_id: str | None) -> Concerned:
    """Find the case of a mission, whose id begins with that of the answer it comes from."""
    if mission_id is None:
        return Concerned()
    try:
        answer = unit.journal.get_orientation(_answer_id(mission_id))
    except LookupError:
        return Concerned(mission_id=mission_id)
    return Concerned(mission_id=mission_id, case_id=answer.orientation.case_id)


def _answer_id(mission_id: str) -> str:
    """`case:1` of `case:1.2~3/outward`: the second decision on it, given to a third vehicle."""
    case_id, _, decided = mission_id.rpartition("/")[0].rpartition(":")
    return f"{case_id}:{decided.partition('~')[0].partition('.')[0]}"


def mission_under_way(unit: Unit, case_id: str, vehicle_id: str) -> str | None:
    """Return the mission a vehicle was last engaged on for a case; the exchange repeats it not."""
    engaged = [
        str(one.event.facts["mission_id"])
        for one in unit.events.after(0, case_id=case_id)
        if one.event.kind is EventKind.RIDE_ENGAGED
        and one.event.facts.get("vehicle_id") == vehicle_id
        and one.event.facts.get("mission_id")
    ]
    return engaged[-1] if engaged else None


def _facts(report: RideReport) -> Iterator[tuple[str, Fact]]:
    yield "vehicle_id", report.vehicle_id
    match report:
        case RideAnswered():
            yield "answer", report.answer.value
            yield "within_s", None if report.within is None else int(report.within.total_seconds())
        case VehicleEngaged():
            yield "vehicle_type", report.vehicle_type
            yield "mode", None if report.mode is None else report.mode.value
        case MissionReported():
            yield "status", report.status.value
            yield "is_free", report.is_free


def _number(report: RideReport, concerned: Concerned) -> str:
    """Two reports alike in all this are one report."""
    about = concerned.mission_id or report.request_id or report.case_ref
    said = "/".join(str(value) for _, value in _facts(report))
    return f"{KINDS[type(report)]}/{about}/{report.at.isoformat()}/{said}"[:200]
