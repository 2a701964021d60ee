"""What a message of the Hub changes here, within one unit of work."""

from dataclasses import dataclass, field
from datetime import datetime

from adapters.hubsante.casefiles import shared_file
from adapters.hubsante.errors import HubErrorCode, Unacceptable
from adapters.hubsante.reading import Message
from adapters.hubsante.vehicles import Doubtful, reports_of
from adapters.hubsante.wire.cases import CreateCaseHealth, CreateCaseHealthUpdate
from adapters.kit.departments import Department
from adapters.kit.judgement import Judgement
from services.awaiting import tell_those_who_wait
from services.exchange.drafting import AlreadyShared, Drafting, NeverShared, Telling
from services.exchange.missions import find_mission
from services.exchange.ride_news import (
    Concerned,
    RideReport,
    concerned_by,
    mission_under_way,
    record_news,
)
from services.store import Unit
from transport.reports import VehicleSeen

SOURCE = "hub"


@dataclass(slots=True)
class Aside:
    """What a message says besides what is kept with the unit: where vehicles are, and what of it
    could not be trusted."""

    sightings: list[VehicleSeen] = field(default_factory=list)
    doubts: list[Doubtful] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubEffects:
    """Applies messages; `area` is where vehicles may be."""

    drafting: Drafting
    client_id: str
    area: Department | None

    def apply(self, unit: Unit, message: Message, sender: str, now: datetime) -> Aside:
        """Keep what a message says; raise Unacceptable when it contradicts what is kept."""
        body = message.body
        if isinstance(body, CreateCaseHealth | CreateCaseHealthUpdate):
            self._tell_case(unit, body, sender, now)
            return Aside()
        aside, news = Aside(), []
        for found in reports_of(body, Judgement(now=now, area=self.area)):
            match found:
                case Doubtful():
                    aside.doubts.append(found)
                case VehicleSeen():
                    aside.sightings.append(found)
                case _:
                    news.append(record_news(unit, found, self._concerned(unit, found), now))
        tell_those_who_wait(unit, filter(None, news), now)
        return aside

    def _tell_case(
        self,
        unit: Unit,
        body: CreateCaseHealth | CreateCaseHealthUpdate,
        sender: str,
        now: datetime,
    ) -> None:
        file = shared_file(body)
        telling = Telling(
            source=SOURCE,
            sender=sender,
            case_ref=file.case_ref,
            by_draft=file.by_draft(),
            is_closed=file.is_closed,
            at=now,
        )
        try:
            if file.opens:
                self.drafting.share(unit, telling)
            else:
                self.drafting.update(unit, telling)
        except AlreadyShared:
            reason = "another case was shared under this number"
            raise Unacceptable(HubErrorCode.CASE_ALREADY_EXISTS, "caseId", reason) from None
        except NeverShared:
            reason = "no case was shared under this number: send RS-EDA first"
            raise Unacceptable(HubErrorCode.WRONG_MESSAGE_SEQUENCE, "caseId", reason) from None

    def _concerned(self, unit: Unit, report: RideReport) -> Concerned:
        """By the number of our request; where it isn't said, by the vehicle put on the case."""
        if report.request_id is not None:
            return concerned_by(unit, find_mission(self.client_id, report.request_id))
        if report.case_ref is None or unit.cases.find(report.case_ref) is None:
            return Concerned()
        mission_id = mission_under_way(unit, report.case_ref, report.vehicle_id or "")
        return Concerned(mission_id=mission_id, case_id=report.case_ref)
