"""Draw a scene on axes: basemap, villages, plan features, verdict marks, and their labels."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes

from spatialplan.model.plan import Kind, Status
from spatialplan.model.verdict import State
from spatialplan.outputs.figures import canvas, map_drawing, sketches
from spatialplan.outputs.figures.labelling import Labeller
from spatialplan.outputs.figures.map_scene import Bounds, Scene, is_inside
from spatialplan.outputs.style import Symbol, read_style

__all__ = ["draw_frame", "draw_scene", "label_districts", "label_places"]

# Drawn in this order, so that what fails lies on top.
_SEVERITY = (State.HOLDS, State.NO_DATA, State.UNROUTABLE, State.UNCERTAIN, State.FAILS)
_VILLAGE_PT, _FILL = 3.0, 0.04
_LABELS, _PLACE_LABELS, _GAP_LABELS = 36, 24, 4  # at most so many on a map of a page
_SKETCH_LABELS, _PAGE_MM2 = 24, 174.0 * 110.0
_FRAME, _CALM, _QUIET = "#5f666d", "#5d646b", "#7a8087"


def draw_scene(
    axes: Axes, scene: Scene, bounds: Bounds, *, skip: Bounds | None = None, north: bool = True
) -> None:
    """Draw everything within `bounds`; features within `skip` get no labels here."""
    draw_frame(axes, bounds)
    map_drawing.draw_basemap(axes, scene.basemap)
    _draw_villages(axes, scene)
    _draw_shapes(axes, scene)
    _draw_marks(axes, scene)
    _draw_markers(axes, scene)
    sketches.draw_sketches(axes, scene.sketches)
    map_drawing.draw_scale(axes, scene.lang)
    if north:  # a detail points where its map does
        map_drawing.draw_north(axes)
    _write_labels(axes, scene, skip)


def draw_frame(axes: Axes, bounds: Bounds) -> None:
    """Set the extent of the map and draw its frame."""
    axes.set_xlim(bounds[0], bounds[2])
    axes.set_ylim(bounds[1], bounds[3])
    for spine in axes.spines.values():
        spine.set(color=_FRAME, linewidth=0.8, zorder=40)


def _draw_villages(axes: Axes, scene: Scene) -> None:
    for state, symbol in read_style().village_states.items():
        chosen = scene.villages[scene.villages["state"] == state]
        xy = shapely.get_coordinates(chosen.geometry)
        map_drawing.draw_points(axes, xy, symbol, size_pt=_VILLAGE_PT, order=7)


def _draw_shapes(axes: Axes, scene: Scene) -> None:
    """Draw the lines and areas of the plan; approximate ones are dashed."""
    style = read_style()
    for (kind, status), group in scene.drawn_features.groupby(["kind", "status"], sort=True):
        symbol = style.kinds[kind]
        dash = style.statuses[status].dash if status == Status.APPROXIMATE else symbol.dash
        _draw_shape_group(axes, np.asarray(group.geometry.values), symbol, dash)


def _draw_shape_group(
    axes: Axes, shapes: map_drawing.Geometries, symbol: Symbol, dash: str
) -> None:
    is_area = shapely.get_dimensions(shapes) == map_drawing.AREA
    # One area per class, or overlapping fills would darken.
    fill = np.array([shapely.union_all(shapes[is_area])], dtype=object)
    map_drawing.draw_areas(axes, fill, facecolor=symbol.color, alpha=_FILL, zorder=6)
    width = map_drawing.width_pt(symbol)
    for chosen, line_width in ((shapes[is_area], 0.7), (shapes[~is_area], width * 1.3)):
        map_drawing.draw_lines(
            axes,
            chosen,
            color=symbol.color,
            linewidth=line_width,
            linestyle=canvas.dashes(dash, map_drawing.DASH_SCALE),
            alpha=0.85,
            zorder=8,
        )


def _draw_marks(axes: Axes, scene: Scene) -> None:
    style = read_style()
    for order, state in enumerate(_SEVERITY):
        mine = scene.marks[scene.marks["state"] == state]
        for role, group in mine.groupby("role", sort=True):
            shapes = np.asarray(group.geometry.values)
            level = 9 + order / 10
            _draw_mark_group(axes, shapes, style.marks[role], style.states[state].color, level)


def _draw_mark_group(
    axes: Axes, shapes: map_drawing.Geometries, symbol: Symbol, color: str, level: float
) -> None:
    width = map_drawing.width_pt(symbol) * 0.8
    dash = canvas.dashes(symbol.dash, map_drawing.DASH_SCALE)
    map_drawing.draw_lines(axes, shapes, color="white", lw=width + 0.9, alpha=0.7, zorder=level)
    map_drawing.draw_lines(axes, shapes, color=color, lw=width, linestyle=dash, zorder=level)
    spots = shapely.get_coordinates(shapes[shapely.get_dimensions(shapes) == 0])
    axes.plot(spots[:, 0], spots[:, 1], "x", color=color, markersize=3.6, zorder=level)


def _points(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return features[features.geometry.geom_type.isin(["Point", "MultiPoint"])]


def _draw_markers(axes: Axes, scene: Scene) -> None:
    style = read_style()
    places = scene.basemap["places"]
    for kind, symbol in style.basemap["places"].items() if len(places) else ():
        xy = shapely.get_coordinates(places.geometry[places["kind"] == kind])
        map_drawing.draw_points(axes, xy, symbol, size_pt=map_drawing.size_pt(symbol), order=6)
    for (kind, status), group in _points(scene.features).groupby(["kind", "status"], sort=True):
        symbol = style.kinds[kind]
        map_drawing.draw_points(
            axes,
            shapely.get_coordinates(group.geometry),
            symbol,
            size_pt=map_drawing.size_pt(symbol),
            hollow=style.statuses[status].hollow,
        )


def _write_labels(axes: Axes, scene: Scene, skip: Bounds | None) -> None:
    labeller = Labeller(axes)
    for artist in (*axes.texts, *axes.patches):
        labeller.block(np.array(artist.get_window_extent().extents))
    page = labeller.area_mm2 / _PAGE_MM2
    label_districts(labeller, scene.basemap["districts"])
    points = _points(scene.features)
    sizes = _sizes(points)
    labeller.block_points(shapely.get_coordinates(points.geometry.representative_point()), sizes)
    sketches.block_sketches(labeller, scene.sketches)
    named = sketches.label_sketches(labeller, scene.sketches, _most(_SKETCH_LABELS, page))
    _label_gaps(labeller, scene)
    _label_features(labeller, scene, (skip, named), _most(_LABELS, page))
    label_places(labeller, scene.basemap["places"], _most(_PLACE_LABELS, page))


def _most(number: int, page: float) -> int:
    """Return how many labels a map may have that is so many times a page's; never fewer."""
    return round(number * max(page, 1.0))


