"""Zip files from outside: bounded in number and in size, whatever they claim."""

import io
import zipfile
from typing import Final

from adapters.kit.ingest import UnreadableFile

MOST_FILES: Final = 200
MOST_BYTES: Final = 200_000_000


def unzipped(raw: bytes, suffix: str) -> dict[str, bytes]:
    """Return the files of a zip that end so, by their bare name; raise UnreadableFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            wanted = [one for one in archive.infolist() if one.filename.endswith(suffix)]
            if len(wanted) > MOST_FILES or sum(one.file_size for one in wanted) > MOST_BYTES:
                raise UnreadableFile(
                    "contient plus qu'on ne peut lire : trop de fichiers, ou trop gros"
                )
            return {one.filename.rpartition("/")[2]: archive.read(one) for one in wanted}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise UnreadableFile(f"est un zip illisible : {type(error).__name__}") from None
