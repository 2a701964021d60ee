"""Statistics of a territory: delay, refusals and distance by profile and commune; who was given
what. As pages to read, and as tables to take away; of nobody."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from regulation.mobility import VehicleClass
from regulation.snapshots import Snapshot
from regulation.tallies import (
    SMALLEST_GROUP,
    CompanyShare,
    GroupTally,
    MissionFate,
    OrientedCase,
    PlaceShare,
    Spread,
    company_shares,
    gini,
    place_shares,
    tally,
    tally_by,
)
from services.access import Work
from services.console.pages import page
from services.console.reading import CLASSES
from services.console.words import day, metres_told, seconds_told
from services.runtime import Runtime
from services.spreadsheets import Value, for_excel
from services.tallying import oriented_since

router = APIRouter(include_in_schema=False)

PERIODS: Mapping[int, str] = {7: "7 jours", 28: "28 jours", 91: "13 semaines"}
USUAL_DAYS = 7
MOST_LISTED = 40
PROFILES: tuple[VehicleClass | None, ...] = (*CLASSES, None)
UNSETTLED = "Besoin non établi"

FATES: Mapping[MissionFate, str] = {
    MissionFate.ACCEPTED: "acceptees",
    MissionFate.REFUSED: "refusees",
    MissionFate.SILENT: "sans_reponse",
    MissionFate.AWAITED: "attendues",
}
"""How the tables to take away write what became of missions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup:
    """A group as one row of figures in words; `few`: too few cases for any."""

    name: str
    few: bool
    cases: str
    delay: str
    delay_p90: str
    missions: int
    refused: str
    silent: int
    road: str
    road_p90: str


def since_days(
    work: Work, days: Annotated[int, Query(alias="jours", ge=1, le=366)] = USUAL_DAYS
) -> tuple[int, Sequence[OrientedCase]]:
    """Read the cases of so many days back."""
    since = work.runtime.clock.now() - timedelta(days=days)
    return days, oriented_since(work.store, work.runtime, since)


Counted = Annotated[tuple[int, Sequence[OrientedCase]], Depends(since_days)]


@router.get("/territoire/statistiques")
def statistics(work: Work, counted: Counted) -> HTMLResponse:
    """Show how orientations went, and how evenly they were shared out."""
    days, cases = counted
    runtime = work.runtime
    now, snapshot = runtime.clock.now(), runtime.snapshots.current()
    places, companies = place_shares(cases), company_shares(cases, _companies(runtime))
    content = {
        "days": days,
        "periods": PERIODS,
        "since": day(now - timedelta(days=days)),
        "count": len(cases),
        "smallest": SMALLEST_GROUP,
        "whole": _shown("Ensemble", tally(cases)),
        "profiles": [
            _shown(CLASSES[one] if one else UNSETTLED, told) for one, told in _by_profile(cases)
        ],
        "communes": [_shown(one, told) for one, told in _by_commune(cases)[:MOST_LISTED]],
        "places": [(_name(one, snapshot), one.proposed, one.chosen) for one in places][
            :MOST_LISTED
        ],
        "places_gini": _index(gini(one.chosen for one in places)),
        "companies": [_company(one) for one in companies],
        "companies_gini": _index(gini(one.asked for one in companies)),
    }
    return page("territory_figures.html", runtime, content)


@router.get("/territoire/statistiques.csv")
def groups_csv(counted: Counted) -> Response:
    """Return the groups: by profile, by commune, by both; small ones without figures."""
    _, cases = counted
    both = tally_by(cases, lambda one: (one.profile, one.commune))
    rows = [
        _group_row("ensemble", None, "", tally(cases)),
        *(_group_row("profil", one, "", told) for one, told in _by_profile(cases)),
        *(_group_row("commune", None, one, told) for one, told in _by_commune(cases)),
        *(
            _group_row("profil et commune", *both_of, told)
            for both_of, told in sorted(both.items(), key=lambda one: str(one[0]))
        ),
    ]
    return _csv("statistiques.csv", rows)


