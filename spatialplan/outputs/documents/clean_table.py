"""Write an import as a GeoPackage: every row with what was understood of it, and how it was read.

Layers: ``villages``, ``stations`` or ``hubs`` (every data row; no geometry where it has no place),
``columns`` (the original headings), ``aside`` (rows that hold no data), ``datum`` (readings of the
coordinates), ``missing`` (villages of the roster that no row names).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from spatialplan import files
from spatialplan.errors import OutputError
from spatialplan.model.table import ImportedRow, ImportedTable, ImportResult
from spatialplan.model.village import Village
from spatialplan.outputs.documents import import_words as words
from spatialplan.outputs.qgis.geopackage import remove_companions
from spatialplan.outputs.qgis.tables import CRS
from spatialplan.text import Lang, Text

__all__ = ["write_clean"]

_VERSION = "1.3"  # QGIS 3.22 warns about 1.4 on every opening
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # what no SQLite text holds
_FIELDS: Mapping[str, Text] = {
    "state": Text("行状态", "Row state"),
    "notes": Text("问题与处理", "Problems and repairs"),
    "name": Text("名称", "Name"),
    "code": Text("区划代码", "Division code"),
    "old_name": Text("旧名", "Old name"),
    "township": Text("乡镇街道", "Township"),
    "district": Text("县市区", "District"),
    # Read when the layer is imported again; the next two are the same for readers and joins.
    "village": Text("匹配的村", "Matched village"),
    "village_code": Text("匹配的村编码", "Code of the matched village"),
    "village_name": Text("匹配的村名称", "Name of the matched village"),
    "lon": Text("经度（WGS84）", "Longitude (WGS84)"),
    "lat": Text("纬度（WGS84）", "Latitude (WGS84)"),
    "accuracy_m": Text("位置精度（米）", "Accuracy (m)"),
    "population": Text("人口", "Population"),
    "capacity": Text("容量", "Capacity"),
    "tier": Text("级别", "Tier"),
    "parent": Text("隶属站点", "Parent"),
    "opened": Text("开通日期", "Opened"),
    "closed": Text("停用日期", "Closed"),
    "file": Text("文件", "File"),
    "sheet": Text("工作表", "Sheet"),
    "row_number": Text("行号", "Row number"),
    "column_name": Text("字段", "Field"),
    "heading": Text("原来的表头", "Original heading"),
    "position": Text("第几列", "Column number"),
    "meaning": Text("含义", "Meaning"),
    "why": Text("为什么不是数据", "Why it is no data"),
    "content": Text("内容", "Content"),
    "key": Text("坐标系代码", "Datum key"),
    "label": Text("坐标系", "Datum"),
    "is_used": Text("是否采用", "Used"),
    "points": Text("点数", "Points"),
    "inside_share": Text("在所写县区内的比例", "Share in their district"),
    "road_median_m": Text("离路中位数（米）", "Median distance to roads (m)"),
    "score": Text("得分", "Score"),
    "decided_by": Text("依据", "Decided by"),
    "said": Text("结论", "Finding"),
}
_SCHEMA = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
    table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
    scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_data_columns (
    table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT,
    CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name)
);
CREATE TABLE gpkg_data_column_constraints (
    constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
    min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
);
"""
_EXTENSION = """
INSERT INTO gpkg_extensions VALUES
    (?, NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write')
"""


