"""What pages opened by a link share: the proof, and the refusal of a link that is over."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Path, Request
from fastapi.responses import HTMLResponse

from regulation.measures import clock
from services.casework import Casework
from services.console.pages import page
from services.console.words import day
from services.managing import ManagingDesk
from services.security.links import MOST_CHARACTERS, Link, Links
from services.store import StoreUnavailable

OVER = "Ce lien n'est plus valable. En demander un autre au gestionnaire du territoire."

DOWN = "La base ne répond pas : rien n'a été changé. Réessayer dans un instant."


async def links_of(request: Request) -> Links:
    """Return the links of the application."""
    links: Links = request.app.state.links
    return links


MadeLinks = Annotated[Links, Depends(links_of)]
Token = Annotated[str, Path(max_length=MOST_CHARACTERS)]


def proved(token: str, purpose: str, links: Links, desk: ManagingDesk) -> Link | str:
    """Read a link; why it is refused, in French, when it is over or was withdrawn."""
    link = links.read(token, purpose=purpose, now=desk.clock.now())
    if link is None:
        return OVER
    try:
        withdrawn = desk.withdrawn_at(purpose, link.subject)
    except StoreUnavailable:
        return DOWN  # nobody can tell whether it was withdrawn
    if withdrawn is None or link.since > withdrawn:
        return link
    return (
        f"Ce lien a été retiré le {day(withdrawn)} à {clock(withdrawn)} par le gestionnaire du"
        " territoire. Lui en demander un autre."
    )


def refused(work: Casework, why: str, status: HTTPStatus = HTTPStatus.NOT_FOUND) -> HTMLResponse:
    """Say to whoever holds a link why nothing was done."""
    status = HTTPStatus.SERVICE_UNAVAILABLE if why == DOWN else status
    return page("link_refused.html", work.runtime, {"message": why}, status=status)
