"""Covering models without capacities: reduce them exactly, then solve what is left.

LSCP: min Σ yⱼ with Σⱼ aᵢⱼ yⱼ ≥ 1 for every demand i (Toregas et al. 1971). MCLP: max Σ wᵢ zᵢ with
zᵢ ≤ Σⱼ aᵢⱼ yⱼ and Σ yⱼ ≤ p (Church & ReVelle 1974). aᵢⱼ is whether column j covers row i.

Reductions keep at least one optimum: rows with the same columns become one, their weights added; a
column whose rows another one covers too is dropped, the lowest of equal ones kept; in LSCP a row
whose columns include those of another row is covered with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from spatialplan.measures import siting_model

__all__ = ["CoverAnswer", "fewest", "most"]

DENSE_CELLS = 50_000_000  # beyond this, comparing all pairs of columns costs more than it saves


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverAnswer:
    """Chosen columns in ascending order, proved bound of the objective, and whether it is met."""

    columns: NDArray[np.int64]
    bound: float
    proved: bool


def fewest(covers: NDArray[np.bool_], time_limit_s: float) -> CoverAnswer:
    """Return the fewest columns that cover every row that can be covered.

    Parameters
    ----------
    covers
        Whether a column covers a row, shape (n, m).
    """
    left, _, columns = _reduce(covers, np.ones(len(covers)), every=True)
    if not left.size:
        return CoverAnswer(columns=columns[:0], bound=0.0, proved=True)
    n, m = left.shape
    row, column = np.nonzero(left)
    rows = siting_model.Rows(m)
    rows.add(row, column, np.ones(len(row)), np.ones(n), np.full(n, np.inf))
    matrix, lower, upper = rows.build()
    program = siting_model.Program(
        cost=np.ones(m), low=np.zeros(m), high=np.ones(m), whole=np.ones(m, dtype=bool),
        matrix=matrix, lower=lower, upper=upper,
    )  # fmt: skip
    start = np.zeros(m)
    start[_greedy(left, np.ones(n), m)] = 1.0
    found = siting_model.solve(program, start, time_limit_s)
    chosen = columns[found.x > 0.5]
    bound = float(len(chosen)) if found.proved else max(np.ceil(found.bound - 1e-6), 1.0)
    return CoverAnswer(columns=chosen, bound=bound, proved=bound >= len(chosen))


def most(
    covers: NDArray[np.bool_],
    weight: NDArray[np.float64],
    p: int,
    hint: NDArray[np.int64],
    time_limit_s: float,
) -> CoverAnswer:
    """Return at most `p` columns that cover the greatest weight; none of them in vain.

    Parameters
    ----------
    covers
        Whether a column covers a row, shape (n, m).
    weight
        Of each row, not negative, shape (n,).
    hint
        At most `p` columns to start from.
    """
    left, mass, columns = _reduce(covers, weight, every=False)
    p = min(p, len(columns))
    if p == 0 or not left.size:
        return CoverAnswer(columns=columns[:0], bound=0.0, proved=True)
    n, m = left.shape
    row, column = np.nonzero(left)
    rows = siting_model.Rows(m + n)
    at = np.arange(n)
    rows.add(
        np.concatenate([row, at]), np.concatenate([column, m + at]),
        np.concatenate([np.ones(len(row)), -np.ones(n)]), np.zeros(n), np.full(n, np.inf),
    )  # fmt: skip
    one = np.zeros(m, dtype=np.int64)
    rows.add(one, np.arange(m), np.ones(m), np.zeros(1), np.array([float(p)]))
    matrix, lower, upper = rows.build()
    scale = float(mass.max())
    program = siting_model.Program(
        cost=np.concatenate([np.zeros(m), -mass / scale]), low=np.zeros(m + n), high=np.ones(m + n),
        whole=np.arange(m + n) < m, matrix=matrix, lower=lower, upper=upper,
    )  # fmt: skip
    start = _start(left, mass, p, np.flatnonzero(np.isin(columns, hint)))
    found = siting_model.solve(program, start, time_limit_s)
    chosen = _useful(left, mass, np.flatnonzero(found.x[:m] > 0.5))
    value = float(mass[left[:, chosen].any(axis=1)].sum())
    bound = value if found.proved else min(-found.bound * scale, float(mass.sum()))
    proved = bound - value <= siting_model.REL_GAP * max(value, 1.0)
    return CoverAnswer(columns=columns[chosen], bound=max(bound, value), proved=proved)


def _start(
    left: NDArray[np.bool_], mass: NDArray[np.float64], p: int, hint: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the better of greedy from nothing and greedy from the hint, as variables."""
    sets = []
    for given in (hint[:0], hint):
        rest = np.where(left[:, given].any(axis=1), 0.0, mass)
        sets.append(np.concatenate([given, _greedy(left, rest, p - len(given))]))
    covered = [left[:, chosen].any(axis=1) for chosen in sets]
    best = int(np.argmax([mass[rows].sum() for rows in covered]))
    start = np.zeros(left.shape[1])
    start[sets[best]] = 1.0
    return np.concatenate([start, covered[best].astype(float)])


