"""Draw an area up to barriers and not across them, quad by quad.

A quad is the square between four cell centres. Where a barrier runs through it, it is split there,
and each piece is judged by those of its corners that lie on it, not by the others: a bank is
reached only where one of its own cells is.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from spatialplan.network.chains import counting
from spatialplan.network.grid import Grid
from spatialplan.network.walls import Barriers, Walls

__all__ = ["Shore"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Ints = NDArray[np.int64]

TOUCH_M = 1e-6
CORNERS = ((0, 0), (0, 1), (1, 1), (1, 0))


class Shore:
    """The pieces of the quads of a raster that barriers run through.

    Parameters
    ----------
    grid
        Of the walls.
    near
        The cells that an area may reach, shape (rows, columns): no other is looked at.
    """

    def __init__(self, grid: Grid, near: Bools, walls: Walls, barriers: Barriers) -> None:
        x, y = grid.centres()
        self._grid = grid
        row, column, segments = _crossed(grid, near, walls)
        self._box_row, self._box_column = row, column
        boxes = shapely.box(x[column], y[row], x[column + 1], y[row + 1])
        self._boxes: Geometries = np.asarray(boxes, dtype=object)
        noded = shapely.union_all([*shapely.boundary(self._boxes), *segments])
        faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
        inside = shapely.get_coordinates(shapely.point_on_surface(faces)).reshape(-1, 2)
        half = grid.cell_m / 2
        of_column, of_row = grid.cell_of(inside[:, 0] - half, inside[:, 1] - half)
        chosen = np.zeros((grid.rows, grid.columns), dtype=bool)
        chosen[row, column] = True
        dry = chosen[of_row, of_column] & ~barriers.in_water(inside[:, 0], inside[:, 1])
        self._faces: Geometries = faces[dry]
        self._row: Ints = of_row[dry, None] + np.array([down for down, _ in CORNERS])
        self._column: Ints = of_column[dry, None] + np.array([right for _, right in CORNERS])
        corners = shapely.points(x[self._column], y[self._row])
        self._own: Bools = np.asarray(shapely.intersects(self._faces[:, None], corners))
        self._beside = self._open_borders(STRtree(segments))

    def _open_borders(self, segments: STRtree) -> tuple[Ints, Ints]:
        """Return the pairs of a piece with corners and one without that a border joins."""
        bare = np.flatnonzero(~self._own.any(axis=1))
        one, other = STRtree(self._faces).query(self._faces[bare], predicate="intersects")[::-1]
        other = bare[other]
        apart = (self._row[one] != self._row[other]) | (self._column[one] != self._column[other])
        apart = apart.any(axis=1) & self._own[one].any(axis=1)
        one, other = one[apart], other[apart]
        border = shapely.intersection(self._faces[one], self._faces[other])
        border, pair = shapely.get_parts(border, return_index=True)
        long = shapely.length(border) > TOUCH_M
        pair = pair[long]
        middle = shapely.line_interpolate_point(border[long], 0.5, normalized=True)
        is_open = np.ones(len(pair), dtype=bool)
        is_open[segments.query(middle, predicate="dwithin", distance=TOUCH_M)[0]] = False
        return one[pair[is_open]], other[pair[is_open]]

    def join(self, area: BaseGeometry, grid: Grid, value: Floats) -> BaseGeometry:
        """Return an area with its part in these quads replaced by their reached pieces.

        Parameters
        ----------
        grid
            Of the values, within the grid of the walls.
        value
            At each cell centre, at most 0 where reached, shape (rows, columns).
        """
        down, right = grid.row - self._grid.row, grid.column - self._grid.column
        row, column = self._box_row - down, self._box_column - right
        reached = [_value(value, row + a, column + b) <= 0 for a, b in CORNERS]
        boxes = self._boxes[np.any(reached, axis=0)]
        if len(boxes) == 0:
            return area
        open_land = shapely.difference(area, shapely.coverage_union_all(boxes))
        return shapely.union_all([open_land, *self._reached(value, down, right)])

    def _reached(self, value: Floats, down: int, right: int) -> list[BaseGeometry]:
        """Return the reached parts of the quads."""
        corner = _value(value, self._row - down, self._column - right)
        some: Bools = np.asarray((self._own & (corner <= 0)).any(axis=1))
        is_full: Bools = np.asarray(some & ((corner <= 0) | ~self._own).all(axis=1))
        part = np.flatnonzero(some & ~is_full)
        one, other = self._beside
        is_full[other[is_full[one]]] = True
        x, y = self._grid.centres()
        start = np.column_stack([x[self._column[part, 0]], y[self._row[part, 0]]])
        rings = _inner(corner[part], self._own[part]) * self._grid.cell_m + start[:, None]
        shapes = [shapely.Polygon(ring[~np.isnan(ring[:, 0])]) for ring in rings]
        parts = shapely.intersection(self._faces[part], np.array(shapes, dtype=object))
        return [*parts, shapely.coverage_union_all(self._faces[is_full])]


def _crossed(grid: Grid, near: Bools, walls: Walls) -> tuple[Ints, Ints, Geometries]:
    """Return row and column of the quads that barriers run through, and the segments there."""
    walled = walls.clear_m <= 0
    quad = walled[:-1, :-1] | walled[1:, :-1] | walled[:-1, 1:] | walled[1:, 1:]
    near = maximum_filter(near.astype(np.uint8), size=5)[:-1, :-1] > 0
    row, column = (axis.astype(np.int64) for axis in np.nonzero(quad & near))
    cells = [(row + a) * grid.columns + column + b for a, b in CORNERS]
    cell = np.unique(np.concatenate(cells))
    size = walls.first[cell + 1] - walls.first[cell]
    item = np.unique(walls.item[np.repeat(walls.first[cell], size) + counting(size)])
    lines = shapely.linestrings(walls.segment[item].reshape(-1, 2, 2))
    segments: Geometries = np.asarray(lines, dtype=object)
    x, y = grid.centres()
    boxes = shapely.box(x[column], y[row], x[column + 1], y[row + 1])
    crossed = np.unique(STRtree(segments).query(boxes, predicate="intersects")[0])
    return row[crossed], column[crossed], segments


def _value(value: Floats, row: Ints, column: Ints) -> Floats:
    """Return the values of cells; inf beyond the raster."""
    rows, columns = value.shape
    within = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
    found = value[np.where(within, row, 0), np.where(within, column, 0)]
    return np.where(within, found, np.inf)


def _inner(value: Floats, own: Bools) -> Floats:
    """Return the outline of where each unit quad is reached, after marching squares.

    A corner that is not the piece's own is taken to be like its own ones beside it.

    Parameters
    ----------
    value, own
        Of the corners in their turn, shape (k, 4); of every row one is own and at most 0.

    Returns
    -------
    numpy.ndarray
        Points in their turn, nan where there is none, shape (k, 8, 2).
    """
    weight = np.where(own, value, 0.0)
    count = np.roll(own, 1, axis=1).astype(int) + np.roll(own, -1, axis=1)
    beside = (np.roll(weight, 1, axis=1) + np.roll(weight, -1, axis=1)) / np.maximum(count, 1)
    beside = np.where(count > 0, beside, np.roll(value, 2, axis=1))  # else across
    value = np.where(own, value, beside)
    after = np.roll(value, -1, axis=1)
    corner = np.array([(right, down) for down, right in CORNERS], dtype=float)
    step = np.roll(corner, -1, axis=0) - corner
    changes = (value <= 0) != (after <= 0)
    share = value / np.where(changes, value - after, 1.0)
    ring = np.full((len(value), 8, 2), np.nan)
    ring[:, 0::2] = np.where((value <= 0)[..., None], corner, np.nan)
    ring[:, 1::2] = np.where(changes[..., None], corner + share[..., None] * step, np.nan)
    return ring
