"""Requirements on the elements of resources, as data: how many, of what form, among which codes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.audit.checks import Fault, Judge, Judgement, NotProvable
from adapters.audit.exchanges import Evidence, Placed
from adapters.audit.trees import Leaf, empties, leaves

SHOWN = 48
"""Characters of a value shown in a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What resources of a kind must hold at a path; `told` says it in French.

    `least` and `most` count the values; every value must match `form` and be among `codes` when
    these are given. `single`: the first name of the path holds one value, never an array.
    `quiet`: the value may name a person and is never shown.
    """

    kind: str
    path: str
    told: str
    least: int = 1
    most: int | None = None
    form: re.Pattern[str] | None = None
    codes: frozenset[str] | None = None
    single: bool = False
    quiet: bool = False

    def faults(self, placed: Placed) -> Iterator[Fault]:
        """Yield what is wrong in one resource."""
        found = list(leaves(placed.resource, self.path))
        if len(found) < self.least or (self.most is not None and len(found) > self.most):
            yield self._fault(placed, self.path, f"{len(found)} valeur(s) ; {self.told}")
        name = self.path.partition(".")[0]
        if self.single and isinstance(placed.resource.get(name), list):
            yield self._fault(placed, name, f"liste là où un seul élément est admis ; {self.told}")
        for leaf in found:
            if not self._accepts(leaf):
                shown = "valeur non admise" if self.quiet else f"{str(leaf.value)[:SHOWN]!r}"
                yield self._fault(placed, leaf.where, f"{shown} ; {self.told}")

    def _accepts(self, leaf: Leaf) -> bool:
        if self.form is None and self.codes is None:
            return leaf.value not in (None, "", [], {})
        if not isinstance(leaf.value, str):
            return False
        formed = self.form is None or self.form.fullmatch(leaf.value) is not None
        return formed and (self.codes is None or leaf.value in self.codes)

    def _fault(self, placed: Placed, path: str, reason: str) -> Fault:
        where = f"{placed.where} ({placed.reference}) {path}"
        return Fault(exchange=placed.exchange, where=where, reason=reason)


def elements(*required: Element) -> Judge:
    """Make the judge of some elements; nothing is proved when no resource of theirs is there."""

    def judge(evidence: Evidence) -> Judgement:
        kinds = {element.kind for element in required}
        found = list(evidence.resources(*kinds))
        if not found:
            names = ", ".join(sorted(kinds))
            return NotProvable(f"aucune ressource {names} dans les réponses")
        return [
            fault
            for placed in found
            for element in required
            if element.kind == placed.kind
            for fault in element.faults(placed)
        ]

    return judge


def profile(url: str, *required: Element) -> Judge:
    """Make the judge of a profile: its elements, declared, and none of them empty."""
    (kind,) = {element.kind for element in required}
    declared = Element(
        kind=kind,
        path="meta.profile",
        form=re.compile(f"{re.escape(url)}(\\|.*)?"),
        told=f"le profil déclaré est {url}",
    )
    inner = elements(declared, *required)

    def judge(evidence: Evidence) -> Judgement:
        judged = inner(evidence)
        if isinstance(judged, NotProvable):
            return judged
        assert isinstance(judged, list)
        return [*judged, *_empty_elements(evidence, kind)]

    return judge


def _empty_elements(evidence: Evidence, kind: str) -> Iterator[Fault]:
    for placed in evidence.resources(kind):
        for path in empties(placed.resource):
            yield Fault(
                exchange=placed.exchange,
                where=f"{placed.where} ({placed.reference}) {path}",
                reason="élément vide : sans contenu, il ne doit pas être envoyé",
            )
