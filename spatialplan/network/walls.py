"""Barriers between a place and its road: water areas and river lines that no straight leg crosses.

They bound the legs (every leg is tested against the barriers' segments) and the drawn areas (cut
at the shore, split along river lines).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_cdt
from shapely import GeometryType, STRtree
from shapely.geometry.base import BaseGeometry

from spatialplan.errors import DataError
from spatialplan.network.grid import Grid

__all__ = ["Barriers", "Walls"]

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

THINNED = 32  # large pieces hold one of every so many points
LONGEST = 0.9  # of a cell
PAD = 0.01  # of a cell: no leg slips through where a segment touches a cell's corner


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """Barrier segments sorted into the cells of a grid.

    Attributes
    ----------
    clear_m
        Distance that each cell's centre is at least from any segment, shape (rows, columns).
    first, item
        The segments near cell *c* (row by row) are ``item[first[c]:first[c + 1]]``.
    segment
        x and y of both ends, shape (k, 4).
    """

    clear_m: Floats
    first: NDArray[np.int64]
    item: NDArray[np.int64]
    segment: Floats


class Barriers:
    """Water areas and river lines in a projected CRS.

    Parameters
    ----------
    shapes
        Polygons, lines and collections of them; missing and empty ones are passed over.

    Raises
    ------
    DataError
        When there is a point among them.
    """

    def __init__(self, shapes: Geometries) -> None:
        parts = shapely.get_parts(shapely.make_valid(np.asarray(shapes, dtype=object)))
        parts = shapely.get_parts(parts[~shapely.is_empty(parts)])
        kind = shapely.get_type_id(parts)
        points = np.isin(kind, [GeometryType.POINT, GeometryType.MULTIPOINT]).sum()
        if points:
            raise DataError(
                f"障碍物应为水面或河流线，其中有 {points} 个点；请去掉这些点",
                f"barriers are water areas or river lines, {points} are points; remove them",
            )
        is_area = kind == GeometryType.POLYGON
        self.areas: Geometries = parts[is_area]
        self.lines: Geometries = parts[~is_area]
        self._area_tree = STRtree(self.areas)
        self._line_tree = STRtree(self.lines)

    def in_water(self, x: Floats, y: Floats) -> NDArray[np.bool_]:
        """Return whether each point lies within a water area, shape (k,)."""
        inside = np.zeros(len(x), dtype=bool)
        if len(self.areas) == 0:
            return inside
        inside[self._area_tree.query(shapely.points(x, y), predicate="within")[0]] = True
        return inside

    def walls(self, grid: Grid) -> Walls:
        """Return the barriers' segments near the grid, sorted into its cells."""
        frame = grid.box()
        near = [
            shapely.boundary(self.areas[self._area_tree.query(frame)]),
            self.lines[self._line_tree.query(frame)],
        ]
        segment = _segments(np.concatenate(near), LONGEST * grid.cell_m)
        pad = PAD * grid.cell_m
        low_column, low_row = grid.cell_of(
            np.minimum(segment[:, 0], segment[:, 2]) - pad,
            np.minimum(segment[:, 1], segment[:, 3]) - pad,
        )
        high_column, high_row = grid.cell_of(
            np.maximum(segment[:, 0], segment[:, 2]) + pad,
            np.maximum(segment[:, 1], segment[:, 3]) + pad,
        )
        # A segment with its pad is shorter than a cell: its corners' cells are all it touches.
        column = np.concatenate([low_column, high_column, low_column, high_column])
        row = np.concatenate([low_row, low_row, high_row, high_row])
        item = np.tile(np.arange(len(segment)), 4)
        within = (column >= 0) & (column < grid.columns) & (row >= 0) & (row < grid.rows)
        pairs = np.column_stack([row * grid.columns + column, item])[within]
        pairs = np.unique(pairs, axis=0)
        count = np.bincount(pairs[:, 0], minlength=grid.rows * grid.columns)
        free = (count == 0).reshape(grid.rows, grid.columns)
        # The nearest cell with a segment is `far` rows or columns off, its border half a cell less.
        far = distance_transform_cdt(free) if len(pairs) else np.full(free.shape, np.inf)
        return Walls(
            clear_m=np.maximum((far - 0.5) * grid.cell_m, 0.0),
            first=np.concatenate([[0], np.cumsum(count)]),
            item=pairs[:, 1],
            segment=segment,
        )

    def cut(self, area: BaseGeometry, reached: tuple[Floats, Floats]) -> BaseGeometry:
        """Return the area without water, and without what rivers part from all reached points.

        Parameters
        ----------
        reached
            x and y of the points.
        """
        water = self.areas[self._area_tree.query(area, predicate="intersects")]
        rivers = self.lines[self._line_tree.query(area, predicate="intersects")]
        if len(water) == 0 and len(rivers) == 0:
            return area
        bounds = shapely.bounds(area)
        dry = area
        if len(water):
            near = shapely.make_valid(shapely.clip_by_rect(water, *bounds))
            dry = shapely.difference(area, shapely.union_all(near))
        pieces = _split(dry, shapely.clip_by_rect(rivers, *bounds))
        return shapely.union_all(pieces[_holding(pieces, *reached)])


def _segments(lines: Geometries, longest_m: float) -> Floats:
    """Return the straight pieces of lines, none longer than `longest_m`, shape (k, 4)."""
    xy, line = shapely.get_coordinates(
        shapely.get_parts(shapely.segmentize(lines, longest_m)), return_index=True
    )
    same = line[1:] == line[:-1]
    return np.column_stack([xy[:-1][same], xy[1:][same]])


def _holding(pieces: Geometries, x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Return whether each piece holds a point."""
    holds = np.zeros(len(pieces), dtype=bool)
    shapely.prepare(pieces)
    for step in (THINNED, 1):
        for k in np.flatnonzero(~holds):
            low_x, low_y, high_x, high_y = shapely.bounds(pieces[k])
            some_x, some_y = x[::step], y[::step]
            near = (some_x >= low_x) & (some_x <= high_x) & (some_y >= low_y) & (some_y <= high_y)
            holds[k] = shapely.intersects_xy(pieces[k], some_x[near], some_y[near]).any()
    return holds


def _split(area: BaseGeometry, lines: Geometries) -> Geometries:
    """Return the polygons that lines split an area into."""
    if len(lines) == 0:
        return np.asarray(shapely.get_parts(area), dtype=object)
    noded = shapely.union_all([shapely.boundary(area), *lines])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    shapely.prepare(area)
    return np.asarray(faces[shapely.contains(area, shapely.point_on_surface(faces))], dtype=object)
