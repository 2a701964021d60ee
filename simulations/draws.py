"""Random draws by name: each depends on the seed and its own name, never on the others.

Adding a draw moves no other one, and the same name gives the same number on every machine and
version, which no generator with a hidden state promises.
"""

import hashlib
import math
import struct
from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")

WORD_BYTES = 8
MOST_AT_ONCE = 8


class Draws:
    """Seeded draws; every method takes the words that name the draw."""

    def __init__(self, seed: int) -> None:
        self._first = str(seed)

    def units(self, count: int, *name: object) -> tuple[float, ...]:
        """Return up to eight uniform numbers in the open interval (0, 1)."""
        if count > MOST_AT_ONCE:
            raise ValueError(f"{count} draws under one name, at most {MOST_AT_ONCE}")
        text = "|".join([self._first, *map(str, name)])
        digest = hashlib.blake2b(text.encode(), digest_size=count * WORD_BYTES).digest()
        words = struct.unpack(f">{count}Q", digest)
        return tuple([((word >> 12) + 0.5) / 2**52 for word in words])

    def unit(self, *name: object) -> float:
        """Return a uniform number in the open interval (0, 1)."""
        text = "|".join([self._first, *map(str, name)])
        digest = hashlib.blake2b(text.encode(), digest_size=WORD_BYTES).digest()
        return ((int.from_bytes(digest) >> 12) + 0.5) / 2**52

    def whole(self, low: int, high: int, *name: object) -> int:
        """Return a whole number, both bounds included."""
        return low + int(self.unit(*name) * (high - low + 1))

    def chance(self, probability: float, *name: object) -> bool:
        """Return true with the probability."""
        return self.unit(*name) < probability

    def pick(self, choices: Sequence[T], *name: object) -> T:
        """Return one of the choices, each as likely."""
        return choices[self.whole(0, len(choices) - 1, *name)]

    def order(self, items: Iterable[T], *name: object) -> list[T]:
        """Return the items shuffled, each item named by its text."""
        return sorted(items, key=lambda item: (self.unit(*name, item), str(item)))

    def exponential(self, mean: float, *name: object) -> float:
        """Return a positive number of this mean, most often small."""
        return -math.log(self.unit(*name)) * mean
