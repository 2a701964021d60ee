"""The calls of a territory over a period: when they come, and who makes each."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from adapters.territory.territory import Territory
from regulation.cases import Case
from regulation.kernel.time import Calendar, TimeWindow
from simulations.demand.arrivals import Arrivals, Episode
from simulations.demand.people import People
from simulations.draws import Draws
from simulations.figures import Figures


class Demand:
    """The demand of a territory under some figures and a seed."""

    def __init__(
        self,
        territory: Territory,
        figures: Figures,
        calendar: Calendar,
        seed: int,
        episodes: Sequence[Episode] = (),
    ) -> None:
        draws = Draws(seed)
        self.people = People(territory, figures, draws)
        self.arrivals = Arrivals(
            figures=figures,
            inhabitants=sum(one.population for one in territory.communes),
            zone=territory.zone,
            calendar=calendar,
            draws=draws,
            episodes=episodes,
        )

    def calls(self, window: TimeWindow) -> Iterator[Case]:
        """Yield the calls of a period in order; a call of one seed has one id, one caller."""
        for instant in self.arrivals.between(window):
            yield self.call(instant)

    def call(self, instant: datetime) -> Case:
        """Return the call of an instant."""
        return self.people.case(f"appel-{instant:%Y%m%dT%H%M%S%f}", instant)
