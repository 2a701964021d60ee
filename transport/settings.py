"""Settings of the pairing, each a parameter of the rule book."""

from dataclasses import dataclass

from transport.own_means import OwnMeans


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingSettings:
    """Limits of a journey, in seconds, and how far the search looks.

    `max_wait_home_s`: hard cap on the wait for the ride home after care. `arrive_before_s`: by
    one's own means one arrives this early. `pharmacies`: candidates on the way home of a place.
    `lost_margin_s`: a vehicle whose position is lost is counted on from its depot, so much later.
    `chunk`: care stops examined together; `max_stops`: at most so many per unit of budget.
    """

    own: OwnMeans
    max_wait_home_s: int
    arrive_before_s: int
    pharmacies: int
    lost_margin_s: int = 0
    chunk: int = 16
    max_stops: int = 320
