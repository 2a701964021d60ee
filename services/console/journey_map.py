"""A journey drawn on the ground, as one picture: the line, at most five symbols, the names near.

It is an image that browsers fetch when they have nothing better to do: no script, nothing of the
call path waits for it, and the timeline beside it says the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians

from adapters.territory.cells import Cell
from regulation.kernel.modes import LegKind
from regulation.kernel.places import Position
from regulation.proposals import OrientationProposal
from services.ground import Ground

WIDTH, HEIGHT = 440.0, 200.0
MARGIN = 0.22
"""Share of the picture left free on each side of the journey."""
LEAST_DEGREES = 0.008
"""A journey within a street is not drawn larger than this span, under a kilometre."""
MOST_NAMES = 7
CHARACTER, LINE = 6.4, 15.0
"""About how much room a name takes, in pixels."""

STYLE = """\
.g{fill:#eceef0}.c{fill:#f6f7f8;stroke:#c9ced3}.n{fill:#4b525a;font:12px system-ui,sans-serif;\
text-anchor:middle;paint-order:stroke;stroke:#f6f7f8;stroke-width:3px}\
.w{fill:none;stroke:#15181c;stroke-width:3;stroke-linejoin:round}.b{stroke-dasharray:3 6}\
.s{fill:#15181c;stroke:#fff;stroke-width:2}.k{fill:#0059a8}.p{fill:#009e73}\
@media(prefers-color-scheme:dark){.g{fill:#0f1113}.c{fill:#20242a;stroke:#363c43}\
.n{fill:#b4bbc3;stroke:#20242a}.w{stroke:#f0f2f4}.s{fill:#f0f2f4;stroke:#191c20}.k{fill:#7cbcff}\
.p{fill:#009e73}}"""

SYMBOLS = {
    "home": '<rect class="s" x="-6" y="-6" width="12" height="12"/>',
    "care": '<path class="s k" d="M0-9 9 0 0 9-9 0z"/>',
    "pharmacy": '<path class="s p" d="M-3-8h6v5h5v6h-5v5h-6v-5h-5v-6h5z"/>',
    "team": '<circle class="s" r="6"/>',
}


@dataclass(frozen=True, slots=True)
class _View:
    """Which part of the ground the picture shows: `squeeze` is what a degree of longitude is worth
    beside one of latitude."""

    west: float
    north: float
    per_degree: float
    squeeze: float

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return where a point lies in the picture."""
        x = (lon - self.west) * self.squeeze * self.per_degree
        return round(x, 1), round((self.north - lat) * self.per_degree, 1)


def drawing_of(proposal: OrientationProposal, ground: Ground) -> str:
    """Draw the journey of a proposal, as SVG; empty when nobody goes anywhere."""
    if not proposal.legs:
        return ""
    stops = dict(_stops(proposal))
    view = _view([*stops.values()])
    body = [
        f'<rect class="g" width="{WIDTH:g}" height="{HEIGHT:g}"/>',
        *_cells(ground, view),
        *_ways(proposal, view),
        *_names(ground, view),
        *_symbols(stops, view),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}">'
        f"<style>{STYLE}</style>{''.join(body)}</svg>"
    )


def _stops(proposal: OrientationProposal) -> Iterator[tuple[str, Position]]:
    for leg in proposal.legs:
        match leg.kind:
            case LegKind.OUTWARD:
                yield "home", leg.origin
                yield "care", leg.destination
            case LegKind.PHARMACY:
                yield "pharmacy", leg.destination
            case LegKind.RETURN:
                yield "home", leg.destination
            case LegKind.CARE_TEAM:
                yield "team", leg.origin
                yield "home", leg.destination


def _view(stops: Sequence[Position]) -> _View:
    lats, lons = [one.lat for one in stops], [one.lon for one in stops]
    middle = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    squeeze = cos(radians(middle[0]))
    high = max(max(lats) - min(lats), LEAST_DEGREES)
    wide = max((max(lons) - min(lons)) * squeeze, LEAST_DEGREES)
    per_degree = min(WIDTH / wide, HEIGHT / high) * (1 - 2 * MARGIN)
    return _View(
        west=middle[1] - WIDTH / 2 / per_degree / squeeze,
        north=middle[0] + HEIGHT / 2 / per_degree,
        per_degree=per_degree,
        squeeze=squeeze,
    )


def _cells(ground: Ground, view: _View) -> Iterator[str]:
    for cell in ground.cells:
        for ring in cell.rings:
            corners = [view.at(lon, lat) for lon, lat in ring]
            if _is_seen(corners):
                yield f'<path class="c" d="M{" ".join(f"{x:g},{y:g}" for x, y in corners)}z"/>'


def _is_seen(corners: Sequence[tuple[float, float]]) -> bool:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return max(xs) > 0 and min(xs) < WIDTH and max(ys) > 0 and min(ys) < HEIGHT


def _ways(proposal: OrientationProposal, view: _View) -> Iterator[str]:
    """The way there is a line, the way home a dotted one: straight, for roads are not drawn."""
    for leg in proposal.legs:
        start = view.at(leg.origin.lon, leg.origin.lat)
        end = view.at(leg.destination.lon, leg.destination.lat)
        there = leg.kind in {LegKind.OUTWARD, LegKind.CARE_TEAM}
        look = "w" if there else "w b"
        yield f'<path class="{look}" d="M{start[0]:g},{start[1]:g} {end[0]:g},{end[1]:g}"/>'


def _symbols(stops: dict[str, Position], view: _View) -> Iterator[str]:
    for name, position in stops.items():
        x, y = view.at(position.lon, position.lat)
        yield f'<g transform="translate({x:g} {y:g})">{SYMBOLS[name]}</g>'


def _names(ground: Ground, view: _View) -> Iterator[str]:
    """The largest communes in the picture, none over another."""
    taken: list[tuple[float, float, float]] = []
    for cell in sorted(ground.cells, key=_population):
        here = cell.commune.position
        x, y = view.at(here.lon, here.lat)
        half = len(cell.commune.name) * CHARACTER / 2
        inside = half < x < WIDTH - half and LINE < y + LINE < HEIGHT - 4
        free = all(abs(x - a) > half + b or abs(y - c) > LINE for a, b, c in taken)
        if inside and free:
            taken.append((x, half, y))
            yield f'<text class="n" x="{x:g}" y="{y + LINE:g}">{escape(cell.commune.name)}</text>'
        if len(taken) == MOST_NAMES:
            return


def _population(cell: Cell) -> int:
    return -cell.commune.population
