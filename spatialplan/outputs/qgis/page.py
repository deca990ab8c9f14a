"""What stands where on a printed sheet, in millimetres from the upper left.

Every sheet is laid out as if its letters were those of A4; larger paper is laid out on a larger
sheet and printed enlarged, so that letters grow more slowly than the map.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

__all__ = [
    "A4",
    "GRID_MM",
    "PAPERS",
    "Bounds",
    "Box",
    "Page",
    "Paper",
    "fitted",
    "fitting_pt",
    "grid_m",
    "one_line",
    "plan_page",
    "segment_km",
    "shortened",
    "text_height",
    "text_pt",
    "text_width",
    "wrapped",
]

Bounds = tuple[float, float, float, float]
Box = tuple[float, float, float, float]

_MARGIN, _GAP = 10.0, 3.0
_TOP, _FOOT = 22.0, 13.0  # the head above the map, the line of sources below all
_HEAD, _TITLE, _SUBTITLE, _STAMP = 5.5, 9.0, 5.5, 46.0
_GRID = 3.5  # room for the numbers of the grid, to the left of the map and below it
_LEAST_MAP = 0.62  # of the height between head and foot; text has no more than the rest
_SCALE_SHARE = 0.13  # of the map's width, for one of the two segments of the scale bar
GRID_MM, _LEAST_GRID = 33.0, 1000.0
_ROUND = (1.0, 2.0, 5.0, 10.0)
_MM_PER_PT = 25.4 / 72
_LINE_EMS = 1.45  # from one line of text to the next
_SMALLEST_PT, _SMALLEST_LINE_PT = 5.0, 8.0
# words, and single characters with the marks that close them
_PIECES = re.compile(r"[（“「《]*(?:[!-~]+|.)[，。；：、！？）”」》]*\s*")
_FIRST_WIDE = 0x2E80  # characters from here on are as wide as high
_NARROW = 0.56
# Fonts differ: a line that were a little wider than told would be broken again by QGIS.
_SURE = 0.93
_EXACT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A format of paper, lying: what it measures, and how far a sheet laid out for it is enlarged.

    `side_mm` is the width of the column beside the map, `rows` the length of a legend column that
    is long enough to be split; both are of the sheet before it is enlarged.
    """

    name: str
    width_mm: float
    height_mm: float
    enlarge: float
    side_mm: float
    rows: int

    @property
    def sheet(self) -> tuple[float, float]:
        """Width and height that the page is laid out on."""
        return self.width_mm / self.enlarge, self.height_mm / self.enlarge


