"""What each recipient may be told, and nothing else: one type for each, field by field.

These types are the allow-list. They hold codes, instants, places and figures; no field takes a
text that somebody typed. To tell a recipient one thing more is to add a field here, a line to
`docs/rgpd.md` and one to the test that holds the list.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regulation.cases import Sex
from regulation.declarations import Openness
from regulation.effecteurs import Accessible, CareCode, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.modes import LegKind, Mode
from regulation.kernel.observed import Freshness
from regulation.kernel.places import CommuneCode, Position
from regulation.kernel.riders import Load
from regulation.kernel.time import TimeWindow
from regulation.offers import SlotMode


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeAccess:
    """What a crew must know of the way to the door; None: not known."""

    floor: int | None = None
    lift: bool | None = None
    steps: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Where the vehicle is to be, and when it leaves (None: it ends there)."""

    position: Position
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissionOrder:
    """To a transporter: one ride to do with one vehicle, and what carrying the person takes.

    `contact_phone` is for the driver at the door; `communication` and `language` say how to
    speak with the person; nothing says why they are carried.
    """

    mission_id: str
    vehicle_id: str
    mode: Mode
    halts: tuple[Halt, ...]
    load: Load
    equipment: frozenset[str]
    crew: int
    shared_allowed: bool
    driver_info: tuple[str, ...]
    home_access: HomeAccess
    contact_phone: str | None
    communication: str | None
    language: str | None
    answer_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentNotice:
    """To the effecteur, and to the regulation software: who is expected, when, for what need."""

    appointment_id: str
    slot_id: str | None
    source: str | None
    effecteur_id: str
    window: TimeWindow
    mode: SlotMode | None
    need: CareCode
    specialty: str | None
    age: float
    sex: Sex
    arrives_by: Mode | None
    premises_needs: frozenset[str]
    companion: bool
    communication: str | None
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PharmacyNotice:
    """To a pharmacy: somebody will come by, and how they get in; neither who nor what for."""

    visit_id: str
    earliest: datetime
    latest: datetime
    premises_needs: frozenset[str]
    communication: str | None
    language: str | None


class Meeting(StrEnum):
    """How the person is received: at an hour the place agreed to, at one it is asked for, among
    others who come, on top of the agenda once the place agrees, at home, or from afar."""

    APPOINTMENT = "APPOINTMENT"
    ASKED = "ASKED"
    WALKIN = "WALKIN"
    ON_TOP = "ON_TOP"
    UNBOOKED = "UNBOOKED"
    VISIT = "VISIT"
    REMOTE = "REMOTE"
    REMOTE_HELPED = "REMOTE_HELPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientNotice:
    """To the person who called, by SMS: where, when, how they get there, are received and get home;
    `replaces`: they may have been told of something else before; `meeting` None: not kept, of a
    message of before; `calls_home`: they call to be fetched, `home_at` is a guess."""

    notice_id: str
    place_name: str
    place: Position
    care_at: datetime
    outward_mode: Mode | None
    pickup_at: datetime | None
    home_at: datetime | None
    language: str | None
    replaces: bool = False
    meeting: Meeting | None = None
    calls_home: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledNotice:
    """To the person who called, by SMS: what they were told of no longer holds, care and rides."""

    notice_id: str
    place_name: str
    care_at: datetime
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RideNotice:
    """To the person who called, by SMS: a ride is at another hour, or by another kind of vehicle,
    than they were told. `way`: there, or home."""

    notice_id: str
    way: LegKind
    mode: Mode
    pickup_at: datetime
    arrives_at: datetime
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingNotice:
    """To the person who called, by SMS: the company that agreed to their way there, and when it
    comes. `mode` None: by which kind of vehicle it didn't say; `is_later`: it waits until
    `pickup_at`, past what they were told, to be there."""

    notice_id: str
    company: str
    mode: Mode | None
    pickup_at: datetime
    is_later: bool
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsureNotice:
    """To the person who called, by SMS: a ride of theirs is no longer agreed to. `is_sought`:
    another vehicle is; False: its company is still to say; None: nobody is known to look for one,
    they call."""

    notice_id: str
    pickup_at: datetime
    is_sought: bool | None
    language: str | None
    way: LegKind = LegKind.OUTWARD


@dataclass(frozen=True, slots=True, kw_only=True)
class LateNotice:
    """To the person who called, by SMS: the vehicle of a ride cannot be there before `expected_at`,
    or can be as promised after all."""

    notice_id: str
    way: LegKind
    promised_at: datetime
    expected_at: datetime
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientSought:
    """To a member of a community: somebody to take, for what need, until when it is asked, and
    the path of the page where one accepts, which is the recipient's alone."""

    appeal_id: str
    community_id: str
    need: CareCode
    specialty: str | None
    age: float
    sex: Sex
    premises_needs: frozenset[str]
    communication: str | None
    language: str | None
    until: datetime
    path: str


class Cause(StrEnum):
    """Why something told before no longer holds."""

    REPLACED = "REPLACED"
    CANCELLED = "CANCELLED"
    TAKEN = "TAKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """To whoever was told of a mission, an appointment or a visit: it no longer holds."""

    what_id: str
    cause: Cause


class Standing(StrEnum):
    """How a place stands at an instant."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicPlace:
    """On the public map and in open data: a place, and how it stands; made without any case at
    hand. `name` is that of its kind where its own is often somebody's, `phone` empty but for
    pharmacies; `until` None: nobody knows; `declared` None: it says nothing of itself."""

    place_id: Identifier
    kind: EffecteurKind
    name: str
    commune: CommuneCode
    address: str
    phone: str
    position: Position
    standing: Standing
    until: datetime | None
    on_duty: bool
    access: Accessible
    declared: Openness | None
    hours_source: str
    hours_at: datetime | None
    hours_fresh: Freshness | None


Body = (
    MissionOrder
    | AppointmentNotice
    | PharmacyNotice
    | PatientNotice
    | CancelledNotice
    | RideNotice
    | ComingNotice
    | UnsureNotice
    | LateNotice
    | PatientSought
    | Withdrawal
)
"""Whatever may leave."""
