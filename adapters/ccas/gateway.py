"""The register at hand: who calls is looked up by phone, while their consent holds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.ccas.files import read_register
from adapters.ccas.mapping import RegisteredPerson, phone_key
from adapters.kit.defective import Defective
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect


@dataclass(slots=True, kw_only=True)
class PersonRegister:
    """The last register imported. `secret` keys the digests: without it none can be looked up."""

    secret: bytes
    _by_phone: dict[str, RegisteredPerson] = field(default_factory=dict)

    def take_in(self, raw: bytes, judgement: Judgement) -> Sequence[Defect]:
        """Replace the register by this one, and return what was left out: who is in it no longer
        has withdrawn."""
        persons, defects = read_register(raw, judgement, self.secret)
        if persons or not defects:
            self._by_phone = {one.phone_key: one for one in persons if one.phone_key is not None}
        return defects

    def find(self, phone: str, now: datetime, judgement: Judgement) -> RegisteredPerson | None:
        """Return who has this number and agreed to be known, None when nobody has or had."""
        try:
            key = phone_key(phone, self.secret)
        except Defective:
            return None
        person = self._by_phone.get(key or "")
        day = now.astimezone(judgement.zone).date()
        return person if person is not None and person.is_usable(day) else None
