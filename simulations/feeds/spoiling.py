"""How each fault spoils a mock editor's answer: half of its records, the rest must be kept."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy

from simulations.feeds.boards import in_drawn_order, victims
from simulations.feeds.faults import Fault
from simulations.feeds.spoilt_records import (
    APPLIES,
    PLACES,
    RECORD_FAULTS,
    Json,
    hours_at_dawn,
    wrong_prefix,
)


def spoil(bundle: Json, shown: Iterable[Fault], seed: int) -> Json:
    """Spoil what each fault touches, half of it drawn by the seed."""
    entries: list[Json] = bundle.get("entry", [])
    for fault in sorted(shown):
        if fault in RECORD_FAULTS:
            kinds, change = RECORD_FAULTS[fault]
            for record in (one for kind in kinds for one in _drawn(entries, kind, fault, seed)):
                change(record)
        elif fault in ENTRY_FAULTS:
            ENTRY_FAULTS[fault](entries, seed)
        elif fault in BUNDLE_FAULTS:
            BUNDLE_FAULTS[fault](bundle)
    return bundle


def phantoms(entries: Iterable[Json], seed: int) -> list[Json]:
    """Slots that no agenda holds, shown free all the same: half of the true ones, renamed."""
    slots = _of(entries, "Slot")
    shown = [deepcopy(one) for one in victims(slots, Fault.PHANTOM, seed, _name_of)]
    for entry in shown:
        slot = entry["resource"]
        slot["id"] = f"fantome-{slot['id']}"
        entry["fullUrl"] = f"{entry['fullUrl'].rpartition('/')[0]}/{slot['id']}"
    return shown


def _left(records: Iterable[Json], gone: Iterable[Json]) -> list[Json]:
    """Return the records but for these very ones."""
    out = {id(one) for one in gone}
    return [one for one in records if id(one) not in out]


def _of(entries: Iterable[Json], *kinds: str) -> list[Json]:
    return [entry for entry in entries if entry["resource"]["resourceType"] in kinds]


def _drawn(entries: Iterable[Json], kind: str, fault: Fault, seed: int) -> list[Json]:
    """Draw the records of a kind that a fault touches."""
    found = [entry["resource"] for entry in _of(entries, kind)]
    if fault in APPLIES:
        found = [one for one in found if APPLIES[fault](one)]
    return victims(found, fault, seed, _id)


def _name_of(entry: Json) -> str:
    return _id(entry["resource"])


def _id(resource: Json) -> str:
    return str(resource.get("id", ""))


def _duplicate(entries: list[Json], seed: int) -> None:
    entries += victims(_of(entries, "Slot"), Fault.DUPLICATE, seed, _name_of)


def _wrong_prefixes(entries: list[Json], seed: int) -> None:
    holders = _of(entries, "Practitioner") or _of(entries, "Organization")
    for holder in victims(holders, Fault.WRONG_PREFIX, seed, _name_of):
        wrong_prefix(holder["resource"])


def _merge_places(entries: list[Json], seed: int) -> None:
    """Agendas by pairs: the first takes over the place of the second as well."""
    schedules = [entry["resource"] for entry in _of(entries, "Schedule")]
    drawn = in_drawn_order(schedules, Fault.MERGED_PLACES, seed, _id)
    for first, second in zip(drawn[::2], drawn[1::2], strict=False):
        first["actor"] = [*first["actor"], second["actor"][-1]]


def _describe_twice(entries: list[Json], seed: int) -> None:
    people = _of(entries, "Practitioner")
    for entry in victims(people, Fault.TWICE_DESCRIBED, seed, _name_of):
        again = deepcopy(entry)
        again["resource"]["id"] += "-bis"
        again["fullUrl"] += "-bis"
        entries.append(again)


def _no_actors(entries: list[Json], _: int) -> None:
    actors = _of(entries, "Practitioner", "PractitionerRole", "Location", "Organization")
    entries[:] = _left(entries, actors)


def _no_services(entries: list[Json], seed: int) -> None:
    gone = victims(_of(entries, "HealthcareService"), Fault.NO_SERVICE, seed, _name_of)
    entries[:] = _left(entries, gone)


def _hours_at_dawn(entries: list[Json], _: int) -> None:
    for entry in _of(entries, *PLACES):
        hours_at_dawn(entry["resource"])


ENTRY_FAULTS: Mapping[Fault, Callable[[list[Json], int], None]] = {
    Fault.DUPLICATE: _duplicate,
    Fault.WRONG_PREFIX: _wrong_prefixes,
    Fault.MERGED_PLACES: _merge_places,
    Fault.TWICE_DESCRIBED: _describe_twice,
    Fault.NO_ACTORS: _no_actors,
    Fault.NO_SERVICE: _no_services,
    Fault.WRONG_HOURS: _hours_at_dawn,
}
"""By fault: what it does to the entries of an answer as a whole."""


def _collection(bundle: Json) -> None:
    bundle["type"] = "collection"


def _wrong_total(bundle: Json) -> None:
    """One more than there are; a search that finds nothing still says so."""
    bundle["total"] += 1 if bundle.get("entry") else 0


def _no_profile(bundle: Json) -> None:
    for resource in (bundle, *(entry["resource"] for entry in bundle.get("entry", ()))):
        resource.get("meta", {}).pop("profile", None)


BUNDLE_FAULTS: Mapping[Fault, Callable[[Json], None]] = {
    Fault.COLLECTION: _collection,
    Fault.WRONG_TOTAL: _wrong_total,
    Fault.NO_PROFILE: _no_profile,
}
"""By fault: what it does to what stands around the entries."""
