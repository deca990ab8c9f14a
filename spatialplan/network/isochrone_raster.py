"""Spread costs from road points over the cells within reach, and draw areas from them.

A road point *s* of weight w serves a cell centre at distance d as w + d, within its reach and
where the straight leg crosses no barrier. The least of these over all road points is exact: every
pair within reach is looked at, in a compiled loop.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import contourpy
import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_cdt
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from spatialplan.network.grid import Grid
from spatialplan.network.shore import Shore
from spatialplan.network.walls import Barriers, Walls

__all__ = ["Canvas", "Spread", "area_of", "as_multipolygon"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The least weight plus distance of each cell of a grid, and the road point behind it.

    `who` is -1 where nothing came below the ceiling.
    """

    grid: Grid
    value: Floats
    who: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """A grid with the barriers on it; smaller grids within it are drawn on."""

    grid: Grid
    barriers: Barriers
    walls: Walls

    @classmethod
    def over(cls, grid: Grid, barriers: Barriers) -> Canvas:
        """Return the canvas of a grid."""
        return cls(grid=grid, barriers=barriers, walls=barriers.walls(grid))

    def shore(self, x: Floats, y: Floats, reach_m: float) -> Shore:
        """Return the shore of the cells within reach of points."""
        column, row = self.grid.cell_of(x, y)
        empty = np.ones((self.grid.rows, self.grid.columns), dtype=bool)
        empty[row, column] = False
        near = distance_transform_cdt(empty) * self.grid.cell_m <= reach_m + self.grid.cell_m
        return Shore(self.grid, near, self.walls, self.barriers)

    def spread(self, grid: Grid, seeds: Floats, ceiling: float, enough: float) -> Spread:
        """Return the least weight plus distance over a grid within the canvas.

        Parameters
        ----------
        seeds
            x, y, weight and reach of road points in metres, shape (k, 4).
        ceiling
            Value of the cells that no seed brings below it.
        enough
            Value from which on a lower one is not looked for.
        """
        # The best first: later ones seldom improve a cell, and legs are tested only where they do.
        order = np.argsort(seeds[:, 2], kind="stable")
        value = np.full((grid.rows, grid.columns), ceiling)
        who = np.full(value.shape, -1, dtype=np.int64)
        at = (grid.column - self.grid.column, grid.row - self.grid.row)
        origin = (self.grid.column, self.grid.row, self.grid.columns, self.grid.cell_m)
        walls = (self.walls.clear_m, self.walls.first, self.walls.item, self.walls.segment)
        _spread(seeds[order], enough, origin, (at, value, who), walls)
        who[who >= 0] = order[who[who >= 0]]
        return Spread(grid=grid, value=value, who=who)


def area_of(found: Spread, deepest: float, shore: Shore) -> BaseGeometry:
    """Return where the value is at most 0: interpolated between cells, cut at barriers.

    Parameters
    ----------
    deepest
        Values below it are taken for it, whatever else they may be.
    """
    if not (found.value <= 0).any():
        return MultiPolygon()
    value = np.maximum(found.value, deepest)
    return shore.join(_contour(*found.grid.centres(), value), found.grid, value)


def as_multipolygon(shape: BaseGeometry) -> MultiPolygon:
    """Return the polygons of a shape."""
    parts = shapely.get_parts(shape)
    return MultiPolygon([p for p in parts if p.geom_type == "Polygon" and not p.is_empty])


def _contour(x: Floats, y: Floats, value: Floats) -> BaseGeometry:
    """Return the polygons where the surface, linear between the centres, is at most 0."""
    surface = contourpy.contour_generator(x, y, value, fill_type=contourpy.FillType.OuterOffset)
    found: Any = surface.filled(float(value.min()) - 1.0, 0.0)
    polygons = []
    for xy, start in zip(*found, strict=True):
        rings = [xy[a:b] for a, b in pairwise(start)]
        polygons.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.union_all(shapely.make_valid(np.array(polygons, dtype=object)))


def _crosses(leg: Any, wall: Any) -> bool:
    """Tell whether two segments (x, y, x, y) have a point in common."""
    ax, ay, bx, by = leg
    cx, cy, dx, dy = wall
    one = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    two = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
    if (one > 0 and two > 0) or (one < 0 and two < 0):
        return False
    one = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
    two = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
    if (one > 0 and two > 0) or (one < 0 and two < 0):
        return False
    # Only segments of one straight line can still lie apart.
    return bool(
        max(min(ax, bx), min(cx, dx)) <= min(max(ax, bx), max(cx, dx))
        and max(min(ay, by), min(cy, dy)) <= min(max(ay, by), max(cy, dy))
    )


_crosses_fast = njit(cache=True)(_crosses)


def _is_open(leg: Any, origin: Any, walls: Any) -> bool:
    """Tell whether a leg crosses no barrier, walking the cells that it passes.

    After Amanatides & Woo (1987).
    """
    first, item, segment = walls
    x, y = leg[0] / origin[3] - origin[0], leg[1] / origin[3] - origin[1]
    dx, dy = leg[2] / origin[3] - origin[0] - x, leg[3] / origin[3] - origin[1] - y
    column, row = math.floor(x), math.floor(y)
    steps = abs(math.floor(x + dx) - column) + abs(math.floor(y + dy) - row)
    ahead_x = (column + (dx > 0) - x) / dx if dx != 0 else math.inf
    ahead_y = (row + (dy > 0) - y) / dy if dy != 0 else math.inf
    for _ in range(steps + 1):
        cell = row * origin[2] + column
        for k in range(first[cell], first[cell + 1]):
            if _crosses_fast(leg, segment[item[k]]):
                return False
        if ahead_x < ahead_y:
            column += 1 if dx > 0 else -1
            ahead_x += abs(1 / dx)
        elif dy != 0:
            row += 1 if dy > 0 else -1
            ahead_y += abs(1 / dy)
    return True


_is_open_fast = njit(cache=True)(_is_open)


def _spread_seeds(seeds: Any, enough: float, origin: Any, target: Any, walls: Any) -> None:
    """Lower the value of each cell to the least weight plus distance of a seed that sees it."""
    at, value, who = target
    clear, cell = walls[0], origin[3]
    west, south = origin[0] + at[0] + 0.5, origin[1] + at[1] + 0.5
    for seed in range(len(seeds)):
        x, y, weight, reach = seeds[seed]
        low_row = max(math.ceil((y - reach) / cell - south), 0)
        high_row = min(math.floor((y + reach) / cell - south), value.shape[0] - 1)
        for row in range(low_row, high_row + 1):
            to_y = (south + row) * cell
            half = math.sqrt(max(reach**2 - (to_y - y) ** 2, 0.0))
            low = max(math.ceil((x - half) / cell - west), 0)
            high = min(math.floor((x + half) / cell - west), value.shape[1] - 1)
            for column in range(low, high + 1):
                if value[row, column] <= enough:
                    continue
                to_x = (west + column) * cell
                far = math.sqrt((to_x - x) ** 2 + (to_y - y) ** 2)
                if weight + far < value[row, column] and (
                    far < clear[at[1] + row, at[0] + column]
                    or _is_open_fast((to_x, to_y, x, y), origin, walls[1:])
                ):
                    value[row, column] = weight + far
                    who[row, column] = seed


_spread = njit(cache=True)(_spread_seeds)
