"""p-median without capacities: a bound from Lagrangian relaxation, then only what it leaves open.

    min Σᵢ minⱼ dᵢⱼ   over at most p columns j, a row costing fᵢ where no chosen one is cheaper

(Hakimi 1964). With prices λᵢ for serving each row, the bound is

    L(λ) = Σᵢ λᵢ + Σ of the p least ρⱼ,    ρⱼ = Σᵢ min(0, dᵢⱼ − λᵢ) ≤ 0

(Cornuéjols, Fisher & Nemhauser 1977), for every λ ≤ f. λᵢ is kept below the cost of the k-th
nearest column, so that farther ones count exactly nothing and are never looked at: a sparse matrix
gives a bound of the whole problem. A column or a pair whose use would lift the bound above the best
answer known is left out; what remains is small, and HiGHS solves it. All steps keep an optimum.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from spatialplan.measures import siting_model

__all__ = ["MedianAnswer", "least_cost"]

FIRST_ROUNDS, ROUNDS = 300, 1500
STEP, STEP_MIN = 1.5, 1e-4
PATIENCE = 20  # rounds without a better bound before steps become shorter
DEFLECTION = 0.2  # share of the newest direction: the rest remembers, which stops zigzags
SWAP_FACTOR = 10  # exchanges are looked for among this many times p columns, the best priced
NEAREST_FACTOR = 8  # columns looked at for each row: this many times what a chosen column serves
NEAREST_MIN = 60
FEW_PAIRS = 2_000  # left open: solved sooner than the bound is raised
MAX_PAIRS = 400_000  # of rows and columns left open: more than HiGHS solves within minutes
SLACK = 1e-9  # of the value: rounding must not leave out an optimum


@dataclass(frozen=True, slots=True, kw_only=True)
class MedianAnswer:
    """Chosen columns in ascending order, proved bound of the total cost, and whether it is met."""

    columns: NDArray[np.int64]
    bound: float
    proved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prices:
    """Prices, their bound, value of each column under them, and the best columns met on the way."""

    price: NDArray[np.float64]
    bound: float
    rho: NDArray[np.float64]
    columns: NDArray[np.int64]


class _Rows(NamedTuple):
    """Costs capped by the fallback, their nearest part, and the highest price of each row."""

    cost: NDArray[np.float64]
    fallback: NDArray[np.float64]
    near: csr_array
    highest: NDArray[np.float64]


def least_cost(
    cost: NDArray[np.float64],
    fallback: NDArray[np.float64],
    p: int,
    time_limit_s: float,
    *,
    unavoidable: float,
) -> MedianAnswer:
    """Return at most `p` columns of the least total cost.

    Parameters
    ----------
    cost
        Of serving a row from a column, weight included, not negative, inf where it cannot,
        shape (n, m).
    fallback
        Of a row that is served by none of the columns, finite, shape (n,).
    unavoidable
        Part of the total that every answer has: what is proved is measured against the rest.
    """
    until = time.monotonic() + time_limit_s
    p = min(p, cost.shape[1])
    capped = np.minimum(cost, fallback[:, None])
    columns = _greedy(capped, fallback, p)
    if not len(columns):
        return MedianAnswer(columns=columns, bound=float(fallback.sum()), proved=True)
    near, highest = _nearest(capped, fallback, p)
    price = np.minimum(_first_price(capped, fallback, columns), highest)
    found = _Prices(price=price, bound=-np.inf, rho=np.zeros(cost.shape[1]), columns=columns)
    for rounds in (FIRST_ROUNDS, ROUNDS):
        half_time = (until + time.monotonic()) / 2
        found = _climb(_Rows(capped, fallback, near, highest), p, found, rounds, half_time)
        found = _swap(capped, fallback, p, found, half_time)
        if _left_open(capped, fallback, p, found).sum() <= FEW_PAIRS:
            break
    value = _value(capped, fallback, found.columns)
    if value - found.bound > SLACK * max(value, 1.0):
        rel_gap = siting_model.REL_GAP * max((value - unavoidable) / value, SLACK)
        found = _finish(capped, fallback, p, found, until - time.monotonic(), rel_gap)
        value = _value(capped, fallback, found.columns)
    proved = value - found.bound <= siting_model.REL_GAP * max(value - unavoidable, 1.0)
    bound = value if proved else found.bound
    return MedianAnswer(columns=np.sort(found.columns), bound=bound, proved=proved)


def _value(
    cost: NDArray[np.float64], fallback: NDArray[np.float64], columns: NDArray[np.int64]
) -> float:
    return float(np.minimum(fallback, cost[:, columns].min(axis=1, initial=np.inf)).sum())


def _greedy(cost: NDArray[np.float64], fallback: NDArray[np.float64], p: int) -> NDArray[np.int64]:
    """Return at most `p` columns, each saving the most after the former."""
    now, chosen = fallback.copy(), []
    for _ in range(p):
        total = np.minimum(cost, now[:, None]).sum(axis=0)
        best = int(np.argmin(total))
        if total[best] >= now.sum():
            break
        chosen.append(best)
        now = np.minimum(now, cost[:, best])
    return np.array(chosen, dtype=np.int64)


def _climb(rows: _Rows, p: int, found: _Prices, rounds: int, until: float) -> _Prices:
    """Raise the bound by deflected subgradient steps (Camerini, Fratta & Maffioli 1975).

    The columns that the steps name are kept where they are better than the best known.
    """
    top, columns, price = found, found.columns, found.price
    best = _value(rows.cost, rows.fallback, columns)
    slope, step, since = np.zeros(len(price)), STEP, 0
    for _ in range(rounds):
        bound, rho, picked, served = _relaxed(rows, price, p)
        value = _value(rows.cost, rows.fallback, picked)
        if value < best:
            best, columns = value, picked
        if bound > top.bound:
            top, since = _Prices(price=price, bound=bound, rho=rho, columns=columns), 0
        else:
            since += 1
        if best - top.bound <= SLACK * best or step < STEP_MIN or time.monotonic() > until:
            break
        if since >= PATIENCE:
            step, since, price, slope = step / 2, 0, top.price, np.zeros(len(price))
            continue
        slope = DEFLECTION * (1.0 - served) + (1 - DEFLECTION) * slope
        stride = step * (best - bound) / max(float(slope @ slope), SLACK)
        price = np.clip(price + stride * slope, 0.0, rows.highest)
    return _Prices(price=top.price, bound=top.bound, rho=top.rho, columns=columns)


def _relaxed(
    rows: _Rows, price: NDArray[np.float64], p: int
) -> tuple[float, NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """Return bound, value of each column, the columns picked, and how often each row is served."""
    near = rows.near
    n, m = near.shape
    row = np.repeat(np.arange(n), np.diff(near.indptr))
    saving = np.minimum(near.data - price[row], 0.0)
    rho = np.asarray(np.bincount(near.indices, saving, minlength=m), dtype=np.float64)
    picked: NDArray[np.int64] = np.argsort(rho, kind="stable")[:p]
    picked = picked[rho[picked] < 0]
    is_picked = np.zeros(m, dtype=bool)
    is_picked[picked] = True
    times = np.bincount(row[(saving < 0) & is_picked[near.indices]], minlength=n)
    served = np.asarray(times, dtype=np.float64)
    return float(price.sum() + rho[picked].sum()), rho, picked, served


def _nearest(
    cost: NDArray[np.float64], fallback: NDArray[np.float64], p: int
) -> tuple[csr_array, NDArray[np.float64]]:
    """Return the nearest columns of each row, and the price up to which no other one counts."""
    n, m = cost.shape
    k = min(m, max(NEAREST_MIN, NEAREST_FACTOR * m // p))
    if k == m:
        near, highest = np.tile(np.arange(m), (n, 1)), fallback
    else:
        near = np.sort(np.argpartition(cost, k, axis=1)[:, :k], axis=1)
        highest = np.minimum(fallback, np.partition(cost, k, axis=1)[:, k])
    data = np.take_along_axis(cost, near, axis=1)
    return csr_array((data.ravel(), near.ravel(), np.arange(n + 1) * k), shape=(n, m)), highest


def _first_price(
    cost: NDArray[np.float64], fallback: NDArray[np.float64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the second least cost of each row over the columns, where two serve it.

    Else the least: the fallback may be dear beyond all costs, and steps down from it take long.
    """
    ordered = np.sort(cost[:, columns], axis=1)
    second = ordered[:, min(1, ordered.shape[1] - 1)]
    return np.where(second < fallback, second, ordered[:, 0])


