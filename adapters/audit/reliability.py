"""Reliability: what hardly any text requires, and what a regulator suffers from all the same."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import quantiles

from adapters.audit.checks import Fault, Judge, Judgement, Measured, NotProvable, NotTried
from adapters.audit.exchanges import Evidence, Exchange, Placed, Purpose, slots_by_id
from adapters.audit.searches import instant
from adapters.audit.trees import first_text, leaves, texts
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.places import Position
from regulation.kernel.time import PARIS

DROPPED_S = 7.0
"""Answers later than this are dropped by the national platform (IG SAS, annexes)."""
EXPECTED_S = 1.0
"""The official test kit expects less (sas_test_kit, performance group)."""
SKEW = timedelta(minutes=5)
"""A clock further off than this is not believed."""
FRESH = timedelta(minutes=5)
"""A picture of the agendas older than this shows slots already taken (assumption)."""
LEAST_REREAD = 10
"""Of fewer slots, one taken by a patient between two reads is more than STABLE_SHARE allows."""
STABLE_SHARE = 0.9
"""Between two reads seconds apart, this share of the slots should still be there (assumption)."""

SEARCHES = (Purpose.SEARCH, Purpose.AGAIN, Purpose.NARROW, Purpose.ALONE, Purpose.NOTHING)


def within(limit_s: float) -> Judge:
    """Make the judge of response times, from the question to the last byte."""

    def judge(evidence: Evidence) -> Judgement:
        asked = evidence.of(*SEARCHES)
        timed = [one for one in asked if one.status is not None or one.elapsed_s >= limit_s]
        if not timed:
            return NotProvable("aucune recherche chronométrée")
        late = [one for one in timed if one.elapsed_s > limit_s or one.status is None]
        faults = (_on(one, f"{one.elapsed_s:.2f} s, plus de {limit_s:g} s") for one in late)
        return Measured(_distribution([one.elapsed_s for one in timed]), tuple(faults))

    return judge


def _distribution(seconds: Sequence[float]) -> str:
    if len(seconds) == 1:
        return f"une réponse, {seconds[0]:.3f} s"
    cuts = quantiles(seconds, n=20, method="inclusive")
    return (
        f"{len(seconds)} réponses : médiane {cuts[9]:.3f} s, p95 {cuts[18]:.3f} s, "
        f"maximum {max(seconds):.3f} s"
    )


def available(evidence: Evidence) -> Judgement:
    """Every search is answered; refusals by haste (429) are told apart."""
    asked = evidence.of(*SEARCHES)
    if not asked:
        return NotProvable("aucune recherche n'a été faite")
    failed = [one for one in asked if one.status != 200]  # noqa: PLR2004  OK
    faults = (_on(one, one.failure or f"HTTP {one.status}") for one in failed)
    return Measured(f"{len(asked) - len(failed)} réponses sur {len(asked)}", tuple(faults))


def right_time(evidence: Evidence) -> Judgement:
    """The server's clock is right, by its Date header."""
    dated = [one for one in evidence.exchanges if one.clock is not None]
    if not dated:
        return NotProvable("le serveur ne donne pas l'heure (en-tête Date)")
    offs = [(one, one.clock - one.at) for one in dated if one.clock is not None]
    worst = max((abs(off) for _, off in offs), default=timedelta(0))
    faults = (
        _on(one, f"horloge du serveur décalée de {off.total_seconds():+.0f} s")
        for one, off in offs
        if abs(off) > SKEW
    )
    return Measured(f"écart maximal {worst.total_seconds():.0f} s", tuple(faults))


def _made_at(exchange: Exchange) -> datetime | None:
    return instant(first_text(exchange.document, "meta.lastUpdated"))


