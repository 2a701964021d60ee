"""Duties in which one comes without an appointment, as agendas of walk-in ranges."""

from collections.abc import Mapping
from datetime import datetime

from adapters.rota.gateway import RotaRegistry
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Observed
from regulation.kernel.time import TimeWindow
from regulation.offers import Agenda, Booking, Slot, SlotMode, Visibility
from regulation.records import RecordKey


def duty_agendas(
    rota: RotaRegistry, place_of: Mapping[RecordKey, Identifier], now: datetime
) -> dict[Identifier, Agenda]:
    """Return the agenda of each place whose rota says that one may simply come."""
    found: dict[Identifier, Agenda] = {}
    for record_id, (turns, said_at) in rota.walk_ins(now).items():
        place = place_of.get(RecordKey(source=rota.name, record_id=record_id))
        if place is None:
            continue
        slots = tuple(_slot(rota.name, place, turn.window) for turn in turns)
        last = max(turn.window.end for turn in turns)
        found[place] = Agenda(
            effecteur_id=place,
            slots=Observed(slots, said_at, rota.name, rota.openings_valid_for),
            asked=TimeWindow(now, last),
        )
    return found


def _slot(source: str, place: Identifier, window: TimeWindow) -> Slot:
    return Slot(
        slot_id=f"LOCAL:{source}/{place.value}-{window.start:%Y%m%dT%H%M}",
        effecteur_id=place,
        practitioner=None,
        window=window,
        modes=frozenset({SlotMode.AMB}),
        booking=Booking.WALKIN,
        visibility=frozenset({Visibility.SNP}),
        reason="Garde sans rendez-vous",
    )
