"""From exceptions to problem documents."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from adapters.kit.live import LiveUnavailable
from adapters.kit.refused_values import reason
from regulation.decisions import DecisionRefused, NotAllowed
from regulation.ports import CaseExists, StaleVersion
from services.console.expired import asked_to_log_in
from services.console.refused_pages import asks_for_a_page, refused_page
from services.errors import BadInput, written_path
from services.refusals import Conflict, OutOfDate, TooEarly, UnknownCase, UnknownMessage
from services.schemas.orientation import Json, orientation_out
from services.schemas.problem import PROBLEM_JSON
from services.store import StoreUnavailable

PLACES = frozenset({"body", "path", "query", "header", "cookie"})
"""Where a parameter was, which the name of the field doesn't repeat."""


NOT_SHARED = "l'état que les processus partagent ne répond pas : redemander plus tard"
UNREADABLE = (
    "ce n'est pas un document JSON lisible (pas en UTF-8, trop profond, ou un nombre démesuré)"
)
UNTOLD = {
    HTTPStatus.NOT_FOUND: (
        "il n'y a rien à cette adresse : la vérifier ; /openapi.json décrit celles de l'API"
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "cette adresse n'admet pas la méthode employée : employer {allowed}"
    ),
}
OTHERWISE = "demande refusée : la vérifier ; /openapi.json décrit ce que l'API admet"
"""What the framework says in English only, or of a status that nobody foresaw."""


def problem(
    status: HTTPStatus, detail: str, field: str | None = None, **more: object
) -> JSONResponse:
    """Make the response of a refusal."""
    document = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "field": field,
        **more,
    }
    return JSONResponse(document, status, media_type=PROBLEM_JSON)


def refusal(
    request: Request, status: HTTPStatus, detail: str, field: str | None = None, **more: object
) -> Response:
    """Make the response of a refusal: a page where somebody waits for one, else its problem."""
    if asks_for_a_page(request):
        return refused_page(request, status, f"{field} : {detail}" if field else detail)
    return problem(status, detail, field, **more)


def add_handlers(app: FastAPI) -> None:
    """Answer each exception of ours by its problem."""

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        faults = list(faults_of(error.errors(), error.body))
        first = faults[0]
        detail, field = str(first["detail"]), str(first["field"])
        return refusal(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, field, errors=faults)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        status = HTTPStatus(error.status_code)
        if status is HTTPStatus.UNAUTHORIZED:
            told = asked_to_log_in(request, error.headers)
            if told is not None:
                return told
        if status is HTTPStatus.BAD_REQUEST:  # what its JSON reader could not take at all
            return refusal(request, HTTPStatus.UNPROCESSABLE_ENTITY, UNREADABLE, "body")
        response = refusal(request, status, detail_of(error))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(LiveUnavailable)
    async def not_shared(request: Request, _error: LiveUnavailable) -> Response:
        return refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, NOT_SHARED)

    for kind in REFUSALS:
        app.add_exception_handler(kind, _refused)


def detail_of(error: HTTPException) -> str:
    """What is said of it; where only the framework spoke, in our words."""
    status = HTTPStatus(error.status_code)
    if error.detail != status.phrase:
        return error.detail
    allowed = (error.headers or {}).get("Allow", "")
    return UNTOLD.get(status, OTHERWISE).format(allowed=allowed or "une autre méthode")


def faults_of(errors: Sequence[Any], body: object) -> Iterator[Json]:
    """Name each field at fault and why; the value given and the context are left out."""
    for error in errors:
        path = list(error["loc"])
        if path[0] == "body":
            path = list(written_path(path[1:], body, missing=error["type"] == "missing"))
        elif path[0] in PLACES:
            path = path[1:]
        yield {"field": ".".join(map(str, path))[:200] or "body", "detail": reason(error)}


REFUSALS: dict[type[Exception], HTTPStatus] = {
    BadInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    DecisionRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotAllowed: HTTPStatus.FORBIDDEN,
    UnknownCase: HTTPStatus.NOT_FOUND,
    UnknownMessage: HTTPStatus.NOT_FOUND,
    CaseExists: HTTPStatus.CONFLICT,
    Conflict: HTTPStatus.CONFLICT,
    TooEarly: HTTPStatus.CONFLICT,
    OutOfDate: HTTPStatus.CONFLICT,
    StaleVersion: HTTPStatus.CONFLICT,
    StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


TOLD: dict[type[Exception], tuple[str, str | None]] = {
    UnknownCase: ("aucun dossier ne porte ce numéro", "case_id"),
    UnknownMessage: ("aucun message ne porte ce numéro", "message_id"),
    CaseExists: ("un autre dossier porte déjà ce numéro : en prendre un nouveau", "id"),
    StaleVersion: ("le dossier change sans cesse : le relire, puis redemander", "case_id"),
    StoreUnavailable: ("la base ne répond pas : redemander, sous la même clé", None),
}
"""What is said of a refusal that doesn't say it itself, and the field to mend."""


async def _refused(request: Request, error: Exception) -> Response:
    status = REFUSALS[type(error)]
    match error:
        case OutOfDate(fresh=fresh) if fresh is not None:
            answer = orientation_out(fresh.orientation)
            more = {"orientation_id": fresh.orientation_id, **answer}
            return refusal(request, status, error.reason, error.field, **more)
        case BadInput() | DecisionRefused() | Conflict():
            return refusal(request, status, error.reason, error.field)
        case _:
            return refusal(request, status, *TOLD[type(error)])