def _lift(found: _Prices, p: int) -> NDArray[np.float64]:
    """Return how much the bound rises when a column must be used: nothing for the p best."""
    if len(found.rho) <= p:
        return np.zeros(len(found.rho))
    last = np.partition(found.rho, p - 1)[p - 1]
    return np.asarray(np.maximum(found.rho - min(last, 0.0), 0.0))


def _swap(
    cost: NDArray[np.float64],
    fallback: NDArray[np.float64],
    p: int,
    found: _Prices,
    until: float,
) -> _Prices:
    """Exchange one column at a time for the best other one until none helps (Teitz & Bart 1968).

    Gains of all pairs at once after Resende & Werneck (2007).
    """
    chosen = found.columns.copy()
    candidates = np.sort(np.argsort(found.rho, kind="stable")[: SWAP_FACTOR * p])
    dense = cost[:, candidates]
    while time.monotonic() < until:
        every = np.column_stack([cost[:, chosen], fallback])
        order = np.argsort(every, axis=1, kind="stable")[:, :2]
        first, second = np.take_along_axis(every, order, axis=1).T
        profit = _profits(first, second, order[:, 0], dense, len(chosen))
        out, into = np.unravel_index(int(np.argmax(profit)), profit.shape)
        if profit[out, into] <= SLACK * max(first.sum(), 1.0):
            break
        chosen[out] = candidates[into]
    return _Prices(price=found.price, bound=found.bound, rho=found.rho, columns=chosen)


