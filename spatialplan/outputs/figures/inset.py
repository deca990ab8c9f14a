"""The inset of a map: a frame on the main map and on the detail, named alike."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from spatialplan.outputs.figures.map_scene import Bounds
from spatialplan.text import Lang

__all__ = ["frame_inset", "name_inset"]

_ACCENT = "#b3261e"


def name_inset(main: Axes, part: Axes, inset: Bounds, lang: Lang) -> None:
    """Name the inset and its place on the main map alike, before labels take the room."""
    name = "局部放大 A" if lang == "zh" else "Detail A"
    style: dict[str, Any] = {"fontsize": 6.6, "fontweight": "bold", "color": "white", "zorder": 36}
    plate = {"boxstyle": "square,pad=0.25", "facecolor": _ACCENT, "edgecolor": "none"}
    part.text(0.008, 0.986, name, transform=part.transAxes, va="top", bbox=plate, **style)
    main.text(inset[0], inset[3], "A", ha="left", va="bottom", bbox=plate, **style)


def frame_inset(main: Axes, part: Axes, inset: Bounds) -> None:
    """Draw the frame of the inset where it lies, and around it."""
    x = [inset[0], inset[2], inset[2], inset[0], inset[0]]
    y = [inset[1], inset[1], inset[3], inset[3], inset[1]]
    main.plot(x, y, color=_ACCENT, linewidth=1.0, zorder=35)
    for spine in part.spines.values():
        spine.set(color=_ACCENT, linewidth=1.0)
