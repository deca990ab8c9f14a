"""KML and KMZ: a folder for each layer, colours of the maps, columns with their readers' names."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import shapely

from spatialplan.exchange.colours import colours_of
from spatialplan.exchange.columns import Column, finite, wide_as_text, without_binary
from spatialplan.exchange.ledger import Done, Ledger, Order
from spatialplan.exchange.names import unique
from spatialplan.exchange.package import Package, Table
from spatialplan.exchange.reference import WGS84, geometry_of, in_crs
from spatialplan.exchange.shapes import layers_of

__all__ = ["label_column", "write_kml", "write_kmz"]

_SPACE = "http://www.opengis.net/kml/2.2"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LABELS = ("name", "label", "title", "village_name", "id")
_TYPES = {"int": "int", "float": "double", "bool": "bool"}
# What readers take for parts of a place mark itself, whatever the case.
_RESERVED = {
    *("id", "name", "description", "timestamp", "begin", "end", "altitudemode", "tessellate"),
    *("extrude", "visibility", "draworder", "icon", "heading", "tilt", "roll", "snippet"),
    *("address", "phonenumber", "open", "author", "link"),
}
_LONGEST, _INT = 200, 2**31
_DAY_ZERO = (1980, 1, 1, 0, 0, 0)
_FILL = "66"  # opacity of areas, in hexadecimal


def write_kml(package: Package, order: Order) -> Done:
    """Write one .kml with every layer."""
    ledger = Ledger()
    path = order.folder / f"{order.stem}.kml"
    path.write_bytes(_document(package, order, ledger))
    return ledger.done([path], "EPSG:4326")


def write_kmz(package: Package, order: Order) -> Done:
    """Write one .kmz, the same document compressed."""
    ledger = Ledger()
    buffer = BytesIO()
    entry = zipfile.ZipInfo("doc.kml", date_time=_DAY_ZERO)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, _document(package, order, ledger))
    path = order.folder / f"{order.stem}.kmz"
    path.write_bytes(buffer.getvalue())
    return ledger.done([path], "EPSG:4326")


def label_column(columns: Sequence[Column]) -> Column | None:
    """Return the column whose values name the rows, if there is one."""
    by_name = {column.name: column for column in columns}
    return next((by_name[name] for name in _LABELS if name in by_name), None)


def _document(package: Package, order: Order, ledger: Ledger) -> bytes:
    root = ET.Element("kml", xmlns=_SPACE)
    document = ET.SubElement(root, "Document")
    _add(document, "name", order.stem)
    layers = [in_crs(table, WGS84) for table in layers_of(package, ledger)]
    for colour in sorted({colour for table in layers for colour in colours_of(table)}):
        _add_style(document, colour)
    for number, table in enumerate(layers, start=1):
        columns = _columns(table, ledger)
        names = _field_names(columns)
        ledger.name(table, _clean(table.title), zip([c.name for c in columns], names, strict=True))
        named = [replace(c, name=name) for c, name in zip(columns, names, strict=True)]
        said = [table.aliases.get(column.name) or column.name for column in columns]
        # A document in the document is a folder to readers; in a .kmz, GDAL finds the types of
        # the columns only there.
        folder = _add(document, "Document")
        _add(folder, "name", table.title)
        schema = _add(folder, "Schema", id=f"schema{number}", name=table.name)
        for column, alias in zip(named, said, strict=True):
            kind = _TYPES.get(column.kind, "string")
            _add(_add(schema, "SimpleField", type=kind, name=column.name), "displayName", alias)
        _add_marks(folder, f"#schema{number}", table, (label_column(columns), named))
    ET.indent(root, " ")
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _columns(table: Table, ledger: Ledger) -> list[Column]:
    columns = finite(without_binary(table, ledger), table, ledger)
    empty = int(shapely.is_empty(geometry_of(table)).sum())
    ledger.add(table, "空几何写为无几何", "empty geometry is written as none", empty)
    said = (" 32 位", "32 bits")
    columns = [wide_as_text(c, table, ledger, limit=_INT, said=said) for c in columns]
    for column in columns:
        texts = [v for v in column.cells if isinstance(v, str)]
        zh, en = "控制字符和回车符已去掉", "control signs and carriage returns are taken out"
        changed = sum(_clean(text) != text for text in texts)
        ledger.add(table, zh, en, changed, column=column.name)
    return columns


def _field_names(columns: Sequence[Column]) -> list[str]:
    """Return the names of the columns, those that readers would mistake with a stroke behind."""
    names = [_clean(column.name) for column in columns]
    taken = [f"{name}_" if name.casefold() in _RESERVED else name for name in names]
    return unique(taken, _LONGEST)


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _add(parent: ET.Element, tag: str, text: str = "", **told: str) -> ET.Element:
    element = ET.SubElement(parent, tag, {key: _clean(value) for key, value in told.items()})
    element.text = _clean(text) or None
    return element


def _add_style(document: ET.Element, colour: str) -> None:
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    style = _add(document, "Style", id=f"c{colour[1:]}")
    _add(_add(style, "IconStyle"), "color", f"ff{blue}{green}{red}")
    _add(_add(style, "LabelStyle"), "scale", "0.8")
    line = _add(style, "LineStyle")
    _add(line, "color", f"ff{blue}{green}{red}")
    _add(line, "width", "2")
    _add(_add(style, "PolyStyle"), "color", f"{_FILL}{blue}{green}{red}")


def _add_marks(
    folder: ET.Element, schema: str, table: Table, told: tuple[Column | None, Sequence[Column]]
) -> None:
    label, columns = told
    rows = zip(geometry_of(table), colours_of(table), strict=True)
    for row, (geometry, colour) in enumerate(rows):
        mark = _add(folder, "Placemark")
        if label is not None and label.cells[row] is not None:
            _add(mark, "name", str(label.cells[row]))
        _add(mark, "styleUrl", f"#c{colour[1:]}")
        data = _add(_add(mark, "ExtendedData"), "SchemaData", schemaUrl=schema)
        for column in columns:
            if column.cells[row] is not None:
                _add(data, "SimpleData", _said(column.cells[row]), name=column.name)
        if geometry is not None and not geometry.is_empty:
            _add_geometry(mark, geometry)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value)


def _add_geometry(parent: ET.Element, geometry: Any) -> None:
    kind = geometry.geom_type
    if kind in {"Point", "LineString"}:
        _add_coordinates(_add(parent, kind), geometry)
    elif kind == "Polygon":
        polygon = _add(parent, "Polygon")
        if geometry.has_z:
            _add(polygon, "altitudeMode", "absolute")
        for tag, rings in (
            ("outerBoundaryIs", [geometry.exterior]),
            ("innerBoundaryIs", geometry.interiors),
        ):
            for ring in rings:
                line = _add(_add(polygon, tag), "LinearRing")
                _add(line, "coordinates", _coordinates(ring))
    else:
        several = _add(parent, "MultiGeometry")
        for part in geometry.geoms:
            if not part.is_empty:
                _add_geometry(several, part)


def _add_coordinates(element: ET.Element, geometry: Any) -> None:
    if geometry.has_z:
        _add(element, "altitudeMode", "absolute")
    _add(element, "coordinates", _coordinates(geometry))


def _coordinates(geometry: Any) -> str:
    return " ".join(",".join(str(round(v, 9)) for v in place) for place in geometry.coords)
