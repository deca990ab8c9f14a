"""QGIS labels as XML: readable over any ground, shortened, dropped where they would collide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree import ElementTree as ET

from spatialplan.outputs.qgis import qml
from spatialplan.outputs.qgis.tables import Shape
from spatialplan.outputs.style import read_style

__all__ = ["labeling", "text_style"]

_INK = "#23282d"
_LONGEST = 14
_LONGEST_SAID = 22
_UNNAMED = "'district', 'delivery_network'"  # named by the basemap, and by a whole sentence
_CURVED, _HORIZONTAL, _AROUND = "3", "4", "6"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Label:
    """How names are written; `smallest` is the scale denominator up to which they show, 0 all."""

    column: str = "name"
    size_pt: float = 8.0
    color: str = _INK
    halo: str = "#ffffff"
    bold: bool = False
    spacing_pt: float = 0.0
    priority: int = 5
    smallest: int = 0


_VILLAGE = _Label(size_pt=7, color="#5a6066", priority=0, smallest=60_000)
# By source, or by source and value where some rows of it are named differently, and by shape.
_LABELS: Mapping[tuple[str, Shape], _Label] = MappingProxyType(
    {
        ("districts", "area"): _Label(
            size_pt=10.5, color="#868d93", halo="#f6f4ef", bold=True, spacing_pt=2.5, priority=3
        ),
        ("places", "point"): _Label(size_pt=7, color="#5a6066", priority=1, smallest=350_000),
        ("features", "point"): _Label(size_pt=7.5, priority=8),
        ("features", "line"): _Label(size_pt=7, color="#00527f", priority=6),
        ("features", "area"): _Label(size_pt=7.5, color="#4a545c", priority=4),
        ("sketches", "point"): _Label(column="label", size_pt=7.5, priority=7),
        ("sketches", "line"): _Label(column="label", size_pt=7.5, priority=6),
        ("sketches", "area"): _Label(column="label", size_pt=7.5, priority=3),
        ("verdicts", "line"): _Label(column="label", size_pt=7.5, priority=4),
        ("verdicts", "point"): _Label(column="label", size_pt=7.5, priority=4),
        ("townships", "area"): _Label(
            size_pt=8, color="#868d93", spacing_pt=1, priority=1, smallest=400_000
        ),
        ("villages", "point"): _VILLAGE,
        ("village_services", "point"): _VILLAGE,
        **{
            (f"village_services:{state}", "point"): _Label(size_pt=7, priority=4, smallest=200_000)
            for state in ("not_covered", "uncertain", "unroutable")
        },
        ("siting_villages", "point"): _VILLAGE,
        **{
            (f"siting_villages:{state}", "point"): _Label(size_pt=7, priority=4, smallest=150_000)
            for state in ("newly", "left")
        },
        ("existing", "point"): _Label(
            size_pt=7, color="#1d3557", priority=6, smallest=350_000
        ),
        ("sites", "point"): _Label(size_pt=8, color="#7d2a56", bold=True, priority=10),
        ("facilities", "point"): _Label(size_pt=7.5, color="#1d3557", priority=8),
        ("facilities:hub", "point"): _Label(size_pt=9, color="#1d3557", bold=True, priority=10),
        ("facilities:point", "point"): _Label(
            size_pt=7, color="#2a6f97", priority=6, smallest=150_000
        ),
        ("catchments", "area"): _Label(size_pt=7.5, color="#4a4f54", priority=2),
        ("steps", "point"): _Label(column="label", size_pt=7.5, priority=9),
        ("steps", "line"): _Label(column="label", size_pt=7.5, priority=9),
        ("water", "line"): _Label(size_pt=7, color="#5b87a8", priority=2, smallest=250_000),
        ("roads", "line"): _Label(column="ref", size_pt=7, color="#8a6a35", priority=2),
    }
)  # fmt: skip


def _expression(column: str, source: str, shape: Shape) -> str:
    name = f'"{column}"'
    if source == "sketches":  # says numbers: it may lose whole clauses, never the end of a figure
        clause = f"regexp_replace({name}, '[，,；;].*$', '')"
        return f"if(length({name}) > {_LONGEST_SAID}, {clause}, {name})"
    short = f"if(length({name}) > {_LONGEST}, left({name}, {_LONGEST - 1}) || '…', {name})"
    if source == "features" and shape == "area":
        return f'if("kind" IN ({_UNNAMED}), NULL, {short})'
    return short


def text_style(
    parent: ET.Element,
    size_pt: float,
    color: str = _INK,
    *,
    bold: bool = False,
    halo: str = "",
    spacing_pt: float = 0.0,
    **field: str,
) -> ET.Element:
    """Append a text format: the desktop font, with fallbacks for machines that lack it."""
    style = read_style()
    text = qml.child(
        parent, "text-style", fontFamily=style.desktop_font, fontSize=f"{size_pt:g}",
        fontSizeUnit="Point", fontWeight="75" if bold else "50", fontItalic="0",
        namedStyle="Bold" if bold else "Regular", forcedBold="0", textColor=qml.rgba(color),
        textOpacity="1", fontLetterSpacing=f"{spacing_pt:g}", fontWordSpacing="0", fontKerning="1",
        multilineHeight="1", blendMode="0", textOrientation="horizontal", capitalization="0",
        allowHtml="0", **field,
    )  # fmt: skip
    families = qml.child(text, "families")
    for name in dict.fromkeys((style.desktop_font, *style.figure_fonts)):
        qml.child(families, "family", name=name)
    qml.child(
        text, "text-buffer", bufferDraw="1" if halo else "0", bufferSize="0.8",
        bufferSizeUnits="MM", bufferColor=qml.rgba(halo or "#ffffff"), bufferOpacity="0.9",
        bufferNoFill="1", bufferJoinStyle="128", bufferBlendMode="0",
    )  # fmt: skip
    return text


def _placement(parent: ET.Element, shape: Shape, priority: int) -> None:
    mode = {"point": _AROUND, "line": _CURVED, "area": _HORIZONTAL}[shape]
    qml.child(
        parent, "placement", placement=mode, priority=str(priority), placementFlags="10",
        dist="0.8" if shape != "area" else "0", distUnits="MM", offsetType="1",
        predefinedPositionOrder="R,TR,BR,L,TL,BL,TSR,BSR", quadOffset="4", xOffset="0",
        yOffset="0", offsetUnits="MM", rotationAngle="0", preserveRotation="1",
        centroidWhole="0", centroidInside="1", fitInPolygonOnly="0", polygonPlacementFlags="2",
        repeatDistance="0", repeatDistanceUnits="MM", maxCurvedCharAngleIn="25",
        maxCurvedCharAngleOut="-25", overrunDistance="0", lineAnchorPercent="0.5",
        lineAnchorType="0", geometryGeneratorEnabled="0",
    )  # fmt: skip


def labeling(source: str, shape: Shape, value: str = "") -> ET.Element | None:
    """Return the label settings of a source's rows of one shape, None where it has no names.

    Parameters
    ----------
    value
        The state, tier or other value that a layer stands for; empty for all of them.
    """
    label = _LABELS.get((f"{source}:{value}", shape)) or _LABELS.get((source, shape))
    if label is None:
        return None
    element = ET.Element("labeling", {"type": "simple"})
    settings = qml.child(element, "settings", calloutType="simple")
    text_style(
        settings, label.size_pt, label.color, bold=label.bold, halo=label.halo,
        spacing_pt=label.spacing_pt, isExpression="1",
        fieldName=_expression(label.column, source, shape),
    )  # fmt: skip
    qml.child(
        settings, "text-format", wrapChar="", autoWrapLength="0", multilineAlign="3",
        formatNumbers="0", addDirectionSymbol="0",
    )  # fmt: skip
    _placement(settings, shape, label.priority)
    qml.child(
        settings, "rendering", drawLabels="1", scaleVisibility="1" if label.smallest else "0",
        scaleMin="1", scaleMax=str(label.smallest), obstacle="1" if shape == "point" else "0",
        obstacleFactor="1.2", obstacleType="1", mergeLines="1" if shape == "line" else "0",
        labelPerPart="0", limitNumLabels="0", displayAll="0", minFeatureSize="0",
        upsidedownLabels="0", unplacedVisibility="0", zIndex="0", fontLimitPixelSize="0",
        fontMinPixelSize="3", fontMaxPixelSize="10000",
    )  # fmt: skip
    return element
