"""What a journey costs and to whom, how far is driven, what it emits."""

from dataclasses import dataclass

from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import FLEET_MODES, OWN_MODES, LegKind, Mode, Payer
from regulation.proposals import ProposalKind
from simulations.figures import Figures
from simulations.world.deciding import Option
from simulations.world.rows import Row

CARE_CENTS = {
    ProposalKind.CONSULTATION: "consultation_cents",
    ProposalKind.HOME_VISIT: "visit_cents",
    ProposalKind.TELECONSULTATION: "remote_cents",
    ProposalKind.ASSISTED_TELECONSULTATION: "remote_cents",
    ProposalKind.ED: "ed_cents",
}
GRAMS = {
    Mode.AMBULANCE: "ambulance_g_km",
    Mode.PUBLIC_TRANSPORT: "transit_g_km",
    Mode.CARE_TEAM: "care_team_g_km",
}


@dataclass(frozen=True, slots=True)
class Accounts:
    """Writes into a row what a decided journey costs."""

    figures: Figures

    def note_care(self, row: Row, kind: ProposalKind, *, oriented: bool = True) -> None:
        """Add what care costs; whoever is seen after an orientation is paid a little more."""
        if kind in CARE_CENTS:
            row.am_cents += int(self.figures.number("costs", CARE_CENTS[kind]))
        if oriented and kind is ProposalKind.CONSULTATION:
            row.am_cents += int(self.figures.number("costs", "sas_cents"))

    def note_journey(self, row: Row, option: Option, *, walks: bool) -> None:
        """Add the legs of a journey; `walks`: who is taken in an ambulance could sit."""
        planned = option.planned
        if planned is None:
            return
        for leg in planned.legs:
            self._note_leg(row, leg, walks=walks)
        row.driven_m += planned.terms.get("fleet_m", 0)

    def _note_leg(self, row: Row, leg: PlannedLeg, *, walks: bool) -> None:
        price = leg.price
        other = price.total_cents - price.am_cents - price.patient_cents
        row.transport_cents += price.total_cents
        row.am_cents += price.am_cents
        row.patient_cents += price.patient_cents
        if price.payer is Payer.COLLECTIVITE:
            row.local_cents += other
        else:
            row.hospital_cents += other
        self._note_road(row, leg)
        row.ambulance_seated |= walks and leg.mode is Mode.AMBULANCE
        row.shared |= leg.shared

    def _note_road(self, row: Row, leg: PlannedLeg) -> None:
        outward = leg.kind is LegKind.OUTWARD
        if outward:
            row.mode_out, row.out_s, row.out_m = str(leg.mode), leg.on_board_s, leg.distance_m
        elif leg.kind is not LegKind.CARE_TEAM:
            row.mode_home = str(leg.mode)
            row.home_s += leg.on_board_s
            row.home_m += leg.distance_m
        if leg.mode in FLEET_MODES:
            row.carried_m += leg.distance_m
        elif leg.mode in OWN_MODES:
            row.own_m += leg.distance_m
        if leg.mode is not Mode.ON_FOOT:
            grams = self.figures.number("carbon", GRAMS.get(leg.mode, "car_g_km"))
            row.co2_g += round(grams * leg.distance_m / 1000)
