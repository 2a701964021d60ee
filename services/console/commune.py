"""What is open now around a commune, in a page that other sites may embed."""

from http import HTTPStatus

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from regulation.effecteurs import EffecteurKind
from regulation.measures import clock, kilometres
from services.access import Work
from services.console.around import Reached, around, open_places
from services.console.offer_pages import Offer, shown_way
from services.console.offer_told import ShownPlace, to_public
from services.console.pages import page

router = APIRouter(include_in_schema=False)

FRAMED_BY_ANYBODY = "frame-ancestors *"
MOST_OTHERS = 6
VISITS = frozenset({EffecteurKind.SOS})


@router.get("/public/communes/{insee}")
def commune_page(work: Work, offer: Offer, insee: str) -> HTMLResponse:
    """Show the duty doctor, the pharmacies to go home by, and what else is open."""
    runtime, places = work.runtime, tuple(map(to_public, offer.places()))
    commune = runtime.ground().find_commune(insee)
    if commune is None:
        text = f"Aucune commune du territoire {runtime.gazetteer.name} n'a ce code."
        return page("sorry.html", runtime, {"message": text}, status=HTTPStatus.NOT_FOUND)
    now = runtime.clock.now()
    found = around(commune.code, commune.position, places, runtime.travel, now)

    def shown(way: Reached) -> ShownPlace:
        return shown_way(way, runtime)

    content = {
        "commune": commune,
        "at": clock(now),
        "doctor": shown(found.doctor) if found.doctor else None,
        "pharmacies": [shown(one) for one in found.pharmacies],
        "after_doctor": "" if found.after_doctor_m is None else kilometres(found.after_doctor_m),
        "others": [shown(one) for one in found.others[:MOST_OTHERS]],
        "count_others": len(found.others),
        "visits": bool(open_places(places, VISITS)),
        "attribution": runtime.ground().attribution,
    }
    return page("commune.html", runtime, content, framed_by=FRAMED_BY_ANYBODY)
