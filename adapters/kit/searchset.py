"""Opening a bundle of a registry: each entry read alone, those that can't be are put aside."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from adapters.kit.defective import UNREADABLE, Defective, PayloadRefused, from_form_error
from adapters.kit.fhir import OperationOutcome, RawBundle, Resource
from adapters.kit.quarantine import Defect

Kind = TypeVar("Kind", bound=Resource)
Wanted = TypeVar("Wanted", bound=Resource)


class _RawEntry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    full_url: str = ""
    resource: msgspec.Raw


class _Number(msgspec.Struct, frozen=True, kw_only=True):
    value: str = ""


class _Numbered(msgspec.Struct, frozen=True, kw_only=True):
    identifier: tuple[_Number, ...] = ()


class _Label(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    resource_type: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[Kind]):
    """A resource of a bundle: its place in it and its bytes, to be put aside if need be."""

    index: int
    resource: Kind
    raw: bytes

    def put_aside(self, fault: Defective) -> Defect:
        """Make the defect of this resource."""
        return Defect(index=self.index, field=fault.field, reason=fault.reason, raw=self.raw)


class Searchset(Generic[Kind]):
    """The resources of a bundle, by the ways others refer to them.

    `lost_numbers` are the business numbers of resources that could not be read, as far as told.
    `is_bundle` is False for a resource standing alone, whose references lead nowhere.
    `is_whole` is False when an entry could not be read or the server says that something is
    missing: what is not there is then not known to be gone.
    """

    def __init__(self, raw: bytes, header: RawBundle, *, is_bundle: bool = True) -> None:
        self.raw = raw
        self._header = header
        self.is_bundle = is_bundle
        self.found: list[Found[Kind]] = []
        self.defects: list[Defect] = []
        self.is_whole = True
        self._names: dict[str, Found[Kind]] = {}
        self._lost: set[str] = set()
        self._kinds: set[str] = set()
        self.lost_numbers: set[str] = set()

    @property
    def next_page(self) -> str | None:
        """Address of the next page; None on the last."""
        links = (link.url for link in self._header.link if link.relation == "next" and link.url)
        return next(links, None)

    @property
    def made_at(self) -> datetime | None:
        """When the server made the answer; None when it does not say."""
        return self._header.meta.last_updated if self._header.meta else None

    def each(self, kind: type[Wanted]) -> Iterator[Found[Wanted]]:
        """The resources of one kind, in the order of the bundle."""
        for one in self.found:
            if isinstance(one.resource, kind):
                yield Found(index=one.index, resource=one.resource, raw=one.raw)

    def find(self, reference: str, kind: type[Wanted], field: str) -> Wanted | None:
        """Resolve a reference; None when it leads out of the bundle, Defective when it leads to
        an entry that was put aside or to another kind of resource."""
        name = _canonical(reference)
        if name in self._lost:
            raise Defective(field, f"mène à {name[-64:]}, qui est écarté", derived=True)
        found = self._names.get(name)
        if found is None:
            return None
        if not isinstance(found.resource, kind):
            raise Defective(field, f"{name[-64:]} n'est pas un {kind.__name__}")
        return found.resource

    def names_any(self, kind: type[Resource]) -> bool:
        """Tell whether the bundle has resources of that kind, readable or not."""
        return kind.__name__ in self._kinds

    def index_of(self, reference: str) -> int:
        """Place of the entry a reference leads to; -1 when it leads out of the bundle."""
        found = self._names.get(_canonical(reference))
        return -1 if found is None else found.index

    def defects_in_order(self) -> tuple[Defect, ...]:
        """The defects, in the order of the bundle."""
        return tuple(sorted(self.defects, key=lambda one: -1 if one.index is None else one.index))

    def lose(self, found: "Found[Any]", fault: Defective) -> None:
        """Put a resource aside: what refers to it knows."""
        self.defects.append(found.put_aside(fault))
        self._lost.add(_name(found.resource))
        self.is_whole = False

    def put_copy_aside(self, found: "Found[Any]", fault: Defective) -> None:
        """Put a copy aside: what refers to its id still finds the other one."""
        self.defects.append(found.put_aside(fault))

    def add(self, index: int, raw: bytes, decoder: "msgspec.json.Decoder[Kind]") -> None:
        """Read one entry; one that cannot be read is put aside."""
        try:
            entry = _ENTRY.decode(raw)
            label = _LABEL.decode(entry.resource)
        except UNREADABLE as error:
            self._put_aside(index, raw, from_form_error(str(error)))
            return
        self._kinds.add(label.resource_type)
        try:
            resource = decoder.decode(entry.resource)
        except UNREADABLE as error:
            if "Invalid value" in str(error) and "resourceType" in str(error):
                return  # a kind of resource that is not read here
            self._lost.add(f"{label.resource_type}/{label.id}")
            self.lost_numbers.update(_numbers(entry.resource))
            self._put_aside(index, raw, from_form_error(str(error)))
            return
        if isinstance(resource, OperationOutcome):
            self._heed(index, raw, resource)
        found = Found(index=index, resource=resource, raw=raw)
        self.found.append(found)
        if resource.id:
            self._names[_name(resource)] = found
        if entry.full_url:
            self._names[_canonical(entry.full_url)] = found

    def _heed(self, index: int, raw: bytes, outcome: OperationOutcome) -> None:
        for issue in outcome.issue:
            if issue.severity in {"error", "fatal"}:
                reason = f"la source signale : {issue.severity} ({issue.code})"
                self._put_aside(index, raw, Defective("issue", reason))

    def _put_aside(self, index: int, raw: bytes, fault: Defective) -> None:
        self.is_whole = False
        defect = Defect(index=index, field=fault.field, reason=fault.reason, raw=raw)
        self.defects.append(defect)


_BUNDLE = msgspec.json.Decoder(RawBundle)
_ENTRY = msgspec.json.Decoder(_RawEntry)
_ALONE = RawBundle(resource_type="Bundle", type="collection")
_NUMBERED = msgspec.json.Decoder(_Numbered)
_LABEL = msgspec.json.Decoder(_Label)


def open_searchset(raw: bytes, decoder: "msgspec.json.Decoder[Kind]") -> Searchset[Kind]:
    """Read a bundle, or a resource standing alone; raise PayloadRefused when it is neither."""
    try:
        label = _LABEL.decode(raw)
        alone = label.resource_type not in {"", "Bundle"}
        header = _ALONE if alone else _BUNDLE.decode(raw)
    except UNREADABLE as error:
        fault = from_form_error(str(error))
        defect = Defect(index=None, field=fault.field, reason=fault.reason, raw=raw)
        raise PayloadRefused(defect) from None
    opened: Searchset[Kind] = Searchset(raw, header, is_bundle=not alone)
    entries = (b'{"resource":' + raw + b"}",) if alone else tuple(map(bytes, header.entry))
    for index, entry in enumerate(entries):
        opened.add(index, entry, decoder)
    return opened


def latest(copies: Iterable[Found[Wanted]], opened: Searchset[Any]) -> tuple[Found[Wanted], ...]:
    """Keep one resource per id, the one changed last; the others are put aside. Undated copies
    that disagree all go: who would know which is true?"""
    by_id: dict[str, list[Found[Wanted]]] = {}
    for one in copies:
        by_id.setdefault(one.resource.id or f"#{one.index}", []).append(one)
    kept = []
    for same in by_id.values():
        chosen = _settle(same)
        kept += [chosen] if chosen else []
        for one in same:
            if one is not chosen:
                reason = (
                    f"double de la fiche {chosen.index + 1}"
                    if chosen
                    else "les copies se contredisent"
                )
                opened.put_copy_aside(one, Defective("id", reason))
    return tuple(kept)


def _settle(same: list[Found[Wanted]]) -> Found[Wanted] | None:
    if len(same) == 1 or all(one.resource == same[0].resource for one in same):
        return same[0]
    dates = [one.resource.meta.last_updated if one.resource.meta else None for one in same]
    last = max((date for date in dates if date), default=None)
    return None if None in dates or dates.count(last) > 1 else same[dates.index(last)]


def _numbers(raw: msgspec.Raw) -> tuple[str, ...]:
    try:
        return tuple(one.value for one in _NUMBERED.decode(raw).identifier if one.value)
    except UNREADABLE:
        return ()


def _name(resource: Resource) -> str:
    return f"{type(resource).__name__}/{resource.id}"


def _canonical(reference: str) -> str:
    """Reduce an absolute or versioned reference to `Type/id`."""
    return "/".join(reference.partition("/_history/")[0].split("/")[-2:])
