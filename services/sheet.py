"""The paper sheet: who is on duty, until when, at which number; for the day nothing works.

One page of HTML that needs nothing else, to be printed or kept as a file. Nothing of any case.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final

from regulation.effecteurs import CareCode, Effecteur, EffecteurKind
from regulation.kernel.time import PARIS, TimeWindow
from regulation.measures import clock
from regulation.offers import Agenda
from regulation.snapshots import Snapshot
from regulation.telephones import as_dialled
from services.console.words import MODES
from transport.fleet import Vehicle

EVERY: Final = timedelta(minutes=15)
AHEAD: Final = timedelta(hours=24)
MOST_SLOTS: Final = 4

MOST_OF_A_KIND: Final = 30
"""What one page or so holds of the kinds there are hundreds of."""

ON_DUTY: Final = {
    EffecteurKind.MMG: "Maisons médicales de garde",
    EffecteurKind.SOS: "SOS Médecins",
    EffecteurKind.UNITE_MOBILE: "Équipes mobiles",
    EffecteurKind.ED: "Urgences",
}
"""Kinds listed whole, in order."""

WITH_FREE_TIMES: Final = frozenset({EffecteurKind.CABINET, EffecteurKind.MSP, EffecteurKind.CDS})
SEEN_BY: Final = frozenset({CareCode.GP, CareCode.PAEDIATRIC, CareCode.DENTAL})

STYLE: Final = (
    "body{font:11pt sans-serif;margin:1cm}h1{font-size:16pt}h2{font-size:13pt;margin:.6em 0 .2em}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #888;padding:2px 6px;"
    "text-align:left;vertical-align:top}tr{page-break-inside:avoid}"
)
STYLE_DIGEST: Final = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'none'"
)
UNKNOWN: Final = "inconnu"
TITLE: Final = "Fiche de secours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One place: where, at which number, open when, with which free times; `seen`: as of when."""

    name: str
    where: str
    phone: str
    hours: str
    slots: str
    seen: str


def sheet_of(snapshot: Snapshot, vehicles: Sequence[Vehicle], territory: str, now: datetime) -> str:
    """Write the page as of this instant."""
    made = f"{now.astimezone(PARIS):%d/%m/%Y %H:%M}"
    warning = (
        f"Établie le {made}, refaite toutes les 15 minutes. Les heures et les créneaux sont ceux "
        "connus alors : appeler avant d'envoyer quelqu'un. Urgence vitale : le 15."
    )
    parts = [
        "<!doctype html><html lang='fr'><meta charset='utf-8'>",
        f"<title>{TITLE}, {escape(territory)}</title><style>{STYLE}</style>",
        f"<h1>{TITLE} : {escape(territory)}</h1>",
        f"<p>{warning}</p>",
        *_places(snapshot, now),
        *_companies(vehicles, now),
        "</html>",
    ]
    return "\n".join(parts)


def _places(snapshot: Snapshot, now: datetime) -> Iterator[str]:
    every = list(snapshot.effecteurs.values())
    for kind, title in ON_DUTY.items():
        yield from _part(title, [one for one in every if one.kind is kind], snapshot, now)
    yield from _part("Pharmacies ouvertes le plus tard", _pharmacies(every, now), snapshot, now)
    title = "Cabinets et centres dont un créneau était libre, les plus proches dans le temps"
    yield from _part(title, _soonest(every, snapshot, now), snapshot, now)


def _part(
    title: str, places: Sequence[Effecteur], snapshot: Snapshot, now: datetime
) -> Iterator[str]:
    wanted = [one for one in places if _is_wanted(one, snapshot.agendas.get(one.effecteur_id), now)]
    if not wanted:
        return
    yield f"<h2>{title}</h2>"
    heads = ("Nom", "Adresse", "Téléphone", "Ouvert", "Créneaux libres", "Su à")
    yield _table(
        heads,
        [
            (one.name, one.where, one.phone, one.hours, one.slots, one.seen)
            for one in _lines(wanted, snapshot, now)
        ],
    )


def _pharmacies(every: Sequence[Effecteur], now: datetime) -> list[Effecteur]:
    """Those open the latest from now on: at night, those on duty."""
    soon = {
        one.effecteur_id: _soon(one.open_windows, now)
        for one in every
        if one.kind is EffecteurKind.PHARMACIE
    }
    ends = {name: max(one.end for one in windows) for name, windows in soon.items() if windows}
    latest = sorted(ends, key=lambda name: (-ends[name].timestamp(), str(name)))
    kept = set(latest[:MOST_OF_A_KIND])
    return [one for one in every if one.effecteur_id in kept]


def _soonest(every: Sequence[Effecteur], snapshot: Snapshot, now: datetime) -> list[Effecteur]:
    first: dict[str, datetime] = {}
    for one in every:
        agenda = snapshot.agendas.get(one.effecteur_id)
        free = _free(agenda, now) if agenda else []
        if one.kind in WITH_FREE_TIMES and one.care & SEEN_BY and free:
            first[str(one.effecteur_id)] = free[0]
    kept = set(sorted(first, key=lambda name: (first[name], name))[:MOST_OF_A_KIND])
    return [one for one in every if str(one.effecteur_id) in kept]


def _lines(places: Sequence[Effecteur], snapshot: Snapshot, now: datetime) -> Iterator[Line]:
    for one in sorted(places, key=lambda place: (place.commune, place.name)):
        agenda = snapshot.agendas.get(one.effecteur_id)
        yield Line(
            name=one.name,
            where=one.address or str(one.commune),
            phone=as_dialled(one.phone) if one.phone else UNKNOWN,
            hours=_hours(one.open_windows, now),
            slots=_slots(agenda, now),
            seen=clock(agenda.slots.observed_at) if agenda else "",
        )


def _is_wanted(one: Effecteur, agenda: Agenda | None, now: datetime) -> bool:
    """On duty within a day, or with a free time then."""
    return bool(_soon(one.open_windows, now)) or bool(agenda and _free(agenda, now))


def _soon(windows: Sequence[TimeWindow], now: datetime) -> list[TimeWindow]:
    return [one for one in windows if one.end > now and one.start < now + AHEAD]


def _free(agenda: Agenda, now: datetime) -> list[datetime]:
    starts = (slot.window.start for slot in agenda.slots.value)
    return sorted(start for start in starts if now < start < now + AHEAD)


def _hours(windows: Sequence[TimeWindow], now: datetime) -> str:
    soon = sorted(_soon(windows, now), key=lambda one: one.start)
    told = ", ".join(f"{clock(one.start)}–{clock(one.end)}" for one in soon)
    return told or UNKNOWN


def _slots(agenda: Agenda | None, now: datetime) -> str:
    if agenda is None:
        return UNKNOWN
    free = _free(agenda, now)
    more = f" (+{len(free) - MOST_SLOTS})" if len(free) > MOST_SLOTS else ""
    return ", ".join(map(clock, free[:MOST_SLOTS])) + more or "aucun connu"


def _companies(vehicles: Sequence[Vehicle], now: datetime) -> Iterator[str]:
    """Transport companies with a vehicle on shift now; their numbers are in the address book."""
    on_shift: dict[str, list[Vehicle]] = {}
    for one in vehicles:
        if one.is_on_shift_at(now):
            on_shift.setdefault(one.provider, []).append(one)
    if not on_shift:
        return
    yield "<h2>Transporteurs dont un véhicule est de service</h2>"
    rows = [
        (name, ", ".join(f"{one.vehicle_id} ({MODES[one.mode]})" for one in mine))
        for name, mine in sorted(on_shift.items())
    ]
    yield _table(("Entreprise", "Véhicules"), rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"
