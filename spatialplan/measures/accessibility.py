"""Accessibility of places from a matrix of travel costs: floating catchments, gravity, counts.

Costs are c[i, j] from place i to facility j, shape (n, m); inf (or nan in some columns only) where
the place does not reach the facility, a row of nan where the place has no position. A place without
position gets nan, one that is placed and reaches nothing 0: the two are never mixed. Demand travels
to supply, so on one-way networks the direction matters.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from spatialplan.errors import DataError

__all__ = ["ZONES", "cumulative", "detour", "e2sfca", "gravity"]

Floats = NDArray[np.float64]

ZONES = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))


def e2sfca(
    cost: Floats, demand: Floats, supply: Floats, zones: Sequence[tuple[float, float]] = ZONES
) -> tuple[Floats, Floats]:
    """Return the enhanced two-step floating catchment area measure.

    Step one gives each facility the ratio of its supply to the demand around it, weighted by travel
    zone; step two sums for each place the ratios of the facilities around it:

        R[j] = S[j] / Σₖ P[k]·w(c[k, j]),    A[i] = Σⱼ R[j]·w(c[i, j])

    after Luo & Qi 2009 (Health & Place 15: 1100-1107). Supply is conserved: Σ P·A = Σ S over the
    facilities that any demand reaches.

    Parameters
    ----------
    cost
        Minutes, shape (n, m).
    demand
        People (or 1) of each place, shape (n,); not looked at where the place has no position.
    supply
        Of each facility, shape (m,).
    zones
        Upper limit of each zone in the unit of `cost`, limits included, with its weight; ascending.

    Returns
    -------
    A : numpy.ndarray
        Supply per unit of demand at each place, shape (n,): nan without position, 0 where nothing
        is reached.
    R : numpy.ndarray
        Ratio of each facility, shape (m,); nan where no demand reaches it, and then it adds
        nothing to `A`.

    Raises
    ------
    DataError
        When demand of a placed row or supply is negative or missing, or zones do not ascend.

    Examples
    --------
    >>> import numpy as np
    >>> cost = np.array([[5.0], [15.0]])
    >>> A, R = e2sfca(cost, demand=np.array([100.0, 100.0]), supply=np.array([168.0]))
    >>> A.tolist(), R.tolist()
    ([1.0, 0.68], [1.0])
    """
    placed = _placed(cost)
    people = np.where(placed, demand, 0.0)
    _check(people, "需求", "demand")
    _check(supply, "供给", "supply")
    weight = _zone_weight(cost, zones)
    around = people @ weight
    reached = around > 0
    ratio = np.full(len(supply), np.nan)
    ratio[reached] = supply[reached] / around[reached]
    access = weight[:, reached] @ ratio[reached]
    return np.where(placed, access, np.nan), ratio


def gravity(cost: Floats, supply: Floats, beta: float, floor_min: float) -> Floats:
    """Return the potential Σⱼ S[j]·max(c[i, j], floor)^−β of each place, shape (n,).

    After Hansen 1959 (J. American Institute of Planners 25: 73-76).

    Parameters
    ----------
    cost
        Minutes, shape (n, m).
    beta
        Friction of distance, positive.
    floor_min
        Costs below it count as this many minutes, so that a facility next door does not outweigh
        all others; positive.

    Raises
    ------
    DataError
        When supply is negative or missing, or `beta` or `floor_min` is not positive.

    Examples
    --------
    >>> import numpy as np
    >>> gravity(np.array([[1.0, 10.0], [np.inf, np.inf]]), np.array([8.0, 10.0]), 1.0, 2.0).tolist()
    [5.0, 0.0]
    """
    _check(supply, "供给", "supply")
    if not (beta > 0 and floor_min > 0):
        raise DataError(
            f"引力模型的 beta（{beta}）和最小时间（{floor_min}）都要大于 0",
            f"beta ({beta}) and the floor ({floor_min}) of the gravity model must be positive",
        )
    reached = np.isfinite(cost)
    near = np.maximum(np.where(reached, cost, 1.0), floor_min)
    pull = np.where(reached, near**-beta, 0.0)
    return np.where(_placed(cost), pull @ supply, np.nan)


def cumulative(cost: Floats, supply: Floats, limit: float) -> Floats:
    """Return the opportunities within a limit, Σⱼ S[j]·1[c[i, j] ≤ limit], shape (n,).

    After Wachs & Kumagai 1973 (Socio-Economic Planning Sciences 7: 437-456).

    Parameters
    ----------
    cost, limit
        In one unit; `cost` of shape (n, m).

    Raises
    ------
    DataError
        When supply is negative or missing.

    Examples
    --------
    >>> import numpy as np
    >>> cumulative(np.array([[5.0, 15.0, 16.0]]), np.array([1.0, 1.0, 1.0]), 15.0).tolist()
    [2.0]
    """
    _check(supply, "供给", "supply")
    return np.where(_placed(cost), (cost <= limit).astype(float) @ supply, np.nan)


def detour(network_m: Floats, straight_m: Floats) -> Floats:
    """Return the detour index: way along the network by straight line, at least 1, shape (n,).

    nan where either is unknown or not reached, or where both ends are one place. Rounding of
    coordinates may make a straight road shorter than the line beside it; that counts as 1. After
    Cole & King 1968, Quantitative Geography.

    Examples
    --------
    >>> import numpy as np
    >>> network_m = np.array([1500.0, 999.99, 7.0, np.inf])
    >>> detour(network_m, np.array([1000.0, 1000.0, 0.0, 5.0])).tolist()
    [1.5, 1.0, nan, nan]
    """
    known = np.isfinite(network_m) & np.isfinite(straight_m) & (straight_m > 0)
    index = np.full(len(network_m), np.nan)
    index[known] = np.maximum(network_m[known] / straight_m[known], 1.0)
    return index


def _placed(cost: Floats) -> NDArray[np.bool_]:
    """Return whether each place has a position: its row is not all nan."""
    known = ~np.isnan(cost).all(axis=1)
    return np.asarray(known | (cost.shape[1] == 0))


def _zone_weight(cost: Floats, zones: Sequence[tuple[float, float]]) -> Floats:
    """Return the weight of the zone of each cost, 0 beyond the last, shape (n, m)."""
    limits = np.array([limit for limit, _ in zones], dtype=float)
    weights = np.array([*(weight for _, weight in zones), 0.0], dtype=float)
    if len(limits) == 0 or not ((np.diff(limits) > 0).all() and (weights >= 0).all()):
        raise DataError(
            "两步移动搜寻法的分区要由近到远、权重不为负",
            "the zones of the floating catchments must ascend, with weights not negative",
        )
    # nan sorts behind all numbers, and so has weight 0 like what is beyond the last zone.
    return np.asarray(weights[np.searchsorted(limits, cost, side="left")], dtype=np.float64)


def _check(values: Floats, zh: str, en: str) -> None:
    wrong = ~(np.isfinite(values) & (values >= 0))
    if wrong.any():
        raise DataError(
            f"{zh}有 {wrong.sum()} 个为负或缺失（第 {wrong.argmax() + 1} 个起）；请补全",
            f"{wrong.sum()} values of {en} are negative or missing, number {wrong.argmax() + 1} "
            "first; fill them in",
        )
