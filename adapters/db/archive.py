"""Documents by their digest, in the database, compressed."""

import zlib
from collections.abc import Mapping

from sqlalchemy import bindparam, select
from sqlmodel import Session

from adapters.db.reading import read
from adapters.db.rows import ArchiveRow
from adapters.db.writing import add_those_not_there, table_of

ARCHIVE = table_of(ArchiveRow)
KNOWN = select(ARCHIVE.c.digest).where(ARCHIVE.c.digest.in_(bindparam("wanted", expanding=True)))

LEVEL = 1
"""Of compression: the fastest, which already takes nine tenths off a snapshot."""


class SqlArchive:
    """Documents within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, documents: Mapping[str, bytes]) -> None:
        """Keep the documents by digest; another who keeps the same at the same time may win."""
        known = {row.digest for row in read(self._session, KNOWN, wanted=sorted(documents))}
        rows = (
            {"digest": digest, "content": zlib.compress(documents[digest], LEVEL)}
            for digest in sorted(documents.keys() - known)  # in one order: nobody deadlocks
        )
        add_those_not_there(self._session, ArchiveRow, *rows)

    def get(self, digest: str) -> bytes:
        """Return a document; raise LookupError when it isn't kept."""
        row = self._session.get(ArchiveRow, digest)
        if row is None:
            raise LookupError(f"no document {digest}")
        return zlib.decompress(row.content)
