"""The atlas of a project: a page for each township, with how its villages stand.

The pages are those of the table ``townships``; the outlines in it are drawn from villages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd

from spatialplan.outputs.qgis import items, layout, map_items, qml
from spatialplan.outputs.qgis import legend as qgis_legend
from spatialplan.outputs.qgis import page as qgis_page
from spatialplan.outputs.qgis.items import Canvas, Lettering
from spatialplan.outputs.qgis.layers import Group, ProjectLayer, datasource, flat
from spatialplan.outputs.qgis.layout import Sheet
from spatialplan.outputs.qgis.map_items import MapView
from spatialplan.outputs.qgis.page import A4, Bounds, Box, Page
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["SOURCE", "add_atlas", "atlas_groups", "atlas_layer"]

SOURCE = "townships"
_NAME = Text("乡镇覆盖图集", "Township atlas")
_GROUP = Text("图集范围", "Atlas")
_LAYER = Text("乡镇范围（由村庄推算，非界线）", "Townships (from villages, no boundaries)")
_VILLAGES = Text("村数", "Villages")
_TITLE_PT, _TEXT_PT = 16.0, 7.0
_LONGEST = 22
_NOTE_LINES = 4
_COUNTS_MM, _ROW_MM, _OVERVIEW_MM, _GAP = 42.0, 4.6, 40.0, 3.0
_DISC_MM, _NUMBER_MM = 2.4, 10.0
# The same rule as for the maps that stay where they are, for one whose scale changes.
_GRID = (
    "with_variable('d', @map_extent_width * {share:.4f}, "
    "with_variable('p', 10 ^ floor(log10(@d)), max(1000, @p * "
    "if(@d / @p < 1.5, 1, if(@d / @p < 3.5, 2, if(@d / @p < 7.5, 5, 10))))))"
)


def atlas_groups(frame: gpd.GeoDataFrame, lang: Lang) -> tuple[Group, ...]:
    """Return the group of the layer that the atlas leafs through, off; none without townships."""
    if frame.empty:
        return ()
    layer = ProjectLayer(
        id="spatialplan_townships_area",
        name=_LAYER.say(lang),
        table=SOURCE,
        subset="",
        source=SOURCE,
        shape="area",
        value="",
        frame=frame,
        visible=False,
        labels=True,
    )
    return (Group(name=_GROUP.say(lang), children=(layer,), visible=False, expanded=False),)


def atlas_layer(groups: Sequence[Group]) -> ProjectLayer | None:
    """Return the layer that the atlas of a project leafs through, None where it has none."""
    return next((layer for layer in flat(groups) if layer.source == SOURCE), None)


def _cut(column: str) -> str:
    """Return an expression for a name, cut where it is longer than the head has room for."""
    name = f'"{column}"'
    return f"if(length({name}) > {_LONGEST}, left({name}, {_LONGEST - 1}) || '…', {name})"


def _sentences(lang: Lang) -> str:
    """Return the note of a township, each sentence on a line of its own."""
    end = "。" if lang == "zh" else ". "
    return f"[% replace(\"note\", '{end}', '{end.strip()}\\n') %]"


def _add_leaves(canvas: Canvas, layer: ProjectLayer, gpkg: Path) -> None:
    """Append what the atlas leafs through, in which order, and how its pages are called."""
    safe = f"regexp_replace({_cut('district')} || {_cut('name')}, '[^\\\\w（）()-]', '_')"
    qml.child(
        canvas.element, "Atlas", enabled="1", hideCoverage="0", coverageLayer=layer.id,
        coverageLayerName=layer.name, coverageLayerProvider="ogr",
        coverageLayerSource=datasource(gpkg, layer.table), sortFeatures="1", sortKey='"id"',
        sortAscending="1", filterFeatures="0", pageNameExpression='"district" || \' \' || "name"',
        filenamePattern=f"right(\"id\", 3) || '_' || {safe}",
    )  # fmt: skip


def _add_counts(canvas: Canvas, box: Box) -> None:
    """Append how many villages of the page's township there are of each state."""
    x, y, width, _ = box
    states = read_style().village_states
    heading = f'{_VILLAGES.say(canvas.lang)}　[% "total" %]'
    items.add_label(
        canvas, "counts", (x, y, width, 6.0), heading, Lettering(size_pt=9.0, bold=True)
    )
    for number, (state, symbol) in enumerate(states.items()):
        top = y + 7.5 + number * _ROW_MM
        disc = (x + 0.5, top + (_ROW_MM - _DISC_MM) / 2, _DISC_MM, _DISC_MM)
        items.add_swatch(canvas, f"disc-{state}", disc, symbol.color)
        label = f"{symbol.sign} {symbol.label.say(canvas.lang)}"
        place = (x + 4.5, top, width - 4.5 - _NUMBER_MM, _ROW_MM)
        size_pt = qgis_page.fitting_pt(label, place[2], 8.0)
        items.add_label(canvas, f"state-{state}", place, label, Lettering(size_pt=size_pt))
        place = (x + width - _NUMBER_MM, top, _NUMBER_MM, _ROW_MM)
        how = Lettering(size_pt=8.0, bold=True, align=items.RIGHT)
        items.add_label(canvas, f"count-{state}", place, f'[% "{state}" %]', how)


