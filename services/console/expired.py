"""Who has not proved who they are, before a page: led to the log-in, or told of it without losing
what they typed. Programs get the problem document."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.access import Work
from services.console.pages import fragment, page
from services.console.refused_pages import asks_for_a_page

router = APIRouter(include_in_schema=False)

LOG_IN = "/connexion?retour="
LONGEST = 2_000
"""Characters of an address that the log-in leads back to; a longer one loses its parameters."""
DONE = "/connexion/faite"
"""Where the log-in of another tab ends: the call goes on in its own."""


def asked_to_log_in(request: Request, headers: Mapping[str, str] | None) -> Response | None:
    """Answer a browser that is not logged in; None for whoever is not a browser."""
    if "hx-request" in request.headers:
        content = {"address": f"{LOG_IN}{quote(DONE, safe='')}"}
        told = fragment("parts/expired.html", content, status=HTTPStatus.UNAUTHORIZED, to="#issue")
        told.headers.update(headers or {})
        return told
    if request.method != "GET" or not asks_for_a_page(request):
        return None
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if len(asked) > LONGEST:
        asked = request.url.path
    return RedirectResponse(f"{LOG_IN}{quote(asked, safe='')}", HTTPStatus.SEE_OTHER)


@router.get(DONE)
def done(work: Work) -> HTMLResponse:
    """Tell that the log-in is done, and where to go on."""
    return page("logged_in.html", work.runtime, {})
