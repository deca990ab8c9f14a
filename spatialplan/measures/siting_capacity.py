"""Location models with capacities: every demand wholly at one site, no site beyond its capacity.

With xᵢⱼ whether column j serves row i and yⱼ whether it is open:

    Σⱼ xᵢⱼ ≤ 1,   Σᵢ wᵢ xᵢⱼ ≤ Cⱼ yⱼ,   xᵢⱼ ≤ yⱼ

First the most that can be served is found, then what the model asks among the answers that serve as
much; so demand that capacities shut out is left unserved and never makes the model fail.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatialplan.measures import siting_model

__all__ = ["Assignment", "Load", "fewest", "least_cost", "most", "to_cheapest"]

ROUNDING = 1e-9


class Load(NamedTuple):
    """What may be served from where.

    `pair` is whether a column may serve a row, shape (n, m), the first `existing` columns open for
    nothing; `weight` is what a row takes of a capacity, shape (n,); `capacity` has shape (m,), inf
    where there is none; `cost` orders the columns of a row, shape (n, m).
    """

    pair: NDArray[np.bool_]
    cost: NDArray[np.float64]
    weight: NDArray[np.float64]
    capacity: NDArray[np.float64]
    existing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The column of each row, -1 where none serves it; the proved bound; whether it is met."""

    column: NDArray[np.int64]
    bound: float
    proved: bool


def most(load: Load, p: int, gain: NDArray[np.float64], time_limit_s: float) -> Assignment:
    """Return the assignment to at most `p` new columns that serves the greatest gain.

    Parameters
    ----------
    gain
        Of serving each row, not negative, shape (n,).
    """
    start = _greedy(load, p, gain)
    value = float(gain[start >= 0].sum())
    ceiling = float(gain[load.pair.any(axis=1)].sum())
    if ceiling - value <= ROUNDING * max(ceiling, 1.0):
        return Assignment(column=start, bound=value, proved=True)
    row, _ = np.nonzero(load.pair)
    scale = max(float(gain.max()), ROUNDING)
    need = _Need(pair_cost=-gain[row] / scale, open_cost=0.0, p=p)
    found = _solve(load, need, start, time_limit_s)
    value = float(gain[found.column >= 0].sum())
    bound = value if found.proved else min(-found.bound * scale, ceiling)
    return Assignment(column=found.column, bound=max(bound, value), proved=found.proved)


def fewest(load: Load, time_limit_s: float) -> Assignment:
    """Return an assignment of as many rows as can be served, to the fewest new columns."""
    until = time.monotonic() + time_limit_s
    n, m = load.pair.shape
    every = np.ones(n)
    served = most(load, m, every, time_limit_s / 2)
    row, _ = np.nonzero(load.pair)
    need = _Need(
        pair_cost=np.zeros(len(row)), open_cost=1.0, p=m, credit=every,
        least=float((served.column >= 0).sum()),
    )  # fmt: skip
    found = _solve(load, need, served.column, until - time.monotonic())
    count = float(len(_new_columns(load, found.column)))
    bound = count if found.proved else max(np.ceil(found.bound - 1e-6), 0.0)
    if not served.proved:  # more might be served, by more or by fewer columns: nothing is proved
        bound = 0.0
    return Assignment(column=found.column, bound=bound, proved=bound >= count)


def least_cost(
    load: Load, p: int, time_limit_s: float, hint: NDArray[np.int64] | None = None
) -> Assignment:
    """Return the assignment to at most `p` new columns that serves the most at the least cost.

    Parameters
    ----------
    hint
        Column of each row, -1 for none: an assignment that may be a good start.
    """
    until = time.monotonic() + time_limit_s
    served = most(load, p, load.weight, time_limit_s / 2)
    row, column = np.nonzero(load.pair)
    amount = load.weight[row] * load.cost[row, column]
    scale = max(float(amount.max(initial=0.0)), ROUNDING)
    least = float(load.weight[served.column >= 0].sum()) * (1 - ROUNDING)
    need = _Need(pair_cost=amount / scale, open_cost=0.0, p=p, credit=load.weight, least=least)
    start = served.column
    if hint is not None:
        as_much = load.weight[hint >= 0].sum() >= least
        if as_much and _total(load, hint) < _total(load, start):
            start = hint
    found = _solve(load, need, start, until - time.monotonic())
    bound = max(found.bound * scale, 0.0) if served.proved else 0.0
    return Assignment(column=found.column, bound=bound, proved=found.proved and served.proved)


class _Need(NamedTuple):
    """What a program asks: costs, how many new columns, how much credit of rows at least."""

    pair_cost: NDArray[np.float64]
    open_cost: float
    p: int
    credit: NDArray[np.float64] | None = None
    least: float = 0.0


