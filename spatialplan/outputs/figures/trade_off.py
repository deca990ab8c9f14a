"""The trade-off curve of a siting run: new sites against what they cover."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from spatialplan.model.siting import SitingResult
from spatialplan.outputs.coverage_summary import percent
from spatialplan.outputs.figures import canvas
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = ["HEIGHT_MM", "WIDTH_MM", "draw_trade_off", "is_proved", "trade_off_png"]

WIDTH_MM, HEIGHT_MM = 174.0, 82.0
_PROVED = 1e-6  # relative gap that a solver calls closed
_LABELS = 12  # points with their value written beside them
_HALF, _TOP = 0.5, 1.09  # of the axis of shares
_QUIET, _GRID = "#5d646b", "#dfe3e7"


def is_proved(gap: float) -> bool:
    """Whether an answer with this relative gap is proved to be the best."""
    return bool(gap <= _PROVED)


def trade_off_png(result: SitingResult, lang: Lang = "zh") -> bytes:
    """Return the curve as PNG: what exists at 0, then the share covered by so many new sites.

    Answers that are not proved to be the best have a hollow marker and a line up to the proved
    bound.

    Raises
    ------
    OutputError
        When this machine has no CJK font.
    """
    with canvas.drawing():
        figure = canvas.new_figure(WIDTH_MM, HEIGHT_MM)
        draw_trade_off(figure, result, (0.0, 0.0), lang)
        return canvas.png_bytes(figure)


def draw_trade_off(
    figure: Figure, result: SitingResult, corner: tuple[float, float], lang: Lang
) -> None:
    """Draw the curve on a figure from its lower left corner, in millimetres."""
    left, bottom = corner
    axes = canvas.add_axes(figure, left + 18, bottom + 13, WIDTH_MM - 24, HEIGHT_MM - 20)
    _draw_curve(axes, result, lang)
    _draw_chosen(axes, result, lang)
    _draw_axes(axes, result, lang)


def _draw_curve(axes: Axes, result: SitingResult, lang: Lang) -> None:
    symbols, zh = read_style().siting, lang == "zh"
    frame = result.trade_off
    sites, share = frame["sites"].to_numpy(dtype=float), frame["share"].to_numpy(dtype=float)
    gap = np.nan_to_num(frame["gap"].to_numpy(dtype=float))
    color = symbols["proposed"].color
    axes.plot(sites, share, color=color, linewidth=1.4, zorder=5)
    proved = gap <= _PROVED
    axes.plot(sites[proved], share[proved], "o", color=color, markersize=5, zorder=6,
              label="已证明最优" if zh else "proved optimal")  # fmt: skip
    if not proved.all():
        bound = np.minimum(share * (1 + gap), 1.0)[~proved]
        axes.vlines(sites[~proved], share[~proved], bound, color=color, linewidth=1.0, zorder=4)
        axes.plot(sites[~proved], share[~proved], "o", markerfacecolor="white", color=color,
                  markersize=5.6, zorder=6,
                  label="未证明最优，竖线到已证明的上界" if zh
                  else "not proved; the line reaches the proved bound")  # fmt: skip
    if len(share):
        before = symbols["before"].color
        axes.axhline(share[0], color=before, linewidth=1.0, linestyle=(0, (4, 3)), zorder=3,
                     label="现有站点已覆盖" if zh else "covered by what exists")  # fmt: skip
    _write_values(axes, sites, share)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=3,
        fontsize=7.2,
        frameon=False,
        columnspacing=1.6,
        borderaxespad=0.2,
    )


def _write_values(axes: Axes, sites: np.ndarray, share: np.ndarray) -> None:
    """Write the share beside some of the points, first and last among them."""
    if len(sites) == 0:
        return
    chosen = np.unique(np.linspace(0, len(sites) - 1, min(_LABELS, len(sites))).round().astype(int))
    for at in chosen:
        axes.annotate(percent(share[at], 1), (sites[at], share[at]), xytext=(0, 6),
                      textcoords="offset points", ha="center", fontsize=6.6,
                      color="#222222", zorder=8)  # fmt: skip


def _draw_chosen(axes: Axes, result: SitingResult, lang: Lang) -> None:
    """Mark the number of sites that the run proposes."""
    number = len(result.sites)
    if number == 0:
        return
    said = f"本次建议 {number} 处" if lang == "zh" else f"proposed: {number}"
    axes.axvline(number, color=_QUIET, linewidth=0.8, linestyle=(0, (1, 2)), zorder=2)
    frame = result.trade_off
    low = bool((frame.loc[frame["sites"] <= number, "share"] < _HALF).all())
    y, away, side = (_TOP, -4, "top") if low else (0.0, 4, "bottom")  # clear of the curve
    axes.annotate(said, (number, y), xytext=(-3, away), textcoords="offset points", ha="right",
                  va=side, rotation=90, fontsize=7, color=_QUIET)  # fmt: skip


def _draw_axes(axes: Axes, result: SitingResult, lang: Lang) -> None:
    zh, limit = lang == "zh", result.limit.label.say(lang)
    last = max(float(result.trade_off["sites"].max()) if len(result.trade_off) else 0, 1)
    axes.set_xlim(-0.04 * last, 1.04 * last)
    axes.set_ylim(0, _TOP)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=12, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[2, 10]))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.tick_params(labelsize=7, color=_QUIET, length=3)
    axes.grid(visible=True, color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    weight = (
        ("人口" if result.weighted else "村数")
        if zh
        else ("people" if result.weighted else "villages")
    )
    axes.set_xlabel("新增站点数（处）" if zh else "new sites", fontsize=8)
    axes.set_ylabel(
        f"{limit}内覆盖的份额（占参与选址的{weight}）" if zh
        else f"share covered within {limit} (of {weight} in the run)",
        fontsize=8,
    )  # fmt: skip
