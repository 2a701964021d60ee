"""Reading a file as an adapter would: what `aiguilleur ingest` and the replay of quarantine use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from adapters.kit.defective import in_french
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect

Json = Mapping[str, object]
"""A canonical object ready to be written as JSON: ids `KIND:value`, instants with their offset."""


class UnreadableFile(Exception):  # noqa: N818  the file is at fault, not the code
    """The file is not even of the feed's format: nothing in it can be told apart."""

    def as_defect(self, raw: bytes) -> Defect:
        """Put the whole file aside."""
        return Defect(index=None, field="document", reason=str(self), raw=raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What a file gave: canonical objects, and the records put aside."""

    objects: tuple[Json, ...]
    defects: tuple[Defect, ...]


FileReader = Callable[[bytes, Judgement], Ingested]
"""Reads the bytes of one feed; raises UnreadableFile."""


def require_json(raw: bytes) -> bytes:
    """Return JSON bytes without the mark some editors put first; raise UnreadableFile."""
    body = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(in_french(str(error))) from None
    except RecursionError:
        raise UnreadableFile("n'est pas du JSON lisible : trop d'imbrications") from None
    return body
