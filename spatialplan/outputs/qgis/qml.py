"""QGIS symbols and renderers as XML, built from the shared style.

Only what QGIS 3.22 and newer read; sizes are millimetres, converted from the web map's pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from spatialplan.outputs.wording import clean

__all__ = [
    "Category",
    "area",
    "band",
    "categorized",
    "child",
    "dash_of",
    "line",
    "marker",
    "marker_mm",
    "option_list",
    "option_map",
    "rgba",
    "single",
    "stacked",
    "to_text",
    "with_middle",
]

MM_PER_PX = 1 / 3.78
WHITE = "255,255,255,255"
_SHAPES = {"cross": "cross_fill"}
_POINTED = {"star": 1.15, "triangle": 1.05, "diamond": 1.1}

Overrides = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One class of a categorised renderer: the stored value, what readers see, its symbol."""

    value: str
    label: str
    symbol: ET.Element


def child(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    """Append an element with attributes and text, freed of characters that XML forbids."""
    element = ET.SubElement(parent, tag, {key: clean(value) for key, value in attributes.items()})
    if text:
        element.text = clean(text)
    return element


def to_text(root: ET.Element) -> str:
    """Return the document QGIS expects around `root`, with its document type."""
    ET.indent(root, " ")
    body = ET.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{body}\n"


def rgba(color: str, alpha: float = 1.0) -> str:
    """Return a ``#rrggbb`` colour as QGIS writes it.

    Examples
    --------
    >>> rgba("#d55e00", 0.5)
    '213,94,0,128'
    """
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},{round(alpha * 255)}"


def dash_of(pattern: str) -> str:
    """Return an SVG dash pattern in pixels as a QGIS one in millimetres; empty text stays."""
    return ";".join(f"{float(part) * MM_PER_PX:.2f}" for part in pattern.split())


def option_map(parent: ET.Element, values: Mapping[str, str], name: str = "") -> ET.Element:
    """Append an ``<Option type="Map">`` of text options."""
    box = child(parent, "Option", type="Map", **({"name": name} if name else {}))
    for key, value in values.items():
        child(box, "Option", type="QString", name=key, value=value)
    return box


def option_list(parent: ET.Element, name: str, pairs: Iterable[tuple[str, str]]) -> ET.Element:
    """Append the list of one-entry maps in which QGIS stores a value map."""
    box = child(parent, "Option", type="List", name=name)
    for label, value in pairs:
        option_map(box, {label: value})
    return box


def _properties(parent: ET.Element, overrides: Overrides) -> None:
    box = child(child(parent, "data_defined_properties"), "Option", type="Map")
    child(box, "Option", type="QString", name="name", value="")
    entries = child(box, "Option", type="Map", name="properties")
    for key, expression in overrides.items():
        entry = child(entries, "Option", type="Map", name=key)
        child(entry, "Option", type="bool", name="active", value="true")
        child(entry, "Option", type="QString", name="expression", value=expression)
        child(entry, "Option", type="int", name="type", value="3")
    child(box, "Option", type="QString", name="type", value="collection")


def _layer(
    parent: ET.Element, kind: str, values: Mapping[str, str], overrides: Overrides, level: int
) -> None:
    attributes = {"class": kind, "enabled": "1", "locked": "0", "pass": str(level)}
    layer = child(parent, "layer", **attributes)
    option_map(layer, values)
    if overrides:
        _properties(layer, overrides)


