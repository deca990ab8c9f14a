"""The legend of the overview figure: what lies within the map, in columns, drawn the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from spatialplan.model.plan import Status
from spatialplan.outputs.figures import canvas, map_drawing, sketches
from spatialplan.outputs.figures.map_scene import Bounds, Scene
from spatialplan.outputs.profile_frames import SPOTTED
from spatialplan.outputs.style import Symbol, read_style
from spatialplan.text import Lang

__all__ = [
    "ROW_MM",
    "Entry",
    "basemap_entries",
    "draw_legend",
    "legend_entries",
    "legend_rows",
    "within",
]

ROW_MM = 3.7
_SIZE_PT = 6.2
_INK, _HEADING = "#222222", "#1f3a5f"
_SHAPES = ("point", "line", "area")
_ROLES = ("gap", "path", "line", "estimate")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend; `how` is ``point``, ``line`` or ``area``, empty for a heading.

    A spotted line carries its symbol too; an area may be hatched.
    """

    text: str
    how: str = ""
    symbol: Symbol | None = None
    hollow: bool = False
    spotted: bool = False
    hatch: str = ""


def legend_entries(scene: Scene, bounds: Bounds) -> list[Entry]:
    """Return an entry for each class that has something within the bounds, under headings."""
    zh = scene.lang == "zh"
    groups = (
        ("布局结构" if zh else "Layout concept", _sketch_entries(scene, bounds)),
        ("规划要素" if zh else "Plan features", _feature_entries(scene, bounds)),
        ("论断核查" if zh else "Verdicts", _mark_entries(scene, bounds)),
        ("村（居）" if zh else "Villages", _village_entries(scene, bounds)),
        ("底图" if zh else "Basemap", basemap_entries(scene.basemap, bounds, scene.lang)),
    )
    return [entry for heading, entries in groups if entries for entry in (Entry(heading), *entries)]


def within(frame: gpd.GeoDataFrame, bounds: Bounds) -> gpd.GeoDataFrame:
    """Return the rows that lie within the bounds, even in part."""
    if frame.empty:
        return frame
    return frame[shapely.intersects(np.asarray(frame.geometry.values), shapely.box(*bounds))]


def _feature_entries(scene: Scene, bounds: Bounds) -> list[Entry]:
    style = read_style()
    seen = within(scene.drawn_features, bounds)
    shapes = shapely.get_dimensions(np.asarray(seen.geometry.values))
    entries = []
    for kind, symbol in style.kinds.items():
        chosen = shapes[(seen["kind"] == kind).to_numpy()]
        if len(chosen):
            how = _SHAPES[int(np.bincount(chosen).argmax())]
            entries.append(Entry(symbol.label.say(scene.lang), how, symbol))
    approximate = style.statuses[Status.APPROXIMATE]
    if (seen["status"] == Status.APPROXIMATE).any():
        grey = replace(approximate, color="#5b6770", size_mm=3.6, dash="")
        entries.append(Entry(approximate.label.say(scene.lang), "point", grey, hollow=True))
    return entries


def _sketch_entries(scene: Scene, bounds: Bounds) -> list[Entry]:
    """Return an entry for each role and form of sketch, areas before lines before points."""
    symbols, entries = read_style().sketches, []
    spotted: set[str] = set()  # lines whose entry shows the symbol of their points too
    for role, form, _ in sketches.classes(within(scene.sketches, bounds)):
        if form == "point" and role in spotted:
            continue
        symbol = symbols[role]
        shown = sketches.swatch(symbol) if form == "area" else symbol
        if form == "line" and role in SPOTTED:
            spotted.add(role)
        label = symbol.label.say(scene.lang)
        entries.append(Entry(label, form, shown, symbol.hollow, role in spotted))
    return entries


def _mark_entries(scene: Scene, bounds: Bounds) -> list[Entry]:
    style = read_style()
    seen = within(scene.marks, bounds)
    states, roles = set(seen["state"]), set(seen["role"])
    entries = [
        Entry(f"{symbol.sign} {symbol.label.say(scene.lang)}", "line", symbol)
        for state, symbol in style.states.items()
        if state in states
    ]
    return entries + [
        Entry(style.marks[role].label.say(scene.lang), "line", style.marks[role])
        for role in _ROLES
        if role in roles
    ]


