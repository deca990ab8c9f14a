"""The print layout of the QGIS project as XML; `qgis_page` says what stands where."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from spatialplan.outputs.qgis import legend as qgis_legend
from spatialplan.outputs.qgis import page as qgis_page
from spatialplan.outputs.qgis import qml, qml_labels
from spatialplan.outputs.qgis import xml as qgis_xml
from spatialplan.outputs.qgis.layers import Group
from spatialplan.outputs.qgis.page import Bounds, Box, Page, PageText
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["add_layout", "layout_name"]

_NAME = Text("A4 横版", "A4 landscape")
_INTERNAL = Text("内部工作底图", "Internal working map")
_LEGEND = Text("图例", "Legend")
_TITLE_BOX: Box = (10, 6, 215, 10)
_INTERNAL_BOX: Box = (227, 6, 60, 10)
_FOOT_BOX: Box = (10, 197, 277, 10)
_KINDS = {"page": "65638", "map": "65639", "picture": "65640", "label": "65641",
          "legend": "65642", "scalebar": "65646"}  # fmt: skip
_LEGEND_STYLES: tuple[tuple[str, float, bool, dict[str, str]], ...] = (
    ("title", 9, True, {"marginBottom": "0.5"}),
    ("group", 7.5, True, {"marginTop": "1.6", "marginBottom": "0.2"}),
    ("subgroup", 7, False, {"marginTop": "0.8"}),
    ("symbol", 7, False, {"marginTop": "0.9"}),
    ("symbolLabel", 7, False, {"marginTop": "0.8", "marginLeft": "1.2"}),
)
_NORTH_ARROW = ":/images/north_arrows/layout_default_north_arrow.svg"
_LEFT, _RIGHT, _TOP, _BOTTOM, _MIDDLE = "1", "2", "32", "64", "128"
_TEXT_PT = 7.0
_INK, _QUIET, _ACCENT = "#23282d", "#6b7177", "#8f2a22"


def layout_name(lang: Lang) -> str:
    """Return the layout's name as QGIS lists it."""
    return _NAME.say(lang)


def _uuid(name: str) -> str:
    return f"{{{uuid.uuid5(uuid.NAMESPACE_URL, f'spatialplan/layout/{name}')}}}"


def _channels(color: str) -> dict[str, str]:
    return dict(zip(("red", "green", "blue", "alpha"), qml.rgba(color).split(","), strict=True))


def _item(parent: ET.Element, kind: str, name: str, box: Box, **attributes: str) -> ET.Element:
    x, y, width, height = (f"{value:.2f}" for value in box)
    values = {
        "type": _KINDS[kind], "id": name, "uuid": _uuid(name), "templateUuid": _uuid(name),
        "position": f"{x},{y},mm", "positionOnPage": f"{x},{y},mm",
        "size": f"{width},{height},mm", "visibility": "1", "opacity": "1", "blendMode": "0",
        "itemRotation": "0", "referencePoint": "0", "zValue": str(len(parent)), "groupUuid": "",
        "background": "false", "frame": "false", "frameJoinStyle": "miter",
        "outlineWidthM": "0.2,mm", "excludeFromExports": "0", "positionLock": "false",
    } | attributes  # fmt: skip
    item = qml.child(parent, "LayoutItem", **values)
    qml.child(item, "FrameColor", **_channels("#787e83"))
    qml.child(item, "BackgroundColor", **_channels("#eceff1" if kind == "map" else "#ffffff"))
    qml.child(item, "LayoutObject")
    return item


def _font(size_pt: float, *, bold: bool) -> str:
    """Return a font as Qt writes it; 3.22 reads only this form in labels and legends."""
    return f"{read_style().desktop_font},{size_pt:g},-1,5,{75 if bold else 50},0,0,0,0,0"