def _greedy(covers: NDArray[np.bool_], weight: NDArray[np.float64], p: int) -> NDArray[np.int64]:
    """Return at most `p` columns, each adding the most of what the former leave."""
    row, column = np.nonzero(covers)
    matrix = coo_array((np.ones(len(row)), (column, row)), shape=covers.shape[::-1]).tocsr()
    rest, chosen = weight.copy(), []
    for _ in range(p):
        gain = np.asarray(matrix @ rest)
        best = int(np.argmax(gain))
        if gain[best] <= 0:
            break
        chosen.append(best)
        rest[covers[:, best]] = 0.0
    return np.array(chosen, dtype=np.int64)


def _useful(
    covers: NDArray[np.bool_], weight: NDArray[np.float64], chosen: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the columns without those that add no weight, the last dropped first."""
    times = covers[:, chosen].sum(axis=1)
    kept = []
    for column in chosen[::-1]:
        if weight[covers[:, column] & (times == 1)].sum() > 0:
            kept.append(column)
        else:
            times = times - covers[:, column]
    return np.array(kept[::-1], dtype=np.int64)


def _reduce(
    covers: NDArray[np.bool_], weight: NDArray[np.float64], *, every: bool
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.int64]]:
    """Return the reduced cover, its weights, and the positions of its columns.

    The rows come out in an order of their own, so the order of the rows given does not matter.
    """
    columns = np.flatnonzero(covers.any(axis=0))
    left, mass = covers[:, columns], weight
    size = (-1, -1)
    while left.shape != size:
        size = left.shape
        left, mass = _merge_rows(left, mass)
        if left.size > DENSE_CELLS:
            break
        if every:
            kept = ~_included(~left)
            left, mass = left[kept], mass[kept]
        kept = ~_included(left.T)
        left, columns = left[:, kept], columns[kept]
    return left, mass, columns


def _merge_rows(
    covers: NDArray[np.bool_], weight: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return the different rows that matter, sorted, with the sum of their weights."""
    matter = covers.any(axis=1) & (weight > 0)
    covers, weight = covers[matter], weight[matter]
    _, first, same = np.unique(
        np.packbits(covers, axis=1), axis=0, return_index=True, return_inverse=True
    )
    total = np.bincount(same.ravel(), weight, minlength=len(first))
    return covers[first], total.astype(float)


def _included(sets: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which sets (rows) lie within another one; of equal sets all but the first."""
    if len(sets) == 0:
        return np.zeros(0, dtype=bool)
    dense = sets.astype(np.float32)
    common = dense @ dense.T
    size = np.diag(common)
    order = np.arange(len(sets))
    after = (size[None, :] > size[:, None]) | (
        (size[None, :] == size[:, None]) & (order[None, :] < order[:, None])
    )
    return np.asarray(((common == size[:, None]) & after).any(axis=1))
