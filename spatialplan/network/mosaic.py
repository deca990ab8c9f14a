"""Draw labelled cells as polygons that share their borders, with the stairs of the raster smoothed.

The borders between cells of different labels are smoothed as lines, their meeting points kept, and
made into polygons again: neighbours neither overlap nor part.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiLineString

from spatialplan.network.grid import Grid

__all__ = ["mosaic"]

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]
Ints = NDArray[np.int64]

ROUNDS = 4  # of smoothing: a stair becomes a slope, and no line moves as far as a cell


def mosaic(grid: Grid, label: Ints, blank: int) -> tuple[Ints, Geometries]:
    """Return the labels in ascending order and the area of each.

    Parameters
    ----------
    label
        Of each cell, shape (rows, columns).
    blank
        The label of cells that are not drawn.

    Returns
    -------
    labels : numpy.ndarray
        Without `blank`.
    areas : numpy.ndarray
        True to a cell: a single cell within another label is left out.
    """
    label = _without_specks(label, blank)
    lines = _smooth(_borders(grid, label, blank))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(lines))))
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    column, row = grid.cell_of(inside[:, 0], inside[:, 1])
    of = label[row, column]
    labels = np.unique(of[of != blank])
    areas = np.empty(len(labels), dtype=object)
    areas[:] = [shapely.union_all(faces[of == own]) for own in labels]
    return labels, areas


def _without_specks(label: Ints, blank: int) -> Ints:
    """Return the labels; a cell unlike its four neighbours takes that of most of them."""
    wide = np.pad(label, 1, constant_values=blank)
    beside = [wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:]]
    row, column = np.nonzero((label != blank) & np.all([label != b for b in beside], axis=0))
    around = np.sort([b[row, column] for b in beside], axis=0)
    # Of four in order, one that two or more share stands second or third.
    common = np.where(around[2] == around[3], around[2], around[1])
    kept, size = np.unique(label[label != blank], return_counts=True)
    alone = np.isin(label[row, column], kept[size == 1]) | (common == blank)
    clean = label.copy()
    clean[row[~alone], column[~alone]] = common[~alone]
    return clean


def _borders(grid: Grid, label: Ints, blank: int) -> Geometries:
    """Return the borders between labels, as lines from one meeting point to the next."""
    wide = np.pad(label, 1, constant_values=blank)
    row, column = np.nonzero(wide[1:-1, 1:] != wide[1:-1, :-1])
    upright = np.column_stack([column, row, column, row + 1])
    row, column = np.nonzero(wide[1:, 1:-1] != wide[:-1, 1:-1])
    level = np.column_stack([column, row, column + 1, row])
    ends = np.vstack([upright, level]) + [grid.column, grid.row] * 2
    sides = MultiLineString(list(ends.reshape(-1, 2, 2) * grid.cell_m))
    return np.asarray(shapely.get_parts(shapely.line_merge(sides)), dtype=object)


def _smooth(lines: Geometries) -> Geometries:
    """Return the lines with each point drawn towards its neighbours; the ends of open ones stay."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(np.diff(line, prepend=-1))
    last = np.append(first[1:], len(xy)) - 1
    closed = (xy[first] == xy[last]).all(axis=1)
    before, after = np.arange(len(xy)) - 1, np.arange(len(xy)) + 1
    before[first] = np.where(closed, last - 1, first)
    after[first] = np.where(closed, first + 1, first)
    before[last] = np.where(closed, last - 1, last)
    after[last] = np.where(closed, first + 1, last)
    for _ in range(ROUNDS):
        xy = (xy[before] + 2 * xy + xy[after]) / 4
    return np.asarray(shapely.linestrings(xy, indices=line), dtype=object)
