"""What a table becomes in PostgreSQL: names, types and values that the server can hold."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatialplan.errors import OutputError
from spatialplan.exchange.package import Loss, Table

__all__ = ["Column", "Laid", "clean", "lay_out", "names_for"]

_MAX_NAME_BYTES = 63
_MAX_INDEXED_BYTES = 2000  # a b-tree takes about 2,700 bytes; an id is never so long
_SYSTEM = ("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid")
_MAX_BIGINT = 2**63 - 1
_BY_KIND = {
    "b": "boolean",
    "i": "bigint",
    "u": "bigint",
    "f": "double precision",
    "M": "timestamp without time zone",
}
_INFERRED = {
    "boolean": "boolean",
    "integer": "bigint",
    "floating": "double precision",
    "mixed-integer-float": "double precision",
    "decimal": "numeric",
    "date": "date",
    "datetime": "timestamp without time zone",
    "time": "time without time zone",
    "bytes": "bytea",
    "string": "text",
    "empty": "text",
}
_SHAPES = {
    0: "Point",
    1: "LineString",
    2: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}
_TO_MULTI: dict[int, Callable[..., Any]] = {
    0: shapely.multipoints,
    1: shapely.multilinestrings,
    2: shapely.multilinestrings,
    3: shapely.multipolygons,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table on the server.

    Attributes
    ----------
    type
        As ``format_type`` spells it; a geometry as ``geometry(Point,4490)``.
    srid
        Of a column whose type cannot tell it because its places have two and three dimensions.
    """

    name: str
    alias: str
    type: str
    values: Sequence[object]
    is_indexed: bool = False
    srid: int = 0

    @property
    def is_place(self) -> bool:
        """Whether the column holds geometries."""
        return self.type.startswith("geometry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A table as it stands on the server; `columns` starts with the primary key."""

    name: str
    title: str
    columns: tuple[Column, ...]


def lay_out(tables: Sequence[Table]) -> tuple[list[Laid], list[Loss]]:
    """Return the tables as PostgreSQL can hold them, and what that changes.

    Raises
    ------
    OutputError
        When a layer has no CRS, or one without an EPSG code, which is how a server names it.
    """
    names = names_for([table.name for table in tables])
    losses = [
        _renamed(table.name, f"表“{table.name}”", f"table {table.name!r}", name)
        for table, name in zip(tables, names, strict=True)
        if name != table.name
    ]
    laid = [_lay_table(table, name, losses) for table, name in zip(tables, names, strict=True)]
    return laid, losses


def names_for(wanted: Sequence[str], taken: Iterable[str] = ()) -> list[str]:
    """Return unique names of at most 63 bytes; those that fit keep their name."""
    used = set(taken)
    found: dict[int, str] = {}
    for at, name in enumerate(wanted):
        if name == _cut(name, _MAX_NAME_BYTES) and name not in used:
            found[at] = name
            used.add(name)
    for at, name in enumerate(wanted):
        if at not in found:
            short, number = _cut(name, _MAX_NAME_BYTES), 1
            while short in used:
                number += 1
                short = _cut(name, _MAX_NAME_BYTES - len(f"_{number}")) + f"_{number}"
            found[at] = short
            used.add(short)
    return [found[at] for at in range(len(wanted))]


def clean(text: str) -> str:
    """Return a text without what UTF-8 on a server cannot hold: NUL and halves of pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _cut(name: str, size: int) -> str:
    """Return what fits into so many bytes, whole characters only, and is never empty."""
    return clean(name).encode("utf-8")[:size].decode("utf-8", "ignore") or "_"


def _renamed(table: str, zh: str, en: str, name: str) -> Loss:
    return Loss(
        table=table,
        zh=f"{zh}的名称服务器不能用（至多 63 字节），写为“{name}”",
        en=f"{en}: the server cannot hold the name (63 bytes at most); written as {name!r}",
        count=1,
    )


def _lay_table(table: Table, name: str, losses: list[Loss]) -> Laid:
    frame = table.frame
    wanted = [str(column) for column in frame.columns]
    names = names_for(wanted, _SYSTEM)
    [key] = names_for([table.key], [*_SYSTEM, *names])
    is_own = frame.index.name == table.key and _is_key(frame.index)
    keys = frame.index.tolist() if is_own else list(range(1, len(frame) + 1))
    columns = [Column(name=key, alias=table.aliases.get(table.key, ""), type="bigint", values=keys)]
    for at, (old, new) in enumerate(zip(wanted, names, strict=True)):
        if old != new:
            losses.append(_renamed(table.name, f"字段“{old}”", f"column {old!r}", new))
        values, alias = frame.iloc[:, at], table.aliases.get(old, "")
        if isinstance(frame, gpd.GeoDataFrame) and old == frame.geometry.name:
            columns.append(_place(frame, table.name, new, alias, losses))
        else:
            columns.append(_column(values, table.name, new, alias, losses))
    return Laid(name=name, title=clean(table.title), columns=tuple(columns))


def _is_key(index: pd.Index) -> bool:
    return bool(pd.api.types.is_integer_dtype(index.dtype) and index.is_unique)


def _column(series: pd.Series, table: str, name: str, alias: str, losses: list[Loss]) -> Column:
    """Return a column; a missing value, NaN too, is NULL."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.dtype.categories.dtype)
    gone = series.isna().to_numpy()
    given = series.astype(object).tolist()
    there = [_plain(value) for value, missing in zip(given, gone, strict=True) if not missing]
    type_ = _type_of(series, there)
    if type_ == "text":
        there = [clean(value if isinstance(value, str) else str(value)) for value in there]
    changed = sum(
        _differs(old, new) for old, new in zip(itertools.compress(given, ~gone), there, strict=True)
    )
    rest = iter(there)
    values = [None if missing else next(rest) for missing in gone]
    if changed:
        losses.append(
            Loss(
                table=table,
                zh=f"字段“{name}”有 {changed} 个值服务器不能照存"
                "（混合类型写为文字，空字符等去掉，时间保留到微秒）",
                en=f"column {name!r}: {changed} values cannot be held as they are "
                "(mixed types become text, NUL characters go, times keep microseconds)",
                count=changed,
            )
        )
    return Column(
        name=name,
        alias=clean(alias),
        type=type_,
        values=values,
        is_indexed=_is_id(name) and _is_short(values),
    )


def _type_of(series: pd.Series, there: Sequence[object]) -> str:
    """Return the type that the dtype tells, or else the values."""
    kind = getattr(series.dtype, "kind", "O")
    type_ = _BY_KIND.get(kind) or _INFERRED.get(pd.api.types.infer_dtype(there), "text")
    if type_ == "bigint":
        return _whole(there)
    if type_ == "timestamp without time zone":
        zones = {isinstance(v, datetime) and v.tzinfo is not None for v in there}
        if zones == {True} or isinstance(series.dtype, pd.DatetimeTZDtype):
            return "timestamp with time zone"
        return "text" if len(zones) > 1 else type_
    return type_


def _whole(values: Sequence[object]) -> str:
    fits = all(isinstance(v, int) and abs(v) <= _MAX_BIGINT for v in values)
    return "bigint" if fits else "numeric"


def _plain(value: object) -> object:
    """Return a value as plain Python has it."""
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime(warn=False)
    return value.item() if isinstance(value, np.generic) else value


def _differs(old: object, new: object) -> bool:
    """Whether a value was changed; one that became a text was, whatever it was before."""
    if isinstance(new, str):
        return not (isinstance(old, str) and old == new)
    return isinstance(old, pd.Timestamp) and old.nanosecond > 0


def _is_id(name: str) -> bool:
    return name.lower() == "id" or name.lower().endswith("_id")


def _is_short(values: Sequence[object]) -> bool:
    return all(len(str(value).encode()) <= _MAX_INDEXED_BYTES for value in values)


def _place(
    frame: gpd.GeoDataFrame, table: str, name: str, alias: str, losses: list[Loss]
) -> Column:
    """Return the column of the geometries; one kind where single and multiple parts are mixed."""
    code = frame.crs.to_epsg() if frame.crs is not None else None
    if code is None:
        raise OutputError(
            f"图层“{table}”的坐标系没有 EPSG 编号，写不进 PostGIS；请用 --crs 指明",
            f"layer {table!r} has no EPSG code, which PostGIS needs; give one with --crs",
        )
    shapes = np.asarray(frame.geometry.array, dtype=object).copy()
    there = ~shapely.is_missing(shapes)
    kinds = {_SHAPES[kind] for kind in np.unique(shapely.get_type_id(shapes[there]))}
    single = {kind for kind in kinds if not kind.startswith("Multi")}
    if len(kinds) == 2 and {f"Multi{kind}" for kind in single} == kinds - single:
        count = _make_multi(shapes)
        kinds -= single
        losses.append(
            Loss(
                table=table,
                zh=f"{count} 个单部件要素写为多部件（同一图层单、多部件混合），位置不变",
                en=f"{count} features of one part are written as multipart; places are the same",
                count=count,
            )
        )
    kind = kinds.pop() if len(kinds) == 1 else "Geometry"
    deep = shapely.has_z(shapes[there])
    is_mixed = bool(deep.any() and not deep.all())
    third = "Z" if deep.any() else ""
    binary = shapely.to_wkb(shapely.set_srid(shapes, code), hex=True, include_srid=True)
    return Column(
        name=name,
        alias=clean(alias),
        type="geometry" if is_mixed else f"geometry({kind}{third},{code})",
        values=binary.tolist(),
        srid=code if is_mixed else 0,
    )


def _make_multi(shapes: NDArray[np.object_]) -> int:
    """Make the single shapes of an array multiple, in place, and return how many they are."""
    kinds = shapely.get_type_id(shapes)
    at = np.flatnonzero(np.isin(kinds, list(_TO_MULTI)))
    for place in at:
        shapes[place] = _TO_MULTI[int(kinds[place])]([shapes[place]])
    return len(at)
