"""The strip diagram as a matplotlib figure: the layout of `strip`, drawn with another pen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from xml.etree import ElementTree as ET

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from spatialplan.model.profile import Strip
from spatialplan.outputs.figures import canvas, lettering, strip
from spatialplan.outputs.figures.strip_sheet import INK, RULE, SIZE, Anchor, Sheet, corners
from spatialplan.text import Lang

__all__ = ["draw_on", "height_mm"]

_ALIGN: dict[Anchor, Literal["left", "center", "right"]] = {
    "start": "left", "middle": "center", "end": "right",
}  # fmt: skip
_RADIUS, _RIM = 1.05, 0.5


def height_mm(line: Strip, lang: Lang) -> float:
    """Return how high the diagram of a strip is; it is `strip.WIDTH_MM` wide."""
    return strip.draw_strip(Sheet(ET.Element("svg")), line, lang)


def draw_on(axes: Axes, line: Strip, lang: Lang) -> None:
    """Draw the diagram on axes of its size."""
    axes.axis("off")
    axes.set_xlim(0, strip.WIDTH_MM)
    axes.set_ylim(height_mm(line, lang), 0)
    strip.draw_strip(_Plot(axes), line, lang)


@dataclass(frozen=True, slots=True)
class _Plot:
    """A pen that draws on axes whose units are millimetres, the second counted downwards."""

    axes: Axes

    def write(
        self, words: str, at: tuple[float, float], *, anchor: Anchor = "start", size: float = SIZE,
        ink: str = INK, rim: bool = True, turn: float = 0.0,
    ) -> None:  # fmt: skip
        """Write a line of text, turned clockwise by degrees; a white rim reads over lines."""
        text = canvas.readable(words)
        if not text:
            return
        style: dict[str, Any] = {
            "ha": _ALIGN[anchor],
            "va": "baseline",
            "color": ink,
            "fontsize": canvas.points(size),
            "rotation": -turn,
            "rotation_mode": "anchor",
            "zorder": 5,
        }
        if rim:
            lettering.rimmed(self.axes, text, at, rim_pt=canvas.points(_RIM), **style)
        else:
            self.axes.text(*at, text, **style)

    def rule(self, points: Sequence[tuple[float, float]], *, dash: str = "", ink: str = RULE,
             width: float = 0.18) -> None:  # fmt: skip
        """Draw a thin line through points."""
        x, y = zip(*points, strict=True)
        self.axes.plot(
            x, y, linestyle=_dashes(dash, width), color=ink, lw=canvas.points(width), zorder=4
        )

    def box(
        self, at: tuple[float, float], size: tuple[float, float], *, fill: str, edge: str,
        width: float = 0.15, dash: str = "",
    ) -> None:  # fmt: skip
        """Draw a rectangle from its upper left corner."""
        box = Rectangle(
            at, *size, facecolor=fill, edgecolor=edge, linewidth=canvas.points(width),
            linestyle=_dashes(dash, width), zorder=4,
        )  # fmt: skip
        self.axes.add_patch(box)

    def symbol(self, shape: str, x: float, y: float, color: str) -> None:
        """Draw a point symbol."""
        outline = corners(shape, x, y, _RADIUS)
        path = Path.circle((x, y), _RADIUS) if not outline else Path([*outline, outline[0]])
        self.axes.add_patch(
            PathPatch(path, facecolor=color, edgecolor="white", lw=canvas.points(0.2), zorder=6)
        )


def _dashes(pattern: str, width: float) -> tuple[float, tuple[float, ...] | None]:
    """Return a dash pattern in millimetres as matplotlib counts it, in widths of the line."""
    return canvas.dashes(pattern, 1 / width)
