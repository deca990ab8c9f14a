"""Draw places by class on the light basemap, with areas, links, legend and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spatialplan.outputs.figures import canvas, figure, map_drawing, map_layers, map_legend
from spatialplan.outputs.figures import map_scene as scenes
from spatialplan.outputs.figures.labelling import Labeller
from spatialplan.outputs.figures.map_legend import Entry
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang

__all__ = ["Marks", "PointMap", "draw_png"]

_TITLE_MM, _LINE_MM, _GAP_MM, _COLUMNS = 8.0, 2.9, 3.0, 5
_LABELS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Places of one class, (n, 2) in the plan's CRS; `names` are to be written beside them."""

    symbol: Symbol
    xy: map_drawing.Numbers
    size_pt: float
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PointMap:
    """A map to be drawn: marks under their headings, from the bottom to the top."""

    title: str
    marks: Mapping[str, Sequence[Marks]]
    lines: Sequence[str]
    basemap: dict[str, gpd.GeoDataFrame]
    lang: Lang
    areas: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)
    fills: Mapping[str, Symbol] = field(default_factory=dict)
    links: gpd.GeoDataFrame = field(default_factory=gpd.GeoDataFrame)


def _bounds(drawn: PointMap, extent: gpd.GeoSeries) -> scenes.Bounds:
    """Return the extent of the map: the districts, else what is drawn, else the network."""
    districts = drawn.basemap["districts"]
    if not districts.empty:
        return scenes.fitted(districts.total_bounds)
    xy = np.vstack([marks.xy for group in drawn.marks.values() for marks in group])
    if len(xy):
        return scenes.fitted(np.concatenate([xy.min(axis=0), xy.max(axis=0)]))
    return scenes.fitted(extent.total_bounds if len(extent) else np.zeros(4))


def _entries(drawn: PointMap, bounds: scenes.Bounds) -> list[Entry]:
    """Return the legend: what lies on the map, under headings."""
    groups: dict[str, list[Entry]] = {}
    for heading, group in drawn.marks.items():
        groups[heading] = [
            Entry(_said(marks.symbol, drawn.lang), "point", marks.symbol, marks.symbol.hollow)
            for marks in reversed(group)
            if scenes.is_inside(marks.xy, bounds).any()
        ]
    shown = set(drawn.areas["limit"]) if len(drawn.areas) else set()
    groups["服务范围" if drawn.lang == "zh" else "Service areas"] = [
        Entry(symbol.label.say(drawn.lang), "area", symbol)
        for key, symbol in drawn.fills.items()
        if key in shown
    ]
    groups["底图" if drawn.lang == "zh" else "Basemap"] = map_legend.basemap_entries(
        drawn.basemap, bounds, drawn.lang
    )
    return [entry for name, found in groups.items() if found for entry in (Entry(name), *found)]


def _said(symbol: Symbol, lang: Lang) -> str:
    return f"{symbol.sign} {symbol.label.say(lang)}".strip()


def draw_png(drawn: PointMap, extent: gpd.GeoSeries) -> bytes:
    """Return the map as PNG; `extent`, in its CRS, is shown where there is nothing to draw."""
    bounds = _bounds(drawn, extent)
    with canvas.drawing():
        return canvas.png_bytes(_compose(drawn, bounds))


def _compose(drawn: PointMap, bounds: scenes.Bounds) -> Figure:
    width = figure.WIDTH_MM
    entries = _entries(drawn, bounds)
    legend_mm = map_legend.legend_rows(entries, _COLUMNS) * map_legend.ROW_MM
    foot_mm = 2.0 + _LINE_MM * len(drawn.lines)
    map_mm = width * (bounds[3] - bounds[1]) / (bounds[2] - bounds[0])
    height = _TITLE_MM + map_mm + _GAP_MM + legend_mm + foot_mm
    sheet = canvas.new_figure(width, height)
    axes = canvas.add_axes(sheet, 0.2, height - _TITLE_MM - map_mm, width - 0.4, map_mm)
    _draw(axes, drawn, bounds)
    legend = canvas.add_axes(sheet, 0, foot_mm, width, legend_mm)
    map_legend.draw_legend(legend, entries, _COLUMNS, width)
    figure.write_around(sheet, drawn.title, list(drawn.lines))
    return sheet


def _draw(axes: Axes, drawn: PointMap, bounds: scenes.Bounds) -> None:
    map_layers.draw_frame(axes, bounds)
    map_drawing.draw_basemap(axes, drawn.basemap)
    for key, symbol in reversed(list(drawn.fills.items())):
        if len(drawn.areas):
            band = np.asarray(drawn.areas.geometry[drawn.areas["limit"] == key].values)
            # Above the land and under water and roads.
            map_drawing.draw_areas(axes, band, facecolor=symbol.fill, edgecolor="none", zorder=1.5)
    if len(drawn.links):
        link = read_style().siting["link"]
        lines = np.asarray(drawn.links.geometry.values)
        map_drawing.draw_lines(axes, lines, color=link.color, linewidth=0.6, zorder=6)
    marks = [found for group in drawn.marks.values() for found in group]
    for order, found in enumerate(marks):
        map_drawing.draw_points(
            axes,
            found.xy,
            found.symbol,
            size_pt=found.size_pt,
            hollow=found.symbol.hollow,
            order=10 + order,
        )
    map_drawing.draw_scale(axes, drawn.lang)
    map_drawing.draw_north(axes)
    _write_labels(axes, drawn, marks)


def _write_labels(axes: Axes, drawn: PointMap, marks: Sequence[Marks]) -> None:
    labeller = Labeller(axes)
    for artist in (*axes.texts, *axes.patches):
        labeller.block(np.array(artist.get_window_extent().extents))
    named = sorted((found for found in marks if len(found.names)), key=lambda m: -m.size_pt)
    for found in named[:1]:
        labeller.block_points(found.xy, np.full(len(found.xy), found.size_pt))
    # The name of a district may lie on small stations, not on the chief ones.
    map_layers.label_districts(labeller, drawn.basemap["districts"])
    for found in named[1:]:
        labeller.block_points(found.xy, np.full(len(found.xy), found.size_pt))
    placed = 0
    for found in named:
        for name, (x, y) in zip(found.names, found.xy, strict=False):
            if placed < _LABELS:
                text = canvas.readable(name, 10 if drawn.lang == "zh" else 20)
                gap, color = found.size_pt / 2 + 1, found.symbol.color
                placed += labeller.place(text, (x, y), size=6.0, color=color, gap_pt=gap)
    map_layers.label_places(labeller, drawn.basemap["places"])
