"""District boundaries, read at run time from the installed package geotool-cn.

They are not copied into this project: the data behind the package comes from DataV.GeoAtlas / Amap
for learning and exchange only, and its notice is carried into every output as the source
``districts``. The numbers are WGS-84 with a residual of up to 5 m from the datum shift.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import geopandas as gpd
import GeoToolCN
import numpy as np
import shapely
from GeoToolCN import GeoTool
from GeoToolCN._gtc import GTCData
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import DataError

__all__ = ["district_boundary", "read_districts"]

UNITS_PER_DEGREE = 1e5


@cache
def _data() -> GTCData:
    folder = next(iter(GeoToolCN.__path__))
    return GTCData(f"{folder}/data/china.full.gtc")


def district_boundary(adcode: str) -> BaseGeometry:
    """Return the boundary of a district by its six-digit code, in WGS-84 degrees.

    Raises
    ------
    DataError
        When the code is unknown.
    """
    index = _data().index_of(adcode)
    decoded = None if index is None else _data().geometry(index)
    if decoded is None:
        raise DataError(
            f"县区界数据没有代码 {adcode}；请核对行政区划代码，或在要素中直接给出几何",
            f"no boundary for code {adcode}; check it, or give the feature a geometry",
        )
    polygons = [
        Polygon(_ring(rings[0]), [_ring(hole) for hole in rings[1:]]) for rings in decoded[1]
    ]
    return shapely.make_valid(MultiPolygon(polygons), method="structure", keep_collapsed=False)


def _ring(xs_ys: tuple[Sequence[float], Sequence[float]]) -> NDArray[np.float64]:
    """Return a decoded ring in degrees, shape (n, 2)."""
    return np.column_stack(xs_ys) / UNITS_PER_DEGREE


def read_districts(adcode: str) -> gpd.GeoDataFrame:
    """Return the districts of a prefecture: ``adcode``, ``name`` and polygons in WGS-84.

    Raises
    ------
    DataError
        When the prefecture is unknown.
    """
    prefix = adcode[:4]
    regions = [r for r in GeoTool().list_regions("district") if r.code.startswith(prefix)]
    if not regions:
        raise DataError(
            f"县区界数据没有地市代码 {adcode}；请核对 plan.toml 的 adcode",
            f"no districts for prefecture {adcode}; check adcode in plan.toml",
        )
    regions.sort(key=lambda region: region.code)
    return gpd.GeoDataFrame(
        {"adcode": [r.code for r in regions], "name": [r.name for r in regions]},
        geometry=[district_boundary(r.code) for r in regions],
        crs="EPSG:4326",
    )
