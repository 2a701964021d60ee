"""Everything the console answers to, in one list."""

from fastapi import FastAPI

from services.console import call, decision, dossier
from services.console.assets import static
from services.console.previews import Previews
from services.console.turns import Turns


def add_console(app: FastAPI) -> None:
    """Add the pages, what they load, and what they remember."""
    app.state.turns = Turns()
    app.state.previews = Previews()
    for part in (call, decision, dossier):
        app.include_router(part.router)
    app.mount("/static", static)