def fresh(evidence: Evidence) -> Judgement:
    """The picture is of now, by `Bundle.meta.lastUpdated`."""
    asked = evidence.of(Purpose.SEARCH)
    dated = [(one, made) for one in asked if (made := _made_at(one)) is not None]
    if not dated:
        return NotProvable("les réponses ne disent pas de quand elles datent (meta.lastUpdated)")
    oldest = max(one.at - made for one, made in dated)
    faults = (
        _on(one, f"état d'il y a {(one.at - made).total_seconds() / 60:.0f} min")
        for one, made in dated
        if one.at - made > FRESH
    )
    return Measured(
        f"état le plus ancien : {max(0.0, oldest.total_seconds()):.0f} s", tuple(faults)
    )


def goes_forward(evidence: Evidence) -> Judgement:
    """A later answer is never of an earlier picture."""
    dated = [
        (one, made)
        for one in evidence.exchanges
        if one.is_answered and (made := _made_at(one)) is not None
    ]
    if len(dated) < 2:  # noqa: PLR2004  a comparison takes two
        return NotProvable("moins de deux réponses datées (meta.lastUpdated)")
    return [
        _on(later[0], f"état antérieur de {(made - later[1]).total_seconds():.0f} s au précédent")
        for (_, made), later in pairwise(dated)
        if later[1] < made
    ]


def stable(evidence: Evidence) -> Judgement:
    """The same question asked again gives the same slots, but for those taken meanwhile."""
    pairs = [
        (first, again)
        for again in evidence.of(Purpose.AGAIN)
        for first in evidence.searches()
        if again.is_answered and first.url == again.url
    ]
    before = [one for first, _ in pairs for one in slots_by_id(first)]
    if not before:
        return NotProvable("aucun créneau relu")
    gone = [
        (again, key)
        for first, again in pairs
        for key in slots_by_id(first)
        if key not in slots_by_id(again)
    ]
    share = 1 - len(gone) / len(before)
    changed = [fault for first, again in pairs for fault in _changed(first, again)]
    if len(before) < LEAST_REREAD and not changed:
        return NotProvable(f"{len(before)} créneau(x) relu(s) : il en faut {LEAST_REREAD}")
    if share < STABLE_SHARE:
        changed += [_on(again, f"le créneau {key} a disparu aussitôt") for again, key in gone]
    return Measured(f"{share:.0%} des créneaux retrouvés à la relecture", tuple(changed))


def _changed(first: Exchange, again: Exchange) -> Iterator[Fault]:
    later = slots_by_id(again)
    for key, placed in slots_by_id(first).items():
        for name in ("start", "end"):
            if key in later and placed.resource.get(name) != later[key].resource.get(name):
                yield _on(again, f"le créneau {key} a changé d'horaire entre deux lectures")


BOOKED = frozenset({200, 201})
TAKEN = frozenset({409, 410, 412})
"""What a server says of a slot that is taken; 401, 429, 500 say nothing of it."""
UNCLEAR = frozenset({404, 422})
"""Of a slot that is gone, or of bookings that this server doesn't take at all, or not so: they
speak of the slot only where another booking of the same audit was taken."""


def _no_longer_free(evidence: Evidence) -> frozenset[int]:
    tried = evidence.of(Purpose.BOOKING, Purpose.BOOKING_AGAIN)
    return TAKEN | UNCLEAR if any(one.status in BOOKED for one in tried) else TAKEN


def not_phantom(evidence: Evidence) -> Judgement:
    """A slot shown free can be booked."""
    tried, gone = evidence.of(Purpose.BOOKING), _no_longer_free(evidence)
    booked = [one for one in tried if one.status in BOOKED | gone]
    if not booked:
        return _unproved(tried)
    refused = [one for one in booked if one.status in gone]
    told = f"{len(refused)} créneau(x) fantôme(s) sur {len(booked)} réservés"
    faults = (
        _on(one, f"affiché libre, réservation refusée (HTTP {one.status})") for one in refused
    )
    return Measured(told, tuple(faults))


def not_sold_twice(evidence: Evidence) -> Judgement:
    """A slot just booked is refused to the next."""
    tried = evidence.of(Purpose.BOOKING_AGAIN)
    sold = [one for one in tried if one.status in BOOKED]
    if not sold and not any(one.status in _no_longer_free(evidence) for one in tried):
        return _unproved(tried)
    return [_on(one, "le même créneau vendu deux fois") for one in sold]


