"""Read the feature tables of a GeoPackage that a run wrote and somebody edited, row by row."""

from __future__ import annotations

import math
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.geometry.base import BaseGeometry

from spatialplan.editing.change_shapes import WGS84
from spatialplan.editing.changes import ATTRIBUTES, NUMBER, Value
from spatialplan.errors import SourceError
from spatialplan.text import Text

__all__ = ["ALL", "PackageRows", "Row", "Told", "read_package"]

ALL = "features_all"
MADE_FROM = re.compile(r"([a-z0-9-]+) features-sha256:([0-9a-f]{64})")
SPATIAL = re.compile(r"features_(?!all$).+")
OWN_TABLES = re.compile(r"layer_styles|qgis_projects|gpkg_.*|rtree_.*|sqlite_.*")
# Columns that a run makes from the plan, the map or the table itself: editing them means nothing.
DERIVED: Mapping[str, str] = MappingProxyType(
    {
        "theme_name": "主题名称", "heading": "条款标题", "quote": "条款引文",
        "parent_name": "上级名称", "evidence": "图上印证", "osm_id": "OSM 编号",
        "osm_name": "OSM 名称", "match_score": "名称相似度", "match_distance_m": "匹配距离",
        "evidence_cause": "印证说明",
    }
)  # fmt: skip
OWN = frozenset({"id", "geometry", *ATTRIBUTES, *DERIVED})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """One row of a feature table: attributes as text or number, its shape in degrees or None.

    Empty cells are empty texts; a column that the table lacks is not in `values`.
    """

    table: str
    fid: int
    id: str
    values: Mapping[str, Value]
    shape: BaseGeometry | None = None

    @property
    def name(self) -> str:
        """Return the name, empty where there is none."""
        return str(self.values.get("name", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is not taken back: where, why and, when whole rows are left out, how many."""

    where: str
    what: Text
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRows:
    """All rows of the feature tables.

    `spatial` are rows of tables with geometry, in the order of tables and rows; `listed` those of
    ``features_all``, None when the package lacks that table; `tables` the names of the former;
    `plan` and `digest` are those from which the package was made, empty where it tells none.
    """

    tables: tuple[str, ...]
    spatial: tuple[Row, ...]
    listed: tuple[Row, ...] | None
    told: tuple[Told, ...]
    plan: str = ""
    digest: str = ""

    @property
    def count(self) -> int:
        """Return how many rows were read."""
        return len(self.spatial) + len(self.listed or ())


def read_package(path: Path) -> PackageRows:
    """Return the rows of the feature tables, and what other tables were edited in vain.

    Raises
    ------
    SourceError
        When the file cannot be read, is no GeoPackage of a run, or a table has no CRS.
    """
    names = _tables(path)
    tables = tuple(name for name in names if SPATIAL.fullmatch(name))
    if not tables and ALL not in names:
        raise SourceError(
            f"{path} 里没有要素表（features_…）；请给出 spatialplan run 写出的 GeoPackage",
            f"{path} holds no feature tables (features_…); give the GeoPackage that "
            "spatialplan run wrote",
        )
    told = [*_other_tables(path, names)]
    frames = {name: _frame(path, name) for name in (*tables, ALL) if name in names}
    for name, frame in frames.items():
        told += _strange_columns(name, frame)
    made_from = _made_from(path)
    return PackageRows(
        tables=tables,
        spatial=tuple(row for name in tables for row in _rows(name, frames[name])),
        listed=tuple(_rows(ALL, frames[ALL])) if ALL in frames else None,
        told=tuple(told),
        plan=made_from[0],
        digest=made_from[1],
    )


def _made_from(path: Path) -> tuple[str, str]:
    """Return the plan and the digest of its features as the metadata of the package keep them."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
        try:
            rows = base.execute("SELECT metadata FROM gpkg_metadata ORDER BY id").fetchall()
        except sqlite3.Error:
            return "", ""  # a package of another program, or one that an editor rewrote
    found = (MADE_FROM.search(str(text)) for (text,) in rows)
    return next(((match[1], match[2]) for match in found if match), ("", ""))


def _tables(path: Path) -> list[str]:
    if not _is_sqlite(path):
        raise SourceError(
            f"找不到 GeoPackage {path}，或它不是 GeoPackage；请给出在 QGIS 中编辑过的 .gpkg 文件",
            f"{path} is missing or no GeoPackage; give the .gpkg that was edited in QGIS",
        )
    try:
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except (DataSourceError, DataLayerError) as error:
        raise _unreadable(path, error) from error


def _is_sqlite(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(15) == b"SQLite format 3"


def _unreadable(path: Path, error: Exception) -> SourceError:
    return SourceError(
        f"读不了 GeoPackage {path}（{error}）；请在 QGIS 中保存编辑、关闭工程后重试",
        f"cannot read the GeoPackage {path} ({error}); save the edits and close QGIS, then retry",
    )


def _frame(path: Path, name: str) -> Any:
    """Return a table with its row ids as index, its geometry in degrees."""
    try:
        frame = pyogrio.read_dataframe(path, layer=name, fid_as_index=True)
    except (DataSourceError, DataLayerError) as error:
        raise _unreadable(path, error) from error
    if name == ALL or "geometry" not in frame.columns:
        return frame
    if frame.crs is None:
        raise SourceError(
            f"{path} 的表 {name} 没有坐标系；请在 QGIS 中用“定义投影”写明后重试",
            f"table {name} of {path} has no CRS; assign one in QGIS and retry",
        )
    return frame.to_crs(WGS84)


def _rows(name: str, frame: Any) -> Iterator[Row]:
    """Yield the rows of a table in its order."""
    columns = [column for column in frame.columns if column != "geometry"]
    cells = [[_value(column, cell) for cell in frame[column]] for column in columns]
    shapes = frame["geometry"] if "geometry" in frame.columns else [None] * len(frame)
    for number, (fid, shape) in enumerate(zip(frame.index, shapes, strict=True)):
        values = {column: cells[c][number] for c, column in enumerate(columns)}
        empty = shape is None or shape.is_empty
        yield Row(
            table=name,
            fid=int(fid),
            id=str(values.get("id", "")).strip(),
            values=values,
            shape=None if empty else shapely.force_2d(shape),
        )


def _value(column: str, cell: Any) -> Value:
    """Return a cell as text, the accuracy as number where it is one; empty text for none."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if column != NUMBER:
        return str(cell).strip() if column == "name" else str(cell)
    try:
        return float(cell)
    except ValueError:  # a table that somebody made anew may hold it as text
        return str(cell)


def _strange_columns(name: str, frame: Any) -> Iterator[Told]:
    strange = [str(c) for c in frame.columns if c not in OWN]
    if strange:
        yield Told(
            where=name,
            what=Text(
                f"要素没有这些属性，未取：{'、'.join(strange)}",
                f"features have no such attributes, not taken: {', '.join(strange)}",
            ),
        )


def _other_tables(path: Path, names: Sequence[str]) -> Iterator[Told]:
    """Yield tables beside the features that were edited or made since the run.

    A run gives all tables one moment of change; whoever edits a table sets another.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            moments = dict(base.execute("SELECT table_name, last_change FROM gpkg_contents"))
    except sqlite3.Error as error:
        raise _unreadable(path, error) from error
    usual = Counter(moments.values()).most_common(1)[0][0]
    for name in names:
        is_features = name == ALL or SPATIAL.fullmatch(name)
        if is_features or OWN_TABLES.fullmatch(name) or moments.get(name, usual) == usual:
            continue
        yield Told(
            where=name,
            what=Text(
                "此表在成果写出后改动过或新建，不回传；村和站点请改原来的表再读入，"
                "新图层请用 spatialplan add-layer",
                "edited or made since the run, and not taken back; edit the sheets of villages and "
                "stations themselves, and bring new layers in with spatialplan add-layer",
            ),
        )
