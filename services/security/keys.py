"""Systems sign what they ask: a short-lived token (JWT) by a key whose public half is known."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from adapters.accounts.reader import Account

ALGORITHMS = ["ES256", "Ed25519", "EdDSA"]
LONGEST = timedelta(seconds=120)
"""A token good for longer than this is refused: it could be stolen (assumption)."""
LEEWAY = timedelta(seconds=30)
MOST_CHARACTERS = 4_000


class KeyRefused(Exception):  # noqa: N818  a refusal, named as one says it
    """The token does not prove who asks; the message, in French, says why and holds no claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who signed. `token_id` is to be used once, until `expires_at`."""

    subject: str
    token_id: str
    expires_at: datetime


def signed_subject(
    bearer: str, find: Callable[[str], Account | None], *, audience: str, now: datetime
) -> Signed:
    """Return who signed the header `Authorization: Bearer …`; raise KeyRefused."""
    scheme, _, token = bearer.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > MOST_CHARACTERS:
        raise KeyRefused("le jeton n'est pas de la forme attendue")
    account = find(_named(token))
    if account is None or account.public_key is None:
        raise KeyRefused("la clé n'est pas connue")
    try:
        kind = OKPKey if account.public_key.get("kty") == "OKP" else ECKey
        key = kind.import_key(account.public_key)
        claims = jwt.decode(token, key, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, KeyError, TypeError):
        raise KeyRefused("la signature n'est pas la bonne") from None
    if claims.get("sub") != account.subject or claims.get("aud") != audience:
        raise KeyRefused("le jeton est d'un autre, ou pour un autre")
    return Signed(
        subject=account.subject,
        token_id=f"{account.subject}/{_token_id(claims)}"[:200],
        expires_at=_expiry(claims, now),
    )


def _named(token: str) -> str:
    """Read who the token says has signed it, before its signature is checked."""
    try:
        return str(jws.extract_compact(token.encode()).headers().get("kid", ""))
    except (JoseError, ValueError, UnicodeEncodeError):
        raise KeyRefused("le jeton n'est pas de la forme attendue") from None


def _token_id(claims: dict[str, object]) -> str:
    token_id = claims.get("jti")
    if not isinstance(token_id, str) or not 8 <= len(token_id) <= 100:  # noqa: PLR2004  its bounds
        raise KeyRefused("le jeton n'a pas de numéro (jti, de 8 à 100 caractères)")
    return token_id


def _expiry(claims: dict[str, object], now: datetime) -> datetime:
    expires, issued = claims.get("exp"), claims.get("iat")
    if not isinstance(expires, int | float) or not isinstance(issued, int | float):
        raise KeyRefused("le jeton n'est pas daté")
    leeway = LEEWAY.total_seconds()
    if issued > now.timestamp() + leeway or expires <= now.timestamp() - leeway:
        raise KeyRefused("le jeton n'est pas valable maintenant")
    if not expires - issued <= LONGEST.total_seconds():  # JSON may say NaN, which is not over
        raise KeyRefused(f"le jeton dure plus de {LONGEST.total_seconds():.0f} s")
    return datetime.fromtimestamp(expires, UTC) + LEEWAY