def _sizes(features: gpd.GeoDataFrame) -> map_drawing.Numbers:
    kinds = read_style().kinds
    return np.array([map_drawing.size_pt(kinds[kind]) for kind in features["kind"]], dtype=float)


def label_districts(labeller: Labeller, districts: gpd.GeoDataFrame) -> None:
    """Name the districts of the basemap."""
    if districts.empty:
        return
    at = shapely.get_coordinates(districts.geometry.representative_point())
    for name, xy in zip(districts["name"], at, strict=True):
        text = canvas.readable(str(name), 12)
        for gap_pt in (0.0, 9.0):
            if labeller.place(
                text, (xy[0], xy[1]), size=8.4, color=_CALM, weight="bold", gap_pt=gap_pt
            ):
                break


def _label_gaps(labeller: Labeller, scene: Scene) -> None:
    gaps = scene.marks[scene.marks["role"] == "gap"]
    at = shapely.get_coordinates(gaps.geometry.representative_point())
    colors = read_style().states
    placed: set[str] = set()
    for text, state, xy in zip(gaps["label"], gaps["state"], at, strict=True):
        label = canvas.readable(text, 16 if scene.lang == "zh" else 30)
        if len(placed) == _GAP_LABELS or label in placed:
            continue
        color = colors[state].color
        if labeller.place(label, (xy[0], xy[1]), size=6.2, color=color, gap_pt=4):
            placed.add(label)


def _label_features(
    labeller: Labeller, scene: Scene, left_out: tuple[Bounds | None, set[str]], most: int
) -> None:
    """Label features, those with the greater symbol and the surer place first.

    Features within the window or of the names that are `left_out` get none.
    """
    skip, named = left_out
    features, style = scene.features, read_style()
    is_shown = np.ones(len(features), dtype=bool)
    if skip is not None:
        is_shown &= ~is_inside(scene.anchors, skip)
    if not scene.basemap["districts"].empty:
        is_shown &= (features["kind"] != Kind.DISTRICT).to_numpy()
    sizes = _sizes(features)
    vague = (features["status"] != Status.LOCATED).to_numpy()
    placed = 0
    for at in np.lexsort((vague, -sizes)):
        if placed == most or not is_shown[at]:
            continue
        x, y = scene.anchors[at]
        text = canvas.readable(features["label"].iloc[at], 14 if scene.lang == "zh" else 26)
        if text in named:
            continue
        color = style.kinds[features["kind"].iloc[at]].color
        placed += labeller.place(text, (x, y), size=6.2, color=color, gap_pt=sizes[at] / 2 + 1)


def label_places(labeller: Labeller, places: gpd.GeoDataFrame, most: int = _PLACE_LABELS) -> None:
    """Name the first places of the basemap that find room, quietly."""
    if places.empty:
        return
    at = shapely.get_coordinates(places.geometry.representative_point())
    placed: set[str] = set()
    for name, xy in zip(places["name"], at, strict=True):
        text = canvas.readable(str(name), 10)
        if len(placed) == most or text in placed:
            continue
        if labeller.place(text, (xy[0], xy[1]), size=5.2, color=_QUIET, gap_pt=1.8):
            placed.add(text)
