"""Asks the geocoder of the Géoplateforme: one address, or a batch as a table."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from adapters.ban.mapping import Placed, question_of, read_answer, read_batch
from adapters.kit.asking import Asker
from adapters.kit.defective import PayloadRefused
from adapters.kit.failures import FeedFailure
from adapters.kit.http import Question
from regulation.records import PostalAddress

BOUNDARY = "aiguilleur-adresses"
RESULTS = ("latitude", "longitude", "result_score", "result_type", "result_citycode")


class Geocoding:
    """Questions to one geocoder; only addresses ever leave."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def find(self, address: PostalAddress, now: datetime) -> Placed | None:
        """Place one address; None when it is not found with enough certainty."""
        query = urlencode({"q": question_of(address), "limit": 1, "index": "address"})
        reply = await self._asker.get(f"/search?{query}", now)
        return read_answer(reply.body, address)

    async def find_all(
        self, addresses: Sequence[PostalAddress], now: datetime
    ) -> Mapping[int, Placed]:
        """Place a batch, by place of each address in it."""
        question = Question(
            url="/search/csv",
            method="POST",
            content=_form(addresses),
            headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"},
        )
        reply = await self._asker.ask(question, now)
        try:
            return read_batch(reply.body, addresses)
        except PayloadRefused:
            raise FeedFailure("réponse inutilisable du géocodeur", retryable=False) from None


def _form(addresses: Sequence[PostalAddress]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(["index", "adresse"])
    writer.writerows((at, question_of(one)) for at, one in enumerate(addresses))
    fields = [("columns", "adresse"), ("indexes", "address")]
    fields += [("result_columns", name) for name in RESULTS]
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in fields]
    table = 'name="data"; filename="adresses.csv"\r\nContent-Type: text/csv\r\n\r\n'
    parts.append(table + written.getvalue())
    body = "".join(f"--{BOUNDARY}\r\nContent-Disposition: form-data; {one}\r\n" for one in parts)
    return f"{body}--{BOUNDARY}--\r\n".encode()
