"""The column beside a map: what was found in numbers, the answer, the legend, the doubts.

It fills from the top; what finds no room is left out and the column says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from spatialplan.outputs.figures import canvas, map_legend
from spatialplan.outputs.figures.map_legend import Entry
from spatialplan.outputs.figures.plate import Box
from spatialplan.outputs.style import Symbol
from spatialplan.text import Lang, Text

__all__ = ["Column", "Tile", "state_tiles"]

_INK, _HEADING, _PLATE = "#1d2126", "#1f3a5f", "#f3f4f6"
_HEADING_PT, _TEXT_PT, _LEADING, _GAP = 8.6, 7.2, 1.42, 2.6
_TILE_MM, _MOST_COLUMNS = 12.5, 4
_MORE = Text("（另有 {} 条，见报告。）", "({} more in the report.)")


def _mm(size_pt: float) -> float:
    return size_pt * 25.4 / 72


@dataclass(frozen=True, slots=True)
class Tile:
    """A number with what it counts."""

    count: int
    label: str
    color: str


def state_tiles(counts: Mapping[str, int], symbols: Mapping[str, Symbol], lang: Lang) -> list[Tile]:
    """Return a tile for each state with its number."""
    return [
        Tile(counts[state], f"{symbol.sign} {symbol.label.say(lang)}", symbol.color)
        for state, symbol in symbols.items()
    ]


class Column:
    """A column that is being filled from the top; lengths are millimetres."""

    def __init__(self, figure: Figure, box: Box, lang: Lang) -> None:
        self._figure, self._box, self._lang = figure, box, lang
        self._used = 0.0

    @property
    def width(self) -> float:
        """How wide the column is."""
        return self._box[2]

    @property
    def room(self) -> float:
        """How much height is left."""
        return self._box[3] - self._used

    def take(self, height: float) -> Axes:
        """Return bare axes over the column's width, the next `height` of it."""
        left, bottom, width, whole = self._box
        self._used += height
        axes = canvas.add_axes(self._figure, left, bottom + whole - self._used, width, height)
        self._used += _GAP
        return axes

    def _sheet(self, height: float) -> Axes:
        """Return axes in millimetres from their upper left corner."""
        axes = self.take(height)
        axes.axis("off")
        axes.set_xlim(0, self.width)
        axes.set_ylim(height, 0)
        return axes

    def tiles(self, heading: str, tiles: Sequence[Tile]) -> None:
        """Write numbers side by side under a heading."""
        top = _mm(_HEADING_PT) + 1.6
        axes = self._sheet(top + _TILE_MM)
        axes.text(0, 0, heading, va="top", fontsize=_HEADING_PT, fontweight="bold", color=_HEADING)
        wide = self.width / len(tiles)
        for number, tile in enumerate(tiles):
            x = number * wide
            plate = Rectangle((x, top), wide - 1.2, _TILE_MM, facecolor=_PLATE, edgecolor="none")
            axes.add_patch(plate)
            axes.add_patch(Rectangle((x, top), 0.9, _TILE_MM, facecolor=tile.color, linewidth=0))
            middle = x + (wide - 0.3) / 2
            axes.text(middle, top + 4.6, f"{tile.count:,}", ha="center", va="center", fontsize=14,
                      fontweight="bold", color=tile.color)  # fmt: skip
            label = axes.text(middle, top + 9.8, tile.label, ha="center", va="center",
                              fontsize=6.4, color=_INK)  # fmt: skip
            long = label.get_window_extent().width / canvas.DPI * 25.4
            label.set_fontsize(6.4 * min(1.0, (wide - 3.0) / long))

    def _wrapped(self, text: str, indent: float = 0.0, size_pt: float = _TEXT_PT) -> list[str]:
        return canvas.wrapped(text, (self.width - indent) / _mm(size_pt)).split("\n")

    def paragraph(self, heading: str, text: str) -> None:
        """Write a text under a heading, as much of it as there is room for."""
        lines, step = self._wrapped(text), _mm(_TEXT_PT) * _LEADING
        top = _mm(_HEADING_PT) + 1.6
        fitting = int((self.room - top) / step)
        if fitting < 1:
            return
        if fitting < len(lines):
            lines = [*lines[: fitting - 1], lines[fitting - 1][:-1] + "…"]
        axes = self._sheet(top + step * len(lines))
        axes.text(0, 0, heading, va="top", fontsize=_HEADING_PT, fontweight="bold", color=_HEADING)
        for number, line in enumerate(lines):
            axes.text(0, top + number * step, line, va="top", fontsize=_TEXT_PT, color=_INK)

    def points(self, heading: str, said: Sequence[tuple[str, str, str]], reserve: float) -> None:
        """Write points, each a sign, its colour and a text, leaving `reserve` of the height.

        Points that find no room are counted at the end.
        """
        size_pt, indent = _TEXT_PT - 0.6, 4.0
        step, top = _mm(size_pt) * _LEADING, _mm(_HEADING_PT) + 1.6
        room, height = self.room - reserve - _GAP, top
        shown: list[tuple[str, str, list[str]]] = []
        for sign, color, text in said:
            lines = self._wrapped(text, indent, size_pt)
            last = step if len(shown) + 1 < len(said) else 0.0
            if height + step * len(lines) + 0.7 + last > room:
                break
            shown.append((sign, color, lines))
            height += step * len(lines) + 0.7
        if not shown:
            return
        left = len(said) - len(shown)
        axes = self._sheet(height + (step if left else 0.0))
        axes.text(0, 0, heading, va="top", fontsize=_HEADING_PT, fontweight="bold", color=_HEADING)
        y = top
        for sign, color, lines in shown:
            axes.text(0.4, y, sign, va="top", fontsize=size_pt, fontweight="bold", color=color)
            for line in lines:
                axes.text(indent, y, line, va="top", fontsize=size_pt, color=_INK)
                y += step
            y += 0.7
        if left:
            more = _MORE.say(self._lang).format(left)
            axes.text(indent, y, more, va="top", fontsize=size_pt, color="#5d646b")

    def legend_height(self, entries: Sequence[Entry], most: float) -> float:
        """Return how high the legend is in the fewest columns with which it stays within `most`."""
        rows = map_legend.legend_rows(entries, self._columns(entries, most))
        return rows * map_legend.ROW_MM

    @staticmethod
    def _columns(entries: Sequence[Entry], most: float) -> int:
        fitting = (
            columns
            for columns in range(2, _MOST_COLUMNS)
            if map_legend.legend_rows(entries, columns) * map_legend.ROW_MM <= most
        )
        return next(fitting, _MOST_COLUMNS)

    def legend(self, entries: Sequence[Entry], most: float) -> None:
        """Draw the legend in the fewest columns with which it stays within `most`."""
        columns = self._columns(entries, most)
        axes = self.take(map_legend.legend_rows(entries, columns) * map_legend.ROW_MM)
        map_legend.draw_legend(axes, entries, columns, self.width)