def _profits(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    owner: NDArray[np.int64],
    dense: NDArray[np.float64],
    n_chosen: int,
) -> NDArray[np.float64]:
    """Return what exchanging each chosen column for each candidate saves.

    `first` and `second` are the least costs of each row, `owner` is who gives the least:
    `n_chosen` for the fallback.
    """
    gain = np.maximum(first[:, None] - dense, 0.0).sum(axis=0)
    loss = np.bincount(owner, second - first, minlength=n_chosen + 1)
    back = np.maximum(second[:, None] - np.maximum(first[:, None], dense), 0.0)
    order = np.argsort(owner, kind="stable")
    names, starts = np.unique(owner[order], return_index=True)
    extra = np.zeros((n_chosen + 1, dense.shape[1]))
    extra[names] = np.add.reduceat(back[order], starts, axis=0)
    return np.asarray((gain[None, :] - loss[:, None] + extra)[:n_chosen])


def _left_open(
    cost: NDArray[np.float64], fallback: NDArray[np.float64], p: int, found: _Prices
) -> NDArray[np.bool_]:
    """Return the pairs that an answer no worse than the best known may use, shape (n, m)."""
    spare = _value(cost, fallback, found.columns) * (1 + SLACK) - found.bound
    over = np.maximum(cost - found.price[:, None], 0.0)
    return np.asarray((over + _lift(found, p) <= spare) & (cost < fallback[:, None]))


def _finish(
    cost: NDArray[np.float64],
    fallback: NDArray[np.float64],
    p: int,
    found: _Prices,
    time_limit_s: float,
    rel_gap: float,
) -> _Prices:
    """Solve what the bound leaves open; return the best columns and the bound of the whole."""
    value = _value(cost, fallback, found.columns)
    pair = _left_open(cost, fallback, p, found)
    every = np.arange(len(cost))
    best = found.columns[np.argmin(cost[:, found.columns], axis=1)]
    pair[every, best] = cost[every, best] < fallback
    columns = np.union1d(np.flatnonzero(pair.any(axis=0)), found.columns)
    row, at = np.nonzero(pair[:, columns])
    if len(row) > MAX_PAIRS:
        return found
    scale = max(value / len(cost), SLACK)
    price = (cost[:, columns][row, at] / scale, fallback / scale)
    program = _program(len(columns), row, at, price, p)
    serve = columns[at] == best[row]
    alone = np.ones(len(cost))
    alone[row[serve]] = 0.0
    start = np.concatenate([np.isin(columns, found.columns), serve, alone]).astype(float)
    solved = siting_model.solve(program, start, time_limit_s, rel_gap)
    chosen = columns[solved.x[: len(columns)] > 0.5]
    if _value(cost, fallback, chosen) > value:
        chosen = found.columns
    # What was left out costs more than the answer it was compared with, so the bound holds for all.
    bound = max(found.bound, min(solved.bound * scale, value))
    if solved.proved:
        bound = _value(cost, fallback, chosen)
    return _Prices(price=found.price, bound=bound, rho=found.rho, columns=chosen)


def _program(
    m: int,
    row: NDArray[np.int64],
    at: NDArray[np.int64],
    price: tuple[NDArray[np.float64], NDArray[np.float64]],
    p: int,
) -> siting_model.Program:
    """Return the program whose variables are columns, pairs (row, column), rows that fall back."""
    pair_cost, fallback = price
    n, k = len(fallback), len(row)
    every, x = np.arange(n), m + np.arange(k)
    rows = siting_model.Rows(m + k + n)
    rows.add(
        np.concatenate([row, every]), np.concatenate([x, m + k + every]), np.ones(k + n),
        np.ones(n), np.ones(n),
    )  # fmt: skip
    rows.add(
        np.tile(np.arange(k), 2), np.concatenate([x, at]), np.repeat([1.0, -1.0], k),
        np.full(k, -np.inf), np.zeros(k),
    )  # fmt: skip
    one = np.zeros(m, dtype=np.int64)
    rows.add(one, np.arange(m), np.ones(m), np.array([-np.inf]), np.array([float(p)]))
    matrix, lower, upper = rows.build()
    return siting_model.Program(
        cost=np.concatenate([np.zeros(m), pair_cost, fallback]), low=np.zeros(m + k + n),
        high=np.ones(m + k + n), whole=np.arange(m + k + n) < m,
        matrix=matrix, lower=lower, upper=upper,
    )  # fmt: skip
