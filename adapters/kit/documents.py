"""Places as the documents `aiguilleur ingest` prints: the same keys whatever the feed."""

from collections.abc import Iterable
from datetime import datetime

from adapters.kit.ingest import Json
from adapters.kit.judgement import NOT_DATED
from regulation.kernel.places import Position
from regulation.records import PlaceRecord


def place_document(record: PlaceRecord, warnings: Iterable[str], **more: object) -> Json:
    """Write a place; what the source did not say is null or empty, `more` is the feed's own."""
    address = record.address
    return {
        "kind": "effecteur",
        "id": str(record.place_id),
        "record_id": record.record_id,
        "numbers": sorted(map(str, record.numbers)),
        "effecteur_kind": record.kind.value if record.kind else None,
        "name": record.name or None,
        "address": str(address) if address else None,
        "postal_code": address.postal_code if address else None,
        "town": address.town if address else None,
        "insee": record.commune,
        "position": position_document(record.position),
        "phones": list(record.phones),
        "practitioners": sorted(map(str, record.practitioners)),
        "care": sorted(record.care),
        "specialties": sorted(record.specialties),
        "min_age": record.min_age,
        "accessibility": dict(record.accessibility.fields) if record.accessibility else None,
        **more,
        "source": record.source,
        "observed_at": None if record.observed_at == NOT_DATED else record.observed_at.isoformat(),
        "changed_at": record.changed_at.isoformat() if record.changed_at else None,
        "warnings": list(warnings),
    }


def position_document(position: Position | None) -> Json | None:
    """Write a position, to the decimetre."""
    if position is None:
        return None
    return {"lat": round(position.lat, 6), "lon": round(position.lon, 6)}


def instant_document(instant: datetime | None) -> str | None:
    """Write an instant."""
    return instant.isoformat() if instant else None
