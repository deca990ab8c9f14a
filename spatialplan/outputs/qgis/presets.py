"""The themes of the web map as those of the project: which layers, which view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyproj import Transformer

from spatialplan.outputs import layers
from spatialplan.outputs.qgis.document import Preset
from spatialplan.outputs.qgis.layers import Node, flat
from spatialplan.outputs.qgis.page import Bounds
from spatialplan.outputs.themes import Box, Theme

__all__ = ["preset_name", "presets"]

_MARGIN = 0.05
_LEAST_M = 2000.0  # a view of one point would show nothing around it


def presets(
    themes: Iterable[Theme], tree: Sequence[Node], whole: Bounds, crs: str
) -> tuple[Preset, ...]:
    """Return the themes of a map as those of its project.

    Parameters
    ----------
    tree
        The project's layers; those that no layer of the map stands behind are in no theme.
    whole
        The view of the whole plan, in `crs`.
    """
    drawn = [layer for layer in flat(tree) if layer.shape is not None]
    return tuple(
        Preset(
            id=theme.id,
            title=theme.title,
            text=theme.text,
            layers=tuple(layer.id for layer in drawn if layer.drawn in theme.layers),
            bounds=whole if theme.box is None else _view(theme.box, crs),
        )
        for theme in themes
    )


def preset_name(preset: Preset, among: Sequence[Preset]) -> str:
    """Return what QGIS calls a theme: its title, with its id where another has the same title."""
    same = [other for other in among if other.title == preset.title]
    return preset.title if len(same) == 1 else f"{preset.title}（{preset.id}）"


def _view(degrees: Box, crs: str) -> Bounds:
    """Return a view in `crs` with some margin; of a single point too."""
    to_plan = Transformer.from_crs(layers.WGS84, crs, always_xy=True)
    west, south, east, north = to_plan.transform_bounds(*degrees)
    pad = max(_MARGIN * max(east - west, north - south), _LEAST_M)
    return (west - pad, south - pad, east + pad, north + pad)
