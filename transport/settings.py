"""Settings of pairing and of replanning, each a parameter of the rule book."""

from dataclasses import dataclass, field

from transport.own_means import OwnMeans


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """Limits of journeys under way, in seconds.

    `tolerance_s`: by how much a promised instant may slip. `comfort_wait_s`: a wait past it is
    told. `no_diversion_s`: so long before somebody aboard arrives, nobody else is picked up on
    the way. `overrun_s`: care that lasts longer than planned is taken to last so long more.
    `no_news_s`: care that runs over since so long after its beginning is asked after.
    `late_for_care_s`: whoever comes later than that has missed care.
    """

    tolerance_s: int = 600
    comfort_wait_s: int = 2700
    no_diversion_s: int = 600
    overrun_s: int = 300
    no_news_s: int = 7200
    late_for_care_s: int = 600


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
    live: LiveSettings = field(default_factory=LiveSettings)
