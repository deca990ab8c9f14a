"""The print layout of the QGIS project: one A4 landscape page, all measures in millimetres."""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from spatialplan.outputs import qgis_legend, qgis_xml, qml, qml_labels
from spatialplan.outputs.qgis_layers import Group
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang, Text

__all__ = ["PageText", "add_layout", "layout_name"]

Bounds = tuple[float, float, float, float]
Box = tuple[float, float, float, float]

_NAME = Text("A4 横版", "A4 landscape")
_INTERNAL = Text("内部工作底图", "Internal working map")
_LEGEND = Text("图例", "Legend")
_PAGE_BOX: Box = (0, 0, 297, 210)
_TITLE_BOX: Box = (10, 6, 215, 10)
_INTERNAL_BOX: Box = (227, 6, 60, 10)
_MAP_BOX: Box = (10, 18, 211, 176)
_LEGEND_BOX: Box = (224, 18, 63, 176)
_NORTH_BOX: Box = (205, 21, 12, 14)
_SCALE_BOX: Box = (14, 181, 70, 11)
_SOURCE_BOX: Box = (10, 196, 277, 9)
_LEGEND_STYLES: tuple[tuple[str, float, bool, dict[str, str]], ...] = (
    ("title", 10, True, {"marginBottom": "1"}),
    ("group", 8.5, True, {"marginTop": "2.2", "marginBottom": "0.4"}),
    ("subgroup", 7.5, False, {"marginTop": "1"}),
    ("symbol", 7.5, False, {"marginTop": "0.9"}),
    ("symbolLabel", 7.5, False, {"marginTop": "0.9", "marginLeft": "1.5"}),
)
_KINDS = {"page": "65638", "map": "65639", "picture": "65640", "label": "65641",
          "legend": "65642", "scalebar": "65646"}  # fmt: skip
_NORTH_ARROW = ":/images/north_arrows/layout_default_north_arrow.svg"
_LEFT, _RIGHT, _TOP, _MIDDLE = "1", "2", "32", "128"
_SCALE_SHARE = 0.13  # of the map's width, for one of the two segments


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """What the page says: its title, and the line of sources and dates at the foot."""

    title: str
    foot: str


def layout_name(lang: Lang) -> str:
    """Return the layout's name as QGIS lists it."""
    return _NAME.say(lang)


def _uuid(name: str) -> str:
    return f"{{{uuid.uuid5(uuid.NAMESPACE_URL, f'spatialplan/layout/{name}')}}}"


def _item(parent: ET.Element, kind: str, name: str, box: Box, **attributes: str) -> ET.Element:
    x, y, width, height = box
    values = {
        "type": _KINDS[kind], "id": name, "uuid": _uuid(name), "templateUuid": _uuid(name),
        "position": f"{x:g},{y:g},mm", "positionOnPage": f"{x:g},{y:g},mm",
        "size": f"{width:g},{height:g},mm", "visibility": "1", "opacity": "1", "blendMode": "0",
        "itemRotation": "0", "referencePoint": "0", "zValue": str(len(parent)), "groupUuid": "",
        "background": "false", "frame": "false", "frameJoinStyle": "miter",
        "outlineWidthM": "0.2,mm", "excludeFromExports": "0", "positionLock": "false",
    } | attributes  # fmt: skip
    item = qml.child(parent, "LayoutItem", **values)
    qml.child(item, "FrameColor", red="120", green="126", blue="131", alpha="255")
    qml.child(item, "BackgroundColor", red="255", green="255", blue="255", alpha="255")
    qml.child(item, "LayoutObject")
    return item


def _font(size_pt: float, bold: bool) -> str:
    """Return a font as Qt writes it; 3.22 reads only this form in labels and legends."""
    return f"{read_style().desktop_font},{size_pt:g},-1,5,{75 if bold else 50},0,0,0,0,0"


def _label(
    parent: ET.Element, name: str, box: Box, text: str, size_pt: float, *,
    bold: bool = False, color: str = "#23282d", align: str = _LEFT, valign: str = _MIDDLE,
) -> None:  # fmt: skip
    item = _item(
        parent, "label", name, box, labelText=text, halign=align, valign=valign, htmlState="0",
        marginX="0", marginY="0",
    )
    qml.child(item, "LabelFont", description=_font(size_pt, bold), style="")
    red, green, blue, alpha = qml.rgba(color).split(",")
    qml.child(item, "FontColor", red=red, green=green, blue=blue, alpha=alpha)
    qml_labels.text_style(item, size_pt, color, bold=bold)


def fitted(bounds: Bounds, width: float, height: float) -> Bounds:
    """Return `bounds` widened about their centre to the proportions of the map on the page."""
    min_x, min_y, max_x, max_y = bounds
    scale = max((max_x - min_x) / width, (max_y - min_y) / height)
    x, y = (min_x + max_x) / 2, (min_y + max_y) / 2
    half_x, half_y = scale * width / 2, scale * height / 2
    return (x - half_x, y - half_y, x + half_x, y + half_y)


