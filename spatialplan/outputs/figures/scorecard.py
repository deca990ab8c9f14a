"""The scorecard figure: claims by theme and state as stacked bars."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spatialplan.model.check_result import CheckResult
from spatialplan.model.verdict import State
from spatialplan.outputs import summary
from spatialplan.outputs.figures import bars, canvas
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["WIDTH_MM", "draw_scorecard", "height_mm", "scorecard_png"]

WIDTH_MM = 174.0
_ROW_MM, _LABEL_MM, _TOTAL_MM, _KEY_MM = 6.6, 40.0, 12.0, 12.0
_NARROW = 0.045  # share of the width that a sign and a number need


def scorecard_png(result: CheckResult, lang: Lang = "zh") -> bytes:
    """Return the scorecard as PNG: one bar per theme, the total on top.

    States differ by colour, hatch and sign, so that the figure survives black-and-white print.

    Raises
    ------
    OutputError
        When this machine has no CJK font.
    """
    with canvas.drawing():
        figure = canvas.new_figure(WIDTH_MM, height_mm(result))
        draw_scorecard(figure, result, (0.0, 0.0), lang)
        return canvas.png_bytes(figure)


def height_mm(result: CheckResult) -> float:
    """Return how high the scorecard is; it is `WIDTH_MM` wide."""
    return _KEY_MM + _ROW_MM * len(summary.tally_themes(result))


def draw_scorecard(
    figure: Figure, result: CheckResult, corner: tuple[float, float], lang: Lang
) -> None:
    """Draw the scorecard on a figure from its lower left corner, in millimetres."""
    tallies = summary.tally_themes(result, lang)
    rows = [tallies[-1], *tallies[:-1]]
    left, bottom = corner
    width, height = WIDTH_MM - _LABEL_MM - _TOTAL_MM, _ROW_MM * len(rows)
    axes = canvas.add_axes(figure, left + _LABEL_MM, bottom + 2, width, height)
    _draw_bars(axes, rows)
    _draw_labels(axes, rows, lang)
    bars.draw_key(axes, read_style().states, lang)


def _draw_bars(axes: Axes, rows: list[summary.Tally]) -> None:
    widest = max(1, *(tally.total for tally in rows[1:]), 1)
    symbols = read_style().states
    axes.set_xlim(0, 1)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    for y, tally in enumerate(rows):
        scale = 1 / max(tally.total, 1) if y == 0 else 1 / widest
        left = 0.0
        for state in State:
            count = tally.counts[state]
            if count == 0:
                continue
            symbol = symbols[state]
            width = count * scale
            bars.draw_segment(axes, symbol, left, width, y)
            text = f"{symbol.sign} {count}" if width > _NARROW else str(count)
            bars.draw_count(axes, text, left + width / 2, y, symbol.color)
            left += width
    axes.axhline(0.5, color="#9aa1a8", linewidth=0.6)


def _draw_labels(axes: Axes, rows: list[summary.Tally], lang: Lang) -> None:
    for y, tally in enumerate(rows):
        label = canvas.readable(tally.label, 12 if lang == "zh" else 24)
        weight = "bold" if y == 0 else "normal"
        axes.text(-0.012, y, label, ha="right", va="center", fontsize=7.6, fontweight=weight)
        axes.text(
            1.012, y, str(tally.total), ha="left", va="center", fontsize=7.6, fontweight=weight
        )
    for side in axes.spines.values():
        side.set_visible(False)
