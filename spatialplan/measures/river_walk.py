"""How continuously paths accompany each bank of a river."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import STRtree

from spatialplan.measures.river import River
from spatialplan.measures.straight import side_of_line

__all__ = ["BankWalk", "walk_along"]

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]

STATION_M = 25.0
SAMPLE_M = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class BankWalk:
    """One bank: share of it with a path beside it, the longest break and where it begins."""

    side: int
    share: float
    break_m: float
    break_at_m: float


def walk_along(
    river: River, paths: Shapes, stretch_m: tuple[float, float], within_m: float
) -> tuple[BankWalk, BankWalk]:
    """Return how far paths accompany the left and the right bank along a stretch of the axis.

    The axis is walked in stations 25 m long. A station's bank is the nearest point of the mapped
    bank on that side, else the axis; it is accompanied when a path of the same side lies within
    `within_m` of it. Paths are sampled every 25 m.

        share = accompanied stations / stations,   break = longest run of stations that are not

    Parameters
    ----------
    paths
        Lines in the river's CRS, shape (k,).
    stretch_m
        Chainages of its ends.
    within_m
        Largest straight distance of a path from the bank.

    Examples
    --------
    >>> import numpy as np
    >>> from shapely import LineString
    >>> from spatialplan.measures.river import river_of
    >>> river = river_of(LineString([(0, 0), (1000, 0)]), np.array([]), 5.0)
    >>> left, right = walk_along(river, np.array([LineString([(0, 30), (500, 30)])]), (0, 1000), 40)
    >>> left.share, left.break_m, left.break_at_m, right.share
    (0.525, 475.0, 525.0, 0.0)
    """
    start, end = stretch_m
    count = max(int(np.ceil((end - start) / STATION_M)), 1)
    step = (end - start) / count
    middle = start + (np.arange(count) + 0.5) * step
    stations = np.asarray(shapely.line_interpolate_point(river.axis, middle), dtype=object)
    edges = shapely.get_parts(shapely.boundary(np.array([river.surface], dtype=object)))
    edge_xy, edge_side = _sided_samples(river, edges)
    banks = {side: _banks(river, stations, edge_xy[edge_side == side]) for side in (1, -1)}
    off = np.array([xy - shapely.get_coordinates(stations) for xy in banks.values()])
    reach_m = float(np.hypot(off[..., 0], off[..., 1]).max()) + within_m
    near = STRtree(paths).query(stations, predicate="dwithin", distance=reach_m)[1]
    path_xy, path_side = _sided_samples(river, paths[np.unique(near)])
    left, right = (
        _bank(side, xy, path_xy[path_side == side], within_m, (start, step))
        for side, xy in banks.items()
    )
    return left, right


def _sided_samples(river: River, lines: Shapes) -> tuple[Floats, NDArray[np.int8]]:
    """Return points of lines at most 25 m apart, shape (k, 2), and their sides of the axis."""
    lines = lines[~shapely.is_missing(lines)]
    xy = shapely.get_coordinates(shapely.segmentize(lines, SAMPLE_M)).reshape(-1, 2)
    if len(xy) == 0:
        return xy, np.empty(0, dtype=np.int8)
    return xy, side_of_line(np.asarray(shapely.points(xy), dtype=object), river.axis)


def _banks(river: River, stations: Shapes, edge: Floats) -> Floats:
    """Return the bank point of each station: of the edge of the water on one side, or its own."""
    xy = shapely.get_coordinates(stations)
    mapped = np.asarray(shapely.intersects(stations, river.surface), dtype=bool)
    if len(edge) and mapped.any():
        xy[mapped] = edge[cKDTree(edge).query(xy[mapped])[1]]
    return xy


def _bank(
    side: int, banks: Floats, paths: Floats, within_m: float, begin: tuple[float, float]
) -> BankWalk:
    """Return what accompanies the stations of a bank; `begin` holds first chainage and step."""
    start, step = begin
    served = np.zeros(len(banks), dtype=bool)
    if len(paths):
        served = np.asarray(cKDTree(paths).query(banks)[0] <= within_m)
    # A break runs from the station after an accompanied one to the next that is accompanied.
    ends = np.flatnonzero(np.concatenate([[True], served, [True]]))
    gap = np.diff(ends) - 1
    longest = int(np.argmax(gap))
    return BankWalk(
        side=side,
        share=float(served.mean()),
        break_m=float(gap[longest] * step),
        break_at_m=float(start + ends[longest] * step),
    )
