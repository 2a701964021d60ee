"""What goes between us and a transport company: missions ordered, deliveries signed and answered.

A journal of it has one JSON object a line: `{"at", "order", "status"}` for a letter of ours (whole)
and what its answer was, `{"at", "delivery", "signature", "status"}` for what the company sent (the
text exactly as received) and what we answered.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from adapters.audit.exchanges import Evidence, Exchange, Purpose
from adapters.audit.hub_journal import JournalRefused

SIGNATURE_FORM: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
ORDER: Final = "MissionOrder"
ORDER_HEADER: Final = "Aiguilleur-Signature"
"""Header that bears the signature, both ways."""


def signed(body: bytes, secret: bytes, at: datetime) -> str:
    """Sign as docs/transporteurs.md says, written apart from the adapter that signs for good."""
    seconds = int(at.timestamp())
    digest = hmac.new(secret, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def signed_at(signature: str) -> datetime | None:
    """Return the instant a signature is dated, None when it has not the form of one."""
    found = SIGNATURE_FORM.fullmatch(signature)
    if found is None:
        return None
    try:
        return datetime.fromtimestamp(int(found[1]), UTC)
    except (ValueError, OverflowError):  # after the year 9999
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Whom the audit is about; `secret` None: signatures are judged by their form alone."""

    name: str
    secret: bytes | None

    def delivery(self, at: datetime, raw: bytes, signature: str, status: int) -> Exchange:
        """Keep a delivery as it came, and what it was answered."""
        dated = signed_at(signature)
        authentic = None
        if self.secret is not None:
            expected = "" if dated is None else signed(raw, self.secret, dated)
            authentic = dated is not None and hmac.compare_digest(expected, signature)
        return Exchange(
            purpose=Purpose.DELIVERY,
            method="POST",
            url=f"/transporteurs/{self.name}/evenements",
            at=at,
            status=status,
            body=raw,
            signature=signature,
            is_authentic=authentic,
        )


def evidence_of_deliveries(text: str, company: Company) -> Evidence:
    """Read a journal; raise JournalRefused naming the line that isn't one."""
    exchanges: list[Exchange] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            exchanges.append(_exchange(_record(line, number), number, company, exchanges))
    return Evidence(exchanges=tuple(exchanges), is_file=True)


def _record(line: str, number: int) -> Mapping[str, Any]:
    try:
        record: dict[str, Any] = json.loads(line)
        has_offset = datetime.fromisoformat(record["at"]).tzinfo is not None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise JournalRefused(
            f"ligne {number} : n'est pas un objet JSON avec son instant `at`"
        ) from None
    if not has_offset:
        raise JournalRefused(f"ligne {number} : `at` est sans décalage")
    if not isinstance(record.get("status"), int):
        raise JournalRefused(f"ligne {number} : `status` manque, ou n'est pas un nombre entier")
    return record


def _exchange(
    record: Mapping[str, Any], number: int, company: Company, before: Sequence[Exchange]
) -> Exchange:
    at = datetime.fromisoformat(record["at"])
    if isinstance(record.get("delivery"), str):
        raw = record["delivery"].encode()
        signature = str(record.get("signature", ""))
        return company.delivery(at, raw, signature, record["status"])
    if not isinstance(record.get("order"), dict):
        raise JournalRefused(f"ligne {number} : ni `delivery` ni `order`")
    letter = json.dumps(record["order"], ensure_ascii=False).encode()
    is_again = any(one.sent == letter for one in before)
    return Exchange(
        purpose=Purpose.ORDER_AGAIN if is_again else Purpose.ORDER,
        method="POST",
        url=str(record.get("to", company.name)),
        at=at,
        sent=letter,
        status=record["status"],
    )
