"""The parts of a print layout as XML: paper, labels, legends."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from spatialplan.outputs.qgis import qml, qml_labels
from spatialplan.outputs.qgis.page import Box, Paper
from spatialplan.outputs.style import read_style
from spatialplan.text import Lang

__all__ = [
    "ACCENT",
    "BOTTOM",
    "CENTER",
    "INK",
    "QUIET",
    "RIGHT",
    "TOP",
    "Canvas",
    "Lettering",
    "add_label",
    "add_legend",
    "add_swatch",
    "channels",
    "new_item",
    "new_layout",
    "unevaluated",
]

INK, QUIET, ACCENT = "#23282d", "#6b7177", "#8f2a22"
LEFT, RIGHT, TOP, BOTTOM, CENTER = "1", "2", "32", "64", "4"
_MIDDLE = "128"
_KINDS = {"page": "65638", "map": "65639", "picture": "65640", "label": "65641",
          "legend": "65642", "shape": "65643", "scalebar": "65646"}  # fmt: skip
# size beside that of the entries, bold, margins
_LEGEND_STYLES: tuple[tuple[str, float, bool, dict[str, float]], ...] = (
    ("title", 2.0, True, {"marginBottom": 0.5}),
    ("group", 0.5, True, {"marginTop": 1.6, "marginBottom": 0.2}),
    ("subgroup", 0.0, False, {"marginTop": 0.8}),
    ("symbol", 0.0, False, {"marginTop": 0.9}),
    ("symbolLabel", 0.0, False, {"marginTop": 0.8, "marginLeft": 1.2}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """A layout being drawn; boxes and sizes are those of the page before it is enlarged."""

    element: ET.Element
    id: str
    enlarge: float
    crs: str
    lang: Lang

    def uuid(self, name: str) -> str:
        """Return the identifier of an item, the same whenever the project is written."""
        where = f"spatialplan/layout/{self.id}/{name}"
        return f"{{{uuid.uuid5(uuid.NAMESPACE_URL, where)}}}"

    def mm(self, length: float) -> str:
        """Return a length as it is printed."""
        return f"{length * self.enlarge:.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """How a label is written."""

    size_pt: float
    bold: bool = False
    color: str = INK
    align: str = LEFT
    valign: str = _MIDDLE


def unevaluated(text: str) -> str:
    """Return a text in which QGIS finds no expression to evaluate."""
    return text.replace("[%", "［%")


def channels(color: str) -> dict[str, str]:
    """Return a colour as layouts write it."""
    return dict(zip(("red", "green", "blue", "alpha"), qml.rgba(color).split(","), strict=True))


def new_item(
    canvas: Canvas, kind: str, name: str, box: Box, *, into: ET.Element | None = None,
    edge: str = "#787e83", **attributes: str,
) -> ET.Element:  # fmt: skip
    """Append an item with what all kinds have in common."""
    parent = canvas.element if into is None else into
    x, y, width, height = (canvas.mm(value) for value in box)
    values = {
        "type": _KINDS[kind], "id": name, "uuid": canvas.uuid(name),
        "templateUuid": canvas.uuid(name), "position": f"{x},{y},mm",
        "positionOnPage": f"{x},{y},mm", "size": f"{width},{height},mm", "visibility": "1",
        "opacity": "1", "blendMode": "0", "itemRotation": "0", "referencePoint": "0",
        "zValue": str(len(parent)), "groupUuid": "", "background": "false", "frame": "false",
        "frameJoinStyle": "miter", "outlineWidthM": "0.2,mm", "excludeFromExports": "0",
        "positionLock": "false",
    } | attributes  # fmt: skip
    item = qml.child(parent, "LayoutItem", **values)
    qml.child(item, "FrameColor", **channels(edge))
    qml.child(item, "BackgroundColor", **channels("#eceff1" if kind == "map" else "#ffffff"))
    qml.child(item, "LayoutObject")
    return item


def new_layout(
    parent: ET.Element, layout_id: str, name: str, paper: Paper, *, crs: str, lang: Lang
) -> Canvas:
    """Append an empty layout of one page."""
    element = qml.child(
        parent, "Layout", name=name, units="mm", printResolution="300", worldFileMap=""
    )
    canvas = Canvas(element=element, id=layout_id, enlarge=paper.enlarge, crs=crs, lang=lang)
    pages = qml.child(element, "PageCollection")
    pages.append(qml.area(qml.WHITE, qml.WHITE, 0))
    sheet = new_item(canvas, "page", "page", (0, 0, *paper.sheet), into=pages, background="true")
    sheet.append(qml.area(qml.WHITE, qml.WHITE, 0))
    qml.child(pages, "GuideCollection", visible="1")
    return canvas


def _font(size_pt: float, *, bold: bool) -> str:
    """Return a font as Qt writes it; 3.22 reads only this form in labels and legends."""
    return f"{read_style().desktop_font},{size_pt:g},-1,5,{75 if bold else 50},0,0,0,0,0"


def add_label(
    canvas: Canvas, name: str, box: Box, text: str, how: Lettering, *, framed: bool = False
) -> None:
    """Append a text; what stands between ``[%`` and ``%]`` is evaluated when it is drawn."""
    size_pt = how.size_pt * canvas.enlarge
    item = new_item(
        canvas, "label", name, box, labelText=text, halign=how.align, valign=how.valign,
        htmlState="0", marginX="0", marginY="0", frame="true" if framed else "false",
        edge=how.color, outlineWidthM=f"{canvas.mm(0.3)},mm",
    )  # fmt: skip
    qml.child(item, "LabelFont", description=_font(size_pt, bold=how.bold), style="")
    qml.child(item, "FontColor", **channels(how.color))
    qml_labels.text_style(item, size_pt, how.color, bold=how.bold)


def add_swatch(canvas: Canvas, name: str, box: Box, color: str) -> None:
    """Append a small disc of a colour."""
    item = new_item(canvas, "shape", name, box, shapeType="0", cornerRadiusMeasure="0,mm")
    item.append(qml.area(qml.rgba(color), qml.rgba(color), 0))


def add_legend(canvas: Canvas, box: Box, title: str, size_pt: float, columns: int) -> ET.Element:
    """Append a legend of the main map and return it, for its tree."""
    part = size_pt / 7.0 * canvas.enlarge  # symbols and gaps shrink with the letters
    item = new_item(
        canvas, "legend", "legend", box, map_uuid=canvas.uuid("map"), title=title,
        titleAlignment="1", resizeToContents="1", columnCount=str(columns), splitLayer="1",
        equalColumnWidth="0", columnSpace=canvas.mm(2), boxSpace="0", symbolWidth=f"{5 * part:.2f}",
        symbolHeight=f"{2.8 * part:.2f}", lineSpacing="1", symbolAlignment="1", fontColor=INK,
        wrapChar="", legendFilterByAtlas="0", maxSymbolSize=f"{2.9 * part:.2f}",
        minSymbolSize="0", rasterBorder="0",
    )  # fmt: skip
    styles = qml.child(item, "styles")
    for name, larger, bold, margins in _LEGEND_STYLES:
        style = qml.child(
            styles, "style", name=name, alignment="1", indent="0",
            **{side: f"{value * part:.2f}" for side, value in margins.items()},
        )  # fmt: skip
        letters_pt = (size_pt + larger) * canvas.enlarge
        qml.child(style, "styleFont", description=_font(letters_pt, bold=bold), style="")
        qml_labels.text_style(style, letters_pt, bold=bold)
    return item
