"""Commands with an idempotency key: asked again, they answer the same and do nothing more."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response

from adapters.kit.commands import Answer, Command
from services.access import Key, identity_of
from services.casework import Casework
from services.keyed import UNKEYED, CarriedOut, Keyed
from services.refusals import Conflict
from services.store import StoreUnavailable, Unit

KEPT_HEADERS: Final = frozenset({"location", "orientation-id", "content-type"})


Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Repeats:
    """Answers one request under its key (None: it has none, and is carried out each time)."""

    work: Casework
    key: str | None
    digest: str

    def answer(
        self, carry_out: Callable[[Keyed[Done]], Done], say: Callable[[Done], JSONResponse]
    ) -> Response:
        """Carry the command out, or answer again what it was answered.

        Raise Conflict when the key served for something else, or its command is still under way.
        What fails is forgotten: it may be asked again under its key.
        """
        if self.key is None:
            return say(carry_out(UNKEYED))
        key = _Key(self._begun(self.key), say)
        try:
            return key.said(carry_out(key))
        except CarriedOut as earlier:
            return _again(earlier.command, self.digest)

    def answer_at_length(
        self, carry_out: Callable[[Keyed[Done]], Done], say: Callable[[Done], JSONResponse]
    ) -> Response:
        """The same of a command that lasts: that it has begun is kept first, so that asked again
        meanwhile it is refused."""
        if self.key is None:
            return say(carry_out(UNKEYED))
        key = _Key(self._begun(self.key), say)
        try:
            with self.work.store.unit() as unit:
                key.begins(unit)
        except CarriedOut as earlier:
            return _again(earlier.command, self.digest)
        try:
            return key.said(carry_out(key))
        except Exception:
            with suppress(StoreUnavailable), self.work.store.unit() as unit:
                unit.commands.give_up(self.key)
            raise

    def _begun(self, key: str) -> Command:
        return Command(key=key, digest=self.digest, began_at=self.work.runtime.clock.now())


@dataclass(slots=True)
class _Key(Generic[Done]):
    """Keeps a command and what is answered to it in the units that carry it out."""

    command: Command
    say: Callable[[Done], JSONResponse]
    response: JSONResponse | None = None

    def begins(self, unit: Unit) -> None:
        """Keep that the command begins; raise CarriedOut when it did already."""
        kept = unit.commands.begin(self.command)
        if kept is not None:
            raise CarriedOut(kept)

    def ends(self, unit: Unit, done: Done) -> None:
        """Write the answer and keep it."""
        self.response = self.say(done)
        unit.commands.end(self.command.key, _answer(self.response))

    def said(self, done: Done) -> JSONResponse:
        """Return the answer that was kept."""
        return self.response or self.say(done)


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