def write_clean(
    result: ImportResult, path: Path, lang: Lang = "zh", villages: Sequence[Village] = ()
) -> None:
    """Write the import as one GeoPackage in CGCS2000 (EPSG:4490); rows in are rows out.

    Original cells are kept as text in fields ``src_c01``…, one for each heading; the headings are
    their aliases and stand in the layer ``columns``.

    Parameters
    ----------
    villages
        The roster, to name the matched and the missing villages; without it they are given by code.

    Raises
    ------
    OutputError
        When the file cannot be written. An older file stays whole.
    """
    fields = _source_fields(result.tables)
    names = {village.code: village.name for village in villages}
    main = _rows(result, fields, names, lang)
    plain = {
        "columns": _columns(result.tables, fields, lang),
        "aside": _aside(result.tables, lang),
        "datum": _datum(result.tables, lang),
        "missing": _missing(result, villages),
    }
    layer = f"{result.kind}s"
    with files.aside(path) as temporary:
        temporary.unlink()  # GDAL wants to make the file itself
        try:
            pyogrio.write_dataframe(
                main, temporary, layer=layer, driver="GPKG", geometry_type="Point",
                dataset_options={"VERSION": _VERSION},
            )  # fmt: skip
            for name, frame in plain.items():
                pyogrio.write_dataframe(_storable(frame), temporary, layer=name, driver="GPKG")
            headings = {name: heading for (heading, _), name in fields.items()}
            _add_aliases(temporary, {layer: main, **plain}, headings, lang)
        except (DataSourceError, DataLayerError, sqlite3.Error) as error:
            raise OutputError(
                f"写不出 GeoPackage {path}（{error}）；请检查磁盘空间和文件夹权限",
                f"cannot write the GeoPackage {path} ({error}); check disk space and permissions",
            ) from error
        finally:
            remove_companions(temporary)
        remove_companions(path)


Fields = Mapping[tuple[str, int], str]


def _source_fields(tables: Sequence[ImportedTable]) -> dict[tuple[str, int], str]:
    """Return the field of each heading and its count within a table: equal ones share a field."""
    keys = dict.fromkeys(key for table in tables for key in _keys(table))
    return {key: f"src_c{number:02d}" for number, key in enumerate(keys, start=1)}


def _keys(table: ImportedTable) -> list[tuple[str, int]]:
    """Return for each column its heading and how many columns before it have the same."""
    seen: dict[str, int] = {}
    keys = []
    for heading in table.read.columns:
        seen[heading] = seen.get(heading, -1) + 1
        keys.append((heading, seen[heading]))
    return keys


