"""The maps of a print layout as XML, with their grids, scale bars and north arrows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from spatialplan.outputs.qgis import page as qgis_page
from spatialplan.outputs.qgis import qml, qml_labels
from spatialplan.outputs.qgis import xml as qgis_xml
from spatialplan.outputs.qgis.items import INK, Canvas, channels, new_item
from spatialplan.outputs.qgis.layers import ProjectLayer
from spatialplan.outputs.qgis.page import Bounds, Box

__all__ = ["MapView", "add_frame", "add_grid", "add_map", "add_north", "add_scale_bar"]

_GRID_INK, _GRID_PT, _GRID_LINE_MM = "#8b9197", 5.5, 0.09
_NORTH_ARROW = ":/images/north_arrows/layout_default_north_arrow.svg"
# A scale bar that follows the map takes the longest segment of one digit: at these scales that is
# 1, 2, 4 or 5, and never 3 or 7.
_SCALES, _BAR_MM, _SEGMENTS = (1.0, 1.5, 2.0, 2.5, 4.0, 5.0), (6.0, 10.8), 4
_ROOM = 1.15  # of the map beside its feature


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """What a map of a layout shows.

    Attributes
    ----------
    theme
        The map theme that it follows; empty where it keeps to `layers`.
    layers
        From the top to the bottom.
    atlas
        Whether each page of the atlas moves it to its feature, at a round scale.
    """

    extent: Bounds
    layers: Sequence[ProjectLayer]
    theme: str = ""
    atlas: bool = False


def _round_scale(canvas: Canvas, box: Box) -> str:
    """Return an expression for the scale at which the page's feature fills a map, rounded up."""
    width, height = (float(canvas.mm(side)) / 1000 for side in box[2:])
    steps = "".join(f" WHEN @s <= {step:g} * @p THEN {step:g}" for step in _SCALES)
    shape = f"transform(@atlas_geometry, layer_property(@atlas_layerid, 'crs'), '{canvas.crs}')"
    return (
        f"with_variable('g', {shape}, with_variable('s', {_ROOM:g} * "
        f"max(bounds_width(@g) / {width:.4f}, bounds_height(@g) / {height:.4f}), "
        f"with_variable('p', 10 ^ floor(log10(@s)), @p * CASE{steps} ELSE 10 END)))"
    )


def add_map(canvas: Canvas, name: str, box: Box, view: MapView) -> ET.Element:
    """Append a map and return it, for what is drawn into it."""
    item = new_item(
        canvas, "map", name, box, frame="true", background="true", mapRotation="0",
        keepLayerSet="true", followPreset="true" if view.theme else "false",
        followPresetName=view.theme, labelMargin="0,mm", drawCanvasItems="true", mapFlags="0",
        isTemporal="0",
    )  # fmt: skip
    min_x, min_y, max_x, max_y = (f"{value:.3f}" for value in view.extent)
    qml.child(item, "Extent", xmin=min_x, ymin=min_y, xmax=max_x, ymax=max_y)
    qgis_xml.add_crs(qml.child(item, "crs"), canvas.crs)
    kept = qml.child(item, "LayerSet")
    for layer in view.layers:
        qml.child(kept, "Layer", layer.id, name=layer.name, provider="ogr")
    if view.atlas:
        scale = {"dataDefinedMapScale": _round_scale(canvas, box)}
        _override(next(item.iter("LayoutObject")), scale)
        qml.child(item, "AtlasMap", atlasDriven="1", scalingMode="2", margin="0.1")
    kept_clear = qml.child(item, "labelBlockingItems")
    for other in (f"{name}-scale", "north"):
        qml.child(kept_clear, "item", uuid=canvas.uuid(other))
    return item


def add_frame(canvas: Canvas, item: ET.Element, of: str, color: str = INK) -> None:
    """Draw into a map the frame of what another map shows."""
    overview = qml.child(
        item, "ComposerMapOverview", uuid=canvas.uuid(f"{of}-frame"), name=of, show="1",
        position="3", frameMap=canvas.uuid(of), inverted="0", centered="0", blendMode="0",
    )  # fmt: skip
    overview.append(qml.area("", qml.rgba(color), 0.25 * canvas.enlarge))
    qml.child(overview, "LayoutObject")


def _override(part: ET.Element, values: Mapping[str, str]) -> None:
    """Give a part of a layout expressions that decide its properties."""
    box = qml.child(qml.child(part, "dataDefinedProperties"), "Option", type="Map")
    qml.child(box, "Option", type="QString", name="name", value="")
    entries = qml.child(box, "Option", type="Map", name="properties")
    for name, expression in values.items():
        entry = qml.child(entries, "Option", type="Map", name=name)
        qml.child(entry, "Option", type="bool", name="active", value="true")
        qml.child(entry, "Option", type="QString", name="expression", value=expression)
        qml.child(entry, "Option", type="int", name="type", value="3")
    qml.child(box, "Option", type="QString", name="type", value="collection")


