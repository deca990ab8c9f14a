"""The map of coverage by township on standard paper: shares in classes, names, facilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from spatialplan.model.basemap import Basemap
from spatialplan.model.coverage import CoverageResult
from spatialplan.model.delivery import Tier
from spatialplan.outputs import coverage_summary
from spatialplan.outputs.figures import (
    canvas,
    coverage_figure,
    map_drawing,
    map_layers,
    map_legend,
    plate,
)
from spatialplan.outputs.figures import map_scene as scenes
from spatialplan.outputs.figures.column import Column, state_tiles
from spatialplan.outputs.figures.labelling import Labeller
from spatialplan.outputs.figures.map_legend import Entry
from spatialplan.outputs.figures.plate import Paper, Plate, sources_note
from spatialplan.outputs.figures.point_map import Marks
from spatialplan.outputs.style import Symbol, class_symbols, read_style
from spatialplan.outputs.townships import SHARE_CLASSES, SHARE_EDGES, Township, read_townships
from spatialplan.text import Lang, Text

__all__ = ["coverage_map"]

_NONE = Text("没有明确结论", "no certain answer")
_DOUBT = Text("有结论的村不足一半", "fewer than half the villages judged")
_NUMBERED = Text("{label}（{count} 个）", "{label} ({count})")
_TITLE = Text(
    "{plan}　村级服务分乡镇覆盖率（{limit}内）", "{plan}: villages covered within {limit}"
)
_HEADING = Text("村（居）{total} 个，{limit}内", "{total} villages, within {limit}")
_SHARE = Text("乡镇覆盖率", "Share covered by township")
_STATIONS = Text("站点", "Facilities")
_BASEMAP = Text("底图", "Basemap")
_ANSWER = Text("结论", "Answer")
_WORST = Text("有村未覆盖的乡镇", "Townships with villages not covered")
_LEFT = Text(
    "{district}{name}：未覆盖 {count} 个（有结论 {judged} 个）",
    "{district} {name}: {count} of {judged} judged are not covered",
)
_NOTE = Text(
    "数据质量：覆盖率＝已覆盖村数÷有明确结论的村数。村（居）{total} 个，其中 {missing} 个无坐标。"
    "乡镇范围按最近的村划出，只作示意，不是行政界线；{lost} 个乡镇没有可用的村坐标，未画。"
    "坐标系 {crs}。",
    "Data quality: share = villages covered / villages with a certain answer. {missing} of {total} "
    "villages have no coordinates. Townships are drawn by the nearest village and are no "
    "boundaries; {lost} townships without a usable village are not drawn. CRS {crs}.",
)
_HATCH, _HATCH_INK, _EDGE = "////", "#6b6b6b", "#ffffff"
_LEGEND_SHARE, _GAP_MM = 0.7, 4.0
_STATION_SHARE, _FILL, _INK = 0.75, 0.78, "#1d2126"
_NO_PLACES = gpd.GeoDataFrame()

Ground = dict[str, gpd.GeoDataFrame]
Drawn = tuple[Sequence[Township], Sequence[Marks], Ground]


def coverage_map(
    result: CoverageResult, basemap: Basemap, paper: Paper, *, stamp: str, lang: Lang
) -> Figure:
    """Return the share covered in each township for the first limit, on a sheet."""
    ground = scenes.project_basemap(basemap, result.plan.crs)
    townships = read_townships(result, 0, ground["districts"])
    sheet, room = plate.lay_out(_around(result, townships, paper, stamp, lang))
    map_box, side = plate.split(room)
    bounds = scenes.framed(_extent(townships, ground, result), map_box[2] / map_box[3])
    stations = coverage_figure.facility_marks(result)
    _draw(canvas.add_axes(sheet, *map_box), (townships, stations, ground), bounds, lang)
    column, limit = Column(sheet, side, lang), result.limits[0].label.say(lang)
    total = coverage_summary.tally_areas(result, 0, "township")[-1]
    heading = _HEADING.say(lang).format(total=f"{total.total:,}", limit=limit)
    column.tiles(heading, state_tiles(total.counts, read_style().village_states, lang))
    said = coverage_summary.answer(result, lang)[0]
    column.paragraph(_ANSWER.say(lang), canvas.readable(said, 500))
    entries = _entries((townships, stations, ground), bounds, lang)
    legend_mm = column.legend_height(entries, column.room * _LEGEND_SHARE) + _GAP_MM
    column.points(_WORST.say(lang), _uncovered(townships, lang), legend_mm)
    column.legend(entries, column.room)
    return sheet


def _uncovered(townships: Sequence[Township], lang: Lang) -> list[tuple[str, str, str]]:
    """Return the townships with villages that are not covered, those with most first."""
    symbol = read_style().village_states["not_covered"]
    found = []
    for township in sorted(townships, key=lambda one: -one.tally.counts["not_covered"]):
        tally = township.tally
        count = tally.counts["not_covered"]
        if count:
            said = _LEFT.say(lang).format(
                district=tally.district, name=tally.name, count=count, judged=tally.judged
            )
            found.append((symbol.sign, symbol.color, canvas.readable(said, 80)))
    return found


def _around(
    result: CoverageResult, townships: Sequence[Township], paper: Paper, stamp: str, lang: Lang
) -> Plate:
    """Return what stands around the map: what it shows, and what its colours do not tell."""
    total = coverage_summary.tally_areas(result, 0, "township")[-1]
    note = _NOTE.say(lang).format(
        total=total.total,
        missing=total.total - total.located,
        lost=sum(township.shape is None for township in townships),
        crs=result.plan.crs,
    )
    plan = canvas.readable(result.plan.title.say(lang), 80)
    return Plate(
        size=paper.sheet,
        title=_TITLE.say(lang).format(plan=plan, limit=result.limits[0].label.say(lang)),
        notes=(canvas.readable(note, 400), sources_note(result.sources, lang)),
        stamp=stamp,
        lang=lang,
    )


def _extent(townships: Sequence[Township], ground: Ground, result: CoverageResult) -> scenes.Bounds:
    """Return where the districts lie, else the townships, else the roads."""
    shapes = [township.shape for township in townships if township.shape is not None]
    if len(ground["districts"]):
        found = ground["districts"].total_bounds
    elif shapes:
        found = shapely.total_bounds(shapes)
    else:
        network = gpd.GeoSeries([result.network_extent], crs="EPSG:4326")
        found = network.to_crs(result.plan.crs).total_bounds
    left, bottom, right, top = map(float, found)
    return left, bottom, right, top


def _draw(axes: Axes, drawn: Drawn, bounds: scenes.Bounds, lang: Lang) -> None:
    townships, stations, ground = drawn
    map_layers.draw_frame(axes, bounds)
    map_drawing.draw_basemap(axes, ground)
    _draw_townships(axes, townships)
    for order, marks in enumerate(stations):
        size = marks.size_pt * _STATION_SHARE
        map_drawing.draw_points(axes, marks.xy, marks.symbol, size_pt=size, order=10 + order)
    map_drawing.draw_scale(axes, lang)
    map_drawing.draw_north(axes)
    _write_labels(axes, townships, stations)


def _class_of(township: Township) -> int | None:
    """Return the class of the share covered, None where there is no certain answer."""
    share = township.share
    if share is None:
        return None
    return int(np.searchsorted(SHARE_EDGES, share, side="right")) - 1


def _classes() -> list[Symbol]:
    return class_symbols(read_style(), len(SHARE_EDGES))


def _draw_townships(axes: Axes, townships: Sequence[Township]) -> None:
    """Fill townships by class; hatch those whose share stands on few villages."""
    symbols = _classes()
    for township in townships:
        if township.shape is None:
            continue
        at = _class_of(township)
        shape = np.array([township.shape], dtype=object)
        fill = "white" if at is None else symbols[at].color
        map_drawing.draw_areas(
            axes, shape, facecolor=fill, edgecolor="none", alpha=_FILL, zorder=1.4
        )
        if township.is_doubtful:
            map_drawing.draw_areas(
                axes, shape, facecolor="none", edgecolor=_HATCH_INK, hatch=_HATCH, linewidth=0,
                zorder=1.5,
            )  # fmt: skip
        map_drawing.draw_lines(axes, shape, color=_EDGE, linewidth=0.7, zorder=1.6)


def _write_labels(axes: Axes, townships: Sequence[Township], stations: Sequence[Marks]) -> None:
    """Name the townships with what is covered of what is judged, the largest first."""
    labeller = Labeller(axes)
    for artist in (*axes.texts, *axes.patches):
        labeller.block(np.array(artist.get_window_extent().extents))
    for marks in stations:
        if marks.symbol == read_style().tiers[Tier.HUB]:
            labeller.block_points(marks.xy, np.full(len(marks.xy), marks.size_pt))
    for township in sorted(townships, key=lambda one: -one.tally.total):
        if township.anchor is None:
            continue
        tally = township.tally
        name = canvas.readable(tally.name, 10)
        said = f"{name} {tally.counts['covered']}/{tally.judged}" if tally.judged else name
        for text, size in ((said, 6.0), (said, 5.2), (name, 5.2)):
            if labeller.place(text, township.anchor, size=size, color=_INK, rim_pt=2.8):
                break


def _entries(drawn: Drawn, bounds: scenes.Bounds, lang: Lang) -> list[Entry]:
    """Return the legend: classes with their number of townships, facilities, basemap."""
    townships, stations, ground = drawn
    shown = [township for township in townships if township.shape is not None]
    classes = [_class_of(township) for township in shown]
    found = [Entry(_SHARE.say(lang))]
    for at, (symbol, label) in enumerate(zip(_classes(), SHARE_CLASSES, strict=True)):
        if at in classes:
            said = _NUMBERED.say(lang).format(label=label.say(lang), count=classes.count(at))
            found.append(
                Entry(
                    said,
                    "area",
                    replace(symbol, fill=to_hex((symbol.color, _FILL), keep_alpha=True)),
                )
            )
    hatched = sum(township.is_doubtful for township in shown)
    none = classes.count(None)
    for label, count, fill in (
        (_DOUBT, hatched - none, _classes()[2].color),
        (_NONE, none, "white"),
    ):
        if count:
            said = _NUMBERED.say(lang).format(label=label.say(lang), count=count)
            symbol = Symbol(label=label, color=_HATCH_INK, fill=fill)
            found.append(Entry(said, "area", symbol, hatch=_HATCH))
    if stations:
        found.append(Entry(_STATIONS.say(lang)))
        found += [Entry(m.symbol.label.say(lang), "point", m.symbol) for m in stations]
    ground_entries = map_legend.basemap_entries({**ground, "places": _NO_PLACES}, bounds, lang)
    return [*found, Entry(_BASEMAP.say(lang)), *ground_entries] if ground_entries else found
