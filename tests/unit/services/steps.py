"""What tests of the API do again and again: open, propose, decide."""

from typing import Any

import httpx

from tests.worlds import call

Document = dict[str, Any]


async def opened(client: httpx.AsyncClient, case_id: str = "appel-1", **changes: object) -> None:
    """Open a case."""
    answer = await client.post("/cases", json=call(case_id, **changes))
    assert answer.status_code == 201, answer.text


async def proposed(
    client: httpx.AsyncClient, case_id: str = "appel-1", **changes: object
) -> Document:
    """Open a case and ask for its proposals."""
    await opened(client, case_id, **changes)
    return await proposed_again(client, case_id)


async def proposed_again(client: httpx.AsyncClient, case_id: str = "appel-1") -> Document:
    """Ask for the proposals of a case."""
    answer = await client.post(f"/cases/{case_id}/proposals")
    assert answer.status_code == 200, answer.text
    document: Document = answer.json()
    return document


def decision(rank: int = 1, key: str = "cle-1", **changes: object) -> Document:
    """A regulating doctor's decision."""
    document: Document = {
        "rank": rank,
        "motive": "" if rank == 1 else "préféré par le patient",
        "actor": {"id": "LOCAL:dr-1", "role": "REGULATING_DOCTOR"},
        "idempotency_key": key,
    }
    return document | changes


async def decide(
    client: httpx.AsyncClient,
    case_id: str = "appel-1",
    rank: int = 1,
    key: str = "cle-1",
    **changes: object,
) -> httpx.Response:
    """Decide on a case."""
    url = f"/cases/{case_id}/decision"
    return await client.post(url, json=decision(rank, key, **changes))
