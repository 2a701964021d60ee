"""Where Pro Santé Connect's endpoints are, read from its discovery document and nowhere else.

The published settings of the production point some endpoints at the sandbox: only discovery, under
the issuer one was told to trust, is believed (OpenID Connect Discovery 1.0, §4.3).
"""

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from adapters.kit.http import Reply
from adapters.psc.errors import ProviderUnavailable

WELL_KNOWN = "/.well-known/wallet-openid-configuration"

Address = Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """The elements of the discovery document that are used."""

    issuer: Address
    authorization_endpoint: Address
    token_endpoint: Address
    userinfo_endpoint: Address
    jwks_uri: Address
    end_session_endpoint: str = ""


def read_provider(reply: Reply, issuer: str) -> Provider:
    """Read the discovery document; raise ProviderUnavailable when it is not the issuer's."""
    if reply.status != 200:  # noqa: PLR2004  OK
        raise ProviderUnavailable(f"discovery: HTTP {reply.status}")
    try:
        provider = msgspec.json.decode(reply.body, type=Provider)
    except msgspec.DecodeError as error:
        raise ProviderUnavailable(f"discovery: {error}") from None
    if provider.issuer != issuer:
        raise ProviderUnavailable("discovery: the issuer is not the one configured")
    for address in (
        provider.authorization_endpoint,
        provider.token_endpoint,
        provider.userinfo_endpoint,
        provider.jwks_uri,
    ):
        if not is_safe(address):
            raise ProviderUnavailable("discovery: an endpoint is neither https nor local")
    return provider


def is_safe(address: str) -> bool:
    """Tell whether secrets may be sent there: https, or this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return True
    host = parts.hostname or ""
    if parts.scheme != "http":
        return False
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
