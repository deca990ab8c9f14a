"""The bars of a coverage run: villages of each area by state, for each limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from spatialplan.model.coverage import CoverageResult
from spatialplan.outputs import coverage_summary
from spatialplan.outputs.coverage_summary import AreaTally
from spatialplan.outputs.figures import bars, canvas
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["bars_png"]

_WIDTH_MM, _ROW_MM, _LABEL_MM, _TOTAL_MM = 174.0, 5.6, 34.0, 16.0
_NARROW, _LEAST = 0.055, 0.022  # share of the width that sign and number, or a number, need
_MOST = 30  # rows that a figure on one page holds for each limit


@dataclass(frozen=True, slots=True)
class _Row:
    """A bar with its name, or a heading where there is nothing to count."""

    label: str
    tally: AreaTally | None = None
    strong: bool = False


def bars_png(result: CoverageResult, lang: Lang = "zh") -> bytes:
    """Return the states of each district's villages as bars of equal length, as PNG.

    A run within one district shows its townships. States differ by colour, hatch and sign, so
    that the figure survives black-and-white print.

    Raises
    ------
    OutputError
        When this machine has no CJK font.
    """
    rows = _rows(result, lang)
    with canvas.drawing():
        high = _ROW_MM * len(rows)
        figure = canvas.new_figure(_WIDTH_MM, high + 10)
        width = _WIDTH_MM - _LABEL_MM - _TOTAL_MM
        axes = canvas.add_axes(figure, _LABEL_MM, 2, width, high)
        _draw_rows(axes, rows, lang)
        bars.draw_key(axes, read_style().village_states, lang)
        return canvas.png_bytes(figure)


def _rows(result: CoverageResult, lang: Lang) -> list[_Row]:
    whole = "合计" if lang == "zh" else "Total"
    unnamed = "（未写）" if lang == "zh" else "(not told)"
    level = "district"
    if len(coverage_summary.tally_areas(result, 0, level)) <= 2:
        level = "township"
    rows = []
    for at, limit in enumerate(result.limits):
        said = limit.label.say(lang)
        rows.append(_Row(f"{said}内" if lang == "zh" else f"Within {said}"))
        *areas, total = coverage_summary.tally_areas(result, at, level)
        rows.append(_Row(whole, total, strong=True))
        largest = sorted(areas, key=lambda tally: -tally.total)[:_MOST]
        rows += [_Row(tally.name or unnamed, tally) for tally in areas if tally in largest]
    return rows


def _draw_rows(axes: Axes, rows: Sequence[_Row], lang: Lang) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    for side in axes.spines.values():
        side.set_visible(False)
    for y, row in enumerate(rows):
        if row.tally is None:
            axes.text(-_LABEL_MM / 124, y + 0.1, row.label, ha="left", va="center",
                      fontsize=8.2, fontweight="bold", color="#1f3a5f")  # fmt: skip
            axes.axhline(y - 0.5, color="#9aa1a8", linewidth=0.6)
            continue
        weight = "bold" if row.strong else "normal"
        label = canvas.readable(row.label, 12 if lang == "zh" else 22)
        total = f"{row.tally.total} 村" if lang == "zh" else str(row.tally.total)
        for x, text, align in ((-0.012, label, "right"), (1.012, total, "left")):
            axes.text(x, y, text, ha=align, va="center", fontsize=7.4, fontweight=weight)
        _draw_bar(axes, row.tally, y)


def _draw_bar(axes: Axes, tally: AreaTally, y: int) -> None:
    left = 0.0
    for state, symbol in read_style().village_states.items():
        count = tally.counts[state]
        width = count / max(tally.total, 1)
        if count == 0:
            continue
        bars.draw_segment(axes, symbol, left, width, y)
        if width > _LEAST:
            text = f"{symbol.sign} {count}" if width > _NARROW else str(count)
            bars.draw_count(axes, text, left + width / 2, y, symbol.color)
        left += width
