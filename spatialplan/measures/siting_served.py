"""p-median where not all can be served: the greatest weight first, then the least cost.

Also with capacities and more pairs than a program holds: then only the likely pairs are looked at,
and the proved bound is that of the problem without capacities, which can only be cheaper.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from spatialplan.measures import siting_capacity, siting_cover, siting_median, siting_model

__all__ = ["cost_of", "serve_likely", "serve_most"]

FloatArray = NDArray[np.float64]
PENALTY = 4.0  # first price of unserved demand, in greatest costs; raised tenfold where too low
PENALTY_ROUNDS = 8
MAX_PAIRS = 40_000  # of rows and columns that one program of assignment holds
NEAREST_MIN = 10


def serve_most(
    cost: FloatArray, p: int, weight: FloatArray, existing: int, time_limit_s: float
) -> siting_median.MedianAnswer:
    """Serve the greatest weight, then at the least cost: unserved demand costs a rising price.

    With μ the price and U* the least weight that stays unserved, cost ≥ bound(μ) − μ U* for every
    answer that leaves no more than that unserved.
    """
    until = time.monotonic() + time_limit_s
    matter = np.isfinite(cost).any(axis=1) & (weight > 0)
    cost, weight = cost[matter], weight[matter]
    fixed = cost[:, :existing].min(axis=1, initial=np.inf)
    new = cost[:, existing:] * weight[:, None]
    price = PENALTY * max(float(cost[np.isfinite(cost)].max(initial=0.0)), 1.0)
    least, most = 0.0, None
    for _ in range(PENALTY_ROUNDS):
        fallback = weight * np.where(np.isfinite(fixed), fixed, price)
        left = until - time.monotonic()
        found = siting_median.least_cost(new, fallback, p, left, unavoidable=price * least)
        value, unserved = cost_of(cost, weight, existing, found.columns)
        if unserved <= least * (1 + siting_model.REL_GAP):
            bound = value if found.proved else max(found.bound - price * least, 0.0)
            return siting_median.MedianAnswer(
                columns=found.columns, bound=bound, proved=found.proved
            )
        if most is None:
            most = _most_served(cost, weight, existing, p, left)
            least = max(float(weight.sum()) - most.bound, 0.0)
        else:
            price *= 10
    columns = most.columns if most is not None else np.empty(0, dtype=np.int64)
    return siting_median.MedianAnswer(columns=columns, bound=0.0, proved=False)


def serve_likely(
    load: siting_capacity.Load, p: int, time_limit_s: float
) -> siting_capacity.Assignment:
    """Return the assignment of `siting_capacity.least_cost`, over the likely pairs if too many.

    These are the pairs of each row with its nearest columns, with the nearest existing ones, and
    with the nearest of those that would be best without capacities.
    """
    if np.count_nonzero(load.pair) <= MAX_PAIRS:
        return siting_capacity.least_cost(load, p, time_limit_s)
    until = time.monotonic() + time_limit_s
    n, m = load.pair.shape
    cost = np.where(load.pair, load.cost, np.inf)
    free = serve_most(cost, p, load.weight, load.existing, time_limit_s / 2)
    special = np.concatenate([np.arange(load.existing), load.existing + free.columns])
    likely = _nearest(cost, np.arange(m), MAX_PAIRS // (2 * n))
    likely |= _nearest(cost, special, MAX_PAIRS // (2 * n))
    hint = siting_capacity.to_cheapest(load, special)
    likely[np.flatnonzero(hint >= 0), hint[hint >= 0]] = True
    thin = load._replace(pair=load.pair & likely)
    found = siting_capacity.least_cost(thin, p, until - time.monotonic(), hint)
    at = np.flatnonzero(found.column >= 0)
    value = float((load.weight[at] * load.cost[at, found.column[at]]).sum())
    servable = load.pair.any(axis=1) & (load.weight > 0)
    # With demand left unserved the two problems serve different demand: nothing is proved then.
    bound = 0.0 if (found.column[servable] < 0).any() else min(free.bound, value)
    proved = value - bound <= siting_model.REL_GAP * max(value, 1.0)
    return siting_capacity.Assignment(column=found.column, bound=bound, proved=proved)


def _nearest(cost: FloatArray, columns: NDArray[np.int64], k: int) -> NDArray[np.bool_]:
    """Return the pairs of each row with the nearest of some columns, shape (n, m)."""
    k = min(max(k, NEAREST_MIN), len(columns))
    near = np.zeros(cost.shape, dtype=bool)
    if k:
        chosen = columns[np.argpartition(cost[:, columns], k - 1, axis=1)[:, :k]]
        np.put_along_axis(near, chosen, values=True, axis=1)
    return near


def _most_served(
    cost: FloatArray, weight: FloatArray, existing: int, p: int, time_limit_s: float
) -> siting_cover.CoverAnswer:
    """Return the columns that reach the greatest weight; the bound counts the existing ones."""
    pair = np.isfinite(cost)
    already = pair[:, :existing].any(axis=1)
    rest, hint = pair[~already][:, existing:], np.empty(0, dtype=np.int64)
    found = siting_cover.most(rest, weight[~already], p, hint, time_limit_s)
    bound = float(weight[already].sum()) + found.bound
    return siting_cover.CoverAnswer(columns=found.columns, bound=bound, proved=found.proved)


def cost_of(
    cost: FloatArray, weight: FloatArray, existing: int, columns: NDArray[np.int64]
) -> tuple[float, float]:
    """Return the cost of the weight that open columns serve, and the weight they do not reach."""
    opened = np.concatenate([np.arange(existing), existing + columns])
    nearest = cost[:, opened].min(axis=1, initial=np.inf)
    reached = np.isfinite(nearest)
    unserved = float(weight[~reached & np.isfinite(cost).any(axis=1)].sum())
    return float((weight[reached] * nearest[reached]).sum()), unserved
