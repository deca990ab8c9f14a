"""The best of all facilities in doubt: what a village pays at most, and at least.

The facility that is within a limit for certain need not be the nearest, nor the second-nearest:
both may be vaguely placed. The search here is exact and still cheap, for it looks at the farther
facilities only where a limit lies between what the nearest two prove and what others could change.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatialplan.measures.coverage import (
    CostBounds,
    bounds_of,
    combined_accuracy,
    known_accuracy,
    nearest_delta,
    uncertainty,
)
from spatialplan.model.network import Snaps, StreetNetwork
from spatialplan.network.access import By, leg_cost
from spatialplan.network.nearest import NearestTwo
from spatialplan.network.od import cost_matrix, pair_paths

__all__ = ["best_bounds"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
# Snaps, coordinates in the network's CRS, positional accuracy in metres (nan where unknown).
Sites = tuple[Snaps, FloatArray, FloatArray]
_SLACK = 1000.0  # milliseconds or millimetres: more than whole units can round off a path


def best_bounds(
    network: StreetNetwork,
    demand: Sites,
    facilities: Sites,
    found: NearestTwo,
    *,
    by: By,
    limits: tuple[float, ...],
) -> CostBounds:
    """Return bounds over all facilities that are exact as far as the limits can tell.

    The nearest two settle most villages. Where a limit lies between what they prove and what
    farther facilities could still change, the facilities within reach are searched one by one.
    With more facilities the bounds can only fall, but for the rounding of a unit or so where a new
    one parts a road in two, and for paths of equal cost over roads of different accuracy.

    Parameters
    ----------
    demand, facilities
        Snaps, coordinates in the network's CRS, and positional accuracy in metres (nan where
        unknown), as given to `nearest_two`.
    found
        The nearest two by the same cost.
    limits
        In milliseconds or millimetres.
    """
    access_kmh = network.speeds.access_kmh
    accuracy_m = (demand[2], facilities[2])
    bounds = [
        bounds_of(
            found.cost[:, rank],
            nearest_delta(found, rank, accuracy_m, access_kmh=access_kmh, by=by),
            found.facility[:, rank],
        )
        for rank in (0, 1)
    ]
    best = _better(*bounds)
    worst = combined_accuracy(
        demand[2],
        known_accuracy(facilities[2]).max(initial=0.0),
        network.accuracy_m.max(initial=0.0),
    )
    # One unit more for the rounding of the costs.
    widest = leg_cost(network, worst, by) + 1.0
    rows, limit = _undecided(best, found.cost[:, 1], widest, limits)
    if len(rows):
        reach = limit + float(widest[rows].max())
        best = _better(best, _searched(network, demand, facilities, rows, by=by, reach=reach))
    return best


def _better(a: CostBounds, b: CostBounds) -> CostBounds:
    return CostBounds(
        at_most=np.minimum(a.at_most, b.at_most),
        at_least=np.minimum(a.at_least, b.at_least),
        by=np.where(a.at_most <= b.at_most, a.by, b.by),
    )


def _undecided(
    best: CostBounds, second_cost: FloatArray, widest: FloatArray, limits: tuple[float, ...]
) -> tuple[IntArray, float]:
    """Return the villages that a third facility could better, and the highest limit it is about.

    It costs no less than the second and has a δ between nothing and the widest.
    """
    level = np.array(limits)[:, None]
    surer = (second_cost <= level) & (level < best.at_most)
    possible = (second_cost - widest <= level) & (level < best.at_least)
    is_open = (surer | possible) & np.isfinite(second_cost)
    return np.flatnonzero(is_open.any(axis=0)), max(level[is_open.any(axis=1), 0], default=0.0)


def _searched(
    network: StreetNetwork,
    demand: Sites,
    facilities: Sites,
    rows: IntArray,
    *,
    by: By,
    reach: float,
) -> CostBounds:
    """Return the bounds over all facilities within reach of some villages, inf for the others."""
    snaps, xy, accuracy_m = demand
    part = Snaps(
        edge=snaps.edge[rows], along=snaps.along[rows], offset_m=snaps.offset_m[rows],
        x=snaps.x[rows], y=snaps.y[rows],
    )  # fmt: skip
    near = cost_matrix(network, part, xy[rows], *facilities[:2], by=by, limit=reach + _SLACK)
    row, facility = np.nonzero(np.isfinite(near))
    village = rows[row]
    pairs = np.column_stack([village, facility])
    # With all villages on the roads as in the first search, so that costs are rounded alike.
    paths = pair_paths(network, demand[:2], facilities[:2], pairs, by=by, limit=reach)
    accuracy = combined_accuracy(accuracy_m[village], facilities[2][facility], paths.road_m)
    delta = uncertainty(
        accuracy, paths.time_ms, paths.length_m, access_kmh=network.speeds.access_kmh, by=by
    )
    each = bounds_of(paths.cost, delta, facility)
    n = len(accuracy_m)
    at_most, at_least = np.full(n, np.inf), np.full(n, np.inf)
    np.minimum.at(at_most, village, each.at_most)
    np.minimum.at(at_least, village, each.at_least)
    chosen = np.full(n, -1, dtype=np.int64)
    # Written last, the facility that comes first stays.
    tight = np.flatnonzero(each.at_most == at_most[village])[::-1]
    chosen[village[tight]] = facility[tight]
    return CostBounds(at_most=at_most, at_least=at_least, by=chosen)