def _label(
    parent: ET.Element, name: str, box: Box, text: str, size_pt: float, *,
    bold: bool = False, color: str = _INK, align: str = _LEFT, valign: str = _MIDDLE,
) -> None:  # fmt: skip
    item = _item(
        parent, "label", name, box, labelText=qgis_page.wrapped(text, box[2], size_pt),
        halign=align, valign=valign, htmlState="0", marginX="0", marginY="0",
    )  # fmt: skip
    qml.child(item, "LabelFont", description=_font(size_pt, bold=bold), style="")
    qml.child(item, "FontColor", **_channels(color))
    qml_labels.text_style(item, size_pt, color, bold=bold)


def _map(parent: ET.Element, name: str, box: Box, extent: Bounds, crs: str) -> ET.Element:
    item = _item(
        parent, "map", name, box, frame="true", background="true", mapRotation="0",
        keepLayerSet="false", followPreset="false", followPresetName="", labelMargin="0,mm",
        drawCanvasItems="true", mapFlags="0", isTemporal="0",
    )  # fmt: skip
    min_x, min_y, max_x, max_y = (f"{value:.3f}" for value in extent)
    qml.child(item, "Extent", xmin=min_x, ymin=min_y, xmax=max_x, ymax=max_y)
    qgis_xml.add_crs(qml.child(item, "crs"), crs)
    qml.child(item, "LayerSet")
    kept_clear = qml.child(item, "labelBlockingItems")
    for other in (f"{name}-scale", "north"):
        qml.child(kept_clear, "item", uuid=_uuid(other))
    return item


def _outline_of(parent: ET.Element, name: str) -> None:
    """Append the frame that shows on the main map what the inset enlarges."""
    overview = qml.child(
        parent, "ComposerMapOverview", uuid=_uuid(f"{name}-frame"), name=name, show="1",
        position="3", frameMap=_uuid(name), inverted="0", centered="0", blendMode="0",
    )  # fmt: skip
    overview.append(qml.area("", qml.rgba(_INK), 0.25))
    qml.child(overview, "LayoutObject")


def _scale_bar(parent: ET.Element, of: str, box: Box, extent: Bounds, lang: Lang) -> None:
    """Append a scale bar in the lower left corner of a map."""
    x, y, width, height = box
    segment = qgis_page.segment_km(extent)
    item = _item(
        parent, "scalebar", f"{of}-scale", (x + 2, y + height - 10, 60, 9), mapUuid=_uuid(of),
        style="Single Box", unitType="km", unitLabel="公里" if lang == "zh" else "km",
        numUnitsPerSegment=f"{segment:g}", numMapUnitsPerScaleBarUnit="1", numSegments="2",
        numSegmentsLeft="0", numSubdivisions="1", segmentSizeMode="0", height="1.2",
        labelBarSpace="0.8", boxContentSpace="1", alignment="0", outlineWidth="0.15",
        labelVerticalPlacement="0", labelHorizontalPlacement="0", minBarWidth="50",
        maxBarWidth="150",
        segmentMillimeters=f"{segment * 1000 / (extent[2] - extent[0]) * width:.4f}",
    )  # fmt: skip
    qml_labels.text_style(item, 6.5, halo="#ffffff")
    for tag, color in (("fillColor", _INK), ("strokeColor", _INK), ("fillColor2", "#ffffff")):
        qml.child(item, tag, **_channels(color))
    for tag, fill in (("fillSymbol1", _INK), ("fillSymbol2", "#ffffff")):
        qml.child(item, tag).append(qml.area(qml.rgba(fill), qml.rgba(_INK), 0))
    for tag in ("lineSymbol", "divisionLineSymbol", "subdivisionLineSymbol"):
        qml.child(item, tag).append(qml.line(_INK, 0.15))