def _solve(load: Load, need: _Need, start: NDArray[np.int64], time_limit_s: float) -> Assignment:
    """Solve the assignment program from a feasible assignment."""
    n, m = load.pair.shape
    row, at = np.nonzero(load.pair)
    k = len(row)
    if k == 0:
        return Assignment(column=start, bound=0.0, proved=True)
    x, each = m + np.arange(k), np.arange(k)
    rows = siting_model.Rows(m + k)
    # Where all can be served each row says so itself: one long row over all pairs is far harder.
    must = np.zeros(n, dtype=bool)
    if need.credit is not None:
        must = load.pair.any(axis=1) & (need.credit > 0)
    every = need.credit is not None and need.least >= need.credit[must].sum() * (1 - ROUNDING)
    rows.add(row, x, np.ones(k), np.where(must & every, 1.0, -np.inf), np.ones(n))
    rows.add(
        np.tile(each, 2), np.concatenate([x, at]), np.repeat([1.0, -1.0], k),
        np.full(k, -np.inf), np.zeros(k),
    )  # fmt: skip
    tight = np.flatnonzero(np.isfinite(load.capacity))
    place = np.full(m, -1)
    place[tight] = np.arange(len(tight))
    of = place[at] >= 0
    rows.add(
        np.concatenate([place[at[of]], np.arange(len(tight))]), np.concatenate([x[of], tight]),
        np.concatenate([load.weight[row[of]], -load.capacity[tight]]),
        np.full(len(tight), -np.inf), np.zeros(len(tight)),
    )  # fmt: skip
    new = np.arange(load.existing, m)
    zero = np.zeros(len(new), dtype=np.int64)
    rows.add(zero, new, np.ones(len(new)), np.array([-np.inf]), np.array([float(need.p)]))
    if need.credit is not None and not every:
        one = np.zeros(k, dtype=np.int64)
        rows.add(one, x, need.credit[row], np.array([need.least]), np.array([np.inf]))
    matrix, lower, upper = rows.build()
    is_new = np.arange(m) >= load.existing
    program = siting_model.Program(
        cost=np.concatenate([need.open_cost * is_new, need.pair_cost]),
        low=np.concatenate([~is_new, np.zeros(k)]), high=np.ones(m + k),
        whole=np.ones(m + k, dtype=bool), matrix=matrix, lower=lower, upper=upper,
    )  # fmt: skip
    is_open = ~is_new
    is_open[start[start >= 0]] = True
    given = np.concatenate([is_open, start[row] == at]).astype(float)
    solved = siting_model.solve(program, given, time_limit_s)
    used = solved.x[m:] > 0.5
    column = np.full(n, -1, dtype=np.int64)
    column[row[used]] = at[used]
    return Assignment(column=column, bound=solved.bound, proved=solved.proved)


def _new_columns(load: Load, column: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the new columns that serve a row."""
    used = np.unique(column)
    return used[used >= load.existing]


def _greedy(load: Load, p: int, gain: NDArray[np.float64]) -> NDArray[np.int64]:
    """Fill the existing columns, then up to `p` new ones, each time the one that can take most."""
    n, m = load.pair.shape
    column = np.full(n, -1, dtype=np.int64)
    for j in range(load.existing):
        _fill(load, j, gain, column)
    left = np.arange(m) >= load.existing
    for _ in range(min(p, m - load.existing)):
        rest = np.where(column < 0, 1.0, 0.0)
        take = np.minimum((load.weight * rest) @ load.pair, load.capacity)
        reach = (gain * rest) @ load.pair
        worth = np.where(left & (reach > 0), take + ROUNDING * reach, -1.0)
        best = int(np.argmax(worth))
        if worth[best] < 0:
            break
        left[best] = False
        _fill(load, best, gain, column)
    return column


def to_cheapest(load: Load, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each row, the heaviest first, the cheapest of some columns that has room."""
    column = np.full(len(load.weight), -1, dtype=np.int64)
    room = load.capacity[columns].copy()
    for i in np.argsort(-load.weight, kind="stable").tolist():
        fits = load.pair[i, columns] & (load.weight[i] <= room)
        if fits.any():
            best = int(np.argmin(np.where(fits, load.cost[i, columns], np.inf)))
            column[i] = columns[best]
            room[best] -= load.weight[i]
    return column


def _total(load: Load, column: NDArray[np.int64]) -> float:
    """Return the weighted cost of an assignment."""
    at = np.flatnonzero(column >= 0)
    return float((load.weight[at] * load.cost[at, column[at]]).sum())


def _fill(load: Load, j: int, gain: NDArray[np.float64], column: NDArray[np.int64]) -> None:
    """Give column `j` the unserved rows of most gain for their weight while there is room."""
    rows = np.flatnonzero(load.pair[:, j] & (column < 0))
    order = np.lexsort((rows, load.cost[rows, j], load.weight[rows], -gain[rows]))
    room = load.capacity[j]
    for i in rows[order].tolist():
        if load.weight[i] <= room:
            column[i] = j
            room -= load.weight[i]
