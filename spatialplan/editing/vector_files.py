"""Read one layer of a vector file of any usual format: texts, geometries, and the CRS it states."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import SourceError
from spatialplan.io.tables.cell_text import text_of
from spatialplan.io.tables.points import points_of
from spatialplan.io.tables.reading import read_tables
from spatialplan.io.tables.vectors import read_shapefile
from spatialplan.model.table import RawTable
from spatialplan.text import Text

__all__ = ["FORMATS", "VectorLayer", "read_layer"]

FORMATS = "shp、geojson、gpkg、fgb、parquet、kml、kmz、dxf、gdb、csv、xlsx"
GDAL_SUFFIXES = {".geojson", ".json", ".gpkg", ".fgb", ".kml", ".kmz", ".dxf", ".gdb"}
TABLE_SUFFIXES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls"}
PARQUET_SUFFIXES = {".parquet", ".geoparquet"}
WKT_NAMES = {"wkt", "geom", "geometry", "geometry_wkt", "the_geom", "几何"}
X_NAMES = {"lon", "lng", "long", "longitude", "x", "经度"}
Y_NAMES = {"lat", "latitude", "y", "纬度"}
OWN_TABLES = {"layer_styles", "qgis_projects"}

Shapes = Sequence[BaseGeometry | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorLayer:
    """A layer as it was read.

    Attributes
    ----------
    name
        Name of the layer or sheet, or of the file.
    columns
        Texts by column, empty where a cell is.
    shapes
        Geometries in the layer's own coordinates, None without.
    crs
        What the file says, empty where it says nothing.
    notes
        What the reader had to decide.
    """

    name: str
    columns: Mapping[str, Sequence[str]]
    shapes: Shapes
    crs: str
    notes: tuple[Text, ...] = ()


def read_layer(path: Path, layer: str | None = None) -> VectorLayer:
    """Return a layer of a file, the only one when none is named.

    Raises
    ------
    SourceError
        When the file is missing, of no known format or damaged, or the layer is not clear.
    DataError
        When a table cannot be decoded.
    """
    if not path.exists():
        raise SourceError(
            f"找不到文件 {path}；请检查路径和文件名", f"no such file: {path}; check the path"
        )
    suffix = path.suffix.lower()
    if suffix == ".shp":
        return _shapefile(path)
    if suffix in PARQUET_SUFFIXES:
        return _parquet(path)
    if suffix in TABLE_SUFFIXES:
        return _table(path, layer)
    if suffix in GDAL_SUFFIXES:
        return _gdal(path, layer)
    raise SourceError(
        f"{path.name}：不认识的格式；可用 {FORMATS}",
        f"{path.name}: unknown format; known are {FORMATS.replace('、', ', ')}",
    )


def _asked(path: Path, question: Callable[[], Any]) -> tuple[Any, tuple[Text, ...]]:
    """Return the answer of a reading library, and its warnings as notes."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            answer = question()
    except (DataSourceError, DataLayerError, FeatureError, GEOSException, OSError,
            ValueError) as error:  # fmt: skip
        said = " ".join(str(error).split())
        raise SourceError(
            f"{path.name}：读不了（{said}）；请检查文件是否完整，或在 QGIS 中另存为 GeoPackage",
            f"{path.name}: cannot be read ({said}); check it, or save it as GeoPackage in QGIS",
        ) from error
    words = dict.fromkeys(" ".join(str(warning.message).split()) for warning in caught)
    return answer, tuple(Text(f"读取提示：{word}", f"the reader says: {word}") for word in words)


def _chosen(path: Path, names: Sequence[str], layer: str | None) -> str:
    """Return the layer to read; it must be named where there are several."""
    if layer in names:
        return str(layer)
    shown = "、".join(names[:30]) or "（无）"
    if layer is not None:
        raise SourceError(
            f"{path.name} 里没有图层“{layer}”；有：{shown}",
            f"{path.name} has no layer {layer!r}; there are: {shown}",
        )
    if not names:
        raise SourceError(
            f"{path.name} 里没有带几何的图层；请检查文件，或在 QGIS 中另存为 GeoPackage",
            f"{path.name} has no layer with geometry; check it, or save it as GeoPackage in QGIS",
        )
    if len(names) > 1:
        raise SourceError(
            f"{path.name} 里有 {len(names)} 个图层；请用 --layer 指明：{shown}",
            f"{path.name} has {len(names)} layers; choose one by --layer: {shown}",
        )
    return names[0]


def _gdal(path: Path, layer: str | None) -> VectorLayer:
    listed, _ = _asked(path, lambda: pyogrio.list_layers(path))
    drawn = [str(name) for name, kind in listed if kind is not None and name not in OWN_TABLES]
    name = _chosen(path, drawn, layer)
    frame, notes = _asked(path, lambda: pyogrio.read_dataframe(path, layer=name))
    return _from_frame(name, frame, notes)


