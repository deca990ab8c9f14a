"""The belt along a ring: what lies within a distance of which section, and what it gathers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

__all__ = ["count_by", "nearest_section"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def nearest_section(
    sections: Sequence[BaseGeometry], shapes: NDArray[np.object_], limit_m: float = np.inf
) -> tuple[IntArray, FloatArray]:
    """Return the nearest section of each shape and the straight distance to it in metres.

    Each shape belongs to one section, so that counts by section add up; the first of several
    equally near. An area that a section runs through is at distance 0.

    Returns
    -------
    tuple of ndarray
        Position of the section, -1 beyond the limit; distance, nan there; shape (k,) each.

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import LineString, points
    >>> north, south = LineString([(0, 9), (9, 9)]), LineString([(0, 0), (9, 0)])
    >>> nearest_section([north, south], points([(5, 7), (5, 1), (5, 50)]), 10.0)
    (array([ 0,  1, -1]), array([ 2.,  1., nan]))
    """
    section = np.full(len(shapes), -1, dtype=np.int64)
    apart = np.full(len(shapes), np.nan)
    if len(shapes):
        most = None if np.isinf(limit_m) else max(limit_m, 1e-9)
        (shape, found), distance = STRtree(np.array(sections, dtype=object)).query_nearest(
            shapes, max_distance=most, return_distance=True
        )
        order = np.lexsort((found, shape))
        first = order[np.unique(shape[order], return_index=True)[1]]
        section[shape[first]], apart[shape[first]] = found[first], distance[first]
    return section, apart


def count_by(group: IntArray, kind: IntArray, shape: tuple[int, int]) -> NDArray[np.int64]:
    """Return how many things of each kind are in each group, shape `shape`; group -1 is none."""
    inside = group >= 0
    cell = group[inside] * shape[1] + kind[inside]
    return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64)
