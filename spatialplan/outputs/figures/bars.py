"""Pieces of stacked bars that tell states by colour, hatch and sign."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from spatialplan.outputs.style import Symbol
from spatialplan.text import Lang

__all__ = ["HATCHES", "draw_count", "draw_key", "draw_segment"]

# By the sign of the state, which claims and villages share.
HATCHES = {"✓": "", "✗": "///", "?": "...", "⊘": "xxx", "–": "---"}


def draw_segment(axes: Axes, symbol: Symbol, left: float, width: float, y: float) -> None:
    """Draw the part of a bar at height `y` that one state takes."""
    axes.barh(
        y,
        width,
        left=left,
        height=0.62,
        color=symbol.color,
        edgecolor="white",
        hatch=HATCHES[symbol.sign],
        linewidth=0.6,
    )


def draw_count(axes: Axes, text: str, x: float, y: float, color: str) -> None:
    """Write a count on a white plate in the middle of its segment."""
    plate = {
        "boxstyle": "round,pad=0.12,rounding_size=0.5",
        "facecolor": "white",
        "edgecolor": "none",
    }
    axes.text(
        x,
        y,
        text,
        ha="center",
        va="center",
        fontsize=6.4,
        color=color,
        fontweight="bold",
        bbox=plate,
    )


def draw_key(axes: Axes, symbols: Mapping[str, Symbol], lang: Lang) -> None:
    """Draw the states in one line above the bars."""
    handles = [
        Patch(
            facecolor=symbol.color,
            edgecolor="white",
            hatch=HATCHES[symbol.sign],
            label=f"{symbol.sign} {symbol.label.say(lang)}",
        )
        for symbol in symbols.values()
    ]
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=len(handles),
        frameon=False,
        fontsize=7.4,
        handlelength=1.8,
        columnspacing=1.6,
        borderaxespad=0.2,
    )
