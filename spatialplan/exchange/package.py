"""A GeoPackage as a whole: its layers and tables, with what readers call columns and codes."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from spatialplan.errors import SourceError

__all__ = ["Loss", "Package", "Table", "read_package"]

_SQLITE = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A layer or a plain table.

    Attributes
    ----------
    name
        Unique in the package, ASCII for those of our own.
    title
        What readers call it; the name where nobody said.
    frame
        A `GeoDataFrame` with CRS for a layer (geometry may be missing or empty), a plain frame
        for a table.
    aliases
        What readers call a column, where it is told.
    words
        By column, what readers call the codes that it holds.
    key
        The column of the primary key, which is not in `frame`.
    shape
        The type that the layer is declared with, such as ``MultiPolygon``; known of empty ones too.
    """

    name: str
    title: str
    frame: pd.DataFrame
    aliases: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    key: str = "fid"
    shape: str = "Unknown"

    @property
    def is_spatial(self) -> bool:
        """Whether the rows can have a place."""
        return isinstance(self.frame, gpd.GeoDataFrame)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The tables of one GeoPackage in the order in which it lists them.

    `is_whole` is false where only some of them were chosen.
    """

    path: Path
    tables: tuple[Table, ...]
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What a format cannot hold: told to the user, never dropped silently.

    `count` is of rows, columns or values, as `zh` and `en` say; `column` is empty where the loss
    is of a whole table or of its geometry.
    """

    table: str
    zh: str
    en: str
    count: int
    column: str = ""


def read_package(path: Path) -> Package:
    """Read every feature and attribute table of a GeoPackage; its own bookkeeping is left out.

    Raises
    ------
    SourceError
        When the file is missing, is no GeoPackage, or is damaged.
    """
    try:
        with path.open("rb") as file:
            is_base = file.read(len(_SQLITE)) == _SQLITE
    except OSError as error:
        raise SourceError(
            f"读不了文件 {path}（{error.strerror}）；请检查路径",
            f"cannot read {path} ({error.strerror}); check the path",
        ) from error
    if not is_base:
        raise SourceError(
            f"{path} 不是 GeoPackage；请给出 run、coverage 或 import 写出的 .gpkg 文件",
            f"{path} is no GeoPackage; give the .gpkg that run, coverage or import wrote",
        )
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as base:
            tables = tuple(_read_table(path, base, *row) for row in _contents(base))
    except (sqlite3.Error, pyogrio.errors.DataSourceError) as error:
        raise SourceError(
            f"{path} 已损坏或不是 GeoPackage（{error}）；请重新生成",
            f"{path} is damaged or no GeoPackage ({error}); write it again",
        ) from error
    return Package(path=path, tables=tables)


def _contents(base: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return name and title of the users' tables; mapping tables of relations are not theirs."""
    hidden = {"layer_styles"}
    if _has(base, "gpkgext_relations"):
        hidden |= {n for (n,) in base.execute("SELECT mapping_table_name FROM gpkgext_relations")}
    rows = base.execute(
        "SELECT table_name, identifier FROM gpkg_contents "
        "WHERE data_type IN ('features', 'attributes') ORDER BY rowid"
    )
    return [(name, title or name) for name, title in rows if name not in hidden]


def _read_table(path: Path, base: sqlite3.Connection, name: str, title: str) -> Table:
    frame = pyogrio.read_dataframe(path, layer=name)
    about = pyogrio.read_info(path, layer=name)
    aliases, words = _described(base, name)
    key = next(
        (row[1] for row in base.execute(f"PRAGMA table_info({_quoted(name)})") if row[5]), ""
    )
    kinds = dict(zip(map(str, about["fields"]), map(str, about["dtypes"]), strict=True))
    for column, kind in kinds.items():
        frame = _exact(frame, base, (name, column, key or "rowid"), kind)
    return Table(
        name=name,
        title=title,
        frame=frame,
        aliases=aliases,
        words=words,
        key=key or "fid",
        shape=about["geometry_type"] or "Unknown",
    )


def _exact(
    frame: pd.DataFrame, base: sqlite3.Connection, where: tuple[str, str, str], kind: str
) -> pd.DataFrame:
    """Undo what the reader does to gaps: it makes numbers of whole numbers, days and yes or no."""
    table, column, key = where
    if kind == "datetime64[D]":
        days = pd.to_datetime(frame[column]).dt.date.astype(object)
        return frame.assign(**{column: days.where(frame[column].notna(), None)})
    if not kind.startswith(("bool", "int")) or frame[column].dtype.kind in "iub":
        return frame
    sql = f"SELECT {_quoted(column)} FROM {_quoted(table)} ORDER BY {_quoted(key)}"  # noqa: S608
    values = [row[0] for row in base.execute(sql)]
    if kind == "bool":
        answers = [None if value is None else bool(value) for value in values]
        return frame.assign(**{column: pd.array(answers, dtype="boolean")})
    return frame.assign(**{column: pd.array(values, dtype="Int64")})


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _described(
    base: sqlite3.Connection, name: str
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the names and the words of a table's columns, as the schema extension keeps them."""
    if not _has(base, "gpkg_data_columns"):
        return {}, {}
    rows = base.execute(
        "SELECT column_name, title, constraint_name FROM gpkg_data_columns WHERE table_name = ?",
        (name,),
    ).fetchall()
    aliases = {column: title for column, title, _ in rows if title}
    words = {}
    for column, _, constraint in rows:
        if constraint:
            found = base.execute(
                "SELECT value, description FROM gpkg_data_column_constraints "
                "WHERE constraint_name = ? AND constraint_type = 'enum' ORDER BY rowid",
                (constraint,),
            )
            words[column] = {value: said or value for value, said in found}
    return aliases, words


def _has(base: sqlite3.Connection, table: str) -> bool:
    found = base.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    return found is not None
