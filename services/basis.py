"""Writes down what an answer rests on, part by part, and reads it again."""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any, TypeVar

import msgspec

from adapters.db.dossiers import from_dossier, to_dossier
from regulation.basis import Archive, Basis, Part
from regulation.cases import Case
from regulation.effecteurs import Effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.planner import Budget
from regulation.offers import Agenda
from regulation.rules import Parameter, Rule, RuleBook
from regulation.snapshots import Snapshot, SourceHealth
from transport.fleet import PromisedRide, Vehicle

PROGRAM = f"aiguilleur {version('aiguilleur')}"

T = TypeVar("T")
Writer = Callable[[T], bytes]

_write = msgspec.msgpack.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the answer had to leave alone, the instant, and how long it could look."""

    now: datetime
    taken: Mapping[str, int]
    recent: Mapping[str, int]
    promised: tuple[PromisedRide, ...]
    budget: Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The agendas of a snapshot, what is offered on top of them, the state of its sources."""

    snapshot_id: str
    taken_at: datetime
    agendas: tuple[Agenda, ...]
    sources: tuple[SourceHealth, ...]
    extras: tuple[Agenda, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Every rule and figure, as they were."""

    version: str
    rules: tuple[Rule, ...]
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Everything an answer is computed from, but the program and the roads."""

    case: Case
    snapshot: Snapshot
    vehicles: tuple[Vehicle, ...]
    held: Held
    rulebook: RuleBook

    @property
    def recent(self) -> Mapping[Identifier, int]:
        """Today's orientations by effecteur."""
        return {Identifier.parse(name): count for name, count in self.held.recent.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A basis (None: it never was written) with the documents to keep, if they aren't yet."""

    basis: Basis | None
    documents: Mapping[str, bytes]


class Scribe:
    """Writes grounds; what many answers share (offer, rules) is written once while it lasts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last: dict[Part, tuple[object, tuple[str, bytes]]] = {}

    def write(self, grounds: Grounds, travel: str) -> Written:
        """Write every part under its digest."""
        snapshot, rulebook = grounds.snapshot, grounds.rulebook
        parts = {
            Part.CASE: _digested(_write(to_dossier(grounds.case))),
            Part.EFFECTEURS: self._once(Part.EFFECTEURS, snapshot.effecteurs, _effecteurs),
            Part.AGENDAS: self._once(Part.AGENDAS, snapshot, _offer),
            Part.FLEET: self._once(Part.FLEET, grounds.vehicles, _write),
            Part.HELD: _digested(_write(grounds.held)),
            Part.RULES: self._once(Part.RULES, rulebook, _rules),
        }
        basis = Basis(
            parts={part: digest for part, (digest, _) in parts.items()},
            program=PROGRAM,
            travel=travel,
        )
        return Written(basis=basis, documents=dict(parts.values()))

    def _once(self, part: Part, thing: T, write: Writer[T]) -> tuple[str, bytes]:
        with self._lock:
            last, written = self._last.get(part, (None, ("", b"")))
            if last is not thing:
                written = _digested(write(thing))
                self._last[part] = thing, written
            return written


def read_grounds(
    case_id: str, basis: Basis, archive: Archive, seen: dict[str, Any] | None = None
) -> Grounds:
    """Read what an answer rested on; raise LookupError when a part of it is no longer kept.

    `seen`: what was read by digest, for several answers that share an offer or rules.
    """
    seen = {} if seen is None else seen

    def read(part: Part, kind: Any) -> Any:  # noqa: ANN401  what the part holds
        digest = basis.parts[part]
        if digest not in seen:
            seen[digest] = msgspec.msgpack.decode(archive.get(digest), type=kind)
        return seen[digest]

    offer = read(Part.AGENDAS, Offer)
    effecteurs = read(Part.EFFECTEURS, tuple[Effecteur, ...])
    rules = read(Part.RULES, Rules)
    return Grounds(
        case=from_dossier(case_id, read(Part.CASE, dict[str, Any])),
        snapshot=Snapshot(
            snapshot_id=offer.snapshot_id,
            taken_at=offer.taken_at,
            effecteurs={one.effecteur_id: one for one in effecteurs},
            agendas={one.effecteur_id: one for one in offer.agendas},
            sources=offer.sources,
            extras={one.effecteur_id: one for one in offer.extras},
        ),
        vehicles=read(Part.FLEET, tuple[Vehicle, ...]),
        held=read(Part.HELD, Held),
        rulebook=RuleBook(version=rules.version, rules=rules.rules, parameters=rules.parameters),
    )


def _effecteurs(effecteurs: Mapping[Identifier, Effecteur]) -> bytes:
    return _write(tuple(effecteurs.values()))


def _offer(snapshot: Snapshot) -> bytes:
    return _write(
        Offer(
            snapshot_id=snapshot.snapshot_id,
            taken_at=snapshot.taken_at,
            agendas=tuple(snapshot.agendas.values()),
            sources=snapshot.sources,
            extras=tuple(snapshot.extras.values()),
        )
    )


def _rules(rulebook: RuleBook) -> bytes:
    return _write(
        Rules(version=rulebook.version, rules=rulebook.rules, parameters=rulebook.parameters)
    )


def _digested(document: bytes) -> tuple[str, bytes]:
    return hashlib.sha256(document).hexdigest(), document
