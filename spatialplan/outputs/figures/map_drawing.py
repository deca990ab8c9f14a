"""Draw geometries on bare matplotlib axes: lines, areas, markers, basemap, scale, north arrow.

Coordinates are in the plan's projected CRS, in metres.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from numpy.typing import NDArray

from spatialplan.outputs.figures import canvas
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang

__all__ = [
    "AREA",
    "DASH_SCALE",
    "Geometries",
    "Numbers",
    "draw_areas",
    "draw_basemap",
    "draw_lines",
    "draw_north",
    "draw_points",
    "draw_scale",
    "scale_length",
    "size_pt",
    "width_pt",
]

Geometries = NDArray[np.object_]
Numbers = NDArray[np.float64]

AREA = 2  # dimension of an area in shapely
DASH_SCALE = 0.42  # web widths and dashes are for screens; print is finer
_MARKER_SCALE = 0.6
_BEYOND = "#eceff1"
_INK = "#333333"


def width_pt(symbol: Symbol) -> float:
    """Return the printed width of a symbol's line in points."""
    return symbol.width_px * DASH_SCALE


def size_pt(symbol: Symbol) -> float:
    """Return the printed diameter of a symbol's marker in points."""
    return canvas.points(symbol.size_mm) * _MARKER_SCALE


def draw_lines(axes: Axes, geometries: Geometries, **style: Any) -> None:
    """Draw lines, and the outlines of areas; `style` goes to LineCollection."""
    dimension = shapely.get_dimensions(geometries)
    outlines = shapely.boundary(geometries[dimension == AREA])
    parts = shapely.get_parts(np.concatenate([geometries[dimension == 1], outlines]))
    lines = [shapely.get_coordinates(part) for part in parts]
    if lines:
        axes.add_collection(LineCollection(lines, capstyle="butt", **style), autolim=False)


def draw_areas(axes: Axes, geometries: Geometries, **style: Any) -> None:
    """Fill areas, holes left open; `style` goes to PatchCollection."""
    parts = shapely.force_2d(shapely.get_parts(geometries))
    areas = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    patches = [
        PathPatch(Path.make_compound_path(*(Path(ring.coords, closed=True) for ring in rings)))
        for rings in ([area.exterior, *area.interiors] for area in areas)
    ]
    if patches:
        axes.add_collection(PatchCollection(patches, **style), autolim=False)


def draw_points(
    axes: Axes,
    xy: NDArray[np.float64],
    symbol: Symbol,
    *,
    size_pt: float,
    hollow: bool = False,
    order: int = 10,
) -> None:
    """Draw one class of markers; hollow ones have a white inside and a coloured rim."""
    axes.scatter(
        xy[:, 0],
        xy[:, 1],
        s=size_pt**2,
        marker=canvas.MARKERS[symbol.shape],
        facecolor="white" if hollow else symbol.color,
        edgecolor=symbol.color if hollow else "white",
        linewidth=0.9 if hollow else 0.4,
        zorder=order,
    )


def draw_basemap(axes: Axes, basemap: dict[str, gpd.GeoDataFrame]) -> None:
    """Draw districts, water, roads and rails, calm and thin, from the bottom to the top."""
    style = read_style().basemap
    shapes = {name: np.asarray(frame.geometry.values) for name, frame in basemap.items()}
    axes.set_facecolor(_BEYOND)
    land = style["districts"]["default"]
    draw_areas(axes, shapes["districts"], facecolor=land.fill, edgecolor="none", zorder=1)
    water = style["water"]["default"]
    draw_areas(axes, shapes["water"], facecolor=water.fill, edgecolor="none", zorder=2)
    draw_lines(axes, shapes["water"], color=water.color, linewidth=0.5, zorder=2)
    _draw_roads(axes, basemap["roads"])
    rail, border = style["rails"]["default"], land
    for symbol, source, order in ((rail, "rails", 4), (border, "districts", 5)):
        draw_lines(
            axes,
            shapes[source],
            color=symbol.color,
            linewidth=width_pt(symbol),
            linestyle=canvas.dashes(symbol.dash, DASH_SCALE),
            zorder=order,
        )


def _draw_roads(axes: Axes, roads: gpd.GeoDataFrame) -> None:
    if roads.empty:
        return
    shapes = np.asarray(roads.geometry.values)
    classes = roads["class"].to_numpy()
    symbols = read_style().basemap["roads"]
    for name, symbol in sorted(symbols.items(), key=lambda item: item[1].width_px):
        style = {"color": symbol.color, "linewidth": width_pt(symbol)}
        draw_lines(axes, shapes[classes == name], zorder=3, **style)


def scale_length(width_m: float) -> float:
    """Return a round length, 1, 2 or 5 times a power of ten, at most a fifth of the width.

    Examples
    --------
    >>> scale_length(104_000.0)
    20000.0
    """
    target = width_m / 5
    power = 10.0 ** np.floor(np.log10(target))
    return float(max(step * power for step in (1, 2, 5) if step * power <= target))


def _metres_per_mm(axes: Axes) -> float:
    left, right = axes.get_xlim()
    return (right - left) / (axes.get_window_extent().width / canvas.DPI * 25.4)


def draw_scale(axes: Axes, lang: Lang) -> None:
    """Draw a two-tone scale bar in the lower left corner."""
    mm = _metres_per_mm(axes)
    (left, right), low = axes.get_xlim(), axes.get_ylim()[0]
    length = scale_length(right - left)
    x, y = left + 4 * mm, low + 2.6 * mm
    plate = Rectangle((x - 3 * mm, y - 1.6 * mm), length + 10 * mm, 6.4 * mm)
    plate.set(facecolor="white", alpha=0.85, linewidth=0, zorder=30)
    axes.add_patch(plate)
    for at, fill in ((0.0, _INK), (0.5, "white")):
        half = Rectangle((x + at * length, y), length / 2, 0.8 * mm)
        half.set(facecolor=fill, edgecolor=_INK, linewidth=0.5, zorder=31)
        axes.add_patch(half)
    unit = "公里" if lang == "zh" else "km"
    for at, text in ((0.0, "0"), (1.0, f"{length / 1000:g} {unit}")):
        axes.text(x + at * length, y + 1.3 * mm, text, ha="center", fontsize=6, zorder=31)


def draw_north(axes: Axes) -> None:
    """Draw a north arrow in the upper right corner; it points to grid north."""
    mm = _metres_per_mm(axes)
    x, y = axes.get_xlim()[1] - 5 * mm, axes.get_ylim()[1] - 4.4 * mm
    shape = ((0.0, 0.0), (-1.7, -6.2), (0.0, -4.9), (1.7, -6.2))
    corners = np.array([(x + dx * mm, y + dy * mm) for dx, dy in shape])
    axes.add_patch(Polygon(corners, facecolor=_INK, edgecolor="white", lw=0.6, zorder=31))
    axes.text(x, y + 0.5 * mm, "N", ha="center", fontsize=7, fontweight="bold", zorder=31)
