"""Everything the console answers to, in one list."""

from threading import Lock

from fastapi import FastAPI

from services.casework import Casework
from services.console import (
    board,
    call,
    commune,
    decision,
    declaring,
    dossier,
    expired,
    missions,
    offer_pages,
    taking,
    territory,
    territory_figures,
    territory_gestures,
    territory_pairs,
    territory_quarantine,
    territory_rules,
)
from services.console.assets import static
from services.console.chosen import ChosenProposals
from services.console.offer_book import OfferBook
from services.console.previews import Previews
from services.console.turns import Turns
from services.following import Following
from services.security.links import Links
from services.seeking import SeekingDesk


def add_console(app: FastAPI, work: Casework) -> None:
    """Add the pages, what they load, and what they remember."""
    app.state.turns = Turns()
    app.state.previews = Previews()
    app.state.chosen = ChosenProposals()
    app.state.following = Following(work.runtime, work.store)
    app.state.links = Links(work.runtime.link_key)
    app.state.seeking = SeekingDesk(runtime=work.runtime, store=work.store, links=app.state.links)
    app.state.trying = Lock()
    app.state.offer = OfferBook(work.runtime)
    for part in (
        call,
        decision,
        dossier,
        board,
        offer_pages,
        commune,
        declaring,
        taking,
        missions,
        expired,
        territory,
        territory_figures,
        territory_gestures,
        territory_pairs,
        territory_quarantine,
        territory_rules,
    ):
        app.include_router(part.router)
    app.mount("/static", static)
