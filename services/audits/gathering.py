"""Gathers the evidence of an audit: a server asked, a broker used, or a file read."""

import asyncio
import signal
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from adapters.audit import lrm, transporter
from adapters.audit.exchanges import Evidence
from adapters.audit.hub_journal import JournalRefused, evidence_of_journal
from adapters.audit.hub_probe import HubManner, audit_over_hub
from adapters.audit.hub_scenario import HubParties
from adapters.audit.run import Manner, audit_server, evidence_of_file
from adapters.audit.sas_plan import Flow, Plan
from adapters.audit.webhook_journal import Company, evidence_of_deliveries
from adapters.audit.webhook_probe import DEADLINE_S, Orders, Postman, Webhook, audit_company
from adapters.kit.http import open_client
from adapters.kit.misread import misread
from adapters.kit.reach import is_address
from adapters.kit.system_errors import said
from adapters.territory.territory import Territory
from regulation.effecteurs import EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.time import Clock
from services.audits.listening import address_of, listening
from services.errors import BadInput

MOST_NUMBERS = 500
"""Practitioners asked for when none is named."""
NOTHING_SENT = "rien n'est envoyé à un logiciel de régulation sans --book"
"""Over a broker it is heard only when it is written to, and our queues may be read by others."""
SCHEMES = frozenset({"http", "https", "amqp", "amqps"})
PREFIXES = {"8": IdKind.RPPS, "3": IdKind.SIRET, "1": IdKind.FINESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be audited. `ids` as given: national numbers, the id of a Hub client, or the
    name of a transport company; `secret` is the file of what it signs with, `listen` where we
    take what it sends, `patience_s` how long."""

    profile: str
    target: str
    ids: Sequence[str]
    us: str
    bookings: int
    manner: Manner
    secret: Path | None = None
    listen: str = "127.0.0.1:8301"
    patience_s: float = 60.0


def gather_evidence(wanted: Wanted, territory: Territory, clock: Clock) -> Evidence:
    """Ask, or read; raise BadInput naming what is wrong with what is wanted."""
    is_of_network = wanted.target.partition("://")[0] in SCHEMES
    if is_of_network and not is_address(wanted.target, SCHEMES):
        raise BadInput("URL_OR_FILE", "n'est pas une adresse : un hôte, puis un port s'il en faut")
    if wanted.profile == lrm.NAME:
        return _of_lrm(wanted, clock)
    if wanted.profile == transporter.NAME:
        return _of_company(wanted, territory, clock)
    flow = Flow(wanted.profile)
    plan = Plan(
        flow=flow,
        numbers=tuple(map(_number, wanted.ids)) or _numbers_of(territory, flow),
        now=clock.now(),
        bookings=wanted.bookings,
    )
    if urlsplit(wanted.target).scheme in {"http", "https"}:
        asked = audit_server(
            wanted.target.rstrip("/"),
            plan,
            wanted.manner,
            clock=clock,
            stopwatch=time.perf_counter,
        )
        return asyncio.run(stopped_as_by_hand(asked))
    return evidence_of_file(_file(wanted.target), plan)


async def stopped_as_by_hand(work: Coroutine[Any, Any, Evidence]) -> Evidence:
    """Gather evidence; told to end (SIGTERM), do as when interrupted: give back what was taken."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _of_lrm(wanted: Wanted, clock: Clock) -> Evidence:
    if len(wanted.ids) != 1:
        raise BadInput("--id", "un est attendu : celui du LRM au Hub")
    mark = f"audit-{clock.now():%Y%m%d%H%M%S}"
    parties = HubParties(us=wanted.us, lrm=wanted.ids[0], mark=mark)
    if urlsplit(wanted.target).scheme in {"amqp", "amqps"}:
        if not wanted.bookings:
            return Evidence(exchanges=(), stopped=NOTHING_SENT)
        return asyncio.run(audit_over_hub(wanted.target, parties, HubManner(), clock))
    try:
        text = _file(wanted.target).read_text(encoding="utf-8")
        return evidence_of_journal(text, parties)
    except (OSError, JournalRefused, UnicodeDecodeError) as error:
        raise BadInput(wanted.target, misread(error)) from None


def _of_company(wanted: Wanted, territory: Territory, clock: Clock) -> Evidence:
    if len(wanted.ids) != 1:
        raise BadInput("--id", "une est attendue : l'entreprise, comme dans le carnet d'adresses")
    company = Company(name=wanted.ids[0], secret=_secret(wanted.secret))
    if urlsplit(wanted.target).scheme in {"http", "https"}:
        return _of_running_company(wanted, company, territory, clock)
    try:
        return evidence_of_deliveries(_file(wanted.target).read_text(encoding="utf-8"), company)
    except (OSError, JournalRefused, UnicodeDecodeError) as error:
        raise BadInput(wanted.target, misread(error)) from None


def _of_running_company(
    wanted: Wanted, company: Company, territory: Territory, clock: Clock
) -> Evidence:
    """Listen to a company; order missions only when told how many."""
    if company.secret is None:
        raise BadInput("--secret", "requis : le fichier du secret partagé avec l'entreprise")
    orders = Orders(
        mark=f"audit-{clock.now():%Y%m%d%H%M%S}",
        vehicle_id=_vehicle_of(territory, company.name),
        count=wanted.bookings,
        answer_within=timedelta(seconds=wanted.patience_s / 2),
    )
    webhook = Webhook(company=company, clock=clock)

    async def ask() -> Evidence:
        manner = wanted.manner
        async with open_client(
            timeout_s=DEADLINE_S, certificate=manner.certificate, authorities=manner.authorities
        ) as http:
            postman = Postman(http=http, url=wanted.target, company=company, clock=clock)
            return await audit_company(postman, webhook, orders, wanted.patience_s)

    with listening(webhook, *address_of(wanted.listen)):
        return asyncio.run(stopped_as_by_hand(ask()))


def _vehicle_of(territory: Territory, company: str) -> str:
    """Return a vehicle of the company, as missions name one; of a stranger, a name of ours."""
    found = (one.vehicle_id for one in territory.fleet if one.provider == company)
    return next(found, "VEHICULE-1")


def _secret(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise BadInput("--secret", f"{path} : {said(error)}") from None
    if not secret:
        raise BadInput("--secret", f"{path} ne contient pas de secret")
    return secret


def _file(target: str) -> Path:
    path = Path(target)
    if not path.is_file():
        raise BadInput("URL_OR_FILE", f"{target} n'est ni une adresse de ce profil ni un fichier")
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
        raise BadInput("--id", f"{text!r} n'est ni GENRE:valeur ni un numéro préfixé") from None
