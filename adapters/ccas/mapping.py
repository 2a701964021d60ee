"""From a row of the register to what may be known of a person: nothing without their consent.

Registers are kept under article L121-6-1 of the Code de l'action sociale et des familles, for
emergency plans. Using one here is another purpose: each row must say who agreed to it, and when.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from adapters.kit.centuries import FIRST_YEAR, LAST_YEAR
from adapters.kit.defective import Defective
from adapters.kit.judgement import Judgement
from adapters.kit.phones import international

CONSENT_LASTS: Final = timedelta(days=365)
"""Assumption: a consent with no end is asked again after a year."""
YES: Final = frozenset({"oui", "true", "1"})
NEEDS: Final[Mapping[str, tuple[str, bool | str]]] = {
    "fauteuil": ("uses_wheelchair", True),
    "reste_en_fauteuil": ("stays_in_wheelchair", True),
    "aide_marche": ("walking_aid", True),
    "oxygene": ("oxygen", True),
    "accompagnant": ("autonomy", "with_companion"),
    "animal": ("service_animal", True),
}
"""Words of the column `besoins`, and the answer of the mobility questionnaire each gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredPerson:
    """What a person agreed that regulators may know when they call.

    `person_key` and `phone_key` are keyed digests: whoever reads them learns no number. `answers`
    are proposals for the mobility questionnaire: somebody confirms them with the person.
    """

    person_key: str
    phone_key: str | None
    insee: str
    answers: Mapping[str, bool | str]
    consented_on: date
    consented_until: date

    def is_usable(self, day: date) -> bool:
        """Tell whether the consent holds that day."""
        return self.consented_on <= day <= self.consented_until


class WithoutConsent(Defective):
    """The row may not even be kept aside: its person did not agree to it."""


def person_of(cells: Mapping[str, str], judgement: Judgement, secret: bytes) -> RegisteredPerson:
    """Read a row; raise WithoutConsent, or Defective."""
    first, last = _consent(cells, judgement)
    number = cells.get("personne", "")
    if not number:
        raise Defective("personne", "est vide")
    insee = cells.get("insee", "")
    if len(insee) != 5 or not insee.isalnum():  # noqa: PLR2004  an INSEE code
        raise Defective("insee", "n'est pas le code INSEE d'une commune")
    if judgement.area is not None and not insee.startswith(judgement.area.code):
        raise Defective("insee", f"n'est pas dans le département {judgement.area.code}")
    return RegisteredPerson(
        person_key=_key(number, secret),
        phone_key=phone_key(cells.get("telephone", ""), secret),
        insee=insee,
        answers=_answers(cells.get("besoins", "")),
        consented_on=first,
        consented_until=last,
    )


def phone_key(phone: str, secret: bytes) -> str | None:
    """Return the digest a phone number is looked up by; None without one. Raise Defective."""
    if not phone:
        return None
    found = international(phone)
    if found is None:
        raise Defective("telephone", "n'est pas un numéro de téléphone")
    return _key(found, secret)


def _consent(cells: Mapping[str, str], judgement: Judgement) -> tuple[date, date]:
    if cells.get("consentement", "").strip().lower() not in YES:
        raise WithoutConsent("consentement", "n'est pas donné")
    first = _day(cells.get("consenti_le", ""), "consenti_le")
    if not FIRST_YEAR <= first.year <= LAST_YEAR:
        raise WithoutConsent("consenti_le", "est d'un autre siècle")
    until = cells.get("consenti_jusqu_au", "")
    last = _day(until, "consenti_jusqu_au") if until else first + CONSENT_LASTS
    if last < first:
        raise WithoutConsent("consenti_jusqu_au", "est avant consenti_le")
    if judgement.now is not None:
        today = judgement.now.astimezone(judgement.zone).date()
        if today > last:
            raise WithoutConsent("consenti_jusqu_au", "est passé : le consentement est fini")
        if first > today:
            raise WithoutConsent("consenti_le", "est dans le futur")
    return first, last


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WithoutConsent(
            field, "n'est pas un jour : quand elle a consenti n'est pas connu"
        ) from None


def _answers(text: str) -> Mapping[str, bool | str]:
    words = text.replace(",", " ").split()
    for word in words:
        if word not in NEEDS:
            raise Defective("besoins", f"{word[:20]!r} n'est pas parmi {', '.join(NEEDS)}")
    return dict(NEEDS[word] for word in words)


def _key(text: str, secret: bytes) -> str:
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:32]
