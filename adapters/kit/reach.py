"""Whether an address can be one at all: said before anything is asked of it."""

from collections.abc import Container
from urllib.parse import urlsplit

LOCAL_SOCKET = "unix"
"""The scheme of an address that is a file of this machine, without a host."""


def is_address(text: str, schemes: Container[str]) -> bool:
    """Tell whether a text is an address of these schemes, its host and its port of those that can
    be looked up."""
    try:
        address = urlsplit(text)
        has_host = bool((address.hostname or "").encode("idna")) and address.port != 0
    except ValueError:  # a UnicodeError is one
        return False
    is_file = address.scheme == LOCAL_SOCKET and bool(address.path)
    return address.scheme in schemes and (has_host or is_file)
