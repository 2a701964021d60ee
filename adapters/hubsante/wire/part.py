"""What every part of a message has in common."""

import msgspec
from msgspec import Meta


class Wire(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A part of a message: nothing is in it that the schema does not name."""


AT_LEAST_ONE = Meta(min_length=1)
AT_MOST_THREE = Meta(max_length=3)
