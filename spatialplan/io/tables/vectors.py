"""GeoPackage and shapefile: attributes as cells, a point for each feature."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from spatialplan.errors import DataError, SourceError
from spatialplan.io.tables.cell_text import joined_surrogates, text_of
from spatialplan.io.tables.encoding import codec_name, decode_fields
from spatialplan.io.tables.grid import padded
from spatialplan.io.tables.points import points_of
from spatialplan.model.table import RawTable
from spatialplan.text import Text

__all__ = ["read_geopackage", "read_shapefile"]

STYLE_TABLES = {"layer_styles", "qgis_projects"}  # QGIS's own
BYTES_AS_TEXT = "ISO-8859-1"  # every byte is a character of the same number, so none is lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer as it was read.

    `shapes` is an array of geometries, None without; `columns` an array for each field; `notes`
    what the reading library had to say.
    """

    meta: Mapping[str, Any]
    shapes: Any
    columns: Sequence[Any]
    notes: tuple[Text, ...]


def read_geopackage(path: Path) -> list[RawTable]:
    """Return one table for each layer, under a header row of the field names, numbered 0.

    Raises
    ------
    SourceError
        When the file cannot be read.
    DataError
        When a layer is too large.
    """
    layers, _ = _asked(path, lambda: pyogrio.list_layers(path))
    tables = []
    for name in map(str, layers[:, 0]):
        if name in STYLE_TABLES:
            continue
        layer = _read(path, layer=name)
        fields = [str(field) for field in layer.meta["fields"]]
        texts = [
            [joined_surrogates(text_of(_plain(value))) for value in column]
            for column in layer.columns
        ]
        tables.append(_table(path.name, name, layer, fields, texts))
    return tables


def read_shapefile(path: Path) -> RawTable:
    """Return the table of a shapefile.

    Text is read byte for byte and decoded here: as the .cpg file says when that holds for every
    field, else as UTF-8, else as GBK, since .cpg files are often missing or wrong.

    Raises
    ------
    SourceError
        When the file or its companions (.shx, .dbf) cannot be read.
    DataError
        When its texts are in no known encoding, or it is too large.
    """
    layer = _read(path, encoding=BYTES_AS_TEXT)
    names = [str(name) for name in layer.meta["fields"]]
    texts = [[text_of(_plain(value)) for value in column] for column in layer.columns]
    strings = [i for i, column in enumerate(layer.columns) if column.dtype == object]
    flat = [*names, *(text for i in strings for text in texts[i])]
    declared = _declared(path)
    try:
        decoded, encoding, cut = decode_fields([t.encode(BYTES_AS_TEXT) for t in flat], declared)
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path.name}：属性文字不是 UTF-8 也不是 GBK；请在 QGIS 里指定编码，另存为 GeoPackage",
            f"{path.name}: the texts are neither UTF-8 nor GBK; save it as GeoPackage in QGIS",
        ) from error
    rows = len(texts[0]) if texts else 0
    for order, i in enumerate(strings):
        start = len(names) + order * rows
        texts[i] = decoded[start : start + rows]
    table = _table(path.name, "", layer, decoded[: len(names)], texts)
    notes = (*table.notes, *_encoding_notes(declared, encoding, cut))
    return replace(table, encoding=encoding, notes=notes)


def _declared(path: Path) -> str:
    """Return what the .cpg file says, empty text where there is none."""
    for suffix in (".cpg", ".CPG"):
        file = path.with_suffix(suffix)
        if file.is_file():
            return file.read_text(encoding="ascii", errors="replace").strip()
    return ""


def _encoding_notes(declared: str, encoding: str, cut: int) -> list[Text]:
    notes = []
    if not declared:
        zh, en = "没有 .cpg 文件，文字按", "there is no .cpg file; the text was read as"
        notes.append(Text(f"{zh} {encoding} 读取", f"{en} {encoding}"))
    elif codec_name(declared).upper() != encoding:
        zh, en = f".cpg 写的是 {declared}，不对；文字按", f"the .cpg file wrongly says {declared};"
        notes.append(Text(f"{zh} {encoding} 读取", f"{en} the text was read as {encoding}"))
    if cut:
        zh, en = "处文字被截断在半个字上，断处记作 �", "texts were cut within a character (shown �)"
        notes.append(Text(f"{cut} {zh}", f"{cut} {en}"))
    return notes


def _read(path: Path, *, layer: str | None = None, encoding: str | None = None) -> Layer:
    (meta, _, wkb, columns), notes = _asked(
        path, lambda: pyogrio.raw.read(path, layer=layer, encoding=encoding, force_2d=True)
    )
    shapes = None if wkb is None else shapely.from_wkb(wkb, on_invalid="ignore")
    return Layer(meta=meta, shapes=shapes, columns=columns, notes=notes)


def _asked(path: Path, question: Callable[[], Any]) -> tuple[Any, tuple[Text, ...]]:
    """Return GDAL's answer, and its warnings as notes.

    Raises
    ------
    SourceError
        When GDAL cannot read the file.
    """
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            answer = question()
    except (DataSourceError, DataLayerError, ValueError) as error:
        raise _unreadable(path, error) from error
    said = dict.fromkeys(" ".join(str(warning.message).split()) for warning in caught)
    return answer, tuple(Text(f"GDAL 提示：{words}", f"GDAL says: {words}") for words in said)


def _unreadable(path: Path, error: Exception) -> SourceError:
    said = " ".join(str(error).split())
    return SourceError(
        f"{path.name}：读不了（{said}）；shp 须与同名的 .shx、.dbf 放在一起，gpkg 请检查是否完整",
        f"{path.name}: cannot be read ({said}); a .shp needs its .shx and .dbf, "
        "a .gpkg must be whole",
    )


def _plain(value: Any) -> object:
    """Return a Python value for a numpy one, None where it is missing."""
    if isinstance(value, np.datetime64):
        return value.item()
    return value.item() if isinstance(value, np.generic) else value


def _table(
    file: str, name: str, layer: Layer, fields: list[str], texts: list[list[str]]
) -> RawTable:
    shapes = layer.shapes
    bare = 0 if shapes is None else len(shapes)  # rows of a layer without any field
    rows = list(map(list, zip(*texts, strict=True))) if texts else [[] for _ in range(bare)]
    cells = padded(file, [fields, *rows])
    points, told = (None, ()) if shapes is None else points_of(shapes)
    return RawTable(
        file=file,
        sheet=name,
        numbers=tuple(range(len(cells))),
        cells=cells,
        points=None if points is None else (None, *points),
        crs="" if points is None else _crs(layer.meta["crs"]),
        notes=(*layer.notes, *told),
    )


def _crs(told: str | None) -> str:
    """Return the EPSG code of what the file tells, the text itself where it has none."""
    if not told or told.upper().startswith("EPSG:"):
        return told or ""
    try:
        code = CRS.from_user_input(told).to_epsg()
    except CRSError:
        return ""
    return f"EPSG:{code}" if code else told
