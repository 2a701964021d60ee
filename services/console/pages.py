"""Pages and fragments made from templates, with the headers that go with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from regulation.measures import clock
from regulation.snapshots import SourceHealth, SourceState
from services.console.assets import CSP, asset, with_origin
from services.console.grounds import without_code
from services.console.words import SOURCES, day
from services.runtime import Runtime

SHAPES = (
    (SourceState.OK, "ok", "●", "vive"),
    (SourceState.DEGRADED, "risk", "◐", "incomplète"),
    (SourceState.SILENT, "unknown", "○", "muette"),
)

_templates = Environment(
    loader=PackageLoader("services.console"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["asset"] = asset
_templates.filters["without_code"] = without_code

FRAMED_BY_NOBODY = "frame-ancestors 'none'"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSources:
    """State of the sources: how many in each state, and those in trouble by name."""

    counts: tuple[tuple[str, str, int, str], ...]
    troubled: tuple[tuple[str, str, str], ...]


def shown_sources(sources: tuple[SourceHealth, ...]) -> ShownSources:
    """Lay out the state of the sources."""
    counted = [
        (look, shape, count, label + ("s" if count > 1 else ""))
        for state, look, shape, label in SHAPES
        for count in [sum(one.state is state for one in sources)]
    ]
    return ShownSources(
        counts=tuple(one for one in counted if one[2] or (one[1] == "●" and sources)),
        troubled=tuple(
            (one.name, SOURCES[one.state], _last_seen(one))
            for one in sources
            if one.state is not SourceState.OK
        ),
    )


def page(
    template: str,
    runtime: Runtime,
    content: Mapping[str, object],
    *,
    status: HTTPStatus = HTTPStatus.OK,
    framed_by: str = FRAMED_BY_NOBODY,
    shows_tiles: bool = False,
) -> HTMLResponse:
    """Make a whole page; `framed_by`: which pages may embed it, `shows_tiles`: those of the map
    server that the territory has set, if it has."""
    now = runtime.clock.now()
    around = {
        "territory": runtime.gazetteer.name,
        "now": f"{day(now)} {clock(now)}",
        "instant": now.isoformat(),
        "travel": runtime.travel_label,
        "sources": shown_sources(runtime.sources.health()),
    }
    csp = with_origin(CSP, runtime.tiles_url) if shows_tiles else CSP
    html = render(template, {**around, **content})
    return HTMLResponse(html, status, headers={"Content-Security-Policy": f"{csp}; {framed_by}"})


def fragment(
    template: str,
    content: Mapping[str, object],
    *,
    status: HTTPStatus = HTTPStatus.OK,
    to: str = "",
) -> HTMLResponse:
    """Make a piece of a page; `to`: the region that takes it, when it isn't the one that asked."""
    headers = {"HX-Retarget": to, "HX-Reswap": "innerMorph"} if to else {}
    return HTMLResponse(render(template, content), status, headers=headers)


def render(template: str, content: Mapping[str, object]) -> str:
    """Render a template."""
    return _templates.get_template(template).render(**content)


def load_templates() -> None:
    """Compile every template; the first to use one would wait for it."""
    for name in _templates.list_templates():
        _templates.get_template(name)


def _last_seen(source: SourceHealth) -> str:
    return f"vue à {clock(source.last_success)}" if source.last_success else "jamais vue"
