"""Place labels on a drawn map so that none covers another: first come, first placed."""

from __future__ import annotations

from itertools import product
from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Annotation
from numpy.typing import NDArray

from spatialplan.outputs.figures import lettering

__all__ = ["Labeller"]

_SIDES = tuple(
    (dx, dy)
    for dx, dy in sorted(product((1, 0, -1), repeat=2), key=lambda side: abs(side[0] * side[1]))
    if (dx, dy) != (0, 0)
)
_ALIGN_X: dict[int, Literal["left", "center", "right"]] = {1: "left", 0: "center", -1: "right"}
_ALIGN_Y: dict[int, Literal["bottom", "center", "top"]] = {1: "bottom", 0: "center", -1: "top"}


class Labeller:
    """Labels of one map. Boxes are ``(min_x, min_y, max_x, max_y)`` in pixels."""

    def __init__(self, axes: Axes) -> None:
        self._axes = axes
        canvas = axes.figure.canvas
        if not isinstance(canvas, FigureCanvasAgg):
            raise TypeError(f"labels need an Agg canvas, not {type(canvas).__name__}")
        self._renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
        self._frame = np.array(axes.get_window_extent(self._renderer).extents)
        self._boxes: NDArray[np.float64] = np.empty((0, 4))

    @property
    def area_mm2(self) -> float:
        """How large the map is on its sheet."""
        width, height = (self._frame[2:] - self._frame[:2]) / self._axes.figure.dpi * 25.4
        return float(width * height)

    def block(self, boxes: NDArray[np.float64]) -> None:
        """Keep labels away from these boxes, shape (n, 4)."""
        self._boxes = np.vstack([self._boxes, boxes.reshape(-1, 4)])

    def block_points(self, xy: NDArray[np.float64], size_pt: NDArray[np.float64]) -> None:
        """Keep labels away from markers at `xy` (n, 2) in data units with diameters `size_pt`."""
        if len(xy) == 0:
            return
        centre = self._axes.transData.transform(xy)
        half = (size_pt / 2 * self._axes.figure.dpi / 72).reshape(-1, 1) * 0.8
        self.block(np.hstack([centre - half, centre + half]))

    def place(
        self,
        text: str,
        xy: tuple[float, float],
        *,
        size: float,
        color: str,
        gap_pt: float = 0.0,
        weight: str = "normal",
        rim_pt: float = 1.8,
    ) -> bool:
        """Write `text` beside a point, on the first free side; leave it out when none is free.

        With `gap_pt` 0 the text is centred on the point itself.
        """
        spot = self._axes.transData.transform(xy)
        if np.any(spot < self._frame[:2]) or np.any(spot > self._frame[2:]):
            return False
        label = lettering.rimmed(
            self._axes,
            text,
            xy,
            rim_pt=rim_pt,
            ha="center",
            va="center",
            fontsize=size,
            color=color,
            fontweight=weight,
            zorder=20,
            annotation_clip=True,
        )
        for side in _SIDES if gap_pt else ((0, 0),):
            if self._try(label, side, gap_pt):
                return True
        label.remove()
        return False

    def _try(self, label: Annotation, side: tuple[int, int], gap_pt: float) -> bool:
        dx, dy = side
        reach = gap_pt if 0 in side else gap_pt * 0.7
        label.set_position((dx * reach, dy * reach))
        label.set_horizontalalignment(_ALIGN_X[dx])
        label.set_verticalalignment(_ALIGN_Y[dy])
        box = np.array(label.get_window_extent(self._renderer).extents)
        if not self._is_free(box):
            return False
        self.block(box)
        return True

    def _is_free(self, box: NDArray[np.float64]) -> bool:
        inside = bool(np.all(box[:2] >= self._frame[:2]) and np.all(box[2:] <= self._frame[2:]))
        apart = (
            (self._boxes[:, 2] < box[0])
            | (self._boxes[:, 0] > box[2])
            | (self._boxes[:, 3] < box[1])
            | (self._boxes[:, 1] > box[3])
        )
        return inside and bool(apart.all())
