"""A GeoPackage of every shape and every type of value, with hostile names, made by GDAL alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from shapely import (
    GeometryCollection,
    LineString,
    MultiLineString,
    MultiPoint,
    MultiPolygon,
    Point,
    Polygon,
    box,
)

from tests import sample

EMOJI = "📦村委会👩‍👩‍👧"
RTL = "\u202egnp.exe\u202c"
TEXTS = [
    sample.LONG,
    EMOJI,
    sample.HOSTILE,
    "=1+1",
    "第一行\n第二行",
    RTL,
    'a,"b";c',
    None,
    "",
    "-5",
]
INTS = [2**53 + 1, -(2**62), 0, None, 5, 6, 7, 8, 9, 10]
SMALL = [1, -2, None, 4, 5, 6, 7, 8, 9, 2**31 - 1]
FLOATS = [1 / 3, -1e-9, None, 123456.789, 0.0, 2.5, 1e6, -0.1, 27.83, 112.94]
BOOLS = [True, False, None, True, True, False, False, True, True, False]
DAYS = [date(2026, 11, 22), None, date(1949, 10, 1), *[date(2020, 2, 29)] * 7]
TIMES = [
    datetime.fromisoformat("2026-11-22T08:30:15"),
    None,
    *[datetime.fromisoformat("2000-01-01T00:00:00")] * 8,
]

HOLED = Polygon(
    [(112.1, 27.1), (112.1, 27.9), (112.9, 27.9), (112.9, 27.1)],
    [[(112.4, 27.4), (112.6, 27.4), (112.6, 27.6)]],
)
TWO = MultiPolygon([box(112, 27, 112.1, 27.1), HOLED])
LINE = LineString([(112.123456789012, 27.5), (112.5, 27.6), (112.6, 27.9)])
LAYERS: dict[str, tuple[str, list[Any]]] = {
    "points": ("Point", [Point(112.94, 27.83), None, Point(), Point(112.123456789, 27)]),
    "multipoints": ("MultiPoint", [MultiPoint([(112, 27), (113, 28)]), None]),
    "lines": ("LineString", [LINE, LINE.reverse()]),
    "multilines": ("MultiLineString", [MultiLineString([LINE, [(112, 27), (112.1, 27)]])]),
    "areas": ("Polygon", [HOLED, box(112, 27, 113, 28)]),
    "multiareas": ("MultiPolygon", [TWO, MultiPolygon([HOLED]), None]),
    "heights": ("Point Z", [Point(112, 27, 55.5), Point(112.5, 27.5, -3.25)]),
    "high_areas": ("Polygon Z", [shapely.force_3d(HOLED, 12.5)]),
    "mixed": ("Unknown", [Point(112, 27), LINE, HOLED, MultiPolygon([HOLED]), None]),
    "nothing": ("MultiPolygon", []),
    "no_places": ("LineString", [None, None]),
    "ten": ("Point", [Point(112 + i / 10, 27) for i in range(10)]),
}
COLLECTION = GeometryCollection([Point(112, 27), LINE, GeometryCollection([HOLED])])
HOSTILE_LAYER = "图层<script>'\"；DROP"


def write_zoo(path: Path, layers: dict[str, tuple[str, list[Any]]] | None = None) -> Path:
    """Write the zoo; every row has a number of its own in the column `id`."""
    for name, (shape, shapes) in (layers or LAYERS).items():
        geometry = shapely.to_wkb(np.array([*shapes, None], dtype=object)[:-1])
        _write(path, name, shape, geometry, len(shapes), "EPSG:4490")
    _write(path, "plain", None, None, 10, None)
    _describe(path)
    return path


def _write(path: Path, name: str, shape: Any, geometry: Any, rows: int, crs: str | None) -> None:
    fields = {
        "id": np.arange(1, rows + 1, dtype="int64"),
        "name": np.array([*TEXTS[:rows], None], dtype=object)[:-1],
        "big_number_of_villages": (INTS, "int64", 0),
        "big_number_of_villagers": (SMALL, "int32", 0),
        "share": (FLOATS, "float64", np.nan),
        "is_covered": (BOOLS, "bool", False),
        "day": (DAYS, "datetime64[D]", "NaT"),
        "seen": (TIMES, "datetime64[ms]", "NaT"),
    }
    data, masks = [], []
    for value in fields.values():
        if isinstance(value, tuple):
            values, kind, fill = value
            mask = [v is None for v in values[:rows]]
            data.append(np.array([fill if v is None else v for v in values[:rows]], dtype=kind))
        else:
            data.append(value)
            mask = [v is None for v in value]
        masks.append(np.array(mask, dtype=bool))
    pyogrio.raw.write(
        path, geometry, data, list(fields), field_mask=masks, layer=name, driver="GPKG",
        geometry_type=shape, crs=crs, encoding="UTF-8",
    )  # fmt: skip


def _describe(path: Path) -> None:
    """Give the layer of areas a title, its columns aliases and the kinds words."""
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("UPDATE gpkg_contents SET identifier = '行政村' WHERE table_name = 'areas'")
        base.execute(
            "CREATE TABLE IF NOT EXISTS gpkg_data_columns (table_name TEXT, column_name TEXT, "
            "name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT)"
        )
        base.execute(
            "CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (constraint_name TEXT, "
            "constraint_type TEXT, value TEXT, min REAL, min_is_inclusive INT, max REAL, "
            "max_is_inclusive INT, description TEXT)"
        )
        base.execute(
            "INSERT INTO gpkg_data_columns (table_name, column_name, title, constraint_name) "
            "VALUES ('areas', 'name', '=名称', 'words')"
        )
        base.execute(
            "INSERT INTO gpkg_data_column_constraints (constraint_name, constraint_type, value, "
            "description) VALUES ('words', 'enum', 'a', '甲'), ('words', 'enum', 'b', '=乙')"
        )