def _add_maps(
    canvas: Canvas, page: Page, sheet: Sheet, leaves: ProjectLayer, overview_box: Box
) -> None:
    """Append the map of a township and the one that shows where it lies."""
    layers = (leaves, *sheet.layers)
    view = MapView(extent=page.extent, layers=layers, atlas=True)
    main = map_items.add_map(canvas, "map", page.map_box, view)
    share = qgis_page.GRID_MM / page.map_box[2]
    fixed = qgis_page.grid_m(page.extent, page.map_box[2])
    map_items.add_grid(canvas, main, fixed, follows=_GRID.format(share=share))
    map_items.add_scale_bar(canvas, "map", page.map_box, page.extent, follows=True)
    map_items.add_north(canvas, page.map_box)
    ground = tuple(layer for layer in sheet.layers if layer.source == "districts")
    whole: Bounds = qgis_page.fitted(sheet.bounds, overview_box[2], overview_box[3])
    view = MapView(extent=whole, layers=(leaves, *ground))
    overview = map_items.add_map(canvas, "overview", overview_box, view)
    map_items.add_frame(canvas, overview, "map", items.ACCENT)


def add_atlas(
    parent: ET.Element, sheet: Sheet, leaves: ProjectLayer, gpkg: Path, *, crs: str, lang: Lang
) -> None:
    """Append the layout whose pages are the townships.

    Parameters
    ----------
    sheet
        The page of the theme that the township's map shows.
    leaves
        The layer of the townships.
    """
    sheet = replace(sheet, inset=None)
    note = "\n" * (_NOTE_LINES - 1)  # which one is known only when the page is drawn
    page = qgis_page.plan_page(sheet.bounds, A4, text=note, text_pt=_TEXT_PT)
    canvas = items.new_layout(
        parent, f"atlas-{A4.name}", f"{_NAME.say(lang)} {A4.name}", A4, crs=crs, lang=lang
    )
    x, y, width, height = page.side_box
    beside = x + _COUNTS_MM + _GAP
    _add_maps(canvas, page, sheet, leaves, (beside, y, x + width - beside, _OVERVIEW_MM))
    title = f"[% {_cut('district')} %]　[% {_cut('name')} %]"
    subtitle = f"{sheet.title}　{sheet.subtitle}"
    layout.add_head(canvas, page, title, subtitle, _TITLE_PT)
    _add_counts(canvas, (x, y, _COUNTS_MM, _OVERVIEW_MM))
    top = y + _OVERVIEW_MM + _GAP
    own = Group(name=_GROUP.say(lang), children=(replace(leaves, visible=True),), visible=True,
                expanded=True)  # fmt: skip
    legend = qgis_legend.legend_entries((own, *sheet.legend), lang)
    box = (x, top, width, y + height - top)
    layout.add_column(canvas, box, sheet, legend, gpkg, A4.rows, in_atlas=True)
    how = Lettering(size_pt=_TEXT_PT, valign=items.TOP)
    items.add_label(canvas, "note", page.text_box, _sentences(lang), how)
    layout.add_foot(canvas, page, sheet.foot)
    _add_leaves(canvas, leaves, gpkg)
