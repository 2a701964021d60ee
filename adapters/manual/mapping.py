"""From declarations as sent to declarations to believe, each defect put aside with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from adapters.kit.centuries import require_this_century
from adapters.kit.defective import UNREADABLE, Defective, PayloadRefused, from_form_error
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from adapters.manual.payloads import Declared, cut, read_one
from regulation.declarations import Declaration, Openness
from regulation.kernel.ids import Identifier, check
from regulation.kernel.observed import CLOCK_SKEW_TOLERANCE

USUAL_VALIDITY = timedelta(minutes=60)
"""How long a declaration is good that does not say (assumption: between 30 and 120 minutes)."""

LONGEST_VALIDITY = timedelta(hours=12)
"""Longer than a day's work nobody can tell (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A declaration with its place in the batch; `message` stays with who may read it."""

    index: int
    raw: bytes
    declaration: Declaration
    message: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualReading:
    """What one batch says."""

    heard: tuple[Heard, ...]
    defects: tuple[Defect, ...]


def read_batch(raw: bytes, judgement: Judgement) -> ManualReading:
    """Read declarations; raise PayloadRefused when the document holds none."""
    try:
        pieces = cut(raw)
    except UNREADABLE as error:
        fault = from_form_error(str(error))
        defect = Defect(index=None, field=fault.field, reason=fault.reason, raw=raw)
        raise PayloadRefused(defect) from None
    heard: list[Heard] = []
    aside: list[Defect] = []
    for index, piece in enumerate(pieces):
        try:
            heard.append(_heard(index, piece, judgement))
        except Defective as fault:
            aside.append(Defect(index=index, field=fault.field, reason=fault.reason, raw=piece))
    kept = tuple(_latest(heard, aside))
    return ManualReading(heard=kept, defects=tuple(sorted(aside, key=lambda one: one.index or 0)))


def _heard(index: int, raw: bytes, judgement: Judgement) -> Heard:
    try:
        sent = read_one(raw)
    except UNREADABLE as error:
        raise from_form_error(str(error)) from None
    warnings: list[str] = []
    return Heard(
        index=index,
        raw=raw,
        declaration=_declaration(sent, judgement, warnings),
        message=sent.message,
        warnings=tuple(warnings),
    )


def _declaration(sent: Declared, judgement: Judgement, warnings: list[str]) -> Declaration:
    require_this_century(sent.observed_at, "observed_at")
    if judgement.now and sent.observed_at - judgement.now > CLOCK_SKEW_TOLERANCE:
        raise Defective("observed_at", f"{sent.observed_at.isoformat()} est dans le futur")
    until = sent.valid_until or sent.observed_at + USUAL_VALIDITY
    if until <= sent.observed_at:
        raise Defective("valid_until", "n'est pas après observed_at")
    if until - sent.observed_at > LONGEST_VALIDITY:
        raise Defective("valid_until", f"est plus de {LONGEST_VALIDITY} après observed_at")
    if sent.extra_patients and sent.status != "OPEN":
        raise Defective("extra_patients", "seul qui est ouvert prend des patients en plus")
    return Declaration(
        effecteur_id=_effecteur(sent, judgement, warnings),
        status=Openness(sent.status),
        waiting_minutes=sent.waiting_minutes,
        waiting=sent.n_waiting,
        observed_at=sent.observed_at,
        valid_until=until,
        declared_by=sent.declared_by,
        extra_patients=sent.extra_patients,
    )


def _effecteur(sent: Declared, judgement: Judgement, warnings: list[str]) -> Identifier:
    try:
        effecteur_id = Identifier.parse(sent.effecteur_id)
        warning = check(effecteur_id, judgement.digits)
    except ValueError as error:
        raise Defective("effecteur_id", str(error)) from None
    warnings.extend([warning] if warning else [])
    return effecteur_id


def _latest(heard: list[Heard], aside: list[Defect]) -> Iterator[Heard]:
    """Of one effecteur the last word counts; two at the same instant that differ count for
    nothing."""
    by_place: dict[Identifier, list[Heard]] = {}
    for one in heard:
        by_place.setdefault(one.declaration.effecteur_id, []).append(one)
    for same in by_place.values():
        newest = max(one.declaration.observed_at for one in same)
        last = [one for one in same if one.declaration.observed_at == newest]
        agree = len({one.declaration for one in last}) == 1
        for one in same:
            if one is last[0] and agree:
                yield one
            else:
                aside.append(_replaced(one, last, agree=agree))


def _replaced(one: Heard, last: list[Heard], *, agree: bool) -> Defect:
    if one not in last:
        reason = f"remplacée par la déclaration ultérieure {last[0].index}"
    else:
        reason = (
            f"double de la déclaration {last[0].index}"
            if agree
            else "les déclarations se contredisent"
        )
    return Defect(index=one.index, field="observed_at", reason=reason, raw=one.raw)