def _legend(parent: ET.Element, groups: Sequence[Group], gpkg: Path, box: Box, lang: Lang) -> None:
    legend = qgis_legend.legend_entries(groups, lang)
    columns = qgis_legend.columns(legend)
    item = _item(
        parent, "legend", "legend", box, map_uuid=_uuid("map"), title=_LEGEND.say(lang),
        titleAlignment="1", resizeToContents="1", columnCount=str(columns), splitLayer="1",
        equalColumnWidth="0", columnSpace="2", boxSpace="0", symbolWidth="5", symbolHeight="2.8",
        lineSpacing="1", symbolAlignment="1", fontColor=_INK, wrapChar="",
        legendFilterByAtlas="0", maxSymbolSize="2.9", minSymbolSize="0", rasterBorder="0",
    )  # fmt: skip
    styles = qml.child(item, "styles")
    for name, size_pt, bold, margins in _LEGEND_STYLES:
        style = qml.child(styles, "style", name=name, alignment="1", indent="0", **margins)
        qml.child(style, "styleFont", description=_font(size_pt, bold=bold), style="")
        qml_labels.text_style(style, size_pt, bold=bold)
    qgis_legend.add_legend_tree(item, legend, gpkg)


def _paper(parent: ET.Element) -> None:
    pages = qml.child(parent, "PageCollection")
    pages.append(qml.area(qml.WHITE, qml.WHITE, 0))
    item = _item(pages, "page", "page", qgis_page.PAGE, background="true")
    item.append(qml.area(qml.WHITE, qml.WHITE, 0))
    qml.child(pages, "GuideCollection", visible="1")


def _maps(parent: ET.Element, page: Page, inset: Bounds | None, crs: str, lang: Lang) -> None:
    """Append the main map and, where features crowd, the inset that enlarges them."""
    main = _map(parent, "map", page.map_box, page.extent, crs)
    if inset is not None:
        _outline_of(main, "inset")
        _map(parent, "inset", page.inset_box, inset, crs)
        _scale_bar(parent, "inset", page.inset_box, inset, lang)
    _scale_bar(parent, "map", page.map_box, page.extent, lang)
    x, y, width, _ = page.map_box
    ink = qml.rgba("#4a5157")
    _item(
        parent, "picture", "north", (x + width - 11, y + 2, 9, 10), file=_NORTH_ARROW,
        mapUuid=_uuid("map"), mode="2", resizeMode="0", anchorPoint="4", northMode="0",
        northOffset="0", pictureRotation="0", svgFillColor=ink, svgBorderColor=ink,
        svgBorderWidth="0.2",
    )  # fmt: skip


def add_layout(
    parent: ET.Element,
    groups: Sequence[Group],
    gpkg: Path,
    page: Page,
    text: PageText,
    *,
    inset: Bounds | None,
    crs: str,
    lang: Lang,
) -> None:
    """Append the print layout: title, maps, findings, legend, scale bars, north arrow, sources.

    Parameters
    ----------
    inset
        The window in `crs` to enlarge, in the proportions of the page's inset; None for none.
    """
    layout = qml.child(
        parent, "Layout", name=layout_name(lang), units="mm", printResolution="300",
        worldFileMap="",
    )  # fmt: skip
    _paper(layout)
    _maps(layout, page, inset, crs, lang)
    size_pt = qgis_page.fitting_pt(text.title, _TITLE_BOX[2], 17)
    _label(layout, "title", _TITLE_BOX, text.title, size_pt, bold=True)
    _label(layout, "internal", _INTERNAL_BOX, _INTERNAL.say(lang), 9, color=_ACCENT, align=_RIGHT)
    _legend(layout, groups, gpkg, page.legend_box(has_inset=inset is not None), lang)
    size_pt = qgis_page.text_pt(text.findings, page.text_box, _TEXT_PT)
    said = qgis_page.shortened(text.findings, page.text_box, size_pt)
    _label(layout, "findings", page.text_box, said, size_pt, valign=_TOP)
    if text.notes:
        size_pt = qgis_page.text_pt(text.notes, page.notes_box, _TEXT_PT)
        said = qgis_page.shortened(text.notes, page.notes_box, size_pt)
        _label(layout, "notes", page.notes_box, said, size_pt, valign=_BOTTOM)
    _label(layout, "sources", _FOOT_BOX, text.foot, 6, color=_QUIET, valign=_TOP)
