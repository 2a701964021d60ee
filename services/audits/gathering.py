"""Gathers the evidence of an audit: a server asked, a broker used, or a file read."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from adapters.audit import lrm
from adapters.audit.exchanges import Evidence
from adapters.audit.hub_journal import JournalRefused, evidence_of_journal
from adapters.audit.hub_probe import HubManner, audit_over_hub
from adapters.audit.hub_scenario import HubParties
from adapters.audit.run import Manner, audit_server, evidence_of_file
from adapters.audit.sas_plan import Flow, Plan
from adapters.territory.territory import Territory
from regulation.effecteurs import EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.time import Clock
from services.errors import BadInput

MOST_NUMBERS = 500
"""Practitioners asked for when none is named."""
PREFIXES = {"8": IdKind.RPPS, "3": IdKind.SIRET, "1": IdKind.FINESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be audited. `ids` as given: national numbers, or the id of a Hub client."""

    profile: str
    target: str
    ids: Sequence[str]
    us: str
    bookings: int
    manner: Manner


def gather_evidence(wanted: Wanted, territory: Territory, clock: Clock) -> Evidence:
    """Ask, or read; raise BadInput naming what is wrong with what is wanted."""
    if wanted.profile == lrm.NAME:
        return _of_lrm(wanted, clock)
    flow = Flow(wanted.profile)
    plan = Plan(
        flow=flow,
        numbers=tuple(map(_number, wanted.ids)) or _numbers_of(territory, flow),
        now=clock.now(),
        bookings=wanted.bookings,
    )
    if urlsplit(wanted.target).scheme in {"http", "https"}:
        return asyncio.run(
            audit_server(
                wanted.target.rstrip("/"),
                plan,
                wanted.manner,
                clock=clock,
                stopwatch=time.perf_counter,
            )
        )
    return evidence_of_file(_file(wanted.target), plan)


def _of_lrm(wanted: Wanted, clock: Clock) -> Evidence:
    if len(wanted.ids) != 1:
        raise BadInput("--id", "one is needed: the id of the regulation software at the Hub")
    mark = f"audit-{clock.now():%Y%m%d%H%M%S}"
    parties = HubParties(us=wanted.us, lrm=wanted.ids[0], mark=mark)
    if urlsplit(wanted.target).scheme in {"amqp", "amqps"}:
        return asyncio.run(audit_over_hub(wanted.target, parties, HubManner(), clock))
    try:
        text = _file(wanted.target).read_text(encoding="utf-8")
        return evidence_of_journal(text, parties)
    except (JournalRefused, UnicodeDecodeError) as error:
        raise BadInput(wanted.target, str(error)) from None


def _file(target: str) -> Path:
    path = Path(target)
    if not path.is_file():
        raise BadInput("URL_OR_FILE", f"{target} is neither an address of this profile nor a file")
    return path


def _numbers_of(territory: Territory, flow: Flow) -> tuple[Identifier, ...]:
    if flow is Flow.SOS:
        found = [
            one.effecteur_id
            for one in territory.effecteurs
            if one.kind is EffecteurKind.SOS and one.effecteur_id.kind is IdKind.SIRET
        ]
    else:
        found = [one.rpps for one in territory.practitioners if one.booking is not None]
    return tuple(dict.fromkeys(found))[:MOST_NUMBERS]


def _number(text: str) -> Identifier:
    """Read `KIND:value`, or the number as the SAS flows prefix it."""
    try:
        if ":" in text:
            return Identifier.parse(text)
        return Identifier(PREFIXES[text[:1]], text[1:])
    except (KeyError, ValueError):
        raise BadInput("--id", f"{text!r} is neither KIND:value nor a prefixed number") from None
