"""Commands with an idempotency key: asked again, they answer the same and do nothing more."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response

from adapters.kit.commands import Answer, Command
from services.access import Key, identity_of
from services.casework import Casework
from services.refusals import Conflict
from services.store import StoreUnavailable

KEPT_HEADERS: Final = frozenset({"location", "orientation-id", "content-type"})


@dataclass(frozen=True, slots=True)
class Repeats:
    """Answers one request under its key (None: it has none, and is carried out each time)."""

    work: Casework
    key: str | None
    digest: str

    def answer(self, carry_out: Callable[[], JSONResponse]) -> Response:
        """Carry the command out, or answer again what it was answered.

        Raise Conflict when the key served for something else, or its command is still under way.
        What fails is forgotten: it may be asked again under its key.
        """
        if self.key is None:
            return carry_out()
        kept = self._begin(self.key)
        if kept is not None:
            return _again(kept, self.digest)
        try:
            response = carry_out()
        except Exception:
            with suppress(StoreUnavailable), self.work.store.unit() as unit:
                unit.commands.give_up(self.key)
            raise
        with self.work.store.unit() as unit:
            unit.commands.end(self.key, _answer(response))
        return response

    def _begin(self, key: str) -> Command | None:
        began = Command(key=key, digest=self.digest, began_at=self.work.runtime.clock.now())
        with self.work.store.unit() as unit:
            return unit.commands.begin(began)


def _answer(response: JSONResponse) -> Answer:
    kept = {name: value for name, value in response.headers.items() if name in KEPT_HEADERS}
    return Answer(
        status=response.status_code, body=bytes(response.body), headers=tuple(kept.items())
    )


def _again(kept: Command, digest: str) -> Response:
    if kept.digest != digest:
        reason = "cette clé a déjà servi pour une autre demande : en prendre une nouvelle"
        raise Conflict("idempotency_key", reason)
    if kept.answer is None:
        reason = "la même demande est en cours : attendre sa réponse, puis redemander"
        raise Conflict("idempotency_key", reason)
    answer = kept.answer
    return Response(answer.body, answer.status, headers=dict(answer.headers))


async def repeats_of(request: Request, key: Key = None) -> Repeats:
    """Return what answers this request once: who asks, for what, on what."""
    work: Casework = request.app.state.casework
    identity = identity_of(request)
    who = identity.subject if identity is not None else request.headers.get("actor-id", "")
    asked = hashlib.sha256(f"{who}\n{request.method}\n{request.url.path}\n".encode())
    asked.update(await request.body())
    return Repeats(work, key, asked.hexdigest())


Once = Annotated[Repeats, Depends(repeats_of)]
