"""What stands where on the printed page, A4 landscape, in millimetres from the upper left."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

__all__ = [
    "PAGE",
    "Bounds",
    "Box",
    "Page",
    "PageText",
    "fitting_pt",
    "plan_page",
    "segment_km",
    "shortened",
    "text_height",
    "text_pt",
    "wrapped",
]

Bounds = tuple[float, float, float, float]
Box = tuple[float, float, float, float]

PAGE: Box = (0, 0, 297, 210)
_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP = 10.0, 287.0, 18.0, 195.0, 3.0
_MAP_WIDTH = 182.0
_INSET_HEIGHT = 88.0
_LOWEST_MAP, _TALLEST_MAP = 110.0, 152.0
_SCALE_SHARE = 0.13  # of the map's width, for one of the two segments of the scale bar
_MM_PER_PT = 25.4 / 72
_LINE_EMS = 1.45  # from one line of text to the next
_SMALLEST_PT = 5.0
# words, and single characters with the marks that close them
_PIECES = re.compile(r"[!-~]+\s*|.[，。；：、！？）”」》]*")
_FIRST_WIDE = 0x2E80  # characters from here on are as wide as high
_NARROW = 0.56
# Fonts differ: a line that were a little wider than told would be broken again by QGIS.
_SURE = 0.93
_EXACT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """What the page says: title, findings below the map, notes beside it, sources at the foot."""

    title: str
    findings: str
    foot: str
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Boxes of the page, and what the map shows in the plan's CRS.

    The side column holds the inset, the legend below it, and notes of `notes_mm` at its end.
    """

    map_box: Box
    extent: Bounds
    text_box: Box
    side_box: Box
    inset_mm: float = _INSET_HEIGHT
    notes_mm: float = 0.0

    @property
    def inset_box(self) -> Box:
        """The upper part of the side column."""
        x, y, width, _ = self.side_box
        return (x, y, width, self.inset_mm)

    @property
    def notes_box(self) -> Box:
        """The lower part of the side column."""
        x, y, width, height = self.side_box
        return (x, y + height - self.notes_mm, width, self.notes_mm)

    def legend_box(self, *, has_inset: bool) -> Box:
        """Return the side column, or what inset and notes leave of it."""
        x, y, width, height = self.side_box
        top = self.inset_mm + _GAP if has_inset else 0.0
        return (x, y + top, width, height - top - self.notes_mm)


def _fitted(bounds: Bounds, width: float, height: float) -> Bounds:
    """Return `bounds` widened about their centre to the proportions of the map on the page."""
    min_x, min_y, max_x, max_y = bounds
    scale = max((max_x - min_x) / width, (max_y - min_y) / height)
    x, y = (min_x + max_x) / 2, (min_y + max_y) / 2
    half_x, half_y = scale * width / 2, scale * height / 2
    return (x - half_x, y - half_y, x + half_x, y + half_y)


def plan_page(bounds: Bounds) -> Page:
    """Return the page for a map that must show `bounds`: the flatter they are, the more text."""
    wanted = _MAP_WIDTH * (bounds[3] - bounds[1]) / (bounds[2] - bounds[0])
    height = min(max(wanted, _LOWEST_MAP), _TALLEST_MAP)
    below = _TOP + height + _GAP
    side = _LEFT + _MAP_WIDTH + _GAP
    return Page(
        map_box=(_LEFT, _TOP, _MAP_WIDTH, height),
        extent=_fitted(bounds, _MAP_WIDTH, height),
        text_box=(_LEFT, below, _MAP_WIDTH, _BOTTOM - below),
        side_box=(side, _TOP, _RIGHT - side, _BOTTOM - _TOP),
    )


def segment_km(extent: Bounds) -> float:
    """Return a round length in kilometres for one segment of the scale bar."""
    target = (extent[2] - extent[0]) * _SCALE_SHARE / 1000
    power = 10.0 ** math.floor(math.log10(target))
    return max(step for step in (1.0, 2.0, 5.0) if step * power <= target) * power


def _ems(text: str) -> float:
    """Return about how many full-width characters a text is wide."""
    return sum(1.0 if ord(char) >= _FIRST_WIDE else _NARROW for char in text)


def _room(width_mm: float, size_pt: float) -> float:
    """Return how many full-width characters surely find room on a line."""
    return _SURE * width_mm / (size_pt * _MM_PER_PT)


def fitting_pt(text: str, width_mm: float, largest_pt: float) -> float:
    """Return the font size, at most `largest_pt`, at which `text` fits on one line."""
    return min(largest_pt, math.floor(_room(width_mm, 1.0) / max(_ems(text), 1.0) * 2) / 2)


def wrapped(text: str, width_mm: float, size_pt: float) -> str:
    """Return `text` broken into lines; newer QGIS breaks lines only at spaces, Chinese has none."""
    room = _room(width_mm, size_pt)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for piece in _PIECES.findall(paragraph):
            width = _ems(piece.rstrip())
            if line and used + width > room:
                lines.append(line.rstrip())
                line, used = "", 0.0
            line += piece
            used += width + 0.3 * (len(piece) - len(piece.rstrip()))
        lines.append(line)
    return "\n".join(lines)


def text_height(text: str, width_mm: float, size_pt: float) -> float:
    """Return about how high a text stands once it is broken into lines, in millimetres."""
    lines = wrapped(text, width_mm, size_pt).count("\n") + 1
    return lines * size_pt * _MM_PER_PT * _LINE_EMS


def text_pt(text: str, box: Box, largest_pt: float) -> float:
    """Return the font size at which a text fits into a box; readable, though, before complete."""
    size_pt = largest_pt
    while size_pt > _SMALLEST_PT and text_height(text, box[2], size_pt) > box[3]:
        size_pt -= 0.5
    return size_pt


def shortened(text: str, box: Box, size_pt: float) -> str:
    """Return a text broken into lines, what the box has no room for left out and told by ``…``."""
    lines = wrapped(text, box[2], size_pt).split("\n")
    most = max(int(box[3] / (size_pt * _MM_PER_PT * _LINE_EMS) + _EXACT), 1)
    if len(lines) <= most:
        return "\n".join(lines)
    return "\n".join([*lines[: most - 1], lines[most - 1][:-2].rstrip("，。；、 ") + "…"])
