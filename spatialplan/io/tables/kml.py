"""KML and KMZ: every placemark is a row, in its order, with the names of its folders."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import shapely
from shapely.errors import ShapelyError

from spatialplan.errors import DataError, SourceError
from spatialplan.io.tables.encoding import Decoded, decode
from spatialplan.io.tables.grid import padded
from spatialplan.io.tables.points import points_of
from spatialplan.io.tables.safe_xml import local_name, parse
from spatialplan.model.table import RawTable
from spatialplan.text import Text

__all__ = ["read_kml", "read_kmz"]

FOLDER, NAME, DESCRIPTION = "文件夹", "名称", "描述"


def read_kmz(content: bytes, file: str) -> RawTable:
    """Return the placemarks of the KML within a KMZ.

    Raises
    ------
    SourceError
        When the archive is damaged or holds no KML.
    DataError
        As `read_kml`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            name = next(n for n in parts.namelist() if n.lower().endswith(".kml"))
            inner = parts.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, StopIteration, RuntimeError) as error:
        raise SourceError(
            f"{file}：KMZ 已损坏或里面没有 KML；请重新导出",
            f"{file}: the KMZ is damaged or holds no KML; export it again",
        ) from error
    return read_kml(decode(inner, file), file)


def read_kml(decoded: Decoded, file: str) -> RawTable:
    """Return the placemarks of a KML text under a header row, numbered 0.

    Columns are the folder, the name, the description, and the extended data by their own names.

    Raises
    ------
    DataError
        When the text is no KML.
    """
    try:
        root = parse(_without_declaration(decoded.text).encode("utf-8"))
    except (ET.ParseError, ValueError) as error:
        raise DataError(
            f"{file}：不是合法的 KML（{error}）；请重新导出",
            f"{file}: not valid KML ({error}); export it again",
        ) from error
    marks = list(_placemarks(root, ""))
    rows = [_attributes(mark, folder) for mark, folder in marks]
    keys = list(dict.fromkeys(k for row in rows for k in row))
    broken: list[int] = []
    shapes = [_shape(mark, number, broken) for number, (mark, _) in enumerate(marks, start=1)]
    points, told = points_of(shapes)
    notes = list(decoded.notes)
    if broken:
        zh, en = "个地标的坐标读不懂，按无坐标处理", "placemarks have unreadable coordinates"
        notes.append(Text(f"{len(broken)} {zh}", f"{len(broken)} {en}"))
    cells = padded(file, [keys, *([row.get(key, "") for key in keys] for row in rows)])
    return RawTable(
        file=file, sheet="", numbers=tuple(range(len(cells))), cells=cells,
        points=(None, *points), crs="EPSG:4326", encoding=decoded.encoding,
        notes=(*notes, *told),
    )  # fmt: skip


def _without_declaration(text: str) -> str:
    """Drop an XML declaration: its encoding was dealt with."""
    text = text.lstrip()
    return text[text.find("?>") + 2 :].lstrip() if text.startswith("<?xml") else text


def _placemarks(element: ET.Element, folder: str) -> Iterator[tuple[ET.Element, str]]:
    for child in element:
        name = local_name(child)
        if name == "Placemark":
            yield child, folder
        elif name in {"Document", "Folder"}:
            inner = _text(child, "name") if name == "Folder" else ""
            yield from _placemarks(child, "/".join(filter(None, (folder, inner))))


def _attributes(mark: ET.Element, folder: str) -> dict[str, str]:
    row = {FOLDER: folder, NAME: _text(mark, "name"), DESCRIPTION: _text(mark, "description")}
    for element in mark.iter():
        key = element.get("name", "")
        match local_name(element):
            case "Data":
                row[key] = _text(element, "value")
            case "SimpleData":
                row[key] = element.text or ""
    return row


def _text(element: ET.Element, name: str) -> str:
    return next((child.text or "" for child in element if local_name(child) == name), "")


def _shape(mark: ET.Element, number: int, broken: list[int]) -> shapely.Geometry | None:
    """Return the geometry of a placemark: a point, line or ring, or several together."""
    shapes = []
    for element in mark.iter():
        kind = local_name(element)
        if kind not in {"Point", "LineString", "LinearRing"}:
            continue
        try:
            xy = [
                tuple(map(float, p.split(",")[:2])) for p in _text(element, "coordinates").split()
            ]
            if xy:
                shapes.append(_drawn(kind, xy))
        except (ValueError, ShapelyError):
            broken.append(number)
            return None
    if len(shapes) > 1:
        return shapely.GeometryCollection(shapes)
    return shapes[0] if shapes else None


def _drawn(kind: str, xy: list[tuple[float, ...]]) -> shapely.Geometry:
    if kind == "Point":
        return shapely.Point(xy[0])
    return shapely.LineString(xy) if kind == "LineString" else shapely.Polygon(xy)
