"""What a browser shows where there is no page, or none for whoever asks; programs get the problem
document. It rests on nothing that may be what failed: no store, no source, no script."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.console.assets import CSP
from services.console.pages import FRAMED_BY_NOBODY, render

Words = tuple[str, str]
"""What it is, and what to do. Nothing of what it is: the detail of the problem begins with it."""

AGAIN = "Réessayer dans un instant ; si cela dure, le dire à qui tient ce service."

WORDS: Mapping[HTTPStatus, Words] = {
    HTTPStatus.UNAUTHORIZED: ("Rien n'a été fait", "Se connecter, puis recommencer."),
    HTTPStatus.FORBIDDEN: (
        "Cette page ne vous est pas ouverte",
        "Si elle devrait l'être, le demander à qui tient les comptes de ce territoire.",
    ),
    HTTPStatus.NOT_FOUND: (
        "Il n'y a pas de page à cette adresse",
        "La vérifier, lettre par lettre, ou repartir d'ici.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "Cette adresse n'est pas une page",
        "Elle sert à un bouton ou à un logiciel. Rien n'a été fait. Repartir d'ici.",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "Trop de demandes à la fois",
        "Attendre quelques secondes, puis recharger la page.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: (
        "Une erreur de notre côté",
        f"Elle est notée au journal. {AGAIN}",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: ("", AGAIN),
}
OTHERWISE: Words = ("Cette demande est refusée", "La vérifier, ou repartir d'ici.")

UNSAID = frozenset(
    {
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
"""What the words say whole: the detail of the problem is for programs."""

LONGEST = 200
"""Characters of an address that are shown."""


def asks_for_a_page(request: Request) -> bool:
    """Tell whether somebody waits for a page: neither a script of ours nor a program asks."""
    headers = request.headers
    accepted = headers.get("accept", "")
    if "hx-request" in headers or "text/html" not in accepted or "json" in accepted:
        return False
    if request.method in {"GET", "HEAD"}:
        return headers.get("sec-fetch-mode", "navigate") == "navigate"
    return headers.get("sec-fetch-mode") == "navigate"


def refused_page(request: Request, status: HTTPStatus, detail: str) -> HTMLResponse:
    """Say what is refused, where, and what to do."""
    title, advice = WORDS.get(status, OTHERWISE)
    content = {
        "title": title or _capital(detail.partition(" :")[0]),
        "advice": advice,
        "detail": "" if status in UNSAID else f"{_capital(detail).rstrip('.')}.",
        "must_log_in": status is HTTPStatus.UNAUTHORIZED,
        "where": request.url.path[:LONGEST],
        "status": status.value,
    }
    csp = {"Content-Security-Policy": f"{CSP}; {FRAMED_BY_NOBODY}"}
    return HTMLResponse(render("refused.html", content), status, headers=csp)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
