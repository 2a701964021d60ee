"""What regulation software writes on the Hub besides appointments: positions, and words of codes.

Measures: no text requires them, and the published samples themselves miss some (interop, §1.6).
"""

from collections.abc import Callable
from typing import Final

from adapters.audit.checks import Fault, Judgement, NotProvable
from adapters.audit.exchanges import Evidence
from adapters.audit.hub_journal import MESSAGE, answers_of
from adapters.audit.trees import Json, leaves, texts

BOXES: Final = (
    (41.0, 51.5, -5.5, 10.0),
    (14.2, 18.3, -63.3, -60.7),
    (2.0, 6.0, -54.7, -51.4),
    (-21.5, -20.7, 55.1, 56.0),
    (-13.2, -12.5, 44.9, 45.4),
    (46.6, 47.3, -56.6, -56.0),
)
"""South, north, west and east of France: the mainland, Antilles, Guyane, Réunion, Mayotte, Saint
Pierre et Miquelon, to some kilometres (assumption)."""
SCHEME: Final = "hubex"
METHODS: Final = frozenset({"CreateAppointment", "UpdateAppointment"})
"""As in the samples and the JSON schemas of the Hub; the guide's text writes `Hubex` and
`createAppointment`."""


def positions(evidence: Evidence) -> Judgement:
    """Positions told (GEO-POS) are somewhere in France."""
    path = f"{MESSAGE}.geoPositionsUpdate.position.coord"
    return _each(evidence, path, _away, "aucune position (GEO-POS) dans le journal")


def _away(coord: object) -> str:
    lat, lon = (next((one.value for one in leaves(coord, name)), None) for name in ("lat", "lon"))
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return "position sans latitude ou longitude"
    for south, north, west, east in BOXES:
        if south <= lat <= north and west <= lon <= east:
            return ""
    return f"latitude {lat:.0f}, longitude {lon:.0f} : hors de France"


def _each(evidence: Evidence, path: str, judge: Callable[[object], str], nothing: str) -> Judgement:
    found = [
        (exchange, leaf.value)
        for exchange in evidence.exchanges
        for message in answers_of(exchange)
        for leaf in leaves(message, path)
    ]
    if not found:
        return NotProvable(nothing)
    return [
        Fault(exchange=exchange, where=exchange.purpose, reason=why)
        for exchange, value in found
        if (why := judge(value))
    ]


def spelling(evidence: Evidence) -> Judgement:
    """Codes are written as the schemas write them, small and capital letters alike."""
    said = [(one, message) for one in evidence.exchanges for message in answers_of(one)]
    if not said:
        return NotProvable("le logiciel audité n'a rien envoyé")
    return [
        Fault(exchange=exchange, where=exchange.purpose, reason=why)
        for exchange, message in said
        if (why := _misspelt(message))
    ]


def _misspelt(envelope: Json) -> str:
    schemes = texts(envelope, "descriptor.explicitAddress.explicitAddressScheme")
    methods = texts(envelope, f"{MESSAGE}.appointment.method")
    for word in schemes:
        if word != SCHEME:
            return f"explicitAddressScheme {word[:20]!r} au lieu de « {SCHEME} »"
    for word in methods:
        if word not in METHODS:
            return f"method {word[:30]!r} au lieu de {' ou '.join(sorted(METHODS))}"
    return ""