def _village_entries(scene: Scene, bounds: Bounds) -> list[Entry]:
    seen = set(within(scene.villages, bounds)["state"])
    return [
        Entry(symbol.label.say(scene.lang), "point", replace(symbol, size_mm=2.2))
        for state, symbol in read_style().village_states.items()
        if state in seen
    ]


def basemap_entries(
    basemap: Mapping[str, gpd.GeoDataFrame], bounds: Bounds, lang: Lang
) -> list[Entry]:
    """Return an entry for each class of the basemap within the bounds."""
    style, entries = read_style().basemap, []
    for source, how in (("districts", "line"), ("water", "area"), ("rails", "line")):
        if len(within(basemap[source], bounds)):
            symbol = style[source]["default"]
            entries.append(Entry(symbol.label.say(lang), how, symbol))
    for source, column, how in (("roads", "class", "line"), ("places", "kind", "point")):
        frame = within(basemap[source], bounds)
        seen = set(frame[column]) if len(frame) else set()
        entries += [
            Entry(symbol.label.say(lang), how, symbol)
            for name, symbol in style[source].items()
            if name in seen
        ]
    return entries


def _cells(entries: Sequence[Entry], rows: int) -> list[tuple[int, int]]:
    cells, at = [], 0
    for entry in entries:
        if not entry.how and at % rows == rows - 1:
            at += 1  # a heading never ends a column
        cells.append((at // rows, at % rows))
        at += 1
    return cells


def legend_rows(entries: Sequence[Entry], columns: int) -> int:
    """Return the fewest rows, two at least, in which the entries fit so many columns."""
    rows = max(2, -(-len(entries) // columns))
    while entries and _cells(entries, rows)[-1][0] >= columns:
        rows += 1
    return rows


def draw_legend(axes: Axes, entries: Sequence[Entry], columns: int, width_mm: float) -> None:
    """Draw the entries column by column on axes of `width_mm`."""
    height_mm = axes.get_window_extent().height / canvas.DPI * 25.4
    axes.axis("off")
    axes.set_xlim(0, width_mm)
    axes.set_ylim(height_mm, 0)
    cells = _cells(entries, legend_rows(entries, columns))
    for entry, (column, row) in zip(entries, cells, strict=True):
        room = width_mm / columns
        _draw_entry(axes, entry, column * room, (row + 0.5) * ROW_MM, room)


def _draw_entry(axes: Axes, entry: Entry, x: float, y: float, room: float) -> None:
    symbol = entry.symbol
    if symbol is None:
        axes.text(x, y, entry.text, va="center", fontsize=6.8, fontweight="bold", color=_HEADING)
        return
    if entry.how == "area":
        swatch = Rectangle((x + 0.6, y - 1), 5, 2)
        swatch.set(
            facecolor=symbol.fill or to_rgba(symbol.color, 0.14),
            edgecolor=symbol.color,
            linewidth=0.7,
            linestyle=canvas.dashes(symbol.dash, map_drawing.DASH_SCALE * 0.6),
            hatch=entry.hatch,
        )
        axes.add_patch(swatch)
    if entry.how == "line":
        style = canvas.dashes(symbol.dash, map_drawing.DASH_SCALE)
        width = max(map_drawing.width_pt(symbol), 0.7)
        axes.plot([x + 0.6, x + 5.6], [y, y], color=symbol.color, lw=width, linestyle=style)
    if entry.how == "point" or entry.spotted:
        size = min(map_drawing.size_pt(symbol), 7.0)
        at = np.array([(x + 3.1, y)])
        map_drawing.draw_points(axes, at, symbol, size_pt=size, hollow=entry.hollow)
    label = canvas.readable(entry.text, 40)
    text = axes.text(x + 7.0, y, label, va="center", fontsize=_SIZE_PT, color=_INK)
    width_mm = text.get_window_extent().width / canvas.DPI * 25.4
    text.set_fontsize(_SIZE_PT * min(1.0, (room - 7.5) / width_mm))
