"""Documents by their digest, in memory."""

from collections.abc import Mapping

from adapters.memory.records import Records


class InMemoryArchive:
    """Documents among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def keep(self, documents: Mapping[str, bytes]) -> None:
        """Keep the documents by digest; those already kept are left as they are."""
        self._records.archive = {**documents, **self._records.archive}

    def get(self, digest: str) -> bytes:
        """Return a document; raise LookupError when it isn't kept."""
        try:
            return self._records.archive[digest]
        except KeyError:
            raise LookupError(f"no document {digest}") from None