def _unproved(tried: Sequence[Exchange]) -> Judgement:
    """Say why bookings prove nothing."""
    if not tried:
        return NotTried("réservation non essayée (--book)")
    told = ", ".join(dict.fromkeys(one.failure or f"HTTP {one.status}" for one in tried))
    return NotProvable(f"réservation essayée, sans réponse qui parle du créneau ({told})")


def well_keyed(evidence: Evidence) -> Judgement:
    """National numbers have the check digit that they should."""
    judged, faults = 0, []
    for placed in evidence.resources("Practitioner", "PractitionerRole", "Organization"):
        path = "organization.identifier.value"
        path = path if placed.kind == "PractitionerRole" else "identifier.value"
        for leaf in leaves(placed.resource, path):
            number = _number(str(leaf.value), of_person=placed.kind == "Practitioner")
            if number is None:
                continue
            judged += 1
            if number.has_valid_check_digit() is False:
                faults.append(_in(placed, leaf.where, "clé de contrôle fausse"))
    if not judged:
        return NotProvable("aucun numéro national dans les réponses")
    return Measured(f"{judged - len(faults)} numéros justes sur {judged}", tuple(faults))


def _number(value: str, *, of_person: bool) -> Identifier | None:
    kinds = {"8": IdKind.RPPS} if of_person else {"1": IdKind.FINESS, "3": IdKind.SIRET}
    kind = kinds.get(value[:1])
    try:
        return None if kind is None else Identifier(kind, value[1:])
    except ValueError:
        return None


def offset_of_season(evidence: Evidence) -> Judgement:
    """The offset is that of Paris on that day, or UTC: else the hour itself is in doubt."""
    found = [
        (placed, name, read)
        for placed in evidence.resources("Slot")
        for name in ("start", "end")
        if (read := instant(first_text(placed.resource, name))) is not None
    ]
    if not found:
        return NotProvable("aucun instant daté avec son décalage")
    return [
        _in(placed, name, f"décalage {read:%z}, celui de Paris ce jour-là est {_paris(read):%z}")
        for placed, name, read in found
        if read.utcoffset() not in {timedelta(0), _paris(read).utcoffset()}
    ]


def _paris(read: datetime) -> datetime:
    return read.astimezone(PARIS)


def geocodable(find: Callable[[str], Position | None] | None) -> Judge:
    """Make the judge that an address leads somewhere; `find` is the gazetteer, None: there's none.

    The SAS flows send no coordinates: an address nobody can place is a place nobody can go to.
    """

    def judge(evidence: Evidence) -> Judgement:
        found = [
            (placed, leaf)
            for placed, path in _addressed(evidence)
            for leaf in leaves(placed.resource, path)
        ]
        if find is None or not found:
            return NotProvable("aucune adresse à placer, ou aucun répertoire pour le faire")
        lost = [(placed, leaf) for placed, leaf in found if find(_written(leaf.value)) is None]
        told = f"{len(found) - len(lost)} adresses placées sur {len(found)}"
        return Measured(told, tuple(_in(p, leaf.where, "adresse introuvable") for p, leaf in lost))

    return judge


def _addressed(evidence: Evidence) -> Iterator[tuple[Placed, str]]:
    for placed in evidence.resources("PractitionerRole", "Location"):
        yield placed, "contained.address" if placed.kind == "PractitionerRole" else "address"


def _written(address: object) -> str:
    line = ", ".join(texts(address, "line"))
    return f"{line}, {first_text(address, 'postalCode')} {first_text(address, 'city')}"


def _on(exchange: Exchange, reason: str) -> Fault:
    return Fault(exchange=exchange, where="", reason=reason)


def _in(placed: Placed, path: str, reason: str) -> Fault:
    where = f"{placed.where} ({placed.reference}) {path}"
    return Fault(exchange=placed.exchange, where=where, reason=reason)
