"""Judges of agendas: each of one practitioner at one place, and each place has its own."""

from collections import Counter
from collections.abc import Iterator

from adapters.audit.bundles import NO_SLOT
from adapters.audit.checks import Fault, Judgement, Measured
from adapters.audit.exchanges import Evidence, Exchange, Placed
from adapters.audit.trees import first_text, leaves, texts

UNSEEN = "un lieu que l'éditeur fond dans un autre avant d'écrire ne se voit pas du dehors"


def one_agenda_per_place(evidence: Evidence) -> Judgement:
    """An agenda is of one practitioner at one place of practice of theirs, which has no other.

    What an editor merges before it writes can't be seen in what it writes: the note says so.
    """
    searches = [one for one in evidence.searches() if any(_of(one, "Schedule"))]
    if not searches:
        return NO_SLOT
    told = sum(1 for search in searches for _ in _of(search, "Schedule"))
    faults = [
        fault
        for search in searches
        for judged in (_one_actor_each, _same_holder, _own_agenda, _own_place)
        for fault in judged(search)
    ]
    return Measured(f"{told} agendas ; {UNSEEN}", tuple(faults))


def _one_actor_each(search: Exchange) -> Iterator[Fault]:
    for schedule in _of(search, "Schedule"):
        for kind in ("Practitioner", "PractitionerRole"):
            number = len(_actors(schedule, kind))
            if number != 1:
                yield _in(schedule, "actor", f"{number} {kind} au lieu d'un seul")


def _same_holder(search: Exchange) -> Iterator[Fault]:
    """The place of practice of an agenda is one of the practitioner of that agenda."""
    holders = {
        role.reference: _local(holder)
        for role in _of(search, "PractitionerRole")
        if (holder := first_text(role.resource, "practitioner.reference"))
    }
    for schedule in _of(search, "Schedule"):
        people = _actors(schedule, "Practitioner")
        for role in _actors(schedule, "PractitionerRole"):
            if people and holders.get(role, people[0]) not in people:
                yield _in(schedule, "actor", "le lieu d'exercice est celui d'un autre praticien")


def _own_agenda(search: Exchange) -> Iterator[Fault]:
    """A place of practice is in one agenda: two would sell the same hour twice."""
    times = Counter(
        role
        for schedule in _of(search, "Schedule")
        for role in dict.fromkeys(_actors(schedule, "PractitionerRole"))
    )
    for role in _of(search, "PractitionerRole"):
        if times[role.reference] > 1:
            yield _in(role, "", f"{times[role.reference]} agendas pour ce lieu d'exercice")


def _own_place(search: Exchange) -> Iterator[Fault]:
    """A practitioner's place is described once: same structure at the same address, same place."""
    seen: dict[tuple[str, ...], str] = {}
    for role in _of(search, "PractitionerRole"):
        holder = first_text(role.resource, "practitioner.reference")
        place = (
            first_text(role.resource, "organization.identifier.value"),
            *texts(role.resource, "contained.address.line"),
            *texts(role.resource, "contained.address.postalCode"),
        )
        if holder and all(place) and len(place) > 1:
            first = seen.setdefault((_local(holder), *place), role.reference)
            if first != role.reference:
                yield _in(role, "contained", f"même lieu que {first}, sous un autre agenda")


def _of(search: Exchange, kind: str) -> Iterator[Placed]:
    return (one for one in search.resources if one.kind == kind)


def _actors(schedule: Placed, kind: str) -> list[str]:
    """Return the actors of a kind, each as others of the answer refer to it."""
    found = (str(leaf.value) for leaf in leaves(schedule.resource, "actor.reference"))
    return [_local(one) for one in found if _local(one).startswith(f"{kind}/")]


def _local(reference: str) -> str:
    """Leave out the address of the server."""
    return "/".join(reference.split("/")[-2:])


def _in(placed: Placed, path: str, reason: str) -> Fault:
    where = f"{placed.where} ({placed.reference}) {path}".rstrip()
    return Fault(exchange=placed.exchange, where=where, reason=reason)
