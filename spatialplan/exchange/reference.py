"""The CRS of what is written: kept, asked for, fixed by the format, or a zone in metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from spatialplan.errors import CrsError
from spatialplan.exchange.package import Table

__all__ = ["WGS84", "code_of", "crs_of", "geometry_of", "in_crs", "zone_of"]

WGS84 = CRS.from_epsg(4326)
_FIRST_ZONE, _FIRST_MERIDIAN, _LAST_MERIDIAN, _ZONE_DEG = 4534, 75, 135, 3


def in_crs(table: Table, crs: CRS | None) -> Table:
    """Return a layer in `crs`; as it is for None, for the same CRS and for a plain table.

    Raises
    ------
    CrsError
        When the layer says no CRS and one is asked for.
    """
    if crs is None or not isinstance(table.frame, gpd.GeoDataFrame):
        return table
    if table.frame.crs is None:
        raise CrsError(
            f"图层“{table.name}”没有坐标系，不能换算到 {code_of(crs)}；请先在 QGIS 中指定",
            f"layer {table.name} has no CRS to come to {code_of(crs)} from; set one in QGIS first",
        )
    return table if table.frame.crs == crs else replace(table, frame=table.frame.to_crs(crs))


def crs_of(table: Table) -> CRS | None:
    """Return the CRS of a layer; None for a plain table and where none is told."""
    return table.frame.crs if isinstance(table.frame, gpd.GeoDataFrame) else None


def geometry_of(table: Table) -> NDArray[np.object_]:
    """Return a shape or None for each row."""
    if not isinstance(table.frame, gpd.GeoDataFrame):
        return np.full(len(table.frame), None, dtype=object)
    return np.array(table.frame.geometry.array, dtype=object)


def code_of(crs: CRS | None) -> str:
    """Return EPSG:code of a CRS, its name where it has no code, and nothing for None."""
    if crs is None:
        return ""
    epsg = crs.to_epsg()
    return f"EPSG:{epsg}" if epsg else str(crs.name)


def zone_of(tables: Sequence[Table]) -> CRS:
    """Return the CGCS2000 zone of three degrees, in metres, around the middle of all layers.

    Layers that are in metres already keep their CRS when all agree.
    """
    layers = [t.frame for t in tables if isinstance(t.frame, gpd.GeoDataFrame) and t.frame.crs]
    found = {layer.crs for layer in layers}
    if len(found) == 1 and (only := next(iter(found))).is_projected:
        return CRS(only)
    bounds = [layer.geometry.to_crs(4490).total_bounds for layer in layers]
    middles = [(b[0] + b[2]) / 2 for b in bounds if np.isfinite(b).all()]
    middle = float(np.median(middles)) if middles else 114.0
    meridian = min(max(round(middle / _ZONE_DEG) * _ZONE_DEG, _FIRST_MERIDIAN), _LAST_MERIDIAN)
    zone: CRS = CRS.from_epsg(_FIRST_ZONE + (meridian - _FIRST_MERIDIAN) // _ZONE_DEG)
    return zone
