"""Mock doctors of a community: letters come to them by HTTP, each accepts by their own link."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


@dataclass(slots=True)
class CommunityDoctors:
    """Keeps whom they were asked to take, by link, and what was taken back since, by appeal."""

    asked: dict[str, dict[str, Any]] = field(default_factory=dict)
    withdrawn: list[tuple[str, str]] = field(default_factory=list)

    def app(self) -> Starlette:
        """Make the web application: POST anywhere to tell them something."""
        return Starlette(routes=[Route("/{path:path}", self._hear, methods=["POST"])])

    def accept(self, path: str, desk: httpx.Client, minutes: int = 30) -> httpx.Response:
        """Take the patient of a link in so many minutes, as its page does."""
        return desk.post(path, data={"dans": minutes}, follow_redirects=False)

    async def _hear(self, request: Request) -> Response:
        letter = await request.json()
        if letter["kind"] == "PatientSought":
            self.asked[letter["body"]["path"]] = letter["body"]
        elif letter["kind"] == "Withdrawal":
            self.withdrawn.append((letter["body"]["what_id"], letter["body"]["cause"]))
        return Response(status_code=HTTPStatus.NO_CONTENT)
