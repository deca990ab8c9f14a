"""A corridor along its roads: classes by chainage, and how far a drawn line agrees with a path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

__all__ = ["Run", "class_runs", "class_shares", "line_agreement"]

Floats = NDArray[np.float64]
SAMPLE_M = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of one road class, by chainage in metres."""

    road_class: str
    start_m: float
    end_m: float


def class_runs(road_class: Sequence[str], length_m: Floats, start_m: float = 0.0) -> list[Run]:
    """Return the stretches of one class that a sequence of edges makes.

    Parameters
    ----------
    road_class, length_m
        Of each edge in the order of travel.
    start_m
        Chainage at which the sequence begins.

    Examples
    --------
    >>> import numpy as np
    >>> [(r.road_class, r.end_m) for r in class_runs(["a", "a", "b"], np.array([1.0, 2.0, 4.0]))]
    [('a', 3.0), ('b', 7.0)]
    """
    if len(length_m) == 0:
        return []
    names = np.asarray(road_class, dtype=object).astype(str)
    new = np.concatenate([[True], names[1:] != names[:-1]])
    ends = start_m + np.cumsum(length_m)
    last = np.append(np.flatnonzero(new)[1:] - 1, len(names) - 1)
    starts = np.concatenate([[start_m], ends[last][:-1]])
    return [
        Run(road_class=str(name), start_m=float(a), end_m=float(b))
        for name, a, b in zip(names[new], starts, ends[last], strict=True)
    ]


def class_shares(road_class: Sequence[str], length_m: Floats) -> dict[str, float]:
    """Return the share of the length in each class, the greatest first; empty without length.

    Examples
    --------
    >>> import numpy as np
    >>> class_shares(["a", "b", "a"], np.array([1.0, 1.0, 2.0]))
    {'a': 0.75, 'b': 0.25}
    """
    total = float(length_m.sum())
    if total <= 0:
        return {}
    names, which = np.unique(np.asarray(road_class, dtype=object).astype(str), return_inverse=True)
    share = np.bincount(which.ravel(), weights=length_m) / total
    return {str(names[i]): float(share[i]) for i in np.lexsort((names, -share)) if share[i] > 0}


def line_agreement(path: BaseGeometry, drawn: BaseGeometry, within_m: float) -> tuple[float, float]:
    """Return the share of a path that lies within a distance of a drawn line, and its farthest.

    The path is sampled every 100 m at most; the farthest of its points is the directed Hausdorff
    distance (Hausdorff 1914), and the share is that of the samples' length within the distance, so
    that a single stray bend does not decide.

    Parameters
    ----------
    path, drawn
        Lines in a projected CRS in metres; the path has a length.
    within_m
        Distance that still counts as on the line, in metres.

    Examples
    --------
    >>> from shapely import LineString
    >>> axis = LineString([(0, 0), (1000, 0)])
    >>> line_agreement(LineString([(0, 0), (500, 0), (500, 500)]), axis, 100.0)
    (0.6, 500.0)
    """
    parts = shapely.get_parts(shapely.segmentize(path, SAMPLE_M))
    xy, part = shapely.get_coordinates(parts, return_index=True)
    same = part[1:] == part[:-1]
    a, b = xy[:-1][same], xy[1:][same]
    length = np.hypot(*(b - a).T)
    middle = shapely.distance(shapely.points((a + b) / 2), drawn)
    farthest = shapely.distance(shapely.points(xy), drawn).max()
    return float(length[middle <= within_m].sum() / length.sum()), float(farthest)
