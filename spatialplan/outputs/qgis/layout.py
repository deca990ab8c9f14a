"""The print layout of a theme: title, map with grid and inset, legend, words, sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from spatialplan.outputs.qgis import items, map_items
from spatialplan.outputs.qgis import legend as qgis_legend
from spatialplan.outputs.qgis import page as qgis_page
from spatialplan.outputs.qgis.items import Canvas, Lettering
from spatialplan.outputs.qgis.layers import Group, ProjectLayer
from spatialplan.outputs.qgis.legend import Fit, Legend
from spatialplan.outputs.qgis.map_items import MapView
from spatialplan.outputs.qgis.page import Bounds, Box, Page, Paper
from spatialplan.text import Lang, Text

__all__ = [
    "Column",
    "Sheet",
    "add_column",
    "add_foot",
    "add_head",
    "add_paragraphs",
    "add_sheet",
    "plan_column",
]

_INTERNAL = Text("内部工作底图", "Internal working map")
_NUMBER = Text("审图号：＿＿＿＿＿＿＿＿", "Map approval No.: ____________")
_LEGEND = Text("图例", "Legend")
_TITLE_PT, _SUBTITLE_PT, _TEXT_PT, _FOOT_PT = 16.0, 10.0, 7.0, 6.0
_MOST_NOTES = 0.26  # of the column beside the map
_INSET = (0.24, 0.5)  # of that column; lower it shows too little, higher it leaves the legend none
_GAP = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the page of a theme shows and says.

    Attributes
    ----------
    id
        Unique in the project, ASCII.
    name
        As QGIS lists it.
    theme
        The map theme that its maps follow.
    subtitle
        What the page tells apart from the others of its project.
    text
        Below the map; `notes` stand beside it, `foot` at the end of the page.
    layers
        What its maps show, from the top to the bottom.
    legend
        The same, as the legend groups them.
    inset
        What is worth enlarging, in the plan's CRS.
    """

    id: str
    name: str
    theme: str
    title: str
    subtitle: str
    text: str
    notes: str
    foot: str
    layers: tuple[ProjectLayer, ...]
    legend: tuple[Group, ...]
    bounds: Bounds
    inset: Bounds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What stands beside the map: the inset, if any, above the legend above the notes."""

    inset_box: Box | None
    legend_box: Box
    notes_box: Box
    fit: Fit


def plan_column(box: Box, legend: Legend, notes: str, rows: int, *, has_inset: bool) -> Column:
    """Share out the column beside the map; the inset gets what the others leave."""
    x, y, width, height = box
    notes_mm = 0.0
    if notes:
        wanted = qgis_page.text_height(notes, width, _TEXT_PT)
        notes_mm = min(wanted, _MOST_NOTES * height) + _GAP
    least, most = (share * height for share in _INSET)
    room = height - notes_mm - _GAP
    fit = qgis_legend.fit(legend, width, room - least, rows, saving=True)
    inset: Box | None = (x, y, width, min(room - fit.height_mm, most))
    if not has_inset or room - fit.height_mm < least:
        inset = None
        fit = qgis_legend.fit(legend, width, height - notes_mm, rows)
    top = y + (inset[3] + _GAP if inset else 0.0)
    return Column(
        inset_box=inset,
        legend_box=(x, top, width, y + height - notes_mm - top),
        notes_box=(x, y + height - notes_mm + _GAP, width, max(notes_mm - _GAP, 0.0)),
        fit=fit,
    )


def add_head(canvas: Canvas, page: Page, title: str, subtitle: str, title_pt: float) -> None:
    """Append the two lines over the map and the marks beside them."""
    lang = canvas.lang
    items.add_label(canvas, "title", page.title_box, title, Lettering(size_pt=title_pt, bold=True))
    said, size_pt = qgis_page.one_line(subtitle, page.subtitle_box[2], _SUBTITLE_PT)
    how = Lettering(size_pt=size_pt, color=items.ACCENT, bold=True)
    items.add_label(canvas, "subtitle", page.subtitle_box, items.unevaluated(said), how)
    how = Lettering(size_pt=8.5 if lang == "zh" else 7.0, color=items.ACCENT, align=items.CENTER,
                    bold=True)  # fmt: skip
    items.add_label(canvas, "internal", page.internal_box, _INTERNAL.say(lang), how, framed=True)
    how = Lettering(size_pt=7.5, color=items.QUIET, align=items.RIGHT)
    items.add_label(canvas, "number", page.number_box, _NUMBER.say(lang), how)


def add_paragraphs(
    canvas: Canvas, name: str, box: Box, text: str, how: Lettering | None = None
) -> None:
    """Append a text at the size at which it fits into a box; what does not fit is told by ``…``."""
    how = how or Lettering(size_pt=_TEXT_PT, valign=items.TOP)
    size_pt = qgis_page.text_pt(text, box, how.size_pt)
    said = items.unevaluated(qgis_page.shortened(text, box, size_pt))
    items.add_label(
        canvas, name, box, said,
        Lettering(size_pt=size_pt, color=how.color, valign=how.valign),
    )  # fmt: skip


def _add_maps(canvas: Canvas, page: Page, sheet: Sheet, inset_box: Box | None) -> None:
    """Append the main map with its grid and, where places crowd, the inset that enlarges them."""
    view = MapView(extent=page.extent, layers=sheet.layers, theme=sheet.theme)
    main = map_items.add_map(canvas, "map", page.map_box, view)
    map_items.add_grid(canvas, main, qgis_page.grid_m(page.extent, page.map_box[2]))
    if inset_box is not None and sheet.inset is not None:
        map_items.add_frame(canvas, main, "inset")
        window = qgis_page.fitted(sheet.inset, inset_box[2], inset_box[3])
        view = MapView(extent=window, layers=sheet.layers, theme=sheet.theme)
        map_items.add_map(canvas, "inset", inset_box, view)
        map_items.add_scale_bar(canvas, "inset", inset_box, window)
    map_items.add_scale_bar(canvas, "map", page.map_box, page.extent)
    map_items.add_north(canvas, page.map_box)


def add_column(
    canvas: Canvas, box: Box, sheet: Sheet, legend: Legend, gpkg: Path, rows: int,
    *, in_atlas: bool = False,
) -> Box | None:  # fmt: skip
    """Append the legend and the notes; return the box that they leave to the inset, if any.

    Parameters
    ----------
    rows
        The length of a legend column that is long enough to be split.
    in_atlas
        Whether the page is one of many, where counts of the whole would mislead.
    """
    has_inset = sheet.inset is not None
    column = plan_column(box, legend, sheet.notes, rows, has_inset=has_inset)
    fit = column.fit
    drawn = items.add_legend(
        canvas, column.legend_box, _LEGEND.say(canvas.lang), fit.size_pt, fit.columns
    )
    qgis_legend.add_legend_tree(drawn, legend, gpkg, counted=not in_atlas)
    if sheet.notes:
        how = Lettering(size_pt=_TEXT_PT, valign=items.BOTTOM)
        add_paragraphs(canvas, "notes", column.notes_box, sheet.notes, how)
    return column.inset_box


def add_foot(canvas: Canvas, page: Page, foot: str) -> None:
    """Append the line of sources at the end of the page."""
    how = Lettering(size_pt=_FOOT_PT, color=items.QUIET, valign=items.TOP)
    add_paragraphs(canvas, "sources", page.foot_box, foot, how)


def add_sheet(
    parent: ET.Element, sheet: Sheet, paper: Paper, gpkg: Path, *, crs: str, lang: Lang
) -> None:
    """Append the print layout of a theme on one format of paper."""
    page = qgis_page.plan_page(sheet.bounds, paper, text=sheet.text, text_pt=_TEXT_PT)
    canvas = items.new_layout(
        parent, f"{sheet.id}-{paper.name}", f"{sheet.name} {paper.name}", paper, crs=crs, lang=lang
    )
    legend = qgis_legend.legend_entries(sheet.legend, lang)
    inset_box = add_column(canvas, page.side_box, sheet, legend, gpkg, paper.rows)
    _add_maps(canvas, page, sheet, inset_box)
    title, size_pt = qgis_page.one_line(sheet.title, page.title_box[2], _TITLE_PT)
    add_head(canvas, page, items.unevaluated(title), sheet.subtitle, size_pt)
    if sheet.text:
        add_paragraphs(canvas, "findings", page.text_box, sheet.text)
    add_foot(canvas, page, sheet.foot)
