"""Split a layer into parts of one shape each, for formats whose layers hold only one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from spatialplan.exchange.ledger import Ledger
from spatialplan.exchange.package import Package, Table
from spatialplan.exchange.reference import geometry_of

__all__ = ["Part", "layers_of", "split"]

_FAMILY = {
    "Point": "point",
    "MultiPoint": "multipoint",
    "LineString": "line",
    "LinearRing": "line",
    "MultiLineString": "line",
    "Polygon": "area",
    "MultiPolygon": "area",
}
_ORDER = ("point", "multipoint", "line", "area")
_SINGLE = {
    "point": ("Point", "Point"),
    "multipoint": ("MultiPoint", "MultiPoint"),
    "line": ("LineString", "MultiLineString"),
    "area": ("Polygon", "MultiPolygon"),
}
_TO_MULTI: dict[str, Any] = {
    "LineString": shapely.multilinestrings,
    "Polygon": shapely.multipolygons,
}


def layers_of(package: Package, ledger: Ledger) -> list[Table]:
    """Return the tables with places; the others, which a format of maps cannot hold, are told."""
    for table in package.tables:
        if not table.is_spatial:
            zh, en = "表没有位置，不写入", "a table without places is not written, rows"
            ledger.add(table, zh, en, len(table.frame), unit="行")
    return [table for table in package.tables if table.is_spatial]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Rows of a layer that share a shape; `shape` is GDAL's name of it, None for a plain table."""

    name: str
    table: Table
    geometry: Sequence[object] | None
    shape: str | None


def split(table: Table, ledger: Ledger) -> list[Part]:
    """Return the parts of a layer, in a fixed order; rows without a place go with the first.

    A collection is taken apart: its members become rows that share its values. A layer whose
    shapes agree keeps its name; otherwise the name ends in the shape.
    """
    if not isinstance(table.frame, gpd.GeoDataFrame):
        return [Part(name=table.name, table=table, geometry=None, shape=None)]
    table = _apart(table, ledger)
    frame = table.frame
    geometry = geometry_of(table)
    empty = shapely.is_empty(geometry)
    ledger.add(table, "空几何写为无几何", "empty geometry is written as none", int(empty.sum()))
    geometry[empty] = None
    families = np.array([_FAMILY[g.geom_type] if g is not None else "" for g in geometry], object)
    there = [family for family in _ORDER if (families == family).any()]
    if not there:
        there = [_FAMILY.get(table.shape.split()[0].removesuffix("Z").strip(), "point")]
    families = np.where(families == "", there[0], families)
    parts = []
    for family in there:
        rows = np.flatnonzero(families == family)
        name = table.name if len(there) == 1 else f"{table.name}_{family}"
        part = replace(table, frame=frame.iloc[rows])
        parts.append(_part(name, part, geometry[rows], family, ledger))
    return parts


def _part(
    name: str,
    table: Table,
    geometry: NDArray[np.object_],
    family: str,
    ledger: Ledger,
) -> Part:
    """Make the shapes of a part equal: all multiple, and all with heights, where one is."""
    single, multiple = _SINGLE[family]
    there = np.array([g is not None for g in geometry], dtype=bool)
    types = {g.geom_type for g in geometry[there]}
    shape = multiple if multiple in types or multiple in table.shape else single
    if shape == multiple and single != multiple:
        geometry = np.array(
            [
                _TO_MULTI[single]([g]) if g is not None and g.geom_type == single else g
                for g in geometry
            ],
            dtype=object,
        )
    has_z = shapely.has_z(geometry)
    if has_z.any():
        flat = there & ~has_z
        zh, en = "没有高程的几何补高程 0", "geometry without height is given height 0"
        ledger.add(table, zh, en, int(flat.sum()))
        geometry = np.where(flat, shapely.force_3d(geometry, 0.0), geometry)
        shape = f"{shape} Z"
    return Part(name=name, table=table, geometry=list(geometry), shape=shape)


def _apart(table: Table, ledger: Ledger) -> Table:
    """Return a layer whose collections are replaced by their members."""
    frame = table.frame
    kinds = np.array([g.geom_type if g is not None else "" for g in frame.geometry], dtype=object)
    mixed = kinds == "GeometryCollection"
    zh = "混合几何拆成单一几何，属性随每一部分重复"
    en = "mixed collections are taken apart; each part repeats the values"
    ledger.add(table, zh, en, int((mixed & ~frame.geometry.is_empty.to_numpy()).sum()))
    while mixed.any():
        taken = frame[mixed & ~frame.geometry.is_empty.to_numpy()]
        void = frame[mixed & frame.geometry.is_empty.to_numpy()]
        rest = frame[~mixed]
        bare = void.set_geometry(gpd.GeoSeries([None] * len(void), index=void.index, crs=frame.crs))
        members = taken.explode(index_parts=False)
        frame = gpd.GeoDataFrame(
            pd.concat([part for part in (rest, bare, members) if len(part)]),
            geometry=frame.geometry.name,
            crs=frame.crs,
        ).sort_index(kind="stable")
        kinds = np.array([g.geom_type if g is not None else "" for g in frame.geometry], object)
        mixed = kinds == "GeometryCollection"
    return replace(table, frame=frame)
