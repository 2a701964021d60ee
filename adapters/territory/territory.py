"""A territory: its communes, its effecteurs and fleet as rules of the week, its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from adapters.kit.hours import Span, WeeklyHours, span_window, windows_between
from adapters.territory.addresses import AddressBook, FoundAddress
from regulation.effecteurs import Effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.modes import Mode
from regulation.kernel.places import CommuneCode, Position, crow_distance_m
from regulation.kernel.riders import Load
from regulation.kernel.time import Calendar, TimeWindow
from regulation.kernel.windows import merge, subtract
from regulation.offers import Booking, SlotMode, Visibility
from regulation.records import Openings
from transport.fleet import Vehicle

HOURS_BEFORE = timedelta(days=1)
HOURS_AFTER = timedelta(days=3)
"""How far around `now` the open windows of an effecteur are told."""

ROTA_EPOCH = date(2024, 1, 1)
"""Monday from which the weeks of a duty rota are numbered."""

REACH_M = 6_000.0
"""A position belongs to the territory when it is this near to the centre of one of its communes:
commune areas are not in the folder, and this covers them (measured in the tests)."""

_DEGREE_LAT_M = 111_000.0

Told = dict[str, tuple[TimeWindow, ...]]
"""Windows by the text of weekly hours: many places keep the same."""


class Density(StrEnum):
    """Class of inhabitants per km² of a commune: an indicator of ours, not the INSEE grid."""

    DENSE = "DENSE"
    INTERMEDIATE = "INTERMEDIATE"
    SPARSE = "SPARSE"
    VERY_SPARSE = "VERY_SPARSE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commune:
    """A commune; `position` is its centre, `area_km2` its approximate area."""

    code: CommuneCode
    name: str
    population: int
    postal_codes: tuple[str, ...]
    position: Position
    area_km2: float
    density: Density


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A figure with its unit and where it comes from; `assumption` when nobody published it."""

    value: float | str | tuple[str, ...]
    unit: str
    source: str

    @property
    def is_assumption(self) -> bool:
        """Tell whether the figure is an assumption."""
        return self.source.startswith("assumption")

    @property
    def number(self) -> float:
        """The figure as a number; TypeError when it is text."""
        if isinstance(self.value, str | tuple):
            raise TypeError(f"{self.value!r} n'est pas un nombre")
        return self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Practitioner:
    """A practitioner at one place and how the agenda there is kept.

    `booking` None: no agenda is shared. `slot_minutes` is the step of the agenda, `hours` the
    practitioner's own hours (None: those of the place).
    """

    rpps: Identifier
    family_name: str
    given_name: str
    place: Identifier
    specialties: frozenset[str]
    booking: Booking | None
    modes: frozenset[SlotMode]
    visibility: frozenset[Visibility]
    slot_minutes: int
    hours: WeeklyHours | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Being on duty, every so many weeks (`hours`), or on one date (`spans`).

    `closed` takes the spans of the date away from the hours instead of adding them.
    """

    place: Identifier
    hours: WeeklyHours | None
    every_weeks: int
    week: int
    day: date | None
    spans: tuple[Span, ...]
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleTemplate:
    """A vehicle and the weekly hours of its shifts."""

    vehicle_id: str
    mode: Mode
    provider: str
    capacity: Load
    equipment: frozenset[str]
    crew: int
    shifts: WeeklyHours
    depot: Position
    notice: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """Everything a territory folder says; nothing here reads a clock or a file.

    `effecteurs` come without windows: ask `effecteurs_at`. `weekly_hours` are those of the
    places that told theirs, `annual_passages` the yearly visits of the emergency departments.
    """

    name: str
    department: str
    zone: ZoneInfo
    attribution: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    communes: tuple[Commune, ...]
    effecteurs: tuple[Effecteur, ...]
    weekly_hours: Mapping[Identifier, WeeklyHours]
    duties: tuple[Duty, ...]
    practitioners: tuple[Practitioner, ...]
    fleet: tuple[VehicleTemplate, ...]
    annual_passages: Mapping[Identifier, int]
    addresses: AddressBook
    _by_code: Mapping[CommuneCode, Commune] = field(init=False, repr=False, compare=False)
    _duties_by_place: Mapping[Identifier, tuple[Duty, ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        by_code = {commune.code: commune for commune in self.communes}
        object.__setattr__(self, "_by_code", by_code)
        duties: dict[Identifier, tuple[Duty, ...]] = {}
        for duty in self.duties:
            duties[duty.place] = (*duties.get(duty.place, ()), duty)
        object.__setattr__(self, "_duties_by_place", duties)

    @property
    def open_places(self) -> frozenset[Identifier]:
        """The effecteurs whose hours or duties are known."""
        return frozenset(self.weekly_hours) | frozenset(self._duties_by_place)

    def effecteurs_at(self, now: datetime, calendar: Calendar) -> tuple[Effecteur, ...]:
        """Return the effecteurs with the windows, in UTC, from a day before to three after."""
        around = TimeWindow(now - HOURS_BEFORE, now + HOURS_AFTER)
        windows = self.open_windows(around, calendar)
        return tuple(
            replace(one, open_windows=windows.get(one.effecteur_id, ())) for one in self.effecteurs
        )

    def open_windows(
        self, around: TimeWindow, calendar: Calendar
    ) -> Mapping[Identifier, tuple[TimeWindow, ...]]:
        """Return opening hours and duties together, less the dated closures, by effecteur."""
        told: Told = {}
        return {place: self._windows(place, around, calendar, told) for place in self.open_places}

    def openings(self, around: TimeWindow, calendar: Calendar) -> Mapping[Identifier, Openings]:
        """Return opening hours, duties and dated closures apart, by effecteur."""
        told: Told = {}
        return {place: self._openings(place, around, calendar, told) for place in self.open_places}

    def duties_on(
        self, around: TimeWindow, calendar: Calendar
    ) -> Mapping[Identifier, tuple[TimeWindow, ...]]:
        """Return the duties alone, of the places that have some in the window."""
        told: Told = {}
        found = {
            place: self._openings(place, around, calendar, told).duty or ()
            for place in self._duties_by_place
        }
        return {place: windows for place, windows in found.items() if windows}

    def windows_of(
        self, place: Identifier, around: TimeWindow, calendar: Calendar
    ) -> tuple[TimeWindow, ...]:
        """Return the windows of one effecteur that share an instant with `around`."""
        return self._windows(place, around, calendar, {})

    def fleet_on(self, window: TimeWindow, calendar: Calendar) -> tuple[Vehicle, ...]:
        """Return the vehicles with a shift in the window, those shifts whole and in UTC."""
        found = []
        for template in self.fleet:
            shifts = merge(windows_between(template.shifts, window, self.zone, calendar))
            if shifts:
                found.append(_vehicle(template, shifts))
        return tuple(found)

    def locate(self, insee: str) -> Position:
        """Return the centre of a commune of the territory; raise LookupError naming the code."""
        commune = self._by_code.get(CommuneCode(insee))
        if commune is None:
            raise LookupError(f"commune {insee!r} n'est pas dans le territoire {self.name}")
        return commune.position

    def contains(self, position: Position) -> bool:
        """Tell whether the position lies near a commune of the territory (see REACH_M)."""
        return any(
            abs(commune.position.lat - position.lat) * _DEGREE_LAT_M <= REACH_M
            and crow_distance_m(commune.position, position) <= REACH_M
            for commune in self.communes
        )

    def find_address(self, text: str) -> FoundAddress | None:
        """Place a postal address at the centre of its commune; None when unknown or ambiguous."""
        return self.addresses.find(text)

    def _windows(
        self, place: Identifier, around: TimeWindow, calendar: Calendar, told: Told
    ) -> tuple[TimeWindow, ...]:
        openings = self._openings(place, around, calendar, told)
        left = subtract(merge((*(openings.opened or ()), *(openings.duty or ()))), openings.closed)
        return tuple(window for window in left if window.overlaps(around))

    def _openings(
        self, place: Identifier, around: TimeWindow, calendar: Calendar, told: Told
    ) -> Openings:
        opened: tuple[TimeWindow, ...] | None = None
        if place in self.weekly_hours:
            opened = self._weekly(self.weekly_hours[place], around, calendar, told)
        duty: list[TimeWindow] = []
        closed: list[TimeWindow] = []
        duties = self._duties_by_place.get(place, ())
        for one in duties:
            if one.hours is None:
                assert one.day is not None
                side = closed if one.closed else duty
                side.extend(span_window(one.day, span, self.zone) for span in one.spans)
            else:
                found = self._weekly(one.hours, around, calendar, told)
                duty.extend(window for window in found if self._is_week_of(one, window))
        on_duty = tuple(duty) if any(not one.closed for one in duties) else None
        return Openings(around=around, opened=opened, duty=on_duty, closed=tuple(closed))

    def _weekly(
        self,
        hours: WeeklyHours,
        around: TimeWindow,
        calendar: Calendar,
        told: Told,
    ) -> tuple[TimeWindow, ...]:
        if hours.text not in told:
            told[hours.text] = windows_between(hours, around, self.zone, calendar)
        return told[hours.text]

    def _is_week_of(self, duty: Duty, window: TimeWindow) -> bool:
        day = window.start.astimezone(self.zone).date()
        return (day - ROTA_EPOCH).days // 7 % duty.every_weeks == duty.week


def _vehicle(template: VehicleTemplate, shifts: tuple[TimeWindow, ...]) -> Vehicle:
    return Vehicle(
        vehicle_id=template.vehicle_id,
        mode=template.mode,
        provider=template.provider,
        capacity=template.capacity,
        equipment=template.equipment,
        crew=template.crew,
        shifts=shifts,
        depot=template.depot,
        notice=template.notice,
    )