def _parquet(path: Path) -> VectorLayer:
    import geopandas as gpd

    try:
        frame, notes = _asked(path, lambda: gpd.read_parquet(path))
    except ImportError as error:
        raise SourceError(
            f"{path.name}：读 GeoParquet 需要 pyarrow；请安装 pyarrow，或另存为 GeoPackage",
            f"{path.name}: GeoParquet needs pyarrow; pip install pyarrow, or save it as GeoPackage",
        ) from error
    return _from_frame(path.stem, frame, notes)


def _from_frame(name: str, frame: Any, notes: tuple[Text, ...]) -> VectorLayer:
    shapes = frame.geometry
    crs = "" if shapes.crs is None else shapes.crs.to_wkt()
    columns = {
        str(column): [_text(cell) for cell in frame[column]]
        for column in frame.columns
        if column != shapes.name
    }
    return VectorLayer(name=name, columns=columns, shapes=[*shapes], crs=crs, notes=notes)


def _text(cell: Any) -> str:
    if isinstance(cell, list | tuple | np.ndarray | dict):
        return str(cell)
    if cell is None or pd.isna(cell):
        return ""
    return text_of(cell.item() if isinstance(cell, np.generic) else cell)


def _shapefile(path: Path) -> VectorLayer:
    """Read the texts by the encoding that holds for all of them, whatever the .cpg file says."""
    table = read_shapefile(path)
    (meta, _, wkb, _), _ = _asked(
        path, lambda: pyogrio.raw.read(path, encoding="ISO-8859-1", columns=[])
    )
    shapes = [None] * (len(table.cells) - 1) if wkb is None else [*shapely.from_wkb(wkb)]
    columns = {name: [row[i] for row in table.cells[1:]] for i, name in enumerate(table.cells[0])}
    of_points = points_of(shapes)[1]  # what the table says of lines and areas taken as points
    notes = tuple(note for note in table.notes if note not in of_points)
    return VectorLayer(
        name=path.stem, columns=columns, shapes=shapes, crs=meta["crs"] or "", notes=notes
    )


def _table(path: Path, layer: str | None) -> VectorLayer:
    """Read a sheet with a column of WKT, or two of coordinates."""
    sheets = {table.sheet: table for table in read_tables(path) if table.cells}
    table = sheets[_chosen(path, [*sheets], layer)]
    head = next((n for n, row in enumerate(table.cells) if _places(row) is not None), None)
    if head is None:
        raise SourceError(
            f"{path.name}：表中没有 WKT 列，也没有经度、纬度两列；请把列名写成 WKT，或 lon 和 lat",
            f"{path.name}: no column of WKT and none of lon and lat; name them so",
        )
    header, rows = table.cells[head], table.cells[head + 1 :]
    rows = tuple(row for row in rows if any(cell.strip() for cell in row))
    places = _places(header) or ()
    shapes = [_shape(row, places) for row in rows]
    unread = sum(
        shape is None and any(row[i].strip() for i in places)
        for row, shape in zip(rows, shapes, strict=True)
    )
    notes = [*table.notes, *_encoding(table)]
    if unread:
        notes.append(Text(f"{unread} 行的坐标读不懂", f"{unread} rows have unreadable coordinates"))
    columns = {name: [row[i] for row in rows] for i, name in enumerate(header)
               if i not in places and name}  # fmt: skip
    return VectorLayer(
        name=table.sheet or path.stem, columns=columns, shapes=shapes, crs="", notes=tuple(notes)
    )


def _encoding(table: RawTable) -> list[Text]:
    if not table.encoding:
        return []
    return [Text(f"文字按 {table.encoding} 读取", f"the text was read as {table.encoding}")]


def _places(header: Sequence[str]) -> tuple[int, ...] | None:
    """Return the column of WKT, or those of x and y; None when this is no such header."""
    names = [cell.strip().lower() for cell in header]
    for i, name in enumerate(names):
        if name in WKT_NAMES:
            return (i,)
    x = next((i for i, name in enumerate(names) if name in X_NAMES), None)
    y = next((i for i, name in enumerate(names) if name in Y_NAMES), None)
    return None if x is None or y is None else (x, y)


def _shape(row: Sequence[str], places: Sequence[int]) -> BaseGeometry | None:
    cells = [row[i].strip() for i in places]
    try:
        if len(cells) == 1:
            return shapely.from_wkt(cells[0]) if cells[0] else None
        return shapely.Point(float(cells[0]), float(cells[1]))
    except (GEOSException, ValueError):  # counted by the caller as unreadable
        return None