def add_grid(canvas: Canvas, item: ET.Element, interval: float, *, follows: str = "") -> None:
    """Draw a grid into a map, its kilometres along the left and the lower edge.

    Parameters
    ----------
    interval
        Metres from line to line.
    follows
        An expression for the interval of a map whose scale changes.
    """
    sides: dict[str, str] = {}
    for side, shown in (("left", True), ("bottom", True), ("top", False), ("right", False)):
        sides |= {
            f"{side}AnnotationDisplay": "0" if shown else "3", f"{side}AnnotationPosition": "1",
            f"{side}AnnotationDirection": "1" if side == "left" else "0",
            f"{side}FrameDivisions": "0",
        }  # fmt: skip
    grid = qml.child(
        item, "ComposerMapGrid", uuid=canvas.uuid("grid"), name="grid", show="1", unit="0",
        position="3", blendMode="0", gridStyle="0", crossLength="3", gridFrameStyle="0",
        intervalX=f"{interval:g}", intervalY=f"{interval:g}", offsetX="0", offsetY="0",
        showAnnotation="1", annotationFormat="8", annotationPrecision="0",
        annotationExpression="to_string(@grid_number / 1000)",
        frameAnnotationDistance=canvas.mm(0.6), **sides,
    )  # fmt: skip
    lines = qml.line(_GRID_INK, _GRID_LINE_MM * canvas.enlarge)
    lines.set("alpha", "0.7")
    qml.child(grid, "lineStyle").append(lines)
    qml_labels.text_style(grid, _GRID_PT * canvas.enlarge, _GRID_INK)
    if follows:
        names = ("dataDefinedMapGridIntervalX", "dataDefinedMapGridIntervalY")
        _override(qml.child(grid, "LayoutObject"), dict.fromkeys(names, follows))


def add_scale_bar(
    canvas: Canvas, of: str, box: Box, extent: Bounds, *, follows: bool = False
) -> None:
    """Append a scale bar in the lower left corner of a map; one may follow the map's scale."""
    x, y, width, height = box
    segment = qgis_page.segment_km(extent)
    segments = _SEGMENTS if follows else 2
    least, most = (f"{segments * length:g}" for length in _BAR_MM)
    item = new_item(
        canvas, "scalebar", f"{of}-scale", (x + 2, y + height - 10, 60, 9),
        mapUuid=canvas.uuid(of), style="Single Box", unitType="km",
        unitLabel="公里" if canvas.lang == "zh" else "km", numUnitsPerSegment=f"{segment:g}",
        numMapUnitsPerScaleBarUnit="1", numSegments=str(segments), numSegmentsLeft="0",
        numSubdivisions="1", segmentSizeMode="1" if follows else "0", height=canvas.mm(1.2),
        labelBarSpace=canvas.mm(0.8), boxContentSpace="1", alignment="0",
        outlineWidth=canvas.mm(0.15), labelVerticalPlacement="0", labelHorizontalPlacement="0",
        minBarWidth=least, maxBarWidth=most,
        segmentMillimeters=canvas.mm(segment * 1000 / (extent[2] - extent[0]) * width),
    )  # fmt: skip
    qml_labels.text_style(item, 6.5 * canvas.enlarge, halo="#ffffff")
    for tag, color in (("fillColor", INK), ("strokeColor", INK), ("fillColor2", "#ffffff")):
        qml.child(item, tag, **channels(color))
    for tag, fill in (("fillSymbol1", INK), ("fillSymbol2", "#ffffff")):
        qml.child(item, tag).append(qml.area(qml.rgba(fill), qml.rgba(INK), 0))
    for tag in ("lineSymbol", "divisionLineSymbol", "subdivisionLineSymbol"):
        qml.child(item, tag).append(qml.line(INK, 0.15 * canvas.enlarge))


def add_north(canvas: Canvas, box: Box) -> None:
    """Append a north arrow in the upper right corner of the main map."""
    x, y, width, _ = box
    ink = qml.rgba("#4a5157")
    new_item(
        canvas, "picture", "north", (x + width - 11, y + 2, 9, 10), file=_NORTH_ARROW,
        mapUuid=canvas.uuid("map"), mode="2", resizeMode="0", anchorPoint="4", northMode="0",
        northOffset="0", pictureRotation="0", svgFillColor=ink, svgBorderColor=ink,
        svgBorderWidth="0.2",
    )  # fmt: skip
