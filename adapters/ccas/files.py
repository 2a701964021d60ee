"""The table a town sends, as `aiguilleur ingest --feed ccas` reads it.

Of a row without consent nothing is kept, not even aside: its place and the reason alone are told.
Of another that is wrong, the bytes are not kept either: they are about somebody.
"""

import secrets
from collections.abc import Mapping
from typing import Final

from adapters.ccas.mapping import RegisteredPerson, person_of
from adapters.kit.defective import Defective, PayloadRefused
from adapters.kit.ingest import FileReader, Ingested, Json
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from adapters.kit.texts import read_table

SOURCE: Final = "ccas"
COLUMNS: Final = frozenset({"personne", "insee", "besoins", "consentement", "consenti_le"})
NOTHING_KEPT: Final = b""


def read_register(
    raw: bytes, judgement: Judgement, secret: bytes
) -> tuple[tuple[RegisteredPerson, ...], tuple[Defect, ...]]:
    """Read the register; persons are known by digests under this secret."""
    try:
        _, lines = read_table(raw, COLUMNS)
    except PayloadRefused as refused:
        fault = refused.defect
        whole = Defect(index=None, field=fault.field, reason=fault.reason, raw=NOTHING_KEPT)
        return (), (whole,)
    found: dict[str, RegisteredPerson] = {}
    defects: list[Defect] = []
    for line in lines:
        try:
            if line.fault:
                raise Defective("row", line.fault)  # noqa: TRY301
            person = person_of(line.cells, judgement, secret)
            if person.person_key in found:
                raise Defective("personne", "est donné deux fois")  # noqa: TRY301
            found[person.person_key] = person
        except Defective as fault:
            defects.append(
                Defect(index=line.index, field=fault.field, reason=fault.reason, raw=NOTHING_KEPT)
            )
    return tuple(found.values()), tuple(defects)


def read_ccas(raw: bytes, judgement: Judgement) -> Ingested:
    """Read the register to look at it: its digests are of a secret that is forgotten at once."""
    persons, defects = read_register(raw, judgement, secrets.token_bytes(32))
    return Ingested(objects=tuple(map(_shown, persons)), defects=defects)


READERS: Final[Mapping[str, FileReader]] = {"ccas": read_ccas}
"""Reader of a file by name of feed."""


def _shown(person: RegisteredPerson) -> Json:
    return {
        "kind": "registered_person",
        "insee": person.insee,
        "answers": dict(person.answers),
        "can_be_found_by_phone": person.phone_key is not None,
        "consented_until": person.consented_until.isoformat(),
        "source": SOURCE,
    }