def _map(parent: ET.Element, extent: Bounds, crs: str) -> None:
    item = _item(
        parent, "map", "map", _MAP_BOX, frame="true", background="true", mapRotation="0",
        keepLayerSet="false", followPreset="false", followPresetName="", labelMargin="0,mm",
        drawCanvasItems="true", mapFlags="1", isTemporal="0",
    )
    beyond = item.find("BackgroundColor")
    if beyond is not None:
        beyond.attrib.update(red="236", green="239", blue="241")
    min_x, min_y, max_x, max_y = (f"{value:.3f}" for value in extent)
    qml.child(item, "Extent", xmin=min_x, ymin=min_y, xmax=max_x, ymax=max_y)
    qgis_xml.add_crs(qml.child(item, "crs"), crs)
    qml.child(item, "LayerSet")


def _segment_km(extent: Bounds) -> float:
    """Return a round length in kilometres for one segment of the scale bar."""
    target = (extent[2] - extent[0]) * _SCALE_SHARE / 1000
    power = 10.0 ** math.floor(math.log10(target))
    return max(step for step in (1.0, 2.0, 5.0) if step * power <= target) * power


def _scale_bar(parent: ET.Element, extent: Bounds, lang: Lang) -> None:
    segment = _segment_km(extent)
    item = _item(
        parent, "scalebar", "scale", _SCALE_BOX, mapUuid=_uuid("map"), style="Single Box",
        unitType="km", unitLabel="公里" if lang == "zh" else "km", numUnitsPerSegment=f"{segment:g}",
        numMapUnitsPerScaleBarUnit="1", numSegments="2", numSegmentsLeft="0", numSubdivisions="1",
        segmentSizeMode="0", height="1.6", labelBarSpace="1", boxContentSpace="1", alignment="0",
        outlineWidth="0.15", labelVerticalPlacement="0", labelHorizontalPlacement="0",
        minBarWidth="50", maxBarWidth="150",
        segmentMillimeters=f"{segment * 1000 / (extent[2] - extent[0]) * _MAP_BOX[2]:.4f}",
    )
    qml_labels.text_style(item, 7.5)
    for tag, level in (("fillColor", "60"), ("strokeColor", "60"), ("fillColor2", "255")):
        qml.child(item, tag, red=level, green=level, blue=level, alpha="255")
    for tag, fill in (("fillSymbol1", "#3c3c3c"), ("fillSymbol2", "#ffffff")):
        qml.child(item, tag).append(qml.area(qml.rgba(fill), qml.rgba("#3c3c3c"), 0))
    for tag in ("lineSymbol", "divisionLineSymbol", "subdivisionLineSymbol"):
        qml.child(item, tag).append(qml.line("#3c3c3c", 0.15))


def _legend(parent: ET.Element, groups: Sequence[Group], gpkg: Path, lang: Lang) -> None:
    item = _item(
        parent, "legend", "legend", _LEGEND_BOX, map_uuid=_uuid("map"), title=_LEGEND.say(lang),
        titleAlignment="1", resizeToContents="1", columnCount="1", splitLayer="1",
        equalColumnWidth="0", columnSpace="2", boxSpace="1", symbolWidth="6", symbolHeight="3",
        lineSpacing="1", symbolAlignment="1", fontColor="#23282d", wrapChar="",
        legendFilterByAtlas="0", maxSymbolSize="3.6", minSymbolSize="0", rasterBorder="0",
    )
    styles = qml.child(item, "styles")
    for name, size_pt, bold, margins in _LEGEND_STYLES:
        style = qml.child(styles, "style", name=name, alignment="1", indent="0", **margins)
        qml.child(style, "styleFont", description=_font(size_pt, bold), style="")
        qml_labels.text_style(style, size_pt, bold=bold)
    qgis_legend.add_legend_tree(item, groups, gpkg, lang)


def _page(parent: ET.Element) -> None:
    pages = qml.child(parent, "PageCollection")
    sheet = qml.area(qml.WHITE, qml.WHITE, 0)
    pages.append(sheet)
    item = _item(pages, "page", "page", _PAGE_BOX, background="true")
    item.append(qml.area(qml.WHITE, qml.WHITE, 0))
    qml.child(pages, "GuideCollection", visible="1")


def add_layout(
    parent: ET.Element,
    groups: Sequence[Group],
    gpkg: Path,
    text: PageText,
    *,
    bounds: Bounds,
    crs: str,
    lang: Lang,
) -> None:
    """Append the print layout: title, map, legend, scale bar, north arrow, sources.

    Parameters
    ----------
    bounds
        What the map must show, in `crs`; widened to the proportions of the page.
    """
    layout = qml.child(
        parent, "Layout", name=layout_name(lang), units="mm", printResolution="300",
        worldFileMap="",
    )
    _page(layout)
    extent = fitted(bounds, _MAP_BOX[2], _MAP_BOX[3])
    _map(layout, extent, crs)
    _label(layout, "title", _TITLE_BOX, text.title, 17, bold=True)
    _label(layout, "internal", _INTERNAL_BOX, _INTERNAL.say(lang), 9, color="#8f2a22", align=_RIGHT)
    _legend(layout, groups, gpkg, lang)
    _scale_bar(layout, extent, lang)
    _item(
        layout, "picture", "north", _NORTH_BOX, file=_NORTH_ARROW, mapUuid=_uuid("map"), mode="2",
        resizeMode="0", anchorPoint="4", northMode="0", northOffset="0", pictureRotation="0",
        svgFillColor=qml.rgba("#3c3c3c"), svgBorderColor=qml.rgba("#3c3c3c"), svgBorderWidth="0.2",
    )
    _label(layout, "sources", _SOURCE_BOX, text.foot, 6.5, color="#6b7177", valign=_TOP)
