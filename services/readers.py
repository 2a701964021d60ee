"""The readers of what feeds send, by the name of the feed; and reading again what was put aside."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

from adapters.kit.ingest import FileReader
from adapters.kit.manifest import Direction, load_manifest
from adapters.kit.quarantine import Quarantine, QuarantinedRecord
from adapters.kit.replay import Replayed, replay
from services.errors import BadInput

FEEDS: Final[Mapping[str, str]] = {
    "sas-ps": "adapters.sas.files",
    "sas-cpts": "adapters.sas.files",
    "sas-sos": "adapters.sas.files",
    "sas-appointment": "adapters.sas.files",
    "hub": "adapters.hubsante.files",
    "transporter": "adapters.transporter.files",
    "letaxi": "adapters.letaxi.files",
    "gofs": "adapters.gofs.files",
    "gtfs-flex": "adapters.gtfsflex.files",
    "ccas": "adapters.ccas.files",
    "ror": "adapters.ror.files",
    "finess": "adapters.finess.files",
    "acceslibre": "adapters.acceslibre.files",
    "annuaire": "adapters.annuaire.files",
    "manual": "adapters.manual.files",
    "rota-ics": "adapters.rota.files",
    "rota-csv": "adapters.rota.files",
}
"""Every feed that can be read from a file, and the module whose `READERS` has its reader.

A module is imported when its feed is asked for: some libraries are slow to load.
"""


def reader_of(feed: str) -> FileReader:
    """Find the reader of a feed; raise BadInput naming those there are."""
    if feed not in FEEDS:
        known = ", ".join(FEEDS)
        raise BadInput("--feed", f"{feed} n'est pas parmi {known}")
    readers: Mapping[str, FileReader] = import_module(FEEDS[feed]).READERS
    return readers[feed]


def is_said_again(feed: str) -> bool:
    """Tell whether we ask the feed at a pace, so that it says again what it said before."""
    package = FEEDS[feed].rpartition(".")[0]
    return load_manifest(package).get_feed(feed).direction is Direction.PULL


def reread(quarantine: Quarantine, source: str) -> Sequence[Replayed]:
    """Read again what was put aside of a source; what is recovered leaves the quarantine.

    What its sender says once (pushed) stays there, recovered or not: nothing took it in.
    """
    done = tuple(replay(quarantine.list_records(source), reader_of))
    settled = {key_of(r) for one in done if is_said_again(one.payload.feed) for r in one.recovered}
    quarantine.drop(lambda record: key_of(record) in settled)
    return done


def key_of(record: QuarantinedRecord) -> tuple[str, int | None, bytes]:
    """What tells a record from the others of its source."""
    return record.source, record.defect.index, record.defect.raw
