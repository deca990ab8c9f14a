"""Draw the sketches of layout concepts: areas, lines and points by role, and their names.

The style is that of the web map and of QGIS: shape, dash and colour by role.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes

from spatialplan.outputs import wording
from spatialplan.outputs.figures import canvas, map_drawing
from spatialplan.outputs.figures.labelling import Labeller
from spatialplan.outputs.profile_frames import SPOTTED
from spatialplan.outputs.style import Symbol, read_style

__all__ = ["block_sketches", "classes", "draw_sketches", "label_sketches", "swatch"]

_FORMS = ("point", "line", "area")  # by dimension
_FILL, _FILL_HEX = 0.16, "29"
_AREAS, _LINES, _POINTS = 6.5, 9.3, 13
_TELLING = SPOTTED | {"core", "gateway"}  # their names come first
_NAME_EMS = 22.0


def classes(frame: gpd.GeoDataFrame) -> list[tuple[str, str, map_drawing.Geometries]]:
    """Return role, form and shapes of each class, the lowest first, as they are drawn."""
    if frame.empty:
        return []
    shapes = np.asarray(frame.geometry.values)
    forms = np.array(_FORMS)[shapely.get_dimensions(shapes)]
    roles = frame["role"].to_numpy()
    found = []
    for form in ("area", "line", "point"):
        for role in read_style().sketches:
            chosen = shapes[(roles == role) & (forms == form)]
            if len(chosen):
                found.append((role, form, chosen))
    return found


def swatch(symbol: Symbol) -> Symbol:
    """Return the symbol of an area with its fill as thin as it is drawn."""
    return replace(symbol, fill=symbol.fill + _FILL_HEX)


def draw_sketches(axes: Axes, frame: gpd.GeoDataFrame) -> None:
    """Draw the sketches; lines that are often short get their symbol too."""
    symbols = read_style().sketches
    for rank, (role, form, shapes) in enumerate(classes(frame)):
        symbol = symbols[role]
        if form == "point":
            _draw_spots(axes, shapes, symbol)
            continue
        if form == "area":
            map_drawing.draw_areas(
                axes, shapes, facecolor=symbol.fill, alpha=_FILL, linewidth=0, zorder=_AREAS
            )
        level = (_AREAS if form == "area" else _LINES) + rank / 100
        width = map_drawing.width_pt(symbol) * 0.9
        map_drawing.draw_lines(axes, shapes, color="white", lw=width + 0.9, alpha=0.7, zorder=level)
        map_drawing.draw_lines(
            axes, shapes, color=symbol.color, lw=width, zorder=level,
            linestyle=canvas.dashes(symbol.dash, map_drawing.DASH_SCALE),
        )  # fmt: skip
        if form == "line" and role in SPOTTED:
            _draw_spots(axes, _middles(shapes), symbol)


def _middles(lines: map_drawing.Geometries) -> map_drawing.Geometries:
    """Return the middle of each line, of its longest part where it has several."""
    longest = [
        max(shapely.get_parts(line), key=lambda part: float(part.length), default=line)
        for line in lines
    ]
    found: map_drawing.Geometries = shapely.line_interpolate_point(
        np.array(longest, dtype=object), 0.5, normalized=True
    )
    return found


def _draw_spots(axes: Axes, shapes: map_drawing.Geometries, symbol: Symbol) -> None:
    map_drawing.draw_points(
        axes,
        shapely.get_coordinates(shapes),
        symbol,
        size_pt=map_drawing.size_pt(symbol),
        hollow=symbol.hollow,
        order=_POINTS,
    )


def _anchors(frame: gpd.GeoDataFrame) -> map_drawing.Numbers:
    """Return where the name of each sketch belongs: on a point, in an area, halfway on a line."""
    shapes = np.asarray(frame.geometry.values)
    is_line = shapely.get_dimensions(shapes) == 1
    spots = shapely.point_on_surface(shapes)
    spots[is_line] = _middles(shapes[is_line])
    return np.asarray(shapely.get_coordinates(spots), dtype=float)


def block_sketches(labeller: Labeller, frame: gpd.GeoDataFrame) -> None:
    """Keep labels off the symbols of the sketches."""
    if frame.empty:
        return
    symbols = read_style().sketches
    dimensions = shapely.get_dimensions(np.asarray(frame.geometry.values))
    has_symbol = (dimensions == 0) | ((dimensions == 1) & frame["role"].isin(SPOTTED).to_numpy())
    sizes = np.array([map_drawing.size_pt(symbols[role]) for role in frame["role"]], dtype=float)
    labeller.block_points(_anchors(frame)[has_symbol], sizes[has_symbol])


def label_sketches(labeller: Labeller, frame: gpd.GeoDataFrame, most: int) -> set[str]:
    """Name sketches, those that tell most first, each name once; return the names."""
    placed: set[str] = set()
    if frame.empty:
        return placed
    symbols, at = read_style().sketches, _anchors(frame)
    telling = frame["role"].isin(_TELLING).to_numpy()
    sizes = np.array([symbols[role].size_mm for role in frame["role"]])
    for row in np.lexsort((-sizes, ~telling)):
        text = wording.fitted(canvas.readable(frame["label"].iloc[row]), _NAME_EMS)
        if len(placed) >= most or not text or text in placed:
            continue
        symbol = symbols[frame["role"].iloc[row]]
        x, y = at[row]
        gap = map_drawing.size_pt(symbol) / 2 + 1.2
        weight = "bold" if telling[row] else "normal"
        if labeller.place(text, (x, y), size=6.4, color=symbol.color, gap_pt=gap, weight=weight):
            placed.add(text)
    return placed
