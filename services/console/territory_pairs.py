"""Records that look alike: what each says, and what the territory's manager decides of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from regulation.measures import clock
from regulation.pair_verdicts import Pair, PairSays, read_pair
from regulation.records import RecordKey
from regulation.review import Review
from regulation.telephones import as_dialled
from services.access import Managing, Work
from services.console.pages import page
from services.console.territory_gestures import Manager
from services.console.words import EFFECTEURS, day
from services.managing import JudgedPair
from services.runtime import Runtime

router = APIRouter(include_in_schema=False)

SAYS: Mapping[PairSays, str] = {
    PairSays.SAME: "Réunis : un seul lieu",
    PairSays.APART: "Séparés : deux lieux",
}
GONE = "Ces deux fiches ne sont plus en doute : rien n'a été changé."


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One record of a pair, and the place it is of now; no name: of none that can be sent to."""

    source: str
    record_id: str
    name: str = ""
    kind: str = ""
    where: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPair:
    """A pair in doubt: the rule that doubts, and why; or judged: what was said, when, by whom."""

    about: str
    sides: tuple[Side, Side]
    rule_id: str = ""
    reason: str = ""
    said: str = ""
    when: str = ""
    who: str = ""


def doubtful_pairs(review: Review, runtime: Runtime) -> Iterator[ShownPair]:
    """Show the pairs somebody should look at."""
    for one in review.doubtful:
        pair = Pair.of(one.first, one.second)
        yield ShownPair(
            about=pair.about,
            sides=_sides(pair, review, runtime),
            rule_id=one.rule_id,
            reason=one.reason,
        )


def judged_pairs(
    judged: Iterable[JudgedPair], review: Review, runtime: Runtime
) -> Iterator[ShownPair]:
    """Show the pairs somebody decided on."""
    for one in judged:
        yield ShownPair(
            about=one.pair.about,
            sides=_sides(one.pair, review, runtime),
            said=SAYS[one.says],
            when=f"{day(one.gesture.at)} {clock(one.gesture.at)}",
            who=one.gesture.who,
        )


@router.post("/territoire/doublons")
def judge(
    work: Work,
    desk: Managing,
    who: Manager,
    about: Annotated[str, Form(alias="paire", max_length=1000)],
    says: Annotated[PairSays, Form(alias="dit")],
) -> Response:
    """Unite two records, keep them apart, or take back what was decided of them."""
    known = {Pair.of(one.first, one.second) for one in work.runtime.sources.review().doubtful}
    known |= {one.pair for one in desk.judged()}
    try:
        pair = read_pair(about)
    except ValueError:
        pair = None
    if pair is None or pair not in known:
        return page("sorry.html", work.runtime, {"message": GONE}, status=HTTPStatus.CONFLICT)
    desk.judge(pair, says, who)
    return RedirectResponse("/territoire#t-doutes", HTTPStatus.SEE_OTHER)


def _sides(pair: Pair, review: Review, runtime: Runtime) -> tuple[Side, Side]:
    return _side(pair.first, review, runtime), _side(pair.second, review, runtime)


def _side(key: RecordKey, review: Review, runtime: Runtime) -> Side:
    place_id = review.place_of.get(key)
    place = runtime.snapshots.current().effecteurs.get(place_id) if place_id else None
    if place is None:
        return Side(source=key.source, record_id=key.record_id)
    return Side(
        source=key.source,
        record_id=key.record_id,
        name=place.name,
        kind=EFFECTEURS.get(place.kind, str(place.kind)),
        where=place.address,
        phone=as_dialled(place.phone) if place.phone else "",
    )