@router.get("/territoire/equite.csv")
def shares_csv(work: Work, counted: Counted) -> Response:
    """Return what each effecteur and each company was given."""
    _, cases = counted
    snapshot = work.runtime.snapshots.current()
    companies = company_shares(cases, _companies(work.runtime))
    rows: list[Mapping[str, Value]] = [
        *(_share_row("effecteur", _name(one, snapshot), one) for one in place_shares(cases)),
        *(_share_row("transporteur", one.company, one) for one in companies),
    ]
    return _csv("equite.csv", rows)


def _by_profile(cases: Sequence[OrientedCase]) -> list[tuple[VehicleClass | None, GroupTally]]:
    found = tally_by(cases, lambda one: one.profile)
    return [(one, found[one]) for one in PROFILES if one in found]


def _by_commune(cases: Sequence[OrientedCase]) -> list[tuple[str, GroupTally]]:
    found = tally_by(cases, lambda one: one.commune)
    return sorted(found.items(), key=lambda one: (-(one[1].cases or 0), one[0]))


def _companies(runtime: Runtime) -> frozenset[str]:
    return frozenset(one.provider for one in runtime.fleet(runtime.clock.now()))


def _name(one: PlaceShare, snapshot: Snapshot) -> str:
    place = snapshot.effecteurs.get(one.effecteur_id)
    return place.name if place else str(one.effecteur_id)


def _shown(name: str, told: GroupTally) -> ShownGroup:
    missions, share = told.missions or {}, told.refusal_share
    delay, delay_p90 = _both(told.delay_s, seconds_told)
    road, road_p90 = _both(told.road_m, metres_told)
    return ShownGroup(
        name=name,
        few=told.cases is None,
        cases=str(told.cases) if told.cases is not None else f"moins de {SMALLEST_GROUP}",
        delay=delay,
        delay_p90=delay_p90,
        missions=sum(missions.values()),
        refused="–" if share is None else f"{100 * share:.0f} %",
        silent=missions.get(MissionFate.SILENT, 0),
        road=road,
        road_p90=road_p90,
    )


def _both(told: Spread | None, written: Callable[[int | None], str]) -> tuple[str, str]:
    return (written(told.median), written(told.p90)) if told else (written(None), written(None))


def _index(found: float | None) -> str:
    return "–" if found is None else f"{found:.2f}".replace(".", ",")


def _company(one: CompanyShare) -> tuple[str, int, tuple[int, ...]]:
    return one.company, one.asked, tuple(one.missions.get(fate, 0) for fate in MissionFate)


def _group_row(
    what: str, profile: VehicleClass | None, commune: str, told: GroupTally
) -> Mapping[str, Value]:
    return {
        "regroupement": what,
        "profil": (profile or "NON_ETABLI") if what.startswith("profil") else "",
        "commune": commune,
        "dossiers": told.cases,
        "delai_median_s": told.delay_s.median if told.delay_s else None,
        "delai_p90_s": told.delay_s.p90 if told.delay_s else None,
        "distance_mediane_m": told.road_m.median if told.road_m else None,
        "distance_p90_m": told.road_m.p90 if told.road_m else None,
        **_fates(told.missions),
    }


def _share_row(what: str, name: str, one: PlaceShare | CompanyShare) -> Mapping[str, Value]:
    place = one if isinstance(one, PlaceShare) else None
    missions = one.missions if isinstance(one, CompanyShare) else None
    return {
        "sorte": what,
        "nom": name,
        "proposes": place.proposed if place else None,
        "choisis": place.chosen if place else None,
        **_fates(missions),
    }


def _fates(missions: Mapping[MissionFate, int] | None) -> Mapping[str, Value]:
    return {
        f"missions_{word}": None if missions is None else missions.get(fate, 0)
        for fate, word in FATES.items()
    }


def _csv(name: str, rows: Sequence[Mapping[str, Value]]) -> Response:
    return Response(
        for_excel(rows),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