def _rows(
    result: ImportResult, fields: Fields, villages: Mapping[str, str], lang: Lang
) -> gpd.GeoDataFrame:
    """Return one record for each data row, placed or not; the roster's names by code."""
    records = [
        _record(row, lang)
        | {"village_code": row.village, "village_name": villages.get(row.village, "")}
        | {"file": table.read.raw.file, "sheet": table.read.raw.sheet, "row_number": row.number}
        | dict(zip((fields[key] for key in _keys(table)), row.cells, strict=True))
        for table in result.tables
        for row in table.rows
    ]
    names = [*list(_FIELDS)[: list(_FIELDS).index("row_number") + 1], *fields.values()]
    # As objects: half a character, which a cell may hold, is no text to every string type.
    frame = pd.DataFrame(records, columns=names, dtype=object)
    numbers = ["lon", "lat", "accuracy_m", "population", "capacity"]
    frame = frame.astype(dict.fromkeys(numbers, float) | {"row_number": "int64"})
    frame = frame.astype(
        dict.fromkeys([n for n in names if n not in (*numbers, "row_number")], object)
    )
    points = gpd.GeoSeries(gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326")
    points = points.where(frame["lon"].notna() & frame["lat"].notna(), None)
    return gpd.GeoDataFrame(_storable(frame), geometry=points.to_crs(CRS))


def _record(row: ImportedRow, lang: Lang) -> dict[str, object]:
    symbol = words.state_symbols()[row.state]
    return {
        "state": f"{symbol.sign} {symbol.label.say(lang)}",
        "notes": words.joined(row.notes, lang),
        "name": row.name, "code": row.code, "old_name": row.old_name, "township": row.township,
        "district": row.district, "village": row.village, "lon": row.lon, "lat": row.lat,
        "accuracy_m": row.accuracy_m, "population": row.population, "capacity": row.capacity,
        "tier": row.tier, "parent": row.parent,
        "opened": row.opened.isoformat() if row.opened else "",
        "closed": row.closed.isoformat() if row.closed else "",
    }  # fmt: skip


def _columns(tables: Sequence[ImportedTable], fields: Fields, lang: Lang) -> pd.DataFrame:
    rows = []
    for table in tables:
        meanings = {at: words.MEANINGS[key].say(lang) for key, at in table.read.meanings.items()}
        rows += [
            (fields[key], key[0], table.read.raw.file, table.read.raw.sheet, at + 1,
             meanings.get(at, ""))
            for at, key in enumerate(_keys(table))
        ]  # fmt: skip
    names = ["column_name", "heading", "file", "sheet", "position", "meaning"]
    return pd.DataFrame(rows, columns=names)


def _aside(tables: Sequence[ImportedTable], lang: Lang) -> pd.DataFrame:
    rows = [
        (
            raw.file,
            raw.sheet,
            raw.numbers[at],
            why.say(lang),
            " | ".join(filter(None, raw.cells[at])),
        )
        for table in tables
        for raw in [table.read.raw]
        for at, why in sorted(table.read.aside.items())
    ]
    return pd.DataFrame(rows, columns=["file", "sheet", "row_number", "why", "content"])


def _datum(tables: Sequence[ImportedTable], lang: Lang) -> pd.DataFrame:
    """Return every reading that was weighed; of a table without any, what was decided."""
    rows = []
    for table in tables:
        raw, found = table.read.raw, table.datum
        about = (found.decided_by, found.said.say(lang))
        weighed: list[tuple[object, ...]] = [
            (score.key, score.label.say(lang), int(score.key == found.key), score.points,
             score.inside_share, score.road_median_m, score.score)
            for score in found.scores
        ]  # fmt: skip
        if found.key not in [score.key for score in found.scores]:
            weighed.append((found.key, found.key, 1, None, None, None, None))
        rows += [(raw.file, raw.sheet, *reading, *about) for reading in weighed]
    names = ["file", "sheet", "key", "label", "is_used", "points", "inside_share",
             "road_median_m", "score", "decided_by", "said"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names)
    return frame.astype(
        dict.fromkeys(["points", "inside_share", "road_median_m", "score"], float)
        | {"is_used": "int64"}
    )


def _missing(result: ImportResult, villages: Sequence[Village]) -> pd.DataFrame:
    known = {village.code: village for village in villages}
    rows = [
        (code, known[code].name, known[code].township, known[code].district)
        if code in known
        else (code, "", "", "")
        for code in (result.roster.missing if result.roster else ())
    ]
    return pd.DataFrame(rows, columns=["code", "name", "township", "district"])


def _storable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts SQLite can hold; where a table has no such column, none."""
    stored = frame.copy()
    for name, column in frame.items():
        if not pd.api.types.is_numeric_dtype(column):
            texts = [_UNSTORABLE.sub("\ufffd", v) if isinstance(v, str) else None for v in column]
            stored[name] = pd.Series(texts, frame.index, dtype=object)
    return stored


def _add_aliases(
    path: Path, frames: Mapping[str, pd.DataFrame], headings: Mapping[str, str], lang: Lang
) -> None:
    """Give each field a title in the reader's language, as the schema extension has it."""
    rows = []
    for table, frame in frames.items():
        for name in frame.columns:
            alias = _FIELDS[name].say(lang) if name in _FIELDS else headings.get(name, "")
            if alias:
                rows.append((table, name, _UNSTORABLE.sub("\ufffd", alias)))
    with closing(sqlite3.connect(path)) as base:
        base.executescript(_SCHEMA)
        base.executemany(_EXTENSION, [("gpkg_data_columns",), ("gpkg_data_column_constraints",)])
        base.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, title) VALUES (?, ?, ?)", rows
        )
        base.commit()
