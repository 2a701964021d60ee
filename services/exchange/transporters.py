"""The desk of transporters: deliveries signed by their company, each event of its own missions."""

import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from adapters.couriers.letters import signature_of
from adapters.kit.defective import Defective
from adapters.kit.departments import Department
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect, Payload, Quarantine
from adapters.transporter.mapping import Reading, read_delivery
from regulation.messages import Channel
from services.awaiting import tell_those_who_wait
from services.errors import BadInput
from services.exchange.ride_news import concerned_by, record_news
from services.retrying import retried
from services.runtime import Runtime
from services.store import Store, Unit
from transport.reports import Report, RideAnswered, VehicleSeen

FEED: Final = "transporter"
SIGNED_FOR: Final = timedelta(minutes=5)
"""How far from our clock a signature may be dated: past it, somebody sends again what they saw."""

_SIGNATURE = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")


class NotAuthentic(Exception):  # noqa: N818  a refusal, named as one says it
    """It cannot be known to come from this company, or to be meant for now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a delivery: events kept, and those put aside. `repeated`: it came before."""

    accepted: int
    defects: tuple[Defect, ...]
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TransporterDesk:
    """Takes what companies send. `secrets`: the one each shares with us; `seen` is told where
    vehicles are; `area` is where they may be."""

    runtime: Runtime
    store: Store
    quarantine: Quarantine
    secrets: Mapping[str, bytes]
    seen: Callable[[Sequence[VehicleSeen]], object]
    area: Department | None = None

    def take(self, company: str, signature: str, raw: bytes) -> Taken:
        """Keep what a company says of its missions and vehicles.

        The same delivery again changes nothing. Raise NotAuthentic; BadInput when it is none.
        """
        now = self.runtime.clock.now()
        self._authenticate(company, signature, raw, now)
        return self._take_in(company, raw, now)

    def take_by_link(self, company: str, raw: bytes) -> Taken:
        """Keep what somebody says in the name of a company, by the link that was given to it."""
        return self._take_in(company, raw, self.runtime.clock.now())

    def _take_in(self, company: str, raw: bytes, now: datetime) -> Taken:
        source = f"{FEED}:{company}"
        try:
            reading = read_delivery(raw, Judgement(now=now, area=self.area), source)
        except Defective as fault:
            self._put_aside(source, raw, [_whole(fault, raw)], now)
            raise BadInput(fault.field, fault.reason) from None
        taken, sightings = retried(lambda: self._keep(company, source, reading, now))
        self._put_aside(source, raw, taken.defects, now)
        if sightings:
            self.seen(sightings)
        return taken

    def _authenticate(self, company: str, signature: str, raw: bytes, now: datetime) -> None:
        """Check the signature before reading anything; unknown and forged sound the same."""
        found = _SIGNATURE.fullmatch(signature)
        secret = self.secrets.get(company)
        if found is None or secret is None:
            raise NotAuthentic
        try:
            signed_at = datetime.fromtimestamp(int(found[1]), UTC)
        except (ValueError, OverflowError):  # after the year 9999
            raise NotAuthentic from None
        expected = signature_of(raw, secret, signed_at)
        if not hmac.compare_digest(expected, signature):
            raise NotAuthentic
        if abs(now - signed_at) > SIGNED_FOR:
            raise NotAuthentic

    def _keep(
        self, company: str, source: str, reading: Reading, now: datetime
    ) -> tuple[Taken, list[VehicleSeen]]:
        vehicles = {one.vehicle_id for one in self.runtime.fleet(now) if one.provider == company}
        sightings: list[VehicleSeen] = []
        news = []
        defects = list(reading.defects)
        with self.store.unit() as unit:
            if not unit.inbox.admit(source, reading.message_id, now):
                return Taken(accepted=0, defects=(), repeated=True), []
            for index, report in reading.reports:
                fault = _not_theirs(unit, report, company, vehicles)
                if fault is not None:
                    field, reason = fault
                    raw = reading.raws[index]
                    defects.append(Defect(index=index, field=field, reason=reason, raw=raw))
                elif isinstance(report, VehicleSeen):
                    sightings.append(report)
                else:
                    concerned = concerned_by(unit, report.request_id)
                    news.append(record_news(unit, report, concerned, now))
            tell_those_who_wait(unit, filter(None, news), now)
        accepted = len(reading.raws) - len(defects)
        return Taken(accepted=accepted, defects=tuple(defects)), sightings

    def _put_aside(self, source: str, raw: bytes, defects: Sequence[Defect], now: datetime) -> None:
        if defects:
            self.quarantine.put(source, now, defects, Payload(feed=FEED, raw=raw, judged_at=now))


def _not_theirs(
    unit: Unit, report: Report, company: str, vehicles: set[str]
) -> tuple[str, str] | None:
    """Say what in a report is not the company's to tell."""
    vehicle_id = report.vehicle_id
    if vehicle_id is not None and vehicle_id not in vehicles:
        return "vehicle_id", "n'est pas un véhicule de cette société"
    if isinstance(report, VehicleSeen):
        return None
    mission_id = report.request_id
    asked = unit.outbox.find(f"{mission_id}/{Channel.TRANSPORTER.lower()}")
    if asked is None or asked.message.recipient != company:
        return "mission_id", "n'est pas une mission demandée à cette société"
    if isinstance(report, RideAnswered) and report.valid_until is not None:
        return None if report.valid_until > report.at else ("valid_until", "est déjà passé")
    return None


def _whole(fault: Defective, raw: bytes) -> Defect:
    return Defect(index=None, field=fault.field, reason=fault.reason, raw=raw)
