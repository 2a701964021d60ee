"""From bytes to the resources of a bundle, with the entries that cannot be read put aside."""

from dataclasses import dataclass

import msgspec

from adapters.kit.defective import UNREADABLE, PayloadRefused, from_form_error
from adapters.kit.quarantine import Defect
from adapters.sas.payloads import Bundle, Entry, Label, LabelledEntry, RawBundle

_BUNDLE = msgspec.json.Decoder(Bundle)
_RAW_BUNDLE = msgspec.json.Decoder(RawBundle)
_ENTRY = msgspec.json.Decoder(Entry)
_LABELLED = msgspec.json.Decoder(LabelledEntry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A bundle whose readable entries are typed.

    `unread_slots` tells that an entry which is, or may be, a slot could not be read;
    `unread_names` are the `Type/id` of those that could not.
    """

    header: Bundle | RawBundle
    entries: tuple[tuple[int, Entry], ...]
    defects: tuple[Defect, ...] = ()
    unread_slots: bool = False
    unread_names: frozenset[str] = frozenset()
    raw: bytes

    @property
    def size(self) -> int:
        """Number of entries, readable or not."""
        return len(self.header.entry)

    @property
    def next_page(self) -> str | None:
        """Address of the next page; None on the last."""
        links = (link.url for link in self.header.link if link.relation == "next" and link.url)
        return next(links, None)

    def raw_entries(self) -> tuple[bytes, ...]:
        """Bytes of each entry as received; read again, since defects are rare."""
        return tuple(bytes(entry) for entry in _RAW_BUNDLE.decode(self.raw).entry)


def open_bundle(raw: bytes) -> Opened:
    """Read a searchset; raise PayloadRefused when it is not one."""
    try:
        bundle = _BUNDLE.decode(raw)
    except UNREADABLE:
        return _open_entry_by_entry(raw)
    return Opened(header=bundle, entries=tuple(enumerate(bundle.entry)), raw=raw)


def _open_entry_by_entry(raw: bytes) -> Opened:
    try:
        bundle = _RAW_BUNDLE.decode(raw)
    except UNREADABLE as error:
        fault = from_form_error(str(error))
        defect = Defect(index=None, field=fault.field, reason=fault.reason, raw=raw)
        raise PayloadRefused(defect) from None
    entries: list[tuple[int, Entry]] = []
    defects: list[Defect] = []
    for index, raw_entry in enumerate(bundle.entry):
        read = _read_entry(index, bytes(raw_entry))
        if isinstance(read, Entry):
            entries.append((index, read))
        else:
            defects.append(read)
    labels = [_label(defect.raw) for defect in defects]
    return Opened(
        header=bundle,
        entries=tuple(entries),
        defects=tuple(defects),
        unread_slots=any(label.resource_type in {"Slot", ""} for label in labels),
        unread_names=frozenset(f"{label.resource_type}/{label.id}" for label in labels),
        raw=raw,
    )


def _read_entry(index: int, raw: bytes) -> Entry | Defect:
    try:
        return _ENTRY.decode(raw)
    except UNREADABLE as error:
        fault = from_form_error(str(error))
    return Defect(index=index, field=fault.field, reason=fault.reason, raw=raw)


def _label(raw: bytes) -> Label:
    try:
        return _LABELLED.decode(raw).resource
    except UNREADABLE:
        return Label()
