"""What the description of the API says of each answer: schema, example, possible refusals."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

from services.schemas.problem import PROBLEM_JSON, ConflictOut, ProblemOut

Responses = dict[int | str, dict[str, Any]]

REFUSED = {
    401: "Whoever asks has not proved who they are",
    403: "Somebody else may do this",
    404: "There is no such case, or no such message",
    409: "Things have moved: the answer says how",
    408: "Sent too slowly",
    413: "Larger than any case",
    429: "Asked too often: `Retry-After` says when to ask again",
    422: "A field is missing, unknown or impossible: `field` names it",
    503: "The database does not answer: ask again, under the same key",
}


ANYWHERE = (401, 403, 408, 429)
"""What may be answered before any endpoint."""


def answers(status: int, model: type[Any], text: str, example: object, **headers: str) -> Responses:
    """Describe the answer of an endpoint when all goes well, and its headers of note."""
    told: dict[str, Any] = {
        "model": model,
        "description": text,
        "content": {"application/json": {"example": example}},
    }
    if headers:
        told["headers"] = {
            name.replace("_", "-"): {"description": meaning, "schema": {"type": "string"}}
            for name, meaning in headers.items()
        }
    return {status: told}


def refusals(*statuses: int) -> Responses:
    """Describe the refusals an endpoint may answer by."""
    return {
        status: {
            "model": ConflictOut if status == 409 else ProblemOut,  # noqa: PLR2004  HTTP status
            "description": REFUSED[status],
        }
        for status in statuses
    }


def describe_problems(app: FastAPI) -> None:
    """Say that refusals are problem documents; FastAPI writes plain JSON for them."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            for operation in _operations(generate()):
                for status in ANYWHERE:
                    operation["responses"].setdefault(str(status), _problem(REFUSED[status]))
                for status, response in operation["responses"].items():
                    if not status.startswith("2"):
                        _as_problem(response)
        return generate()

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _operations(schema: Mapping[str, Any]) -> list[Any]:
    return [operation for path in schema["paths"].values() for operation in path.values()]


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemOut"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _as_problem(response: dict[str, Any]) -> None:
    content = response.get("content", {})
    if "application/json" in content:
        content[PROBLEM_JSON] = content.pop("application/json")
