"""Checks an ID token: signature, issuer, audience, times, nonce (OpenID Connect Core, §3.1.3.7).

`none` and symmetric algorithms are never accepted: the list is ours, not the token's.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hmac import compare_digest

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from adapters.psc.errors import NotIdentified

ALGORITHMS = ["RS256", "PS256", "ES256"]
LEEWAY = timedelta(seconds=60)
"""How far two right clocks may be apart (assumption)."""
OLDEST = timedelta(minutes=10)
"""An ID token issued longer ago than this is not of this attempt (assumption)."""


def verified_claims(
    id_token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, now: datetime
) -> Mapping[str, object]:
    """Return the claims of a token that is what it should be; raise NotIdentified otherwise."""
    try:
        claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError):
        raise NotIdentified("le jeton d'identité n'est pas signé par Pro Santé Connect") from None
    if claims.get("iss") != issuer:
        raise NotIdentified("le jeton d'identité vient d'un autre fournisseur")
    _require_for_us(claims, client_id)
    if not compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise NotIdentified("le jeton d'identité répond à une autre demande")
    _require_now(claims, now)
    return claims


def _require_for_us(claims: Mapping[str, object], client_id: str) -> None:
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or client_id not in audiences:
        raise NotIdentified("le jeton d'identité est destiné à un autre service")
    if len(audiences) > 1 and claims.get("azp") != client_id:
        raise NotIdentified("le jeton d'identité a été demandé par un autre service")


def _require_now(claims: Mapping[str, object], now: datetime) -> None:
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int | float) or not isinstance(issued, int | float):
        raise NotIdentified("le jeton d'identité n'est pas daté")
    seconds, leeway = now.timestamp(), LEEWAY.total_seconds()
    not_before = claims.get("nbf", issued)
    early = not isinstance(not_before, int | float) or not_before > seconds + leeway
    if early or issued > seconds + leeway:
        raise NotIdentified("le jeton d'identité n'est pas encore valable")
    if expires <= seconds - leeway or issued < seconds - OLDEST.total_seconds() - leeway:
        raise NotIdentified("le jeton d'identité a expiré")
