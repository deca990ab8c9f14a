"""Text with a white rim that stays text in SVG and PDF, to be searched and copied.

Matplotlib turns a text with path effects into outlines. Here the rim alone is an outline; the
letters are drawn over it as letters.
"""

from __future__ import annotations

from typing import Any

from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.text import Annotation
from matplotlib.transforms import IdentityTransform

__all__ = ["rimmed"]

_PAPER = "white"


class _Rimmed(Annotation):
    """An annotation that is drawn twice: its rim as an outline, then its letters."""

    rim_pt = 1.8

    def draw(self, renderer: RendererBase) -> None:
        rim = patheffects.Stroke(linewidth=self.rim_pt, foreground=_PAPER, alpha=0.9)
        self.set_path_effects([rim])
        super().draw(renderer)
        self.set_path_effects([])
        super().draw(renderer)


def rimmed(
    axes: Axes, text: str, xy: tuple[float, float], *, rim_pt: float, **style: Any
) -> Annotation:
    """Write `text` at a point in data units; `style` goes to Annotation.

    The text may be moved by ``set_position`` in points from there.
    """
    label = _Rimmed(text, xy, xytext=(0, 0), textcoords="offset points", **style)
    label.rim_pt = rim_pt
    label.set_transform(IdentityTransform())
    axes.add_artist(label)
    return label