def _symbol(kind: str) -> ET.Element:
    return ET.Element(
        "symbol", {"type": kind, "name": "0", "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    )


def marker_mm(shape: str, size_mm: float) -> float:
    """Return the size in which QGIS draws a shape as large as the others of its size."""
    return size_mm * _POINTED.get(shape, 1.0)


def marker(
    shape: str,
    size_mm: float,
    fill: str,
    rim: str = WHITE,
    rim_mm: float = 0.25,
    *,
    angle: float = 0,
    overrides: Overrides | None = None,
) -> ET.Element:
    """Return a point symbol; `fill` and `rim` are QGIS colours."""
    values = {
        "name": _SHAPES.get(shape, shape),
        "color": fill,
        "outline_color": rim,
        "outline_style": "solid",
        "outline_width": f"{rim_mm:.2f}",
        "outline_width_unit": "MM",
        "joinstyle": "miter",
        "size": f"{marker_mm(shape, size_mm):.2f}",
        "size_unit": "MM",
        "angle": f"{angle:g}",
    }
    element = _symbol("marker")
    _layer(element, "SimpleMarker", values, overrides or {}, 0)
    return element


def stacked(*symbols: ET.Element) -> ET.Element:
    """Return the first symbol with the layers of the others drawn over its own."""
    first, *others = symbols
    for other in others:
        first.extend(other.findall("layer"))
    return first


def line(
    color: str,
    width_mm: float,
    *,
    dash: str = "",
    casing: bool = False,
    level: int = 0,
    overrides: Overrides | None = None,
) -> ET.Element:
    """Return a line symbol; `dash` is in millimetres, a casing is a wider white line below."""
    element = _symbol("line")
    if casing:
        below = _line_values(rgba("#ffffff", 0.7), width_mm + 0.6)
        _layer(element, "SimpleLine", below, {}, level)
    values = _line_values(rgba(color), width_mm, dash)
    _layer(element, "SimpleLine", values, overrides or {}, level)
    return element


def with_middle(symbol: ET.Element, mark: ET.Element) -> ET.Element:
    """Return a line symbol that also draws a point symbol once, near the middle of each row."""
    attributes = {"class": "GeometryGenerator", "enabled": "1", "locked": "0", "pass": "0"}
    layer = child(symbol, "layer", **attributes)
    where = "closest_point($geometry, centroid($geometry))"
    option_map(layer, {"SymbolType": "Marker", "geometryModifier": where, "units": "MapUnit"})
    layer.append(mark)
    return symbol


def _line_values(color: str, width_mm: float, dash: str = "") -> dict[str, str]:
    return {
        "line_color": color,
        "line_style": "solid",
        "line_width": f"{width_mm:.2f}",
        "line_width_unit": "MM",
        "capstyle": "flat" if dash else "round",
        "joinstyle": "round",
        "customdash": dash or "5;2",
        "customdash_unit": "MM",
        "use_custom_dash": "1" if dash else "0",
    }


def area(
    fill: str,
    outline: str,
    width_mm: float,
    *,
    dash: str = "",
    overrides: Overrides | None = None,
    filled: Overrides | None = None,
) -> ET.Element:
    """Return a polygon symbol; `fill` and `outline` are QGIS colours, an empty fill is none.

    `overrides` are of the outline, `filled` of the fill.
    """
    element = _symbol("fill")
    values = {
        "color": fill or "255,255,255,0",
        "style": "solid" if fill else "no",
        "outline_style": "no",
        "outline_color": outline,
        "joinstyle": "round",
    }
    _layer(element, "SimpleFill", values, filled or {}, 0)
    if width_mm:
        rim = _line_values(outline, width_mm, dash)
        _layer(element, "SimpleLine", rim, overrides or {}, 0)
    return element


def band(color: str, width_mm: float) -> ET.Element:
    """Return a polygon symbol that tints only the inside of the edge, for large areas."""
    element = _symbol("fill")
    values = _line_values(color, width_mm) | {"offset": f"{width_mm / 2:.2f}", "offset_unit": "MM"}
    _layer(element, "SimpleLine", values | {"joinstyle": "miter"}, {}, 0)
    return element


def single(symbol: ET.Element) -> ET.Element:
    """Return a renderer that draws everything with one symbol."""
    renderer = ET.Element(
        "renderer-v2", {"type": "singleSymbol", "symbollevels": "0", "enableorderby": "0"}
    )
    child(renderer, "symbols").append(symbol)
    return renderer


def categorized(column: str, categories: Iterable[Category], *, levels: bool = False) -> ET.Element:
    """Return a renderer by the values of a column; `levels` honours the drawing levels."""
    attributes = {"type": "categorizedSymbol", "attr": column, "enableorderby": "0"}
    renderer = ET.Element("renderer-v2", attributes | {"symbollevels": "1" if levels else "0"})
    entries, symbols = child(renderer, "categories"), child(renderer, "symbols")
    for position, category in enumerate(categories):
        number = str(position)
        child(
            entries, "category", value=category.value, label=category.label,
            symbol=number, render="true",
        )  # fmt: skip
        category.symbol.set("name", number)
        symbols.append(category.symbol)
    return renderer
