"""What people live on, by decile of the standard of living: attributed, an assumption."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from adapters.territory.territory import Density
from simulations.demand.people import KINDS, SPARSE
from simulations.draws import Draws
from simulations.figures import Figures

DECILES = 10


@dataclass(frozen=True, slots=True)
class Incomes:
    """Draws the decile of each caller by the kind of commune; tells what a decile lives on."""

    figures: Figures
    draws: Draws

    def decile(self, density: Density, case_id: str) -> int:
        """Return the decile of somebody who calls, from 1, the poorest, to 10."""
        shares = self.figures.series("income", KINDS.get(density, SPARSE))
        upto = tuple(accumulate(shares))
        aim = self.draws.unit("income", case_id) * upto[-1]
        return min(DECILES, 1 + bisect_right(upto, aim))

    def multiple(self, decile: int) -> float:
        """Return what a decile lives on, as a multiple of the mean."""
        living = self.figures.series("income", "living")
        return living[decile - 1] * len(living) / sum(living)