A4 = Paper(name="A4", width_mm=297.0, height_mm=210.0, enlarge=1.0, side_mm=88.0, rows=18)
_A3 = Paper(name="A3", width_mm=420.0, height_mm=297.0, enlarge=1.2, side_mm=104.0, rows=13)
PAPERS = (A4, _A3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Boxes of the page, and what the map shows in the plan's CRS.

    `text_box` is the room below the map, `side_box` the column beside both.
    """

    paper: Paper
    map_box: Box
    extent: Bounds
    text_box: Box
    side_box: Box

    @property
    def title_box(self) -> Box:
        """The first line of the head."""
        return (_MARGIN, _HEAD, self.paper.sheet[0] - 2 * _MARGIN - _STAMP - _GAP, _TITLE)

    @property
    def subtitle_box(self) -> Box:
        """The second line of the head."""
        x, y, width, height = self.title_box
        return (x, y + height, width, _SUBTITLE)

    @property
    def internal_box(self) -> Box:
        """The mark at the right end of the head."""
        return (self.paper.sheet[0] - _MARGIN - 28.0, _HEAD + 1.0, 28.0, 6.0)

    @property
    def number_box(self) -> Box:
        """The line below the mark."""
        return (self.paper.sheet[0] - _MARGIN - _STAMP, _HEAD + _TITLE, _STAMP, _SUBTITLE)

    @property
    def foot_box(self) -> Box:
        """The lines below all."""
        width, height = self.paper.sheet
        return (_MARGIN, height - _FOOT, width - 2 * _MARGIN, _FOOT - 3.5)


def fitted(bounds: Bounds, width: float, height: float) -> Bounds:
    """Return `bounds` widened about their centre to the proportions of a map on the page."""
    min_x, min_y, max_x, max_y = bounds
    scale = max((max_x - min_x) / width, (max_y - min_y) / height)
    x, y = (min_x + max_x) / 2, (min_y + max_y) / 2
    half_x, half_y = scale * width / 2, scale * height / 2
    return (x - half_x, y - half_y, x + half_x, y + half_y)


def plan_page(bounds: Bounds, paper: Paper = A4, *, text: str = "", text_pt: float = 7.0) -> Page:
    """Return the page for a map that must show `bounds` over `text`: the less text, the more map.

    Parameters
    ----------
    text
        What stands below the map, broken into lines by whoever draws it.
    """
    sheet_width, sheet_height = paper.sheet
    side = sheet_width - _MARGIN - paper.side_mm
    width = side - _GAP - _MARGIN - _GRID
    bottom = sheet_height - _FOOT - 2.0
    room = bottom - _TOP
    wanted = _GAP + text_height(text, width, text_pt) if text else 0.0
    height = max(room - wanted - _GRID, room * _LEAST_MAP)
    below = _TOP + height + _GRID + _GAP
    return Page(
        paper=paper,
        map_box=(_MARGIN + _GRID, _TOP, width, height),
        extent=fitted(bounds, width, height),
        text_box=(_MARGIN + _GRID, below, width, max(bottom - below, 0.0)),
        side_box=(side, _TOP, paper.side_mm, room),
    )


def segment_km(extent: Bounds) -> float:
    """Return a round length in kilometres for one segment of the scale bar."""
    target = (extent[2] - extent[0]) * _SCALE_SHARE / 1000
    power = 10.0 ** math.floor(math.log10(target))
    return max(step for step in _ROUND if step * power <= target + _EXACT) * power


def grid_m(extent: Bounds, width_mm: float) -> float:
    """Return a round distance in metres, a kilometre at least, for the lines of the map's grid."""
    target = (extent[2] - extent[0]) * GRID_MM / width_mm
    power = 10.0 ** math.floor(math.log10(target))
    return max(min(_ROUND, key=lambda step: abs(step * power - target)) * power, _LEAST_GRID)


def _ems(text: str) -> float:
    """Return about how many full-width characters a text is wide."""
    return sum(1.0 if ord(char) >= _FIRST_WIDE else _NARROW for char in text)


def text_width(text: str, size_pt: float) -> float:
    """Return about how wide a text stands on one line, in millimetres."""
    return _ems(text) * size_pt * _MM_PER_PT


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
        for piece in _pieces(paragraph, room):
            width = _ems(piece.rstrip())
            if line and used + width > room:
                lines.append(line.rstrip())
                line, used = "", 0.0
            line += piece
            used += width + 0.3 * (len(piece) - len(piece.rstrip()))
        lines.append(line)
    return "\n".join(lines)


def _pieces(paragraph: str, room: float) -> list[str]:
    """Return what a line may be broken between; a word wider than a line is broken too."""
    most = max(int(room / _NARROW), 1)
    return [
        piece[start : start + most]
        for piece in _PIECES.findall(paragraph)
        for start in range(0, len(piece), most)
    ]


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


def one_line(text: str, width_mm: float, largest_pt: float) -> tuple[str, float]:
    """Return a heading and its size: smaller where it is long, cut where it is far too long."""
    size_pt = max(fitting_pt(text, width_mm, largest_pt), _SMALLEST_LINE_PT)
    return shortened(" ".join(text.split("\n")), (0, 0, width_mm, 1.0), size_pt), size_pt
