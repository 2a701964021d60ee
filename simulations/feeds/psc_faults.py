"""What a mock of Pro Santé Connect does wrong, by name: none of it may let anybody in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from simulations.feeds.boards import Board

SLOW_S: Final = 8.0
"""One second more than a relying party waits."""
LATE_S: Final = 7_200
"""How long ago an expired token was issued."""

Handler = Callable[[Request], Awaitable[Response]]


class PscFault(StrEnum):
    """Names as `aiguilleur feeds psc --fault` takes them."""

    SLOW = "slow"
    TOO_MANY = "429"
    SERVER_ERROR = "500"
    TRUNCATED = "truncated"
    HTML = "html"
    WRONG_ISSUER = "wrong_issuer"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_NONCE = "wrong_nonce"
    EXPIRED = "expired"
    WRONG_KEY = "wrong_key"
    OTHER_PERSON = "other_person"


TOLD: Final[Mapping[PscFault, str]] = {
    PscFault.SLOW: "répond au bout de huit secondes, une de trop",
    PscFault.TOO_MANY: "se dit interrogé trop souvent (HTTP 429)",
    PscFault.SERVER_ERROR: "tombe en erreur (HTTP 500)",
    PscFault.TRUNCATED: "coupe chaque réponse aux deux tiers",
    PscFault.HTML: "rend une page de maintenance au lieu de JSON",
    PscFault.WRONG_ISSUER: "signe des jetons au nom d'un autre fournisseur",
    PscFault.WRONG_AUDIENCE: "donne un jeton destiné à un autre service",
    PscFault.WRONG_NONCE: "répond à une autre demande (nonce)",
    PscFault.EXPIRED: "donne un jeton expiré depuis deux heures",
    PscFault.WRONG_KEY: "signe d'une clé qu'il ne publie pas",
    PscFault.OTHER_PERSON: "parle, dans UserInfo, de quelqu'un d'autre que dans le jeton",
}
"""What the provider does, in French, for the page of the faults."""
_STATUSES = {
    PscFault.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    PscFault.SERVER_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
}


def spoilt_claims(claims: Mapping[str, object], shown: frozenset[PscFault]) -> dict[str, object]:
    """Return the claims of a token as the faults of the moment write them."""
    told = dict(claims)
    if PscFault.WRONG_ISSUER in shown:
        told["iss"] = "https://ailleurs.example"
    if PscFault.WRONG_AUDIENCE in shown:
        told["aud"] = "un-autre-service"
    if PscFault.WRONG_NONCE in shown:
        told["nonce"] = "d'une autre demande"
    if PscFault.EXPIRED in shown:
        for name in ("iat", "exp"):
            told[name] = int(str(told[name])) - LATE_S
    return told


def misbehaving(handler: Handler, board: Board[PscFault], slow_s: float) -> Handler:
    """Make the handler that answers as the faults of the moment have it."""

    async def answer(request: Request) -> Response:
        shown = board.shown
        if PscFault.SLOW in shown:
            await asyncio.sleep(slow_s)
        for fault, status in _STATUSES.items():
            if fault in shown:
                return JSONResponse({"error": status.phrase}, status)
        if PscFault.HTML in shown:
            return HTMLResponse("<html><body>Maintenance</body></html>")
        reply = await handler(request)
        if PscFault.TRUNCATED not in shown:
            return reply
        body = bytes(reply.body)
        return Response(body[: len(body) * 2 // 3], reply.status_code, media_type=reply.media_type)

    return answer
