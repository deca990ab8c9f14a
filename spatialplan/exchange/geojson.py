"""GeoJSON of RFC 7946: longitude and latitude on WGS 84, outer rings against the clock."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import mapping

from spatialplan.exchange.columns import Column, finite, without_binary
from spatialplan.exchange.ledger import Done, Ledger, Order
from spatialplan.exchange.names import file_names
from spatialplan.exchange.package import Package, Table
from spatialplan.exchange.reference import WGS84, in_crs

__all__ = ["write"]

_DECIMALS = 7  # one centimetre


def write(package: Package, order: Order) -> Done:
    """Write a .geojson for each layer; rows of a plain table are features without geometry."""
    ledger = Ledger()
    paths = []
    names = file_names([table.name for table in package.tables])
    for table, name in zip(package.tables, names, strict=True):
        columns = finite(without_binary(table, ledger), table, ledger)
        ledger.name(table, name, [(c.name, c.name) for c in columns])
        path = order.folder / f"{name}.geojson"
        _write_collection(path, columns, _rounded(in_crs(table, WGS84), ledger), _ids(columns))
        paths.append(path)
    return ledger.done(paths, "EPSG:4326")


def _rounded(table: Table, ledger: Ledger) -> list[Any]:
    """Return the geometry as the format wants it; None where there is none."""
    if not isinstance(table.frame, gpd.GeoDataFrame):
        return [None] * len(table.frame)
    geometry = np.array(table.frame.geometry.array, dtype=object)
    empty = shapely.is_empty(geometry)
    ledger.add(table, "空几何写为无几何", "empty geometry is written as none", int(empty.sum()))
    geometry[empty] = None
    for has_z in (False, True):
        rows = shapely.has_z(geometry) == has_z
        geometry[rows] = shapely.transform(
            geometry[rows], lambda xyz: xyz.round(_DECIMALS), include_z=has_z
        )
    return list(shapely.orient_polygons(geometry))


def _ids(columns: Sequence[Column]) -> list[Any]:
    """Return the column `id` where it tells the rows apart; else their numbers."""
    rows = len(columns[0].cells) if columns else 0
    for column in columns:
        whole = column.kind in {"text", "int"} and None not in column.cells
        if column.name == "id" and whole and len(set(column.cells)) == rows:
            return list(column.cells)
    return list(range(1, rows + 1))


def _write_collection(
    path: Path, columns: Sequence[Column], geometry: Sequence[Any], ids: Sequence[Any]
) -> None:
    bounds = shapely.total_bounds(np.array([*geometry, None], dtype=object))
    head: dict[str, Any] = {"type": "FeatureCollection"}
    if np.isfinite(bounds).all():
        head["bbox"] = [round(float(value), _DECIMALS) for value in bounds]
    ids = ids or range(1, len(geometry) + 1)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [')
        for number, line in enumerate(_features(columns, geometry, ids)):
            file.write((",\n" if number else "\n") + line)
        file.write("\n]}\n")


def _features(
    columns: Sequence[Column], geometry: Sequence[Any], ids: Sequence[Any]
) -> Iterator[str]:
    for row, (shape, id_) in enumerate(zip(geometry, ids, strict=True)):
        feature = {
            "type": "Feature",
            "id": id_,
            "geometry": None if shape is None else mapping(shape),
            "properties": {column.name: _said(column.cells[row]) for column in columns},
        }
        yield json.dumps(feature, ensure_ascii=False, allow_nan=False)


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
