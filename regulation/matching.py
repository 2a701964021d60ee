"""Which records of several sources are of one place: merged on a stated rule, or not at all.

A pair that looks alike without a rule that is sure of it is doubtful: it stays two places, and
somebody is asked to look. What they decide goes before every rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from regulation.effecteurs import EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.match_rules import HOUSE, RULES, Traits, are_kinds_alike, judge_pair
from regulation.pair_verdicts import GESTURE_SOURCE, Pair, PairSays, Verdicts
from regulation.records import PRIORITY, PlaceRecord, RecordKey

BY_HAND = -1
"""Rank of what somebody decided: before every rule."""

MOST_ALIKE = 40
"""Records under one telephone or at one door beyond which likeness tells nothing: a switchboard,
a hospital."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Why two records are of one place, or may be: a rule, its reason in French, its source."""

    first: RecordKey
    second: RecordKey
    rule_id: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One place: its records, in a stable order, and the links that joined them."""

    place_id: Identifier
    records: tuple[PlaceRecord, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """Every place, and the pairs somebody should look at."""

    entities: tuple[Entity, ...]
    doubtful: tuple[Link, ...]


def resolve(
    records: Sequence[PlaceRecord],
    reference: str | None = None,
    verdicts: Verdicts = MappingProxyType({}),
) -> Resolution:
    """Gather records by place. `reference` is the source whose numbers name places, when it has
    the place; the others follow FINESS, then SIRET. `verdicts`: what somebody decided of pairs."""
    traits = [Traits(record) for record in sorted(records, key=lambda one: one.key)]
    decided = _decided(traits, verdicts)
    joined, doubtful = _judged(traits, decided)
    clusters = _Clusters(traits, decided)
    links: dict[int, list[Link]] = defaultdict(list)
    for first, second, link in joined:
        refused = clusters.join(first, second)
        if refused:
            doubtful.append(_chained(link, refused))
        else:
            links[first].append(link)
    found = [(indexes, tuple(members)) for indexes, members in clusters.members()]
    entities = [
        Entity(
            place_id=place_id,
            records=members,
            links=tuple(link for at in indexes for link in links[at]),
        )
        for place_id, (indexes, members) in zip(
            _names([members for _, members in found], reference), found, strict=True
        )
    ]
    settled = {record.key: entity.place_id for entity in entities for record in entity.records}
    open_doubts = [link for link in doubtful if settled[link.first] != settled[link.second]]
    return Resolution(
        entities=tuple(sorted(entities, key=lambda one: one.place_id)),
        doubtful=tuple(sorted(open_doubts, key=lambda one: (one.first, one.second))),
    )


_Decided = Mapping[tuple[int, int], PairSays]
"""Pairs of places in the list, lower first, and what somebody decided of them."""


def _decided(traits: Sequence[Traits], verdicts: Verdicts) -> _Decided:
    """The verdicts on records that are there; one that is gone is kept for when it comes back."""
    at = {one.record.key: place for place, one in enumerate(traits)} if verdicts else {}
    return {
        (at[pair.first], at[pair.second]): says
        for pair, says in verdicts.items()
        if pair.first in at and pair.second in at
    }


def _judged(
    traits: Sequence[Traits], decided: _Decided
) -> tuple[list[tuple[int, int, Link]], list[Link]]:
    ranked: list[tuple[int, int, int, Link]] = [
        (
            BY_HAND,
            first,
            second,
            _by_hand(Pair(traits[first].record.key, traits[second].record.key)),
        )
        for (first, second), says in decided.items()
        if says is PairSays.SAME
    ]
    doubtful: list[Link] = []
    for first, second in sorted(set(_candidates(traits)) - decided.keys()):
        found = judge_pair(traits[first], traits[second])
        if found is None:
            continue
        rule, reason = found
        link = Link(
            first=traits[first].record.key,
            second=traits[second].record.key,
            rule_id=rule.rule_id,
            reason=reason,
            source=rule.source,
        )
        if rule.merges:
            ranked.append((RULES.index(rule), first, second, link))
        else:
            doubtful.append(link)
    strongest_first = sorted(ranked, key=lambda one: one[:3])
    return [(first, second, link) for _, first, second, link in strongest_first], doubtful


def _candidates(traits: Sequence[Traits]) -> Iterator[tuple[int, int]]:
    """Pairs that share a number, a door, a telephone or a name in a town: no other can be alike."""
    buckets: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(traits):
        told = (*map(str, one.record.numbers), *one.record.phones, one.door, one.named_town)
        for word in told:
            if word:
                buckets[word].append(at)
    for members in buckets.values():
        if len(members) <= MOST_ALIKE:
            yield from combinations(members, 2)


def _by_hand(pair: Pair) -> Link:
    return Link(
        first=pair.first,
        second=pair.second,
        rule_id="GESTE-MEME-LIEU",
        reason="réunis à la main",
        source=GESTURE_SOURCE,
    )


class _Clusters:
    """Records joined so far; unless somebody decided so, a cluster never holds two numbers of one
    kind, nor kinds that nobody takes for one another."""

    def __init__(self, traits: Sequence[Traits], decided: _Decided) -> None:
        self._traits = traits
        self._decided = decided
        self._apart = [pair for pair, says in decided.items() if says is PairSays.APART]
        self._of = list(range(len(traits)))
        self._members: dict[int, list[int]] = {at: [at] for at in range(len(traits))}

    def join(self, first: int, second: int) -> str:
        """Join the clusters of two records; return why they cannot be, or nothing."""
        one, other = self._of[first], self._of[second]
        if one == other:
            return ""
        refused = self._kept_apart(one, other)
        if not refused and self._decided.get((first, second)) is not PairSays.SAME:
            refused = self._refusal(one, other)
        if refused:
            return refused
        for at in self._members[other]:
            self._of[at] = one
        self._members[one] += self._members.pop(other)
        return ""

    def members(self) -> Iterator[tuple[list[int], list[PlaceRecord]]]:
        """Each cluster: the places of its records, and them."""
        for indexes in self._members.values():
            yield indexes, [self._traits[at].record for at in sorted(indexes)]

    def _kept_apart(self, one: int, other: int) -> str:
        if any({self._of[a], self._of[b]} == {one, other} for a, b in self._apart):
            return "quelqu'un a séparé deux de leurs fiches"
        return ""

    def _refusal(self, one: int, other: int) -> str:
        for kind in (IdKind.FINESS, IdKind.SIRET):
            told = [self._numbers(cluster, kind) for cluster in (one, other)]
            if all(told) and not told[0] & told[1]:
                return f"ils réuniraient deux numéros {kind}"
        for mine in self._kinds(one):
            for theirs in self._kinds(other):
                if not are_kinds_alike(mine, theirs):
                    return f"ils réuniraient {mine} et {theirs}"
        return ""

    def _numbers(self, cluster: int, kind: IdKind) -> frozenset[Identifier]:
        return frozenset(
            number for at in self._members[cluster] for number in self._traits[at].numbers(kind)
        )

    def _kinds(self, cluster: int) -> Iterable[EffecteurKind | None]:
        return {self._traits[at].record.kind for at in self._members[cluster]}


def _chained(link: Link, refused: str) -> Link:
    return Link(
        first=link.first,
        second=link.second,
        rule_id="DOUTE-CHAINE",
        reason=f"{link.reason}, mais {refused}",
        source=HOUSE,
    )


def _names(
    places: Sequence[tuple[PlaceRecord, ...]], reference: str | None
) -> Iterator[Identifier]:
    """Name each place by its first number that no other place claims, else by a record of it.

    The reference's own name stays, whatever else is learned: bookings are under it.
    """
    claims: dict[Identifier, int] = defaultdict(int)
    for members in places:
        for number in {number for record in members for number in record.numbers}:
            claims[number] += 1
    for members in places:
        own = [record for record in members if record.source == reference]
        free = [n for record in members for n in record.numbers if claims[n] == 1]
        first = own[0] if own else min(members, key=lambda one: one.key)
        yield first.place_id if own else min(free, key=_rank, default=first.own_id)


def _rank(number: Identifier) -> tuple[int, str]:
    order = {kind: place for place, kind in enumerate(PRIORITY)}
    return order.get(number.kind, len(order)), number.value


Aliases = Mapping[Identifier, Identifier]
"""The place each number leads to."""


def aliases(entities: Iterable[Entity]) -> Aliases:
    """Every number of every place; one that two places claim leads nowhere."""
    claims: dict[Identifier, set[Identifier]] = defaultdict(set)
    for entity in entities:
        for record in entity.records:
            for number in record.numbers:
                claims[number].add(entity.place_id)
    return {number: places.pop() for number, places in claims.items() if len(places) == 1}
