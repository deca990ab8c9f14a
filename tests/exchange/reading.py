"""Read exported files by other code than ours, row by row, under the names of the source."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pyogrio
import shapely
from shapely.geometry import shape

ENDINGS = {"shp": ".shp", "fgb": ".fgb"}
SAYS_NO_EMPTY_TEXT = {"shp", "xlsx", "csv", "kml", "kmz"}
Row = dict[str, Any]


def names_of(folder: Path) -> dict[str, dict[str, dict[str, str]]]:
    """Return by table, by written layer, the written name of each column."""
    with next(folder.glob("*_字段对照.csv")).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))[1:]
    found: dict[str, dict[str, dict[str, str]]] = {}
    for table, _, layer, column, written, _ in [_bare(line) for line in lines]:
        found.setdefault(table, {}).setdefault(layer, {})[column] = written
    return found


def _bare(cells: list[str]) -> list[str]:
    """Take off the apostrophe that keeps text from being run as a formula."""
    return [cell[1:] if re.match("'[=+@-]", cell) else cell for cell in cells]


def rows_of(folder: Path, format_id: str) -> dict[str, dict[int, Row]]:
    """Return the rows of each table by their id; the geometry as `geometry`."""
    result: dict[str, dict[int, Row]] = {}
    for table, layers in names_of(folder).items():
        result[table] = {}
        for layer, columns in layers.items():
            for raw in _read(folder, format_id, layer):
                row = {column: raw.get(written) for column, written in columns.items()}
                row["geometry"] = raw["geometry"]
                result[table][int(row["id"])] = row
    return result


def _read(folder: Path, format_id: str, layer: str) -> Iterator[Row]:
    if format_id == "geoparquet":
        yield from _plain(pq.read_table(folder / f"{layer}.parquet").to_pylist())
    elif format_id == "geojson":
        yield from _from_json(folder / f"{layer}.geojson")
    elif format_id == "csv":
        with (folder / f"{layer}.csv").open(encoding="utf-8-sig", newline="") as file:
            yield from _texts(csv.DictReader(file))
    elif format_id == "xlsx":
        book = openpyxl.load_workbook(next(folder.glob("*.xlsx")))
        heads, *lines = book[layer].iter_rows()
        for cells in lines:
            assert all(cell.data_type != "f" for cell in cells)
            row = {h.value: c.value for h, c in zip(heads, cells, strict=True)}
            yield row | {"geometry": _from_wkt(row.get("geometry_wkt"))}
    else:
        path = folder / f"{layer}{ENDINGS.get(format_id, '')}"
        if format_id in {"gdb", "kml", "kmz"}:
            path = next(folder.glob(f"*.{format_id}"))
            yield from _by_gdal(path, layer)
        else:
            path = path if path.exists() else path.with_suffix(".dbf")
            yield from _by_gdal(path, None)


def _by_gdal(path: Path, layer: str | None) -> Iterator[Row]:
    # GDAL breaks on gaps among the shapes of FlatGeobuf when it reads all at once.
    _, table = pyogrio.raw.read_arrow(path, layer=layer, read_geometry=False)
    shapes = pyogrio.raw.read(path, layer=layer, columns=[])[2]
    for row, raw in zip(table.to_pylist(), _of_length(shapes, table.num_rows), strict=True):
        yield row | {"geometry": None if raw is None else shapely.from_wkb(raw)}


def _of_length(shapes: Any, rows: int) -> Any:
    return [None] * rows if shapes is None else shapes


def _from_json(path: Path) -> Iterator[Row]:
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        place = feature["geometry"]
        yield feature["properties"] | {"geometry": None if place is None else shape(place)}


def _plain(rows: list[Row]) -> Iterator[Row]:
    for row in rows:
        raw = row.get("geometry")
        yield row | {"geometry": None if raw is None else shapely.from_wkb(raw)}


def _texts(rows: Any) -> Iterator[Row]:
    for row in rows:
        typed: Row = dict(row)
        for name, text in row.items():
            if name in {"id", "big_number_of_villages", "big_number_of_villagers"}:
                typed[name] = int(text) if text else None
            elif name == "share":
                typed[name] = float(text) if text else None
            elif name == "is_covered":
                typed[name] = {"true": True, "false": False, "": None}[text]
        yield typed | {"geometry": _from_wkt(row.get("geometry_wkt"))}


def _from_wkt(text: str | None) -> Any:
    return shapely.from_wkt(text) if text else None


def canonical(value: Any, format_id: str) -> Any:
    """Return a value within the stated limits: 1 for true, a day as its midnight."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"{value}T00:00:00"
    if value == "" and format_id in SAYS_NO_EMPTY_TEXT:
        return None
    return value


def same(wanted: Any, found: Any, format_id: str) -> bool:
    """Whether a value is what was written, within the limits that the format states."""
    wanted, found = canonical(wanted, format_id), canonical(found, format_id)
    if isinstance(wanted, float) and isinstance(found, int | float):
        return abs(wanted - found) <= max(1e-15 * abs(wanted), 1e-15)
    if wanted is None or found is None:
        return wanted is found
    return type(wanted) is type(found) and wanted == found


def same_place(wanted: Any, found: Any, format_id: str) -> bool:
    """Whether a geometry is what was written: exactly, or to the decimals that are stated."""
    if wanted is None or found is None:
        return wanted is found
    if wanted.has_z != found.has_z:
        return False
    near = {"geojson": 1e-7, "kml": 1e-9, "kmz": 1e-9, "gdb": 1e-9}.get(format_id, 1e-12)
    if format_id == "geoparquet":
        return shapely.equals_identical(wanted, found)
    return bool(shapely.equals_exact(_single(wanted), _single(found), near))


def _single(geometry: Any) -> Any:
    """Return a geometry in a normal form in which a multiple of one part is that part."""
    geometry = shapely.normalize(geometry)
    if (
        geometry.geom_type != "MultiPoint"
        and hasattr(geometry, "geoms")
        and len(geometry.geoms) == 1
    ):
        return geometry.geoms[0]
    return geometry
