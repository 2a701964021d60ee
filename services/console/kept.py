"""A refreshed list that does not move under the hand: the chosen line stays where it was, what
changed is marked, what died stays, struck, with the reason."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from regulation.kernel.ids import Identifier
from regulation.offers import Availability
from regulation.proposals import Orientation
from regulation.snapshots import Snapshot
from services.console.proposals import ShownAnswer, ShownProposal
from services.console.words import AVAILABILITY

OUTRUN = "d'autres propositions passent devant"
GONE = "n'est plus proposée"
MOST_SEEN = 20
"""Lines a page may say it shows; more is nonsense."""


class Cause(StrEnum):
    """Why the list is refreshed: the operator said something, or the offer moved by itself."""

    SAID = "saisie"
    OFFER = "offre"


class Change(StrEnum):
    """What became of a line since it was last shown."""

    SAME = "same"
    NEW = "new"
    CHANGED = "changed"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A line as the page shows it now: which, in which version, in what words."""

    key: str
    digest: str
    clock: str
    title: str

    @property
    def encoded(self) -> str:
        """The same, as the page carries it."""
        told = {"key": self.key, "digest": self.digest, "clock": self.clock, "title": self.title}
        return urlencode(told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the list; `proposal` None: it is dead, `note` says why."""

    seen: Seen
    change: Change
    chosen: bool
    proposal: ShownProposal | None = None
    note: str = ""


def read_seen(sent: Iterable[str]) -> tuple[Seen, ...]:
    """Read the lines a page says it shows; what makes no sense is not one."""
    return tuple(filter(None, map(_read, list(sent)[:MOST_SEEN])))


def _read(sent: str) -> Seen | None:
    told = dict(parse_qsl(sent[:2000], keep_blank_values=True))
    try:
        return Seen(**{name: told[name] for name in ("key", "digest", "clock", "title")})
    except KeyError:
        return None


def seen_of(proposal: ShownProposal) -> Seen:
    """What the page will say it shows of a proposal."""
    return Seen(
        key=proposal.key,
        digest=proposal.digest,
        clock=proposal.clock,
        title=proposal.title or proposal.kind,
    )


def lines(
    answer: ShownAnswer,
    before: Sequence[Seen],
    chosen: str,
    cause: Cause,
    why_dead: Mapping[str, str],
) -> tuple[Line, ...]:
    """Merge what is proposed now with what is on the screen.

    The first line, not chosen by hand, follows the ranking when the operator says something.
    """
    followed = cause is Cause.SAID and (not before or before[0].key == chosen)
    held = "" if followed else chosen
    places = {one.key: number for number, one in enumerate(before)}
    marked = cause is Cause.OFFER
    found = [_alive(one, before, marked=marked or one.key == held) for one in answer.proposals]
    dead = [
        Line(
            seen=one,
            change=Change.DEAD,
            chosen=False,
            note=why_dead.get(one.key, GONE),
        )
        for one in before
        if (cause is Cause.OFFER or one.key == held)
        and one.key not in {line.seen.key for line in found}
    ]
    merged = _in_place([*found, *dead], held, places)
    return _one_chosen(merged, held)


def _alive(proposal: ShownProposal, before: Sequence[Seen], *, marked: bool) -> Line:
    was = next((one for one in before if one.key == proposal.key), None)
    change, note = Change.SAME, ""
    if not marked:
        pass  # the operator said something: that the list follows is no news
    elif was is None:
        change = Change.NEW if before else Change.SAME
    elif was.digest != proposal.digest:
        change = Change.CHANGED
        note = f"était à {was.clock}" if was.clock != proposal.clock else "trajet ou prix modifié"
    return Line(seen=seen_of(proposal), change=change, chosen=False, proposal=proposal, note=note)


def _in_place(found: list[Line], held: str, places: Mapping[str, int]) -> list[Line]:
    """Put the line held back where it was; the dead too, in their old places."""
    alive = [one for one in found if one.change is not Change.DEAD and one.seen.key != held]
    fixed = [one for one in found if one.change is Change.DEAD or one.seen.key == held]
    merged = list(alive)
    for one in sorted(fixed, key=lambda line: places.get(line.seen.key, 0)):
        merged.insert(min(places.get(one.seen.key, len(merged)), len(merged)), one)
    return merged


def _one_chosen(merged: Sequence[Line], held: str) -> tuple[Line, ...]:
    """Choose the line held, dead or alive; else the first one alive."""
    alive = [one.seen.key for one in merged if one.change is not Change.DEAD]
    keys = {one.seen.key for one in merged}
    chosen = held if held in keys else next(iter(alive), "")
    return tuple(
        Line(
            seen=one.seen,
            change=one.change,
            chosen=one.seen.key == chosen,
            proposal=one.proposal,
            note=one.note,
        )
        for one in merged
    )


def reasons_gone(
    before: Sequence[Seen], orientation: Orientation, snapshot: Snapshot
) -> Mapping[str, str]:
    """Say why each line shown before is no longer proposed, as far as it is known."""
    return dict(_reasons(before, orientation, snapshot))


def _reasons(
    before: Sequence[Seen], orientation: Orientation, snapshot: Snapshot
) -> Iterator[tuple[str, str]]:
    excluded = {str(one.effecteur_id): one.reason for one in orientation.excluded}
    for one in before:
        place = one.key.partition("|")[2].partition("|")[0]
        if place in excluded:
            yield one.key, excluded[place]
            continue
        yield one.key, _reason_of_offer(place, snapshot)


def _reason_of_offer(place: str, snapshot: Snapshot) -> str:
    try:
        effecteur_id = Identifier.parse(place)
    except ValueError:
        return GONE
    known = snapshot.availability(effecteur_id, snapshot.taken_at)
    return OUTRUN if known is Availability.FREE else AVAILABILITY[known]
