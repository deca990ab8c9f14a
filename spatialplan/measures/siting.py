"""Where to open sites: LSCP, MCLP and p-median on a cost matrix, proved by a bound.

Rows are demand, columns are sites: first the existing ones, which stay open for nothing, then the
candidates. Without capacities a demand goes to its cheapest open column, the lowest of equal ones.
With capacities (in the unit of the weights) each demand goes wholly to one column. Demand that no
column can serve is named in ``uncoverable`` and the rest is answered. Demand that some column could
serve but the answer does not has ``assigned`` -1 without being named there.

One thread and one seed make a proved answer the same on every machine; what is found when the time
is over is not.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from spatialplan.measures import (
    siting_capacity,
    siting_cover,
    siting_input,
    siting_median,
    siting_served,
)
from spatialplan.model.siting import Selection

__all__ = ["lscp", "mclp", "pmedian", "trade_off"]

FloatArray = NDArray[np.float64]
TIME_LIMIT_S = 60.0
CURVE_TIME_LIMIT_S = 10.0
EVERY_P = 20  # the curve has every number of sites up to here, then each larger by a quarter
GROWTH = 1.25
_NONE = np.empty(0, dtype=np.int64)


def lscp(
    cost: FloatArray,
    limit: float,
    *,
    existing: int = 0,
    capacity: FloatArray | None = None,
    weight: FloatArray | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> Selection:
    """Return the fewest new sites that cover all that can be covered.

    With capacities as many demands as possible are served, and that with the fewest sites.

    Parameters
    ----------
    cost
        From each demand to each column, not negative, inf where there is no way, shape (n, m).
    limit
        Greatest cost that counts as covered.
    existing
        Number of leading columns that are open already.
    capacity
        Of each column, inf where unlimited, shape (m,).
    weight
        What each demand takes of a capacity, shape (n,); 1 when omitted, unused without capacities.

    Returns
    -------
    Selection
        `value` is the number of new sites.

    Raises
    ------
    DataError
        When shapes disagree, or a number is nan or negative.

    Examples
    --------
    >>> cost = np.array([[0.0, 4.0, 9.0], [4.0, 0.0, 4.0], [9.0, 4.0, 0.0]])
    >>> lscp(cost, 5.0).sites
    (1,)
    """
    began = time.monotonic()
    weight = np.ones(len(cost)) if weight is None else weight
    siting_input.check_numbers(cost, existing, capacity, weight, limit=limit)
    pair = siting_input.within(cost, limit)
    if capacity is not None:
        load = _load(cost, pair, weight, capacity, existing)
        given = siting_capacity.fewest(load, time_limit_s)
        return _assigned(load, given, float(len(_sites(given.column, existing))), began)
    rest = ~pair[:, :existing].any(axis=1)
    found = siting_cover.fewest(pair[rest][:, existing:], time_limit_s)
    value = float(len(found.columns))
    return _selection(cost, pair, existing, found, value, began)


def mclp(
    cost: FloatArray,
    limit: float,
    p: int,
    weight: FloatArray,
    *,
    existing: int = 0,
    capacity: FloatArray | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> Selection:
    """Return at most `p` new sites that, with the existing ones, cover the greatest weight.

    Parameters
    ----------
    cost, limit, existing, capacity
        As of `lscp`.
    p
        Number of new sites; fewer are chosen where more would add nothing.
    weight
        Of each demand, not negative, shape (n,).

    Returns
    -------
    Selection
        `value` is the weight covered by existing and new sites together.

    Raises
    ------
    DataError
        As `lscp`, or when `p` is negative.
    """
    siting_input.check_numbers(cost, existing, capacity, weight, limit=limit, p=p)
    return _mclp(cost, limit, p, weight, existing, capacity, _NONE, time_limit_s)


def pmedian(
    cost: FloatArray,
    p: int,
    weight: FloatArray,
    *,
    existing: int = 0,
    capacity: FloatArray | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> Selection:
    """Return at most `p` new sites of the least total cost Σ wᵢ cᵢⱼ of the demand served.

    With capacities and very many pairs the proved bound is that without capacities, so there may
    be a gap. Where `p` sites cannot reach all demand, the greatest weight is served first, and
    that at the least cost: so a further site may raise the total while it serves more.

    Parameters
    ----------
    cost, p, weight, existing, capacity
        As of `mclp`.

    Returns
    -------
    Selection
        `value` is the total weighted cost of the demand served.

    Raises
    ------
    DataError
        As `mclp`.
    """
    began = time.monotonic()
    siting_input.check_numbers(cost, existing, capacity, weight, p=p)
    pair = np.isfinite(cost)
    if capacity is not None:
        load = _load(cost, pair, weight, capacity, existing)
        given = siting_served.serve_likely(load, p, time_limit_s)
        at = np.flatnonzero(given.column >= 0)
        value = float((weight[at] * cost[at, given.column[at]]).sum())
        return _assigned(load, given, value, began)
    found = siting_served.serve_most(cost, p, weight, existing, time_limit_s)
    value, _ = siting_served.cost_of(cost, weight, existing, found.columns)
    return _selection(cost, pair, existing, found, value, began)


def trade_off(
    cost: FloatArray,
    limit: float,
    weight: FloatArray,
    *,
    existing: int = 0,
    p_max: int | None = None,
    time_limit_s: float = CURVE_TIME_LIMIT_S,
) -> pd.DataFrame:
    """Return what each number of new sites can cover at best, up to all that can be covered.

    Parameters
    ----------
    cost, limit, weight, existing
        As of `mclp`; without capacities.
    p_max
        Last number of sites; the answer of `lscp` when omitted or larger.
    time_limit_s
        For each number of sites; where it does not suffice the row tells its gap.

    Returns
    -------
    pandas.DataFrame
        ``sites``: every number up to 20, then each larger by a quarter; ``covered``: demands;
        ``weight``; ``share`` of the weight of all demand, nan where that is 0; ``gap``: how much
        more weight, as a share of this one, is not proved to be out of reach.

    Raises
    ------
    DataError
        As `mclp`.
    """
    siting_input.check_numbers(
        cost, existing, None, weight, limit=limit, p=0 if p_max is None else p_max
    )
    every = lscp(cost, limit, existing=existing)
    last = len(every.sites)
    hint, rows = _NONE, []
    for p in _counts(last if p_max is None else min(last, p_max)):
        found, gap = every, 0.0
        if p < last:
            found = _mclp(cost, limit, p, weight, existing, None, hint, time_limit_s)
            gap = found.gap
            hint = np.array(found.sites, dtype=np.int64) - existing
        served = np.array(found.assigned, dtype=np.int64) >= 0
        rows.append((p, int(served.sum()), float(weight[served].sum()), gap))
    frame = pd.DataFrame(rows, columns=["sites", "covered", "weight", "gap"])
    total = float(weight.sum())
    frame["share"] = frame["weight"] / total if total > 0 else np.nan
    return frame[["sites", "covered", "weight", "share", "gap"]]


def _counts(last: int) -> list[int]:
    """Return the numbers of sites of the curve, 0 and `last` among them."""
    counts = list(range(min(last, EVERY_P) + 1))
    while counts[-1] < last:
        counts.append(min(int(counts[-1] * GROWTH), last))
    return counts


def _mclp(
    cost: FloatArray,
    limit: float,
    p: int,
    weight: FloatArray,
    existing: int,
    capacity: FloatArray | None,
    hint: NDArray[np.int64],
    time_limit_s: float,
) -> Selection:
    began = time.monotonic()
    pair = siting_input.within(cost, limit)
    if capacity is not None:
        load = _load(cost, pair, weight, capacity, existing)
        given = siting_capacity.most(load, p, weight, time_limit_s)
        return _assigned(load, given, float(weight[given.column >= 0].sum()), began)
    already = pair[:, :existing].any(axis=1)
    base = float(weight[already].sum())
    found = siting_cover.most(pair[~already][:, existing:], weight[~already], p, hint, time_limit_s)
    covered = already | pair[:, existing:][:, found.columns].any(axis=1)
    value = float(weight[covered].sum())
    bound = value if found.proved else base + found.bound
    found = siting_cover.CoverAnswer(columns=found.columns, bound=bound, proved=found.proved)
    return _selection(cost, pair, existing, found, value, began)


def _load(
    cost: FloatArray,
    pair: NDArray[np.bool_],
    weight: FloatArray,
    capacity: FloatArray,
    existing: int,
) -> siting_capacity.Load:
    fits = weight[:, None] <= capacity[None, :]
    return siting_capacity.Load(pair & fits, cost, weight, capacity, existing)


def _sites(column: NDArray[np.int64], existing: int) -> tuple[int, ...]:
    return tuple(int(j) for j in np.unique(column) if j >= existing)


def _assigned(
    load: siting_capacity.Load, given: siting_capacity.Assignment, value: float, began: float
) -> Selection:
    """Return the selection of an assignment."""
    bound = value if given.proved else given.bound
    return Selection(
        sites=_sites(given.column, load.existing),
        assigned=tuple(given.column.tolist()),
        uncoverable=tuple(np.flatnonzero(~load.pair.any(axis=1)).tolist()),
        value=value,
        bound=bound,
        gap=abs(value - bound) / max(abs(value), 1.0),
        optimal=given.proved,
        seconds=time.monotonic() - began,
    )


def _selection(
    cost: FloatArray,
    pair: NDArray[np.bool_],
    existing: int,
    found: siting_cover.CoverAnswer | siting_median.MedianAnswer,
    value: float,
    began: float,
) -> Selection:
    """Return the selection of chosen candidates, each demand at its cheapest open column."""
    opened = np.concatenate([np.arange(existing), existing + found.columns])
    assigned = np.full(len(cost), -1, dtype=np.int64)
    if len(opened):
        within = np.where(pair[:, opened], cost[:, opened], np.inf)
        reached = np.isfinite(within).any(axis=1)
        assigned[reached] = opened[np.argmin(within[reached], axis=1)]
    return Selection(
        sites=tuple((existing + found.columns).tolist()),
        assigned=tuple(assigned.tolist()),
        uncoverable=tuple(np.flatnonzero(~pair.any(axis=1)).tolist()),
        value=value,
        bound=found.bound,
        gap=abs(value - found.bound) / max(abs(value), 1.0),
        optimal=found.proved,
        seconds=time.monotonic() - began,
    )
