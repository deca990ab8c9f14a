"""Kernel density of points in metres, its peak near a place, and the core around a peak.

Each point adds Silverman's quartic kernel of the bandwidth h, one in total:

    f(d) = 3 / (π h²) · (1 − d²/h²)²  for d < h, else 0

(Silverman 1986, Density Estimation, eq. 4.5), which is what the heat maps of QGIS (shape quartic,
values scaled) and the kernel density of ArcGIS compute, so that planners find the same surface
there. It is evaluated at the cell centres from the points' own coordinates, not from counts in
cells.

The surface ends where the kernels end, so that no mass is lost at the raster's edge. It does sink
towards the edge of the *data*: give all known points, those beyond the area of interest too.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import contourpy
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter
from shapely import Point, Polygon

from spatialplan.errors import DataError
from spatialplan.network.grid import Grid

__all__ = ["Peak", "Surface", "core_area", "kernel_density", "peak_near"]

Floats = NDArray[np.float64]

BATCH = 50_000  # points spread at once: each touches some hundred cells
SQUARE_KM = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Points per km² at the cell centres of a grid, shape (rows, columns)."""

    grid: Grid
    per_km2: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The densest cell within a search radius.

    `is_summit` is False where a cell beside it is denser: the density rises beyond the radius, and
    the place searched around has no peak of its own.
    """

    x: float
    y: float
    per_km2: float
    is_summit: bool


def kernel_density(x: Floats, y: Floats, bandwidth_m: float, cell_m: float) -> Surface | None:
    """Return the density of points over all cells that they touch; None without points.

    Parameters
    ----------
    x, y
        Points in a projected CRS in metres, shape (n,).
    bandwidth_m
        Radius of the kernel (the "search radius" of GIS programs).
    cell_m
        Cell size; a tenth to a fifth of the bandwidth keeps the sum over the cells true to 1 %.

    Raises
    ------
    DataError
        When a coordinate is missing, or a size is not positive, or the cells are as wide as the
        kernel.

    Examples
    --------
    >>> import numpy as np
    >>> surface = kernel_density(np.array([50.0]), np.array([50.0]), 500.0, 100.0)
    >>> float(round(surface.per_km2.max(), 3))  # 3 / (π 0.5²)
    3.82
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    _check(x, y, bandwidth_m, cell_m)
    if len(x) == 0:
        return None
    grid = Grid.around(x, y, cell_m, bandwidth_m)
    total = np.zeros(grid.rows * grid.columns)
    for start in range(0, len(x), BATCH):
        part = slice(start, start + BATCH)
        cell, weight = _spread(grid, x[part], y[part], bandwidth_m)
        total += np.bincount(cell, weight, minlength=len(total))
    return Surface(grid=grid, per_km2=total.reshape(grid.rows, grid.columns))


def peak_near(surface: Surface, x: float, y: float, radius_m: float) -> Peak | None:
    """Return the densest cell whose centre lies within the radius of a place.

    Of equally dense cells the nearest to the place is taken.

    Returns
    -------
    Peak or None
        None where there is nothing within the radius.
    """
    centre_x, centre_y = surface.grid.centres()
    away = np.hypot(centre_x[None, :] - x, centre_y[:, None] - y)
    near = np.where(away <= radius_m, surface.per_km2, 0.0)
    best = float(near.max(initial=0.0))
    if best <= 0:
        return None
    row, column = np.unravel_index(np.argmin(np.where(near == best, away, np.inf)), near.shape)
    around = maximum_filter(surface.per_km2, size=3, mode="constant")
    return Peak(
        x=float(centre_x[column]),
        y=float(centre_y[row]),
        per_km2=best,
        is_summit=bool(around[row, column] <= best),
    )


def core_area(surface: Surface, peak: Peak, share: float) -> Polygon:
    """Return the area around a peak where the density is at least `share` of the peak's.

    Only the part that is joined to the peak: of several centres each has its own core. The
    contour is linear between the cell centres.

    Raises
    ------
    DataError
        When the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise DataError(
            f"核心等值线的比例 {share} 不在 0 和 1 之间", f"the share {share} is not within 0 and 1"
        )
    padded = np.pad(surface.per_km2, 1)  # a level is closed at the raster's edge
    x, y = (_pad(values, surface.grid.cell_m) for values in surface.grid.centres())
    drawn = contourpy.contour_generator(x, y, padded, fill_type=contourpy.FillType.OuterOffset)
    found: Any = drawn.filled(share * peak.per_km2, np.inf)
    parts = []
    for xy, start in zip(*found, strict=True):
        rings = [xy[a:b] for a, b in pairwise(start)]
        parts.append(Polygon(rings[0], rings[1:]))
    polygons = shapely.get_parts(shapely.make_valid(np.array(parts, dtype=object)))
    polygons = polygons[shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON]
    core: Polygon = polygons[np.argmin(shapely.distance(polygons, Point(peak.x, peak.y)))]
    return core


def _check(x: Floats, y: Floats, bandwidth_m: float, cell_m: float) -> None:
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise DataError(
            "核密度的点有缺失坐标；请先去掉没有坐标的点",
            "points of a kernel density lack coordinates; leave them out first",
        )
    if not 0 < cell_m < bandwidth_m:
        raise DataError(
            f"核密度的网格（{cell_m} 米）须为正数且小于带宽（{bandwidth_m} 米）",
            f"cells ({cell_m} m) must be positive and smaller than the bandwidth ({bandwidth_m} m)",
        )


def _spread(
    grid: Grid, x: Floats, y: Floats, bandwidth_m: float
) -> tuple[NDArray[np.int64], Floats]:
    """Return the cells that points touch and the density each adds there, per km²."""
    reach = int(np.ceil(bandwidth_m / grid.cell_m))
    step = np.arange(-reach, reach + 1)
    right, up = (axis.ravel() for axis in np.meshgrid(step, step))
    column, row = grid.cell_of(x, y)
    centre_x, centre_y = grid.centres()
    # Cells beyond the grid lie beyond the kernel: they are clipped for the look-up, not kept.
    columns, rows = column[:, None] + right, row[:, None] + up
    inside = (columns >= 0) & (columns < grid.columns) & (rows >= 0) & (rows < grid.rows)
    at_x = centre_x[np.clip(columns, 0, grid.columns - 1)]
    at_y = centre_y[np.clip(rows, 0, grid.rows - 1)]
    square = ((at_x - x[:, None]) ** 2 + (at_y - y[:, None]) ** 2) / bandwidth_m**2
    touched = inside & (square < 1)
    weight = 3 / (np.pi * bandwidth_m**2) * (1 - square[touched]) ** 2 * SQUARE_KM
    return (rows * grid.columns + columns)[touched], weight


def _pad(values: Floats, step: float) -> Floats:
    return np.concatenate([[values[0] - step], values, [values[-1] + step]])
