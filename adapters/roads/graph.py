"""A road graph as columns of numbers, kept in one compact file."""

import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from adapters.roads.errors import UnreadableRoads, refuse_unreadable

FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadGraph:
    """Nodes and one-way arcs of a network in which every node reaches every other.

    Positions are attached to nodes that have doors; `signals` are the arcs that end at traffic
    lights; `source` names the extract, its date and whom to thank for it.
    """

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    has_doors: NDArray[np.bool_]
    tail: NDArray[np.uint32]
    head: NDArray[np.uint32]
    length_m: NDArray[np.float32]
    road_class: NDArray[np.uint8]
    limit_kmh: NDArray[np.uint8]
    built_up: NDArray[np.bool_]
    signals: NDArray[np.bool_]
    source: str

    def digest(self) -> str:
        """Fingerprint of the nodes and of what joins what, whatever the speeds."""
        columns = (self.lat, self.lon, self.tail, self.head)
        return hashlib.sha256(b"".join(column.tobytes() for column in columns)).hexdigest()[:16]

    def save(self, path: Path) -> None:
        """Write the graph as one compressed numpy file."""
        columns = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "source"}
        about = json.dumps({"format": FORMAT, "source": self.source})
        with path.open("wb") as file:
            np.savez_compressed(file, about=np.array(about), **columns)

    @classmethod
    def load(cls, path: Path) -> "RoadGraph":
        """Read a graph written by `save`; UnreadableRoads says what is wrong with the file."""
        refuse_unreadable(path)
        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                about = json.loads(str(file["about"]))
                columns = {f.name: file[f.name] for f in fields(cls) if f.name != "source"}
        except (OSError, EOFError, ValueError, TypeError, KeyError, BadZipFile) as error:
            raise UnreadableRoads(
                f"{path} : ce n'est pas un réseau écrit par `aiguilleur roads build`"
            ) from error
        if about["format"] != FORMAT:
            raise UnreadableRoads(
                f"{path} : format {about['format']}, cette version lit le {FORMAT} : "
                "relancer `aiguilleur roads build`"
            )
        return cls(source=about["source"], **columns)
