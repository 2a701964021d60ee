"""Drawings as SVG, told apart by grey and by stroke, never by colour alone."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from adapters.territory.cells import Cell

DASHES = ("", "7 4", "2 3", "10 3 2 3", "1 2", "5 2 1 2", "12 5", "3 6")
GREYS = ("#111", "#555", "#888", "#aaa", "#333", "#666", "#999", "#bbb")
WIDTH, HEIGHT, LEFT, BOTTOM = 720, 320, 52, 34
BARS, LONGEST = 150, 500
MAP_SIDE, EDGE = 360, 6
LEAST_CALLS = 3
"""A commune with fewer patients shows no rate: it would be noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What an axis shows, from `low` to `high`."""

    title: str
    low: float
    high: float

    def at(self, value: float) -> float:
        """Place of a value, from 0 to 1."""
        return (value - self.low) / ((self.high - self.low) or 1)


def curves(
    lines: Mapping[str, Sequence[tuple[float, float]]], across: Axis, up: Axis, title: str
) -> str:
    """Draw lines, each with its own stroke, with a legend."""
    wide, high = WIDTH - LEFT - 10, HEIGHT - BOTTOM - 10
    parts = [_frame(across, up)]
    for rank, (name, points) in enumerate(lines.items()):
        drawn = " ".join(
            f"{LEFT + wide * across.at(x):.1f},{10 + high * (1 - up.at(y)):.1f}" for x, y in points
        )
        stroke = f'stroke="{_grey(rank)}" stroke-dasharray="{DASHES[rank % len(DASHES)]}"'
        parts.append(f'<polyline points="{drawn}" fill="none" stroke-width="2" {stroke}/>')
        y = HEIGHT - BOTTOM - 12 - 18 * (len(lines) - 1 - rank)  # what is told rises to the top
        parts.append(f'<line x1="{WIDTH - 250}" x2="{WIDTH - 215}" y1="{y}" y2="{y}" '
                     f'stroke-width="2" {stroke}/>')  # fmt: skip
        parts.append(f'<text x="{WIDTH - 208}" y="{y + 4}">{escape(name)}</text>')
    return _svg(parts, title, WIDTH, HEIGHT)


def _frame(across: Axis, up: Axis) -> str:
    wide, high = WIDTH - LEFT - 10, HEIGHT - BOTTOM - 10
    parts = []
    for step in range(5):
        x, y = LEFT + wide * step / 4, 10 + high * (1 - step / 4)
        at_x = across.low + (across.high - across.low) * step / 4
        at_y = up.low + (up.high - up.low) * step / 4
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - 10}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{HEIGHT - 18}" text-anchor="middle">{_short(at_x)}</text>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{_short(at_y)}</text>')
    parts.append(
        f'<text x="{LEFT + wide / 2}" y="{HEIGHT - 3}" text-anchor="middle">{escape(across.title)}'
        f'</text><text x="{LEFT + 6}" y="22">{escape(up.title)}</text>'
    )
    return "".join(parts)


def bars(
    rows: Mapping[str, Mapping[str, tuple[float, float | None]]],
    title: str,
    limit: float = math.inf,
) -> str:
    """Draw groups of bars with their intervals; the inner names are those of the legend. Nothing
    is more than `limit`: an interval stops there."""
    names = list(next(iter(rows.values()), {}))
    every = (min(limit, m + (h or 0)) for row in rows.values() for m, h in row.values())
    most = max(every, default=1) or 1
    top = 8 + 18 * (1 + (len(names) - 1) // 3)
    high = top + len(rows) * (12 * len(names) + 14)
    parts = []
    for rank, name in enumerate(names):
        x, line = BARS + 190 * (rank % 3), 18 * (rank // 3)
        parts.append(
            f'<rect x="{x}" y="{4 + line}" width="12" height="12" {_fill(rank)}/>'
            f'<text x="{x + 17}" y="{14 + line}">{escape(name)}</text>'
        )
    y = top
    for group, row in rows.items():
        middle = y + 6 * len(names)
        parts.append(
            f'<text x="{BARS - 8}" y="{middle + 4}" text-anchor="end">{escape(group)}</text>'
        )
        for rank, name in enumerate(names):
            mean, half = row[name]
            parts.append(_bar(BARS, y, mean / most * LONGEST, rank))
            if half is not None:
                told_ends = max(0.0, mean - half), min(limit, mean + half)
                ends = [BARS + LONGEST * one / most for one in told_ends]
                parts.append(f'<line x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" y1="{y + 5}" '
                             f'y2="{y + 5}" stroke="#000"/>')  # fmt: skip
            told = f"{mean:.1f}".replace(".", ",")
            right = BARS + 4 + LONGEST * min(limit, mean + (half or 0)) / most
            parts.append(f'<text x="{right:.0f}" y="{y + 9}" font-size="10">{told}</text>')
            y += 12
        y += 14
    return _svg(parts, title, WIDTH, high)


def _bar(x: float, y: float, length: float, rank: int) -> str:
    return f'<rect x="{x}" y="{y}" width="{max(length, 0):.1f}" height="10" {_fill(rank)}/>'


def _fill(rank: int) -> str:
    return f'fill="{_grey(rank)}" stroke="#000" stroke-width="0.5"'


def _grey(rank: int) -> str:
    return GREYS[rank % len(GREYS)]


def commune_map(
    cells: Sequence[Cell], rates: Mapping[str, tuple[int, float]], most: float, title: str
) -> str:
    """Draw each commune, the darker the higher its rate; blank when too few people tell it."""
    corners = [corner for cell in cells for ring in cell.rings for corner in ring]
    ground = _Ground.around(corners)
    parts = []
    for cell in cells:
        one = cell.commune
        people, rate = rates.get(str(one.code), (0, 0.0))
        if people < LEAST_CALLS:
            fill, told = 'fill="#fff" stroke="#ccc"', "trop peu de patients"
        else:
            shade = round(232 - 212 * min(1.0, rate / most if most else 0.0))
            fill, told = f'fill="rgb({shade},{shade},{shade})" stroke="#555"', f"{rate:.0f} %"
        path = " ".join(f"M{' '.join(map(ground.placed, ring))}Z" for ring in cell.rings)
        parts.append(
            f'<path d="{path}" {fill} stroke-width="0.5">'
            f"<title>{escape(one.name)} : {told} ({people} patients)</title></path>"
        )
    return _svg(parts, title, MAP_SIDE, MAP_SIDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """Where a corner [longitude, latitude] falls on a square drawing."""

    west: float
    south: float
    squeeze: float
    span: float

    @classmethod
    def around(cls, corners: Sequence[tuple[float, float]]) -> "_Ground":
        lons, lats = [x for x, _ in corners], [y for _, y in corners]
        squeeze = math.cos(math.radians((min(lats) + max(lats)) / 2))
        wide = (max(lons) - min(lons)) * squeeze
        return cls(
            west=min(lons),
            south=min(lats),
            squeeze=squeeze,
            span=max(max(lats) - min(lats), wide) or 1,
        )

    def placed(self, corner: tuple[float, float]) -> str:
        room = MAP_SIDE - 2 * EDGE
        x = EDGE + room * (corner[0] - self.west) * self.squeeze / self.span
        y = MAP_SIDE - EDGE - room * (corner[1] - self.south) / self.span
        return f"{x:.1f},{y:.1f}"


def cumulative(values: Sequence[float], upto: float, whole: int) -> list[tuple[float, float]]:
    """Share (percent of `whole`) that is under each value, as a staircase of a hundred steps."""
    ordered = sorted(values)
    points, rank = [], 0
    for step in range(101):
        limit = upto * step / 100
        while rank < len(ordered) and ordered[rank] <= limit:
            rank += 1
        points.append((limit, 100 * rank / max(1, whole)))
    assert all(one <= two for one, two in pairwise(y for _, y in points))
    return points


def _short(value: float) -> str:
    is_whole = abs(value) >= 10 or value == round(value)  # noqa: PLR2004  two digits
    told = f"{value:.0f}" if is_whole else f"{value:.1f}"
    return told.replace(".", ",")


def _svg(parts: Sequence[str], title: str, wide: float, high: float) -> str:
    return (
        f'<svg viewBox="0 0 {wide} {high}" role="img" aria-label="{escape(title)}" '
        f'width="{wide}" font-size="12" font-family="sans-serif">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
