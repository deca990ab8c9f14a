"""Who serves whom: places given to the centre of least cost, and what a closed centre leaves.

    a(i) = argmin_j c(j, i),    b(i) = argmin_{j ≠ a(i)} c(j, i)
    extra(i) = c(b(i), i) − c(a(i), i)

with c(j, i) the cost from centre j to place i. The assignment is that of the network Voronoi
diagram (Okabe et al. 2008); its second order answers for the closure of one centre at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Assignment", "Closures", "Loads", "assign", "closures", "loads"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """The nearest and the second-nearest centre of each place, shapes (n,).

    `first` and `second` are positions of centres, -1 where none reaches the place; their costs are
    inf there. `n_centres` is the number of centres.
    """

    first: Ints
    second: Ints
    first_cost: Floats
    second_cost: Floats
    n_centres: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """What each centre serves, shapes (m,): number, mean and greatest cost, the farthest place.

    A centre that serves none has nan as costs and -1 as its farthest place.
    """

    served: Ints
    mean: Floats
    worst: Floats
    farthest: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Closures:
    """What the closure of each centre would mean for the places it serves.

    Attributes
    ----------
    unserved
        Places that no other centre reaches, shape (m,).
    mean_extra, worst_extra
        Additional cost of those that another centre takes over, nan where there are none,
        shape (m,).
    heirs
        How many places of centre *j* go to centre *k* when *j* closes, shape (m, m).
    """

    unserved: Ints
    mean_extra: Floats
    worst_extra: Floats
    heirs: Ints


def assign(cost: Floats) -> Assignment:
    """Give each place to its nearest centre; of equal ones to the first.

    Parameters
    ----------
    cost
        From each centre to each place, shape (m, n); inf or nan where there is no way.

    Examples
    --------
    >>> found = assign(np.array([[1.0, 9.0, np.inf], [4.0, 2.0, np.inf]]))
    >>> found.first.tolist(), found.second.tolist()
    ([0, 1, -1], [1, 0, -1])
    """
    m, n = cost.shape
    known = np.where(np.isnan(cost), np.inf, cost)
    # Two more rows that reach nothing stand in where there are fewer than two centres.
    known = np.vstack([known, np.full((2, n), np.inf)])
    order = np.argsort(known, axis=0, kind="stable")[:2]
    first_cost, second_cost = np.take_along_axis(known, order, axis=0)
    return Assignment(
        first=np.where(np.isfinite(first_cost), order[0], -1),
        second=np.where(np.isfinite(second_cost), order[1], -1),
        first_cost=first_cost,
        second_cost=second_cost,
        n_centres=m,
    )


def loads(assignment: Assignment) -> Loads:
    """Return number, mean and greatest cost of the places that each centre serves."""
    m = assignment.n_centres
    place = np.flatnonzero(assignment.first >= 0)
    centre, cost = assignment.first[place], assignment.first_cost[place]
    served = np.bincount(centre, minlength=m)
    worst = np.full(m, -np.inf)
    np.maximum.at(worst, centre, cost)
    farthest = np.full(m, -1, dtype=np.int64)
    at_worst = place[cost == worst[centre]][::-1]
    farthest[assignment.first[at_worst]] = at_worst  # of equal ones the first
    return Loads(
        served=served,
        mean=_means(centre, cost, m),
        worst=np.where(served > 0, worst, np.nan),
        farthest=farthest,
    )


def closures(assignment: Assignment) -> Closures:
    """Return what happens to the places of each centre when it alone closes."""
    m = assignment.n_centres
    first, second = assignment.first, assignment.second
    taken = second >= 0
    centre = first[taken]
    extra = assignment.second_cost[taken] - assignment.first_cost[taken]
    worst = np.full(m, -np.inf)
    np.maximum.at(worst, centre, extra)
    heirs = np.zeros((m, m), dtype=np.int64)
    np.add.at(heirs, (centre, second[taken]), 1)
    return Closures(
        unserved=np.bincount(first[(first >= 0) & ~taken], minlength=m),
        mean_extra=_means(centre, extra, m),
        worst_extra=np.where(np.isfinite(worst), worst, np.nan),
        heirs=heirs,
    )


def _means(group: Ints, value: Floats, size: int) -> Floats:
    """Return the mean of each group, nan for an empty one."""
    count = np.bincount(group, minlength=size)
    total = np.bincount(group, value, minlength=size)
    return np.asarray(np.divide(total, count, out=np.full(size, np.nan), where=count > 0))
