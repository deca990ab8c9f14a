"""The carriageway beside a link: two links that only together part the network in two."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

__all__ = ["shares_label", "twin_links"]

Ints = NDArray[np.int64]
Shapes = NDArray[np.object_]


def shares_label(label: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return whether another link has the same label, shape (m,).

    Examples
    --------
    >>> shares_label(np.array([7, 3, 7], dtype=np.uint64)).tolist()
    [True, False, True]
    """
    _, which, count = np.unique(label, return_inverse=True, return_counts=True)
    return np.asarray(count[which.ravel()] > 1)


def twin_links(
    label: NDArray[np.uint64],
    ends: Ints,
    lines: Shapes,
    wanted: Ints,
    within_m: float,
) -> Ints:
    """Return the carriageway beside each wanted link, -1 where there is none, shape (k,).

    A twin has the same label (both together are a cut, see `redundancy`) and runs beside the link:
    the middle of the shorter lies within `within_m` of the longer, and not off its end. Links that
    follow on each other are cuts in pairs too; they are the same road farther on and no twins.

    Parameters
    ----------
    label
        Of the links that come into question, shape (m,).
    ends
        Their end nodes, shape (m, 2).
    lines
        Their lines in metres, shape (m,).
    wanted
        Positions of the links whose twins are asked for, shape (k,).
    """
    found = np.full(len(wanted), -1, dtype=np.int64)
    if len(wanted) == 0:
        return found
    row, other = STRtree(lines).query(lines[wanted], predicate="dwithin", distance=within_m)
    one = wanted[row]
    fits = (one != other) & (label[one] == label[other])
    shared = (ends[one][:, :, None] == ends[other][:, None, :]).any(axis=2).sum(axis=1)
    row, one, other = row[fits], one[fits], other[fits]
    shared = shared[fits]
    shorter = np.where(shapely.length(lines[one]) <= shapely.length(lines[other]), one, other)
    longer = one + other - shorter
    middle = shapely.line_interpolate_point(lines[shorter], 0.5, normalized=True)
    gap = shapely.distance(middle, lines[longer])
    along = shapely.line_locate_point(lines[longer], middle, normalized=True)
    beside = (shared != 1) & (gap <= within_m) & (along > 0) & (along < 1)
    row, other, gap = row[beside], other[beside], gap[beside]
    order = np.lexsort((other, gap))[::-1]  # written last, the nearest stays
    found[row[order]] = other[order]
    return found
