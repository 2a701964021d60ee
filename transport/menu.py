"""What was found for a request, laid out for the joint choice and read back from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from transport.explore import Found
from transport.ground import Ground
from transport.itinerary import Itinerary
from transport.same_vehicle import Pair
from transport.search import Outcome
from transport.solver.choice import Column, Part, Selection, StopChoice
from transport.ways import Way


@dataclass(slots=True)
class Menu:
    """Stops and columns of the choice, with what each of them stands for."""

    stops: list[StopChoice] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    ways: list[Way | Pair] = field(default_factory=list)
    _vehicles: dict[tuple[str, object], int] = field(default_factory=dict)

    @classmethod
    def of(cls, outcome: Outcome) -> "Menu":
        """Lay out what was found."""
        menu = cls()
        for one in outcome.contenders():
            assert outcome.ground is not None, "something was found on it"
            menu._add(outcome.ground, one)
        return menu

    def itinerary(self, selection: Selection, outcome: Outcome) -> Itinerary:
        """Read the chosen journey back."""
        outward, homeward = self._parts(selection.columns)
        assert outcome.ground is not None, "something was found on it"
        assert outcome.builder is not None, "a ground has its builder"
        return Itinerary(
            ground=outcome.ground,
            builder=outcome.builder,
            stop=self.found[selection.stop].stop,
            outward=outward,
            homeward=homeward,
        )

    def _parts(self, columns: Sequence[int]) -> tuple[Way | None, Way | None]:
        outward = homeward = None
        for index in columns:
            match self.ways[index]:
                case Pair() as pair:
                    outward, homeward = pair.outward, pair.homeward
                case Way(part=Part.OUTWARD) as way:
                    outward = way
                case Way() as way:  # pragma: no branch  the last one
                    homeward = way
        return outward, homeward

    def _add(self, ground: Ground, one: Found) -> None:
        stop, table = ground.stop(one.stop), ground.table
        columns = list(_columns(one))
        self.stops.append(
            StopChoice(
                place=stop.place_id,
                late=int(table.late[one.stop]),
                burden=int(table.burden[one.stop]),
                cost=int(table.cost[one.stop]),
                moves=bool(columns),
            )
        )
        self.found.append(one)
        for part, way in columns:
            self.columns.append(
                Column(
                    stop=len(self.stops) - 1,
                    part=part,
                    vehicle=self._vehicle(way),
                    burden=way.burden,
                    cost=way.cost,
                )
            )
            self.ways.append(way)

    def _vehicle(self, way: Way | Pair) -> int | None:
        duty = way.outward.duty if isinstance(way, Pair) else way.duty
        if duty is None:
            return None
        shift = (duty.vehicle.vehicle_id, duty.shift.start)
        return self._vehicles.setdefault(shift, len(self._vehicles))


def _columns(one: Found) -> Iterator[tuple[Part, Way | Pair]]:
    for way in (*one.outward, *one.homeward):
        yield way.part, way
    for pair in one.pairs:
        yield Part.WHOLE, pair
