"""Runs one audit: opens the clients, asks, tries the certificates, or reads a recorded answer."""

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from adapters.audit.asking import Asker, Sleep, Stopwatch, question
from adapters.audit.exchanges import OK, Evidence, Exchange, Purpose
from adapters.audit.sas_plan import Plan, gather, path_of, usual_window
from adapters.kit.http import ClientCertificate, open_client
from regulation.kernel.time import Clock

DEADLINE_S = 10.0
"""Longer than the seven seconds allowed, so that lateness can be measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a server is asked.

    `certificate` is the auditor's own; `others` are certificates of the same authority that a
    server must turn away, by what they are to prove (OTHER_NAME, OTHER_UNIT).
    """

    per_s: float = 5.0
    deadline_s: float = DEADLINE_S
    certificate: ClientCertificate | None = None
    authorities: Path | None = None
    others: Mapping[Purpose, ClientCertificate] = field(default_factory=dict)


async def audit_server(
    base_url: str,
    plan: Plan,
    manner: Manner,
    *,
    clock: Clock,
    stopwatch: Stopwatch,
    sleep: Sleep = asyncio.sleep,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Evidence:
    """Ask a server everything the plan allows; nothing is raised for what it answers."""

    def asker(http: httpx.AsyncClient) -> Asker:
        return Asker(
            http=http,
            clock=clock,
            stopwatch=stopwatch,
            per_s=manner.per_s,
            deadline_s=manner.deadline_s,
            sleep=sleep,
        )

    base = urlsplit(base_url)
    is_encrypted = base.scheme == "https"
    async with open_client(
        base_url=base_url,
        timeout_s=manner.deadline_s,
        headers={"Accept": "application/json+fhir"},
        certificate=manner.certificate,
        authorities=manner.authorities,
        transport=transport,
    ) as http:
        evidence = await gather(
            asker(http), plan, is_encrypted=is_encrypted, is_local=_is_local(base.hostname or "")
        )
    if not is_encrypted or evidence.stopped is not None:
        return evidence
    tried: list[Exchange] = []
    strangers = {Purpose.NO_CERTIFICATE: None, **manner.others}
    for purpose, certificate in strangers.items():
        async with open_client(
            base_url=base_url,
            timeout_s=manner.deadline_s,
            certificate=certificate,
            authorities=manner.authorities,
        ) as http:
            url = path_of(plan.flow, plan.numbers[:1], usual_window(plan.now))
            tried.append(await asker(http).try_once(question(purpose, url, plan.now)))
    return evidence.with_exchanges(tried)


def evidence_of_file(path: Path, plan: Plan) -> Evidence:
    """Read an answer recorded in a file: its form can be judged, not how the server searches."""
    recorded = Exchange(
        purpose=Purpose.FILE,
        method="GET",
        url=path.name,
        at=plan.now,
        status=OK,
        body=path.read_bytes(),
    )
    return Evidence(exchanges=(recorded,), is_file=True)


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
